//! The stock trainer: stocks are bought and sold at prices that move.

use super::Probe;

const DATABASE: &str = "/data/data/com.alifesoftware.stocktrainer/databases/usercomstocktrainerapp.db";

/// A phone whose owner has 1000 dollars and 15000 shares.
fn probe() -> Probe {
    let mut probe = Probe::new();
    let change = "DELETE FROM stocksowned; DELETE FROM transactionsdb; UPDATE balance SET balance = 1000;
        INSERT INTO stocksowned (symbol, name, numberstocks, price, date) VALUES
            ('NVDA', 'NVIDIA Corporation', 15000, 110.8, '06-12-24')";
    assert_eq!(probe.run(&["sqlite3", DATABASE, change]).1, 0);
    probe.tap("Stock Trainer");
    probe
}

#[test]
fn stocks_are_sold_and_bought() {
    let mut probe = probe();
    probe.shows("NVDA · 15000 shares");
    probe.shows("$1,000.00");
    probe.tap("NVIDIA Corporation");
    probe.tap("Sell");
    probe.run(&["input", "text", "100"]);
    probe.tap("Preview order");
    probe.shows("Sell 100 NVDA shares?");
    probe.tap("Cancel");
    probe.finds(DATABASE, "SELECT count(*) FROM transactionsdb", "0");
    probe.tap("Preview order");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT symbol, numberstocks, price FROM stocksowned", "NVDA|14900|110.8");
    probe.finds(
        DATABASE,
        "SELECT symbol, type, numberstocks, date FROM transactionsdb",
        "NVDA|SELL|100|03-02-26",
    );
    let sql = "SELECT abs(balance - 1000 - 100 * (SELECT price FROM transactionsdb)) < 0.01 FROM balance";
    probe.finds(DATABASE, sql, "1");
    probe.ok("input keyevent BACK");
    probe.tap("Market");
    probe.type_into("search_field", "coca");
    probe.tap("Coca-Cola Company");
    probe.tap("Buy");
    probe.run(&["input", "text", "3"]);
    probe.ok("input keyevent ENTER");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT symbol, numberstocks FROM stocksowned", "NVDA|14900\nKO|3");
    probe.ok("input keyevent BACK");
    probe.tap("History");
    probe.shows("Sold 100 NVDA");
    probe.shows("Bought 3 KO");
}

#[test]
fn what_cannot_be_ordered_is_told() {
    let mut probe = probe();
    probe.tap("NVIDIA Corporation");
    for (action, shares, error) in [
        ("Sell", "ten", "Enter a whole number of shares"),
        ("Sell", "-5", "Enter a whole number of shares"),
        ("Sell", "15001", "You own 15000 shares"),
        ("Buy", "0", "Enter a whole number of shares"),
        ("Buy", "9223372036854775807", "Your cash of $1,000.00 buys 9 shares"),
    ] {
        probe.tap(action);
        probe.run(&["input", "text", shares]);
        probe.ok("input keyevent ENTER");
        probe.shows(error);
        probe.ok("input keyevent BACK");
        probe.ok("input keyevent BACK");
    }
    probe.finds(DATABASE, "SELECT count(*) FROM transactionsdb", "0");
}

#[test]
fn prices_move_with_the_clock_alone() {
    let mut probe = probe();
    probe.tap("NVIDIA Corporation");
    let mut price = |hours: i64| {
        probe.shell.device.system().set_time(1_772_445_600_000 + hours * 3_600_000);
        probe.texts().into_iter().filter(|text| text.starts_with('$')).collect::<Vec<_>>()
    };
    let (now, later, again) = (price(0), price(30), price(0));
    assert_eq!(now, again);
    assert_ne!(now, later);
}
