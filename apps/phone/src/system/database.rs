//! SQLite files at the paths where the real apps keep theirs.
//!
//! A connection is opened for each use and closed after it: `adb pull`, an edit and `adb push` replace the file under
//! the phone, and `sqlite3` in the shell writes it. There is no second copy of what is in it.

use std::path::Path;

use rusqlite::{Connection, Params, Row};

use crate::files::Files;

/// A database.
#[derive(Debug, Clone, Copy)]
pub struct Database {
    /// Android path.
    pub path: &'static str,
    /// Creates what is missing; run on every opening.
    pub schema: &'static str,
}

impl Database {
    /// Opens it, creating what is missing.
    ///
    /// # Errors
    /// The file cannot be written, or is no database.
    pub fn open(&self, files: &Files) -> rusqlite::Result<Connection> {
        let path =
            files.create_parents(self.path).map_err(|_| rusqlite::Error::InvalidPath(self.path.into()))?;
        let connection = Connection::open(&path)?;
        keep_to_room(&connection, files, &path)?;
        // A phone's disk need not outlive a power cut of the host; without the syncs it boots many times faster.
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.execute_batch(self.schema)?;
        Ok(connection)
    }

    /// Rows of a query; none if the database is broken, as a real app shows an empty list then.
    pub fn rows<T>(
        &self,
        files: &Files,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let found = self.open(files).and_then(|connection| {
            connection.prepare(sql)?.query_map(params, read)?.collect::<rusqlite::Result<Vec<T>>>()
        });
        found.unwrap_or_else(|error| {
            tracing::warn!(path = self.path, %error, "query failed");
            Vec::new()
        })
    }

    /// The first row of a query.
    pub fn row<T>(
        &self,
        files: &Files,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Option<T> {
        self.rows(files, sql, params, read).into_iter().next()
    }

    /// Runs a statement; returns the id of the row inserted last, `None` if it failed.
    pub fn write(&self, files: &Files, sql: &str, params: impl Params) -> Option<i64> {
        let done = self.open(files).and_then(|connection| {
            connection.execute(sql, params)?;
            Ok(connection.last_insert_rowid())
        });
        done.inspect_err(|error| tracing::warn!(path = self.path, %error, "statement failed")).ok()
    }
}

/// Lets a database grow only where the disk has room for it; what a full one refuses is told in SQLite's own words.
///
/// # Errors
/// The file is no database.
pub fn keep_to_room(connection: &Connection, files: &Files, path: &Path) -> rusqlite::Result<()> {
    match files.room(path) {
        Ok(()) => Ok(()),
        // SQLite takes its present size where that is more.
        Err(_) => connection.pragma_update(None, "max_page_count", 1),
    }
}
