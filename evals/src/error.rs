//! What can go wrong in an evaluation.

use std::path::PathBuf;

use pocketpilot_core::device::DeviceError;

/// Why an evaluation could not be run, or could not go on.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file cannot be read or written.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line of a data file is not what the suite reads.
    #[error("{path}:{line}: {reason}", path = .path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong with the line.
        reason: String,
    },
    /// The data that samples are made from is not there.
    #[error("{0}")]
    Sources(String),
    /// The options leave nothing to measure.
    #[error("nothing to evaluate: {0}")]
    Nothing(String),
    /// `--only` is not a glob.
    #[error("--only {pattern}: {reason}; write it like `contacts/*`")]
    Pattern {
        /// What was given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The phone does not answer, or answers nonsense.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A command on the phone or its console failed while a task was prepared or checked.
    #[error("{what}: {reason}")]
    Environment {
        /// What was tried.
        what: String,
        /// What came back.
        reason: String,
    },
    /// The model cannot go on.
    #[error("{0}")]
    Model(String),
    /// The run was stopped by its [`pocketpilot_core::generate::Cancel`].
    #[error("cancelled")]
    Cancelled,
    /// The guard under test cannot judge.
    #[error(transparent)]
    Guard(#[from] pocketpilot_core::guard::GuardError),
}

impl EvalError {
    /// The phone, the model or the guard is at fault, not what was asked for.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Device(_) | Self::Environment { .. } | Self::Model(_) | Self::Guard(_))
    }
}
