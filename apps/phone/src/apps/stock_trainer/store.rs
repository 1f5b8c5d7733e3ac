//! What the stock trainer keeps: play money, stocks owned, what was bought and sold.

use rusqlite::params;

use super::quotes::{self, MARKET, Quote};
use crate::files::Files;
use crate::system::Services;
use crate::system::clock::at;
use crate::system::database::Database;
use crate::system::random::Random;

/// The file. Prices and the balance are in dollars.
pub const DATABASE: Database = Database {
    path: "/data/data/com.alifesoftware.stocktrainer/databases/usercomstocktrainerapp.db",
    schema: "
        CREATE TABLE IF NOT EXISTS balance (_id INTEGER PRIMARY KEY AUTOINCREMENT, balance REAL);
        CREATE TABLE IF NOT EXISTS stocksowned (_id INTEGER PRIMARY KEY AUTOINCREMENT, symbol TEXT, name TEXT,
            numberstocks INTEGER, price REAL, date TEXT);
        CREATE TABLE IF NOT EXISTS transactionsdb (_id INTEGER PRIMARY KEY AUTOINCREMENT, symbol TEXT, name TEXT,
            type TEXT, numberstocks INTEGER, price REAL, date TEXT);",
};

/// Dollars that everybody begins with.
const BEGIN: i64 = 100_000;

/// A stock that is owned.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// Symbol.
    pub symbol: String,
    /// Name.
    pub name: String,
    /// How many; a thousand million at most.
    pub shares: i64,
    /// What one cost, in dollars; the mean where they were bought at several prices.
    pub paid: f64,
}

/// What was bought or sold.
#[derive(Debug, Clone, PartialEq)]
pub struct Trade {
    /// Symbol.
    pub symbol: String,
    /// Name.
    pub name: String,
    /// Bought, not sold.
    pub bought: bool,
    /// How many.
    pub shares: i64,
    /// For how much each, in cents.
    pub price: i64,
    /// `03-02-26`
    pub date: String,
}

/// What is left to spend, in cents.
pub fn balance(files: &Files) -> i64 {
    let sql = "SELECT coalesce(balance, 0.0) FROM balance ORDER BY _id LIMIT 1";
    let dollars = DATABASE.row(files, sql, [], |row| row.get::<_, f64>(0));
    cents(dollars.unwrap_or(0.0))
}

/// Dollars as cents.
pub fn cents(dollars: f64) -> i64 {
    (dollars * 100.0).round() as i64
}

/// Stocks owned, by symbol.
pub fn holdings(files: &Files) -> Vec<Holding> {
    DATABASE.rows(
        files,
        "SELECT symbol, coalesce(max(name), symbol), min(sum(numberstocks), 1000000000),
             CAST(coalesce(sum(numberstocks * price), 0) AS REAL) / max(sum(numberstocks), 1)
         FROM stocksowned WHERE symbol IS NOT NULL AND numberstocks > 0 GROUP BY symbol ORDER BY symbol",
        [],
        |row| Ok(Holding { symbol: row.get(0)?, name: row.get(1)?, shares: row.get(2)?, paid: row.get(3)? }),
    )
}

/// What was bought and sold, the last first.
pub fn trades(files: &Files) -> Vec<Trade> {
    DATABASE.rows(
        files,
        "SELECT coalesce(symbol, ''), coalesce(name, ''), type = 'BUY', coalesce(numberstocks, 0),
             CAST(coalesce(price, 0) AS REAL), coalesce(date, '') FROM transactionsdb ORDER BY _id DESC",
        [],
        |row| {
            Ok(Trade {
                symbol: row.get(0)?,
                name: row.get(1)?,
                bought: row.get::<_, Option<bool>>(2)?.unwrap_or(false),
                shares: row.get(3)?,
                price: cents(row.get(4)?),
                date: row.get(5)?,
            })
        },
    )
}

/// The stock of a symbol as it stands now: one of the market, or one that is owned.
pub fn quote(cx: &Services, symbol: &str) -> Option<Quote> {
    let now = cx.clock.millis();
    if let Some((symbol, name, around)) = MARKET.into_iter().find(|(known, ..)| *known == symbol) {
        return Some(Quote::at(cx.seed, symbol, name, around, now));
    }
    let owned = holdings(&cx.files).into_iter().find(|owned| owned.symbol == symbol)?;
    Some(Quote::at(cx.seed, symbol, &owned.name, owned.paid, now))
}

/// Buys or sells, wholly or not at all; `false` if that failed. Whether there is enough to do so was asked before.
pub fn trade(files: &Files, trade: &Trade) -> bool {
    let Trade { symbol, name, bought, shares, price, date } = trade;
    let dollars = *price as f64 / 100.0;
    let owned = holdings(files).into_iter().find(|owned| owned.symbol == *symbol);
    let (before, paid) = owned.map_or((0, 0.0), |owned| (owned.shares, owned.paid));
    let after = if *bought { before + shares } else { before - shares };
    let mean = match bought {
        true => (before as f64 * paid + *shares as f64 * dollars) / after.max(1) as f64,
        false => paid,
    };
    let spent = dollars * *shares as f64 * if *bought { 1.0 } else { -1.0 };
    let done = DATABASE.open(files).and_then(|mut connection| {
        let moved = connection.transaction()?;
        moved.execute("DELETE FROM stocksowned WHERE symbol = ?1", [symbol])?;
        if after > 0 {
            let sql = "INSERT INTO stocksowned (symbol, name, numberstocks, price, date) VALUES (?1, ?2, ?3, ?4, ?5)";
            moved.execute(sql, params![symbol, name, after, mean, date])?;
        }
        moved.execute("UPDATE balance SET balance = round(balance - ?1, 2)", [spent])?;
        let sql = "INSERT INTO transactionsdb (symbol, name, type, numberstocks, price, date)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let kind = if *bought { "BUY" } else { "SELL" };
        moved.execute(sql, params![symbol, name, kind, shares, dollars, date])?;
        moved.commit()
    });
    done.inspect_err(|error| tracing::warn!(%error, "trade failed")).is_ok()
}

/// A day as the tables have it.
pub fn date(millis: i64) -> String {
    at(millis).format("%m-%d-%y").to_string()
}

/// Fills a new database: money, and three stocks that were bought with a part of it.
pub fn fill(files: &Files, seed: u64, now: i64) {
    DATABASE.write(files, "INSERT INTO balance (balance) VALUES (?1)", [BEGIN]);
    let mut random = Random::new(seed, "stock trainer");
    let mut market = MARKET;
    random.shuffle(&mut market);
    for ((symbol, name, around), weeks) in market.into_iter().take(3).zip(1..) {
        let then = now - weeks * 7 * 86_400_000;
        let shares = i64::try_from(5 + random.below(40)).unwrap_or(5);
        let price = quotes::price(seed, symbol, around, then);
        let (symbol, name) = (symbol.to_owned(), name.to_owned());
        trade(files, &Trade { symbol, name, bought: true, shares, price, date: date(then) });
    }
}
