//! Forgetting, for good: the text is gone from the database file, its log and the index.

use pocketpilot_core::memory::EpisodeId;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::{Store, StoreError};

/// What to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// One episode.
    Episode(EpisodeId),
    /// Every episode in which this text occurs anywhere, whatever its case.
    Matching(String),
    /// Every episode.
    All,
}

impl Store {
    /// Deletes episodes and gives their number. An episode that is being recorded goes as well, and its
    /// recorder is told at its next step.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] for an id that names nothing, [`StoreError::BlankQuery`] for a text that
    /// would match everything, [`StoreError::Busy`] when another process still reads the deleted pages (they are
    /// deleted, but remain in the log until it is done), or the database cannot be written.
    pub fn forget(&self, what: &Forget) -> Result<usize, StoreError> {
        self.with(|inner| {
            let tx = inner.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let ids = match what {
                Forget::Episode(id) => vec![id.0],
                Forget::Matching(text) => matching(&tx, text)?,
                Forget::All => all(&tx)?,
            };
            let mut forgotten = 0;
            for id in ids {
                forgotten += tx.execute("DELETE FROM episode WHERE id = ?1", params![id])?;
            }
            if let (Forget::Episode(id), 0) = (what, forgotten) {
                return Err(StoreError::Unknown(*id));
            }
            // The words of a deleted episode would live on in the index; only a new one is free of them.
            tx.execute("UPDATE store SET epoch = lower(hex(randomblob(8)))", [])?;
            tx.commit()?;
            inner.index.discard()?;
            let busy: bool = inner.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            if busy { Err(StoreError::Busy) } else { Ok(forgotten) }
        })
    }

    /// Builds the search index anew from the database; gives the number of episodes in it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read or the index cannot be written.
    pub fn rebuild(&self) -> Result<u64, StoreError> {
        self.with(|inner| inner.index.rebuild(&inner.db))
    }
}

fn all(db: &Connection) -> Result<Vec<i64>, StoreError> {
    Ok(db.prepare("SELECT id FROM episode")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn matching(db: &Connection, text: &str) -> Result<Vec<i64>, StoreError> {
    if text.trim().is_empty() {
        return Err(StoreError::BlankQuery);
    }
    let needle = text.to_lowercase();
    // Steps are kept as JSON, where quotes and line breaks are escaped.
    let quoted = serde_json::Value::String(needle.clone()).to_string();
    let escaped = quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned();

    let mut steps = db.prepare("SELECT record FROM step WHERE episode = ?1")?;
    let mut episodes = db.prepare("SELECT id, concat_ws(char(10), goal, reason, answer) FROM episode")?;
    let mut rows = episodes.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let mut hit = row.get::<_, String>(1)?.to_lowercase().contains(&needle);
        let mut records = steps.query(params![id])?;
        while !hit && let Some(record) = records.next()? {
            hit = record.get::<_, String>(0)?.to_lowercase().contains(&escaped);
        }
        if hit {
            ids.push(id);
        }
    }
    Ok(ids)
}

#[cfg(test)]
mod tests;
