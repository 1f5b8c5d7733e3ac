//! What the bank keeps: people with accounts, and what went from one to another.

use rusqlite::params;

use crate::files::Files;
use crate::system::content::contacts;
use crate::system::database::Database;
use crate::system::random::Random;

/// The file. Recharges and bills are kept by name only: others expect the table.
pub const DATABASE: Database = Database {
    path: "/data/data/com.example.bankApp/databases/DBbank.db",
    schema: "
        CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, accountID INTEGER UNIQUE, balance INTEGER,
            name TEXT, phoneNumber TEXT, email TEXT, password TEXT);
        CREATE TABLE IF NOT EXISTS accounts (accountID INTEGER PRIMARY KEY AUTOINCREMENT, accountNumber INTEGER UNIQUE);
        CREATE TABLE IF NOT EXISTS transactions (id INTEGER PRIMARY KEY AUTOINCREMENT, sent INTEGER, received INTEGER,
            amount INTEGER);
        CREATE TABLE IF NOT EXISTS bills (id INTEGER PRIMARY KEY AUTOINCREMENT, sent INTEGER, Billtype TEXT,
            billingno INTEGER, amount INTEGER);",
};

/// Somebody with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Number of the account.
    pub account: i64,
    /// What is in it, in whole dollars.
    pub balance: i64,
    /// Name.
    pub name: String,
}

/// What went from an account to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// From this account.
    pub sent: i64,
    /// To this account.
    pub received: i64,
    /// In whole dollars.
    pub amount: i64,
}

/// Everybody; the first is the phone's owner.
pub fn users(files: &Files) -> Vec<User> {
    DATABASE.rows(
        files,
        "SELECT accountID, coalesce(balance, 0), coalesce(name, '') FROM users WHERE accountID IS NOT NULL ORDER BY id",
        [],
        |row| Ok(User { account: row.get(0)?, balance: row.get(1)?, name: row.get(2)? }),
    )
}

/// The password belongs to the account.
pub fn opens(files: &Files, account: i64, password: &str) -> bool {
    let sql = "SELECT 1 FROM users WHERE accountID = ?1 AND password = ?2";
    DATABASE.row(files, sql, params![account, password], |_| Ok(())).is_some()
}

/// What went from or to an account, the last first.
pub fn transfers(files: &Files, account: i64) -> Vec<Transfer> {
    DATABASE.rows(
        files,
        "SELECT sent, received, amount FROM transactions WHERE sent = ?1 OR received = ?1 ORDER BY id DESC",
        [account],
        |row| Ok(Transfer { sent: row.get(0)?, received: row.get(1)?, amount: row.get(2)? }),
    )
}

/// Moves money, wholly or not at all; `false` if that failed.
pub fn transfer(files: &Files, transfer: Transfer) -> bool {
    let Transfer { sent, received, amount } = transfer;
    let done = DATABASE.open(files).and_then(|mut connection| {
        let moved = connection.transaction()?;
        let change = "UPDATE users SET balance = balance + ?2 WHERE accountID = ?1";
        moved.execute(change, params![sent, -amount])?;
        moved.execute(change, params![received, amount])?;
        let sql = "INSERT INTO transactions (sent, received, amount) VALUES (?1, ?2, ?3)";
        moved.execute(sql, params![sent, received, amount])?;
        moved.commit()
    });
    done.inspect_err(|error| tracing::warn!(%error, "transfer failed")).is_ok()
}

/// Fills a new database: the owner, some of the contacts, and what went between them.
pub fn fill(files: &Files, seed: u64, _: i64) {
    let mut random = Random::new(seed, "bank");
    let mut number = |from: i64, count: usize| from + i64::try_from(random.below(count)).unwrap_or(0);
    let mut people =
        vec![("Alex Morgan".to_owned(), "+1 212 555 0100".to_owned(), "me@example.com".to_owned())];
    let known = contacts::all(files).into_iter().take(4);
    people.extend(known.map(|contact| (contact.name, contact.phone, contact.email)));
    let mut accounts = Vec::new();
    for ((name, phone, email), nth) in people.into_iter().zip(1..) {
        let account = nth * 100_000 + number(10_000, 80_000);
        accounts.push(account);
        DATABASE.write(
            files,
            "INSERT INTO users (accountID, balance, name, phoneNumber, email, password)
             VALUES (?1, ?2, ?3, ?4, ?5, '1234')",
            params![account, number(2_000, 6_000), name, phone, email],
        );
        DATABASE.write(files, "INSERT INTO accounts (accountNumber) VALUES (?1)", [account]);
    }
    let Some((owner, others)) = accounts.split_first() else { return };
    for (other, nth) in others.iter().zip(0..) {
        let (sent, received) = if nth % 2 == 0 { (*owner, *other) } else { (*other, *owner) };
        let amount = number(10, 190);
        transfer(files, Transfer { sent, received, amount });
    }
}
