//! Records episodes in sqlite, so that what was acknowledged is on the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use pocketpilot_core::memory::{EpisodeId, Memory, MemoryError, Outcome, Recall, StepRecord};
use pocketpilot_core::task::Task;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use crate::index::SearchIndex;
use crate::recorder::{self, Recorder};
use crate::{StoreError, migrate};

pub(crate) const FILE: &str = "memory.sqlite";

/// How long a write waits for the writes of other processes.
const PATIENCE: Duration = Duration::from_secs(10);

/// The memory of one person, in one directory.
#[derive(Debug)]
pub struct Store {
    pub(crate) dir: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) db: Connection,
    pub(crate) index: SearchIndex,
    recorder: Option<Recorder>,
}

/// What became of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is being recorded.
    Open,
    /// The task was achieved.
    Success,
    /// It was not.
    Failure,
    /// The process ended before the episode did.
    Interrupted,
}

impl State {
    pub(crate) fn from_column(column: &str) -> Self {
        match column {
            "open" => Self::Open,
            "success" => Self::Success,
            "interrupted" => Self::Interrupted,
            _ => Self::Failure,
        }
    }
}

impl Store {
    /// Opens the store in `dir`, making both where there is none. Episodes that a crash left open are
    /// marked interrupted; those that another process is recording are left alone.
    ///
    /// # Errors
    /// [`StoreError`] when the directory cannot be written, the disk is full, the database is damaged or
    /// was written by a newer version.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let directory = |e: std::io::Error| StoreError::Directory { dir: dir.into(), why: e.to_string() };
        create_private(dir).map_err(directory)?;
        let db = connect(dir).map_err(|e| e.located(dir))?;
        let index = SearchIndex::new(dir.join("index"));
        let store = Self { dir: dir.into(), inner: Mutex::new(Inner { db, index, recorder: None }) };
        store.with(|inner| {
            let tx = inner.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            recorder::sweep(dir).map_err(directory)?;
            interrupt_abandoned(&tx, dir)?;
            Ok(tx.commit()?)
        })?;
        Ok(store)
    }

    /// The directory given to [`Store::open`].
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Runs `f` on the store's parts. No invariant spans two statements outside a transaction, so a
    /// panic elsewhere leaves them sound.
    pub(crate) fn with<T>(
        &self,
        f: impl FnOnce(&mut Inner) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        f(&mut inner).map_err(|e| e.located(&self.dir))
    }
}

fn connect(dir: &Path) -> Result<Connection, StoreError> {
    let mut db = Connection::open(dir.join(FILE))?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    // FULL syncs the log at every commit: a recorded step outlives a power cut, not only a crash.
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", true)?;
    // Forgotten text is overwritten in the file, not only unlinked.
    db.pragma_update(None, "secure_delete", true)?;
    migrate::migrate(&mut db)?;
    Ok(db)
}

/// Screens hold private text: nobody else may look into the directory.
fn create_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn interrupt_abandoned(tx: &Transaction<'_>, dir: &Path) -> Result<(), StoreError> {
    let mut open = tx.prepare("SELECT id, recorder FROM episode WHERE state = 'open' ORDER BY id")?;
    let episodes: Vec<(i64, String)> =
        open.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (id, recorder) in episodes {
        if !recorder::is_live(dir, &recorder) {
            close(tx, id, "interrupted", Some("the process ended before the episode did"), None)?;
            tracing::info!(episode = id, "an earlier episode was interrupted");
        }
    }
    Ok(())
}

/// Closes an open episode; says whether there was one to close.
fn close(
    db: &Connection,
    id: i64,
    state: &str,
    reason: Option<&str>,
    answer: Option<&str>,
) -> Result<bool, StoreError> {
    let changed = db
        .prepare_cached(
            "UPDATE episode SET state = ?2, reason = ?3, answer = ?4, ended = ?5,
                closed = (SELECT coalesce(max(closed), 0) + 1 FROM episode)
             WHERE id = ?1 AND state = 'open'",
        )?
        .execute(params![id, state, reason, answer, now()])?;
    Ok(changed == 1)
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Inner {
    fn begin(&mut self, dir: &Path, task: &Task) -> Result<EpisodeId, StoreError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let recorder = match &mut self.recorder {
            Some(recorder) => recorder,
            none => {
                let name = tx.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))?;
                let registered = Recorder::register(dir, name)
                    .map_err(|e| StoreError::Directory { dir: dir.into(), why: e.to_string() })?;
                none.insert(registered)
            }
        };
        tx.execute(
            "INSERT INTO episode (goal, task, begun, recorder, state) VALUES (?1, ?2, ?3, ?4, 'open')",
            params![task.goal, serde_json::to_string(task)?, now(), recorder.name()],
        )?;
        let id = tx.last_insert_rowid();
        tx.commit()?;
        Ok(EpisodeId(id))
    }

    fn record(&self, episode: EpisodeId, step: &StepRecord) -> Result<(), StoreError> {
        let index = i64::try_from(step.index).unwrap_or(i64::MAX);
        let written = self
            .db
            .prepare_cached(
                "INSERT INTO step (episode, idx, record)
                 SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM episode WHERE id = ?1 AND state = 'open')
                 ON CONFLICT (episode, idx) DO UPDATE SET record = excluded.record",
            )?
            .execute(params![episode.0, index, serde_json::to_string(step)?])?;
        if written == 1 { Ok(()) } else { Err(StoreError::NotOpen(episode)) }
    }

    fn finish(&self, episode: EpisodeId, outcome: &Outcome) -> Result<(), StoreError> {
        let state = if outcome.success { "success" } else { "failure" };
        let closed = close(&self.db, episode.0, state, Some(&outcome.reason), outcome.answer.as_deref())?;
        if closed { Ok(()) } else { Err(StoreError::NotOpen(episode)) }
    }
}

impl Memory for Store {
    fn begin(&self, task: &Task) -> Result<EpisodeId, MemoryError> {
        Ok(self.with(|inner| inner.begin(&self.dir, task))?)
    }

    fn record(&self, episode: EpisodeId, step: &StepRecord) -> Result<(), MemoryError> {
        Ok(self.with(|inner| inner.record(episode, step))?)
    }

    fn finish(&self, episode: EpisodeId, outcome: &Outcome) -> Result<(), MemoryError> {
        Ok(self.with(|inner| inner.finish(episode, outcome))?)
    }

    fn recall(&self, goal: &str, k: usize) -> Result<Vec<Recall>, MemoryError> {
        Ok(self.recalled(goal, k)?)
    }
}

#[cfg(test)]
mod kill_tests;
#[cfg(test)]
mod tests;
