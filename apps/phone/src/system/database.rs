//! SQLite files at the paths where the real apps keep theirs.
//!
//! There is no second copy of what is in them: `adb pull`, an edit and `adb push` replace a file under the phone, and
//! `sqlite3` in the shell writes it. What stays open from one use to the next is opened again then.

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Params, Row};

use crate::files::Files;

/// A database.
#[derive(Debug, Clone, Copy)]
pub struct Database {
    /// Android path.
    pub path: &'static str,
    /// Creates what is missing; run on every opening of the file.
    pub schema: &'static str,
}

/// A connection in use; dropped, it stays open for the next use.
#[derive(Debug)]
pub struct Opened<'a> {
    /// Taken when it is dropped.
    connection: Option<Connection>,
    database: &'static str,
    files: &'a Files,
    host: PathBuf,
    /// Not for later: it may not grow, or what is written stays beside the file as long as it is open.
    once: bool,
}

impl Database {
    /// Opens it, creating what is missing.
    ///
    /// # Errors
    /// The file cannot be written, or is no database.
    pub fn open<'a>(&self, files: &'a Files) -> rusqlite::Result<Opened<'a>> {
        if let Some((host, connection)) = files.connections().take(self.path)
            && files.room(&host).is_ok()
        {
            return Ok(Opened {
                connection: Some(connection),
                database: self.path,
                files,
                host,
                once: false,
            });
        }
        let host =
            files.create_parents(self.path).map_err(|_| rusqlite::Error::InvalidPath(self.path.into()))?;
        let connection = Connection::open(&host)?;
        let full = keep_to_room(&connection, files, &host)?;
        // A phone's disk need not outlive a power cut of the host; without the syncs it boots many times faster.
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.execute_batch(self.schema)?;
        let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        let once = full || journal == "wal";
        Ok(Opened { connection: Some(connection), database: self.path, files, host, once })
    }

    /// Creates the file if there is none.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn create(&self, files: &Files) -> rusqlite::Result<()> {
        if files.exists(self.path) { Ok(()) } else { self.open(files).map(drop) }
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
            connection.prepare_cached(sql)?.query_map(params, read)?.collect::<rusqlite::Result<Vec<T>>>()
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

impl Deref for Opened<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Opened<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take().filter(|_| !self.once) {
            self.files.connections().keep(self.database, std::mem::take(&mut self.host), connection);
        }
    }
}

/// Lets a database grow only where the disk has room for it, and says whether the disk is full. What it refuses then is told
/// in SQLite's own words.
///
/// # Errors
/// The file is no database.
pub fn keep_to_room(connection: &Connection, files: &Files, path: &Path) -> rusqlite::Result<bool> {
    let full = files.room(path).is_err();
    if full {
        // SQLite takes its present size where that is more.
        connection.pragma_update(None, "max_page_count", 1)?;
    }
    Ok(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: Database =
        Database { path: "/data/data/com.x/databases/n.db", schema: "CREATE TABLE IF NOT EXISTS n (x)" };

    #[track_caller]
    fn check(files: &Files, expected: &[i64]) {
        assert_eq!(NUMBERS.rows(files, "SELECT x FROM n", [], |row| row.get::<_, i64>(0)), expected);
    }

    #[test]
    fn what_others_write_is_seen_and_what_is_written_is_in_the_file() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path()).unwrap();
        let other = |sql| {
            let connection = Connection::open(files.host_path("/", NUMBERS.path).unwrap()).unwrap();
            connection.execute_batch(sql).unwrap();
        };
        NUMBERS.write(&files, "INSERT INTO n VALUES (1)", []);
        other("INSERT INTO n VALUES (2)");
        check(&files, &[1, 2]);
        other("PRAGMA journal_mode = WAL");
        NUMBERS.write(&files, "INSERT INTO n VALUES (3)", []);
        assert!(!files.exists(&format!("{}-wal", NUMBERS.path)));
        check(&files, &[1, 2, 3]);
        // As `adb push` does.
        files.write(NUMBERS.path, b"").unwrap();
        check(&files, &[]);
        other("DROP TABLE n");
        check(&files, &[]);
        NUMBERS.write(&files, "INSERT INTO n VALUES (4)", []);
        check(&files, &[4]);
    }
}
