//! What can go wrong with the store, each with its mend.

use std::io;
use std::path::{Path, PathBuf};

use pocketpilot_core::memory::{EpisodeId, MemoryError};
use rusqlite::ErrorCode;

/// Why the store could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory cannot be made, read or written.
    #[error("the memory directory {dir} cannot be used ({why}): make it a directory that you may write to", dir = .dir.display())]
    Directory {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        why: String,
    },
    /// No space is left.
    #[error("the disk that holds {dir} is full: free some space; nothing recorded before is lost", dir = .dir.display())]
    Full {
        /// The store's directory.
        dir: PathBuf,
    },
    /// The file is not what was written to it.
    #[error("{file} is damaged ({why}): restore a copy, or move it away and memory starts empty", file = .file.display())]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A later version wrote the store.
    #[error(
        "the memory was written by a newer version (schema {found}, this one knows {known}): update pocketpilot"
    )]
    Newer {
        /// Schema of the file.
        found: i64,
        /// Latest schema known here.
        known: i64,
    },
    /// Other processes keep the store locked for longer than a write takes.
    #[error("the memory is locked by another process: wait for it or end it, then try again")]
    Busy,
    /// The episode is not open for recording.
    #[error("episode {} is not being recorded: it ended, or it was forgotten", .0.0)]
    NotOpen(EpisodeId),
    /// There is no such episode.
    #[error("there is no episode {}: `memory search` shows the ids", .0.0)]
    Unknown(EpisodeId),
    /// Nothing was asked for.
    #[error("the query is blank, which would match everything: name a word, or say `all`")]
    BlankQuery,
    /// A trajectory is not in the form that this version reads.
    #[error("line {line} of the trajectory: {why}")]
    Trajectory {
        /// From 1.
        line: usize,
        /// What is wrong, and the mend.
        why: String,
    },
    /// A trajectory could not be read or written.
    #[error("the trajectory could not be read or written: {0}")]
    Io(#[from] io::Error),
    /// Something that is recorded has no JSON form.
    #[error("this cannot be recorded: {0}")]
    Unrecordable(#[from] serde_json::Error),
    /// Any other complaint of sqlite.
    #[error("sqlite: {0}")]
    Database(#[from] rusqlite::Error),
    /// The search index failed even in memory.
    #[error("the search index failed ({0}): `memory rebuild` makes it anew")]
    Index(#[from] tantivy::TantivyError),
}

impl StoreError {
    /// Puts sqlite's complaints in words of the person's.
    pub(crate) fn located(self, dir: &Path) -> Self {
        let Self::Database(rusqlite::Error::SqliteFailure(failure, message)) = &self else { return self };
        let why = message.clone().unwrap_or_else(|| failure.to_string());
        let dir = dir.to_path_buf();
        match failure.code {
            // A full disk that strikes while the log's shared index grows is reported as an I/O error.
            ErrorCode::DiskFull => Self::Full { dir },
            _ if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => Self::Full { dir },
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                Self::Directory { dir, why }
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Damaged { file: dir.join(crate::store::FILE), why }
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            _ => self,
        }
    }
}

impl From<StoreError> for MemoryError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}
