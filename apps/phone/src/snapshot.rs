//! Snapshots: the whole phone, kept and brought back.
//!
//! Everything durable lies in the phone's files, so a snapshot is what is in them: an [`Image`] in memory, or a file under
//! a name, which outlives the process. The phone boots from it, as after it was switched off.

mod disk;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::device::{Device, Made};
use crate::phone::PhoneError;

use disk::Disk;

/// A snapshot's name and when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The name.
    pub name: String,
    /// When it was taken, by the host's clock.
    pub taken: SystemTime,
}

/// A phone at a moment, in memory. A copy costs nothing.
#[derive(Debug, Clone)]
pub struct Image {
    disk: Arc<Disk>,
    made: Made,
}

impl Image {
    /// Boots another phone of it, whose home is `home`. What one of the two does is nothing to the other.
    ///
    /// # Errors
    /// As [`Device::boot`].
    pub fn boot(&self, home: &Path) -> Result<Device, PhoneError> {
        let root = home.join("files");
        let write = fs::create_dir_all(&root).and_then(|()| self.disk.write(&root));
        write.map_err(PhoneError::io("write the phone's files"))?;
        Device::boot_made(home, self.made.clone())
    }
}

impl Device {
    /// The phone as it is now.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn image(&self) -> io::Result<Image> {
        let _system = self.system();
        Ok(Image { disk: Arc::new(Disk::read(self.files.root())?), made: self.made().clone() })
    }

    /// Brings the phone back to the state of an image and boots it.
    ///
    /// # Errors
    /// A file cannot be written, or the system does not boot.
    pub fn restore(&self, image: &Image) -> io::Result<()> {
        self.replace(|root| image.disk.write(root))
    }

    /// Boots a second phone that is now as this one, without its faults; its home is `home`.
    ///
    /// # Errors
    /// A file cannot be read or written, or the system does not boot.
    pub fn fork(&self, home: &Path) -> Result<Device, PhoneError> {
        let image = self.image().map_err(PhoneError::io("read the phone's files"))?;
        let fork = image.boot(home)?;
        fork.system().set_pace(self.system().services.clock.pace());
        Ok(fork)
    }

    /// Keeps the phone's state as `name`, in place of what had that name.
    ///
    /// # Errors
    /// `InvalidInput` for a name that is not letters, digits, `_`, `-`; else the disk's errors.
    pub fn save_snapshot(&self, name: &str) -> io::Result<()> {
        let target = self.snapshot_path(name)?;
        let bytes = self.image()?.disk.to_bytes()?;
        fs::create_dir_all(self.snapshots_directory())?;
        let new = target.with_extension("new");
        fs::write(&new, bytes)?;
        fs::rename(new, target)
    }

    /// Brings the phone back to the state of `name` and boots it.
    ///
    /// # Errors
    /// As [`Device::snapshot`] and [`Device::restore`].
    pub fn load_snapshot(&self, name: &str) -> io::Result<()> {
        self.restore(&self.snapshot(name)?)
    }

    /// The snapshot of this name, to be restored or booted elsewhere.
    ///
    /// # Errors
    /// `NotFound` if there is none, `InvalidData` if its file is broken; else as [`Device::save_snapshot`].
    pub fn snapshot(&self, name: &str) -> io::Result<Image> {
        let disk = Disk::from_bytes(&fs::read(self.snapshot_path(name)?)?)?;
        Ok(Image { disk: Arc::new(disk), made: self.made().clone() })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::run;

    fn phone() -> (tempfile::TempDir, Arc<Device>) {
        let home = tempfile::tempdir().unwrap();
        let device = Arc::new(Device::boot(home.path(), 1).unwrap());
        (home, device)
    }

    #[track_caller]
    fn check(device: &Arc<Device>, script: &str, expected: &str) {
        let ran = run(device, script, b"");
        assert_eq!(String::from_utf8_lossy(&[ran.out, ran.err].concat()), expected, "{script}");
    }

    const COUNT: &str = "sqlite3 /data/data/com.android.providers.telephony/databases/mmssms.db 'SELECT count(*) FROM sms WHERE body = 5'";
    const ADD: &str = "content insert --uri content://sms --bind address:s:1 --bind body:s:5";

    #[test]
    fn the_phone_comes_back() {
        let (home, device) = phone();
        device.files.write("/sdcard/Download/a.txt", b"before").unwrap();
        device.properties().set("persist.sys.locale", "ko-KR");
        check(&device, ADD, "");
        device.save_snapshot("clean").unwrap();
        device.files.write("/sdcard/Download/a.txt", b"after").unwrap();
        device.files.write("/sdcard/Download/b.txt", b"new").unwrap();
        device.properties().set("persist.sys.locale", "en-US");
        check(&device, ADD, "");
        check(&device, COUNT, "2\n");
        device.load_snapshot("clean").unwrap();
        assert_eq!(device.files.read("/sdcard/Download/a.txt").unwrap(), b"before");
        assert!(!device.files.exists("/sdcard/Download/b.txt"));
        assert_eq!(device.properties().get("persist.sys.locale"), "ko-KR");
        check(&device, COUNT, "1\n");
        // Another process, another day.
        drop(device);
        let device = Arc::new(Device::boot(home.path(), 1).unwrap());
        run(&device, "rm -r /sdcard /data/data", b"");
        device.load_snapshot("clean").unwrap();
        check(&device, "cat /sdcard/Download/a.txt", "before");
        check(&device, COUNT, "1\n");
        let names: Vec<String> = device.snapshots().into_iter().map(|snapshot| snapshot.name).collect();
        assert_eq!(names, ["clean"]);
    }

    #[test]
    fn a_fork_goes_its_own_way() {
        let (_home, device) = phone();
        check(&device, ADD, "");
        device.files.write("/sdcard/Download/a.txt", b"ours").unwrap();
        device.save_snapshot("one").unwrap();
        let [second, third] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let fork = Arc::new(device.fork(second.path()).unwrap());
        check(&fork, ADD, "");
        check(&device, "rm /sdcard/Download/a.txt", "");
        let old = Arc::new(device.snapshot("one").unwrap().boot(third.path()).unwrap());
        check(&device, COUNT, "1\n");
        check(&fork, COUNT, "2\n");
        check(&old, COUNT, "1\n");
        check(&fork, "cat /sdcard/Download/a.txt", "ours");
        check(&old, "cat /sdcard/Download/a.txt", "ours");
        assert_eq!(fork.system().dump(), old.system().dump());
    }

    #[test]
    fn an_image_is_restored_as_often_as_wanted() {
        let (_home, device) = phone();
        let image = device.image().unwrap();
        for _ in 0..3 {
            check(&device, ADD, "");
            check(&device, COUNT, "1\n");
            device.restore(&image).unwrap();
            check(&device, COUNT, "0\n");
        }
    }

    #[test]
    fn bad_names_and_files_are_refused() {
        let (home, device) = phone();
        for name in ["", "../files", "a/b", "."] {
            assert_eq!(device.save_snapshot(name).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        assert_eq!(device.load_snapshot("none").unwrap_err().kind(), io::ErrorKind::NotFound);
        device.save_snapshot("one").unwrap();
        let file = home.path().join("snapshots/one");
        let bytes = fs::read(&file).unwrap();
        fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        device.files.write("/sdcard/mine", b"kept").unwrap();
        assert_eq!(device.load_snapshot("one").unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert!(device.files.exists("/sdcard/mine"));
    }
}
