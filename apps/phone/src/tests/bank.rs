//! The bank: money is sent once it was confirmed, and only what is there.

use super::Probe;

const DATABASE: &str = "/data/data/com.example.bankApp/databases/DBbank.db";

/// A phone whose owner has 500 dollars, and knows Ada.
fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.example.bankApp 1");
    let change =
        "DELETE FROM users; DELETE FROM transactions; INSERT INTO users (accountID, balance, name, password) VALUES
                  (111111, 500, 'Me', '1234'), (222222, 70, 'Ada', 'secret')";
    assert_eq!(probe.run(&["sqlite3", DATABASE, change]).1, 0);
    probe.shows("111111");
    probe.type_into("Password", "1234");
    probe.tap("Login");
    probe
}

#[test]
fn only_the_password_opens_an_account() {
    let mut probe = probe();
    probe.tap("Log out");
    probe.tap("Login");
    probe.shows("Wrong account number or password");
    probe.type_into("Password", "secret");
    probe.shows("••••••");
    assert!(!probe.dump().contains("secret"));
    probe.tap("Login");
    probe.shows("Wrong account number or password");
    probe.tap("editTextAccount");
    probe.ok("input keycombination 113 29");
    probe.ok("input text 222222");
    probe.type_into("Password", "secret");
    probe.ok("input keyevent ENTER");
    probe.shows("$70");
    assert!(probe.ok("dumpsys window").contains(".DashboardActivity"));
    probe.ok("am force-stop com.example.bankApp");
    probe.ok("monkey -p com.example.bankApp 1");
    probe.shows("Log in to your account");
}

#[test]
fn money_is_sent_once_it_was_confirmed() {
    let mut probe = probe();
    probe.shows("$500");
    probe.shows("No transactions yet");
    probe.tap("Transfer");
    probe.tap("Ada");
    probe.type_into("Amount", "120");
    probe.tap("Send");
    probe.shows("To Ada, account 222222");
    probe.tap("Cancel");
    probe.finds(DATABASE, "SELECT count(*) FROM transactions", "0");
    probe.tap("buttonSend");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT sent, received, amount FROM transactions", "111111|222222|120");
    probe.finds(DATABASE, "SELECT balance FROM users ORDER BY id", "380\n190");
    for text in ["$380", "Ada", "Sent", "-$120"] {
        probe.shows(text);
    }
}

#[test]
fn what_cannot_be_sent_is_told() {
    let mut probe = probe();
    probe.tap("Transfer");
    for (account, amount, error) in [
        ("x", "1", "Enter Valid Account No"),
        ("222222", "ten", "Enter Number Only"),
        ("333333", "10", "Didn't Find Account"),
        ("111111", "10", "Didn't Find Account"),
        ("222222", "0", "Enter an amount"),
        ("222222", "501", "Only $500 is in your account"),
    ] {
        for (field, value) in [("edittextaccount", account), ("edittextamount", amount)] {
            probe.tap(field);
            probe.ok("input keycombination 113 29");
            probe.ok(&format!("input text {value}"));
        }
        probe.ok("input keyevent ENTER");
        probe.shows(error);
    }
    probe.finds(DATABASE, "SELECT count(*) FROM transactions", "0");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.shows("Welcome Back,");
}
