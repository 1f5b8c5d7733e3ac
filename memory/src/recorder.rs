//! Tells the episodes of a live process from those that a crash left open.
//!
//! Each recording store holds the lock of one file in `live/`. The system releases the lock however the
//! process ends. Files are made and swept under sqlite's write lock, so none is swept before it is locked.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(crate) struct Recorder {
    name: String,
    path: PathBuf,
    /// Holds the lock for as long as the store lives.
    _lock: File,
}

impl Recorder {
    /// Makes and locks `live/NAME`. The name must be one that was never used before.
    pub(crate) fn register(dir: &Path, name: String) -> io::Result<Self> {
        let live = live(dir);
        fs::create_dir_all(&live)?;
        let path = live.join(&name);
        let lock = File::create_new(&path)?;
        lock.lock()?;
        Ok(Self { name, path, _lock: lock })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        // A file that stays behind is swept by the next store that opens.
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes the files of processes that are gone.
pub(crate) fn sweep(dir: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(live(dir)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        // A process that ends right now may have removed its own file.
        let Ok(file) = File::open(&path) else { continue };
        match file.try_lock() {
            Ok(()) => fs::remove_file(&path)?,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(())
}

/// After a [`sweep`]: the process that records under this name still runs.
pub(crate) fn is_live(dir: &Path, name: &str) -> bool {
    live(dir).join(name).exists()
}

fn live(dir: &Path) -> PathBuf {
    dir.join("live")
}
