use std::path::Path;

use pocketpilot_core::encoder::EncoderError;

/// What can go wrong in training, measuring and loading.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error("cannot use {path}: {source}; check the path and the free space")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of a data file is not a guard record.
    #[error("{path}, line {line}: {why}; each line must be a JSON object with text, label and channel")]
    Record {
        /// The file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The data cannot be trained on or measured with.
    #[error("{0}")]
    Data(String),
    /// The encoder cannot be loaded or run.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// The head's weights are not usable, or arithmetic failed.
    #[error("the classifier's head failed: {0}; train it again with `pocketpilot train guard`")]
    Head(String),
    /// A policy file says something that has no meaning.
    #[error("the policy is not usable: {0}")]
    Policy(String),
}

impl Error {
    pub(crate) fn file(path: &Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }
}

impl From<candle_core::Error> for Error {
    fn from(e: candle_core::Error) -> Self {
        Self::Head(e.to_string())
    }
}
