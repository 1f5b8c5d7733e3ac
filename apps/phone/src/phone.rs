//! A running phone.

use std::{io, path::PathBuf, sync::Arc};

use tempfile::TempDir;

use crate::device::Device;

/// What can go wrong when a phone starts.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// A port cannot be had, a file cannot be written.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: io::Error,
    },
}

impl PhoneError {
    /// For `map_err`: an [`io::Error`] with what was tried, `"cannot "` put before it.
    pub fn io(what: impl std::fmt::Display) -> impl FnOnce(io::Error) -> PhoneError {
        let what = format!("cannot {what}");
        move |source| PhoneError::Io { what, source }
    }
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
    /// Directory that keeps the phone (its disk under `files`, its snapshots under `snapshots`); a temporary one,
    /// gone with the phone, if `None`.
    pub root: Option<PathBuf>,
}

impl Builder {
    /// Boots the phone and opens its ports on the loopback interface.
    ///
    /// # Errors
    /// A port is taken, or the directory cannot be written.
    pub async fn start(self) -> Result<Phone, PhoneError> {
        let temporary = match self.root {
            Some(_) => None,
            None => Some(tempfile::tempdir().map_err(PhoneError::io("create a temporary directory"))?),
        };
        let home = self.root.as_deref().or(temporary.as_ref().map(TempDir::path)).unwrap_or(".".as_ref());
        let device = Arc::new(Device::boot(home, self.seed)?);
        Ok(Phone { device, _temporary: temporary })
    }
}

/// A running phone; dropping it ends it.
#[derive(Debug)]
pub struct Phone {
    device: Arc<Device>,
    _temporary: Option<TempDir>,
}

impl Phone {
    /// Settings with every port free, seed 0 and a temporary disk.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// What is below the wire, for programs that show the phone rather than drive it.
    pub fn device(&self) -> &Arc<Device> {
        &self.device
    }
}
