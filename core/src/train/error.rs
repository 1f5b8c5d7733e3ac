//! What can go wrong in a training run.

use std::io;
use std::path::{Path, PathBuf};

use crate::generate::EngineError;

/// Why there is no adapter.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The samples leave nothing to learn, or nothing to measure by.
    #[error("{0}")]
    Data(String),
    /// A file cannot be read or written.
    #[error("{path}: {source}: check the path and the room on the disk")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A checkpoint cannot be gone on from.
    #[error("{path}: {reason}: remove it to start anew, or choose another folder")]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The adapter to start from does not fit the run.
    #[error("the adapter to start from does not fit: {0}")]
    Start(String),
    /// The base model cannot do what is asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl TrainError {
    pub(super) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}
