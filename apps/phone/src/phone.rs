//! A running phone.

use std::path::PathBuf;

/// What can go wrong when a phone starts.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// A port cannot be had, a file cannot be written.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

/// Settings of a phone to be started.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    /// Port of adbd; 0 takes any free one.
    pub adb_port: u16,
    /// Port of the emulator console; 0 takes any free one.
    pub console_port: u16,
    /// Port of the adb-server protocol; 0 takes any free one, `None` serves none.
    pub server_port: Option<u16>,
    /// Seed of everything random in the phone.
    pub seed: u64,
    /// Directory of the phone's files; a temporary one if `None`.
    pub root: Option<PathBuf>,
}

/// A running phone; dropping it ends it.
#[derive(Debug)]
pub struct Phone {}
