//! How much is remembered.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// How much is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// All episodes.
    pub episodes: u32,
    /// Those that achieved their task.
    pub successes: u32,
    /// Those that did not.
    pub failures: u32,
    /// Those that a crash ended.
    pub interrupted: u32,
    /// Those that are being recorded.
    pub open: u32,
    /// Steps of all episodes.
    pub steps: u32,
    /// When the first began, in milliseconds since 1970.
    pub first: Option<i64>,
    /// When the last began, in milliseconds since 1970.
    pub last: Option<i64>,
    /// Bytes of the directory: database, log and index.
    pub bytes: u64,
}

impl Store {
    /// Counts what is remembered.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub fn stats(&self) -> Result<Stats, StoreError> {
        self.with(|inner| {
            let bytes = size(&self.dir);
            Ok(inner.db.query_row(
                "SELECT count(*), count(*) FILTER (WHERE state = 'success'),
                        count(*) FILTER (WHERE state = 'failure'),
                        count(*) FILTER (WHERE state = 'interrupted'), count(*) FILTER (WHERE state = 'open'),
                        (SELECT count(*) FROM step), min(begun), max(begun)
                 FROM episode",
                [],
                |row| {
                    Ok(Stats {
                        episodes: row.get(0)?,
                        successes: row.get(1)?,
                        failures: row.get(2)?,
                        interrupted: row.get(3)?,
                        open: row.get(4)?,
                        steps: row.get(5)?,
                        first: row.get(6)?,
                        last: row.get(7)?,
                        bytes,
                    })
                },
            )?)
        })
    }
}

/// Bytes below `dir`; what another process removes meanwhile counts nothing.
fn size(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}
