//! Snapshots: the whole phone, kept under a name and brought back.
//!
//! Everything durable lies in the phone's files, so a snapshot is a copy of them.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::device::Device;

/// A snapshot's name and when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The name.
    pub name: String,
    /// When it was taken, by the host's clock.
    pub taken: SystemTime,
}

impl Device {
    /// Keeps the phone's state as `name`, in place of what had that name.
    ///
    /// # Errors
    /// `InvalidInput` for a name that is not letters, digits, `.`, `_`, `-`; else the disk's errors.
    pub fn save_snapshot(&self, name: &str) -> io::Result<()> {
        let target = self.snapshot_path(name)?;
        let _system = self.system();
        let new = target.with_extension("new");
        remove(&new)?;
        copy(self.files.root(), &new)?;
        remove(&target)?;
        fs::rename(new, target)
    }

    /// Brings the phone back to the state of `name` and boots it.
    ///
    /// # Errors
    /// `NotFound` if there is no such snapshot; else as [`Device::save_snapshot`].
    pub fn load_snapshot(&self, name: &str) -> io::Result<()> {
        let source = self.snapshot_path(name)?;
        if !source.is_dir() {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.replace(|root| {
            let [new, old] = ["new", "old"].map(|suffix| root.with_extension(suffix));
            remove(&new)?;
            remove(&old)?;
            copy(&source, &new)?;
            fs::rename(root, &old)?;
            fs::rename(new, root)?;
            remove(&old)
        })
    }

    /// The snapshots there are, by name.
    pub fn snapshots(&self) -> Vec<Snapshot> {
        let Ok(entries) = fs::read_dir(self.snapshots_directory()) else { return Vec::new() };
        let mut found: Vec<Snapshot> = entries
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let name = entry.file_name().into_string().ok().filter(|name| !name.ends_with(".new"))?;
                Some(Snapshot { name, taken: entry.metadata().and_then(|found| found.modified()).ok()? })
            })
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    fn snapshot_path(&self, name: &str) -> io::Result<PathBuf> {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if name.is_empty() || name.len() > 64 || !plain {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "name must be letters, digits, _ and -"));
        }
        Ok(self.snapshots_directory().join(name))
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Copies a directory with modes and times; links are copied as links.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            copy(&source, &target)?;
        } else if metadata.is_symlink() {
            symlink(fs::read_link(source)?, target)?;
            continue;
        } else {
            fs::copy(&source, &target)?;
        }
        let times =
            fs::FileTimes::new().set_modified(metadata.modified()?).set_accessed(metadata.accessed()?);
        fs::File::open(&target)?.set_times(times)?;
    }
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phone_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let device = Device::boot(home.path(), 1).unwrap();
        device.files.write("/sdcard/Download/a.txt", b"before").unwrap();
        device.properties().set("persist.sys.locale", "ko-KR");
        device.save_snapshot("clean").unwrap();
        device.files.write("/sdcard/Download/a.txt", b"after").unwrap();
        device.files.write("/sdcard/Download/b.txt", b"new").unwrap();
        device.properties().set("persist.sys.locale", "en-US");
        device.load_snapshot("clean").unwrap();
        assert_eq!(device.files.read("/sdcard/Download/a.txt").unwrap(), b"before");
        assert!(!device.files.exists("/sdcard/Download/b.txt"));
        assert_eq!(device.properties().get("persist.sys.locale"), "ko-KR");
        let names: Vec<String> = device.snapshots().into_iter().map(|snapshot| snapshot.name).collect();
        assert_eq!(names, ["clean"]);
    }

    #[test]
    fn bad_names_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let device = Device::boot(home.path(), 1).unwrap();
        for name in ["", "../files", "a/b", "."] {
            assert_eq!(device.save_snapshot(name).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        assert_eq!(device.load_snapshot("none").unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
