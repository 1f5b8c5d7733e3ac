//! Calls: `calllog.db`.

use rusqlite::params;

use super::Place;
use crate::files::Files;
use crate::system::database::Database;

/// The file.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.providers.contacts/databases/calllog.db",
    schema: "
        CREATE TABLE IF NOT EXISTS calls (_id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT,
            presentation INTEGER NOT NULL DEFAULT 1, date INTEGER, duration INTEGER, data_usage INTEGER, type INTEGER,
            features INTEGER NOT NULL DEFAULT 0, name TEXT, numbertype INTEGER, countryiso TEXT,
            new INTEGER DEFAULT 0, is_read INTEGER DEFAULT 1);",
};

/// `type` of a call that came in.
pub const INCOMING: i64 = 1;
/// `type` of a call made from here.
pub const OUTGOING: i64 = 2;
/// `type` of a call that nobody took.
pub const MISSED: i64 = 3;
/// `type` of a call that was declined.
pub const REJECTED: i64 = 5;

pub(super) fn place(parts: &[&str]) -> Option<Place> {
    matches!(parts, ["calls"]).then(|| Place::new(DATABASE, "calls", "calls").order("date DESC, _id DESC"))
}

/// A call.
#[derive(Debug, Clone)]
pub struct Call {
    /// The other's number.
    pub number: String,
    /// When it began, in milliseconds since 1970.
    pub date: i64,
    /// [`INCOMING`], [`OUTGOING`], [`MISSED`] or [`REJECTED`].
    pub kind: i64,
}

/// Calls, the latest first.
pub fn all(files: &Files) -> Vec<Call> {
    DATABASE.rows(
        files,
        "SELECT coalesce(number, ''), coalesce(date, 0), coalesce(type, 2) FROM calls ORDER BY date DESC, _id DESC",
        [],
        |row| Ok(Call { number: row.get(0)?, date: row.get(1)?, kind: row.get(2)? }),
    )
}

/// Keeps a call; `duration` in seconds.
pub fn add(files: &Files, call: &Call, duration: i64, name: &str) {
    DATABASE.write(
        files,
        "INSERT INTO calls (number, date, duration, type, name, new, countryiso) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'US')",
        params![call.number, call.date, duration, call.kind, name, call.kind == MISSED],
    );
}
