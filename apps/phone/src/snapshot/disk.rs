//! What lies on a phone's disk at a moment, in memory or in one file.
//!
//! In a file each entry is a line of JSON, and the bytes of what it describes follow it.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, FileTimes, Metadata, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// The first line of a file; another form gets another number.
const MAGIC: &[u8] = b"pocketpilot phone 1\n";

/// How a database file begins.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// A disk.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Disk(Vec<Entry>);

/// A file, directory or link; directories come before what is in them.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Relative to the root.
    path: PathBuf,
    kind: Kind,
    mode: u32,
    /// Seconds since 1970 and nanoseconds.
    modified: (i64, u32),
    accessed: (i64, u32),
    #[serde(skip)]
    bytes: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Kind {
    Directory,
    /// With its length.
    File(usize),
    Link(PathBuf),
}

impl Disk {
    /// Reads what lies below `root`.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn read(root: &Path) -> io::Result<Disk> {
        let mut disk = Disk::default();
        disk.add(root, PathBuf::new())?;
        Ok(disk)
    }

    fn add(&mut self, root: &Path, path: PathBuf) -> io::Result<()> {
        let host = root.join(&path);
        let found = match host.symlink_metadata() {
            // A journal goes with its transaction.
            Err(error) if error.kind() == ErrorKind::NotFound && !self.0.is_empty() => return Ok(()),
            found => found?,
        };
        let (mut kind, mut bytes) = (Kind::Directory, Vec::new());
        if found.is_symlink() {
            kind = Kind::Link(fs::read_link(&host)?);
        } else if !found.is_dir() {
            bytes = match whole(&host) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                read => read?,
            };
            kind = Kind::File(bytes.len());
        }
        // A link's own times cannot be set.
        let [modified, accessed] = if found.is_symlink() { [(0, 0); 2] } else { times(&found) };
        let mode = found.mode() & 0o7777;
        self.0.push(Entry { path: path.clone(), kind, mode, modified, accessed, bytes });
        if found.is_dir() {
            let mut names =
                fs::read_dir(host)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
            names.sort();
            for name in names {
                self.add(root, path.join(name))?;
            }
        }
        Ok(())
    }

    /// Makes what lies below `root` this; what is so already is left alone.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let known: HashMap<&Path, &Kind> =
            self.0.iter().map(|entry| (entry.path.as_path(), &entry.kind)).collect();
        remove_others(root, Path::new(""), &known)?;
        for entry in &self.0 {
            entry.write(&root.join(&entry.path))?;
        }
        // What was written in a directory has changed its time.
        for entry in self.0.iter().rev().filter(|entry| entry.kind == Kind::Directory) {
            entry.dress(&root.join(&entry.path))?;
        }
        Ok(())
    }

    /// As one file's bytes.
    ///
    /// # Errors
    /// A name is not UTF-8.
    pub(super) fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = MAGIC.to_vec();
        for entry in &self.0 {
            serde_json::to_writer(&mut bytes, entry)?;
            bytes.push(b'\n');
            bytes.extend(&entry.bytes);
        }
        Ok(bytes)
    }

    /// Of one file's bytes.
    ///
    /// # Errors
    /// `InvalidData` if they are no disk, or not the whole of one.
    pub(super) fn from_bytes(bytes: &[u8]) -> io::Result<Disk> {
        let broken = || io::Error::new(ErrorKind::InvalidData, "snapshot is broken");
        let mut rest = bytes.strip_prefix(MAGIC).ok_or_else(broken)?;
        let mut disk = Disk::default();
        // Nothing may lie in a link: that would lead out of the phone.
        let mut directories = HashSet::new();
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
            let (line, after) = rest.split_at(end);
            let mut entry: Entry = serde_json::from_slice(line).map_err(|_| broken())?;
            let length = if let Kind::File(length) = entry.kind { length } else { 0 };
            let (bytes, after) = after[1..].split_at_checked(length).ok_or_else(broken)?;
            let plain = entry.path.components().all(|part| matches!(part, Component::Normal(_)));
            let placed = entry.path.parent().map_or(disk.0.is_empty(), |parent| directories.contains(parent));
            if !plain || !placed || (disk.0.is_empty() && entry.kind != Kind::Directory) {
                return Err(broken());
            }
            if entry.kind == Kind::Directory {
                directories.insert(entry.path.clone());
            }
            entry.bytes = bytes.to_vec();
            disk.0.push(entry);
            rest = after;
        }
        if disk.0.is_empty() { Err(broken()) } else { Ok(disk) }
    }
}

impl Entry {
    fn write(&self, host: &Path) -> io::Result<()> {
        let found = host.symlink_metadata().ok();
        match &self.kind {
            Kind::Directory if found.is_none() => fs::create_dir(host),
            Kind::Link(target) if found.is_none() => symlink(target, host),
            Kind::Directory | Kind::Link(_) => Ok(()),
            Kind::File(length) => {
                let same = found.as_ref().is_some_and(|found| found.size() == *length as u64)
                    && fs::read(host).is_ok_and(|bytes| bytes == self.bytes);
                if !same {
                    // Whoever has the old file open keeps that.
                    if found.is_some() {
                        fs::remove_file(host)?;
                    }
                    File::create_new(host)?.write_all(&self.bytes)?;
                }
                self.dress(host)
            }
        }
    }

    /// Sets mode and times where they differ.
    fn dress(&self, host: &Path) -> io::Result<()> {
        let file = File::open(host)?;
        let found = file.metadata()?;
        if times(&found) != [self.modified, self.accessed] {
            let times = FileTimes::new().set_modified(moment(self.modified));
            file.set_times(times.set_accessed(moment(self.accessed)))?;
        }
        if found.mode() & 0o7777 != self.mode {
            file.set_permissions(Permissions::from_mode(self.mode))?;
        }
        Ok(())
    }
}

/// Removes what is not in the snapshot, and what is another kind of thing there.
fn remove_others(root: &Path, path: &Path, known: &HashMap<&Path, &Kind>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(path))? {
        let entry = entry?;
        let path = path.join(entry.file_name());
        let found = entry.file_type()?;
        match known.get(path.as_path()) {
            Some(Kind::Directory) if found.is_dir() => remove_others(root, &path, known)?,
            Some(Kind::File(_)) if found.is_file() => {}
            Some(Kind::Link(target)) if fs::read_link(entry.path()).is_ok_and(|it| it == *target) => {}
            _ if found.is_dir() => fs::remove_dir_all(entry.path())?,
            _ => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

/// The file's bytes. A database is read between two transactions, not in the middle of one.
fn whole(host: &Path) -> io::Result<Vec<u8>> {
    let bytes = fs::read(host)?;
    if !bytes.starts_with(SQLITE) {
        return Ok(bytes);
    }
    let Ok(connection) = Connection::open(host) else { return Ok(bytes) };
    let held = connection.execute_batch("BEGIN; SELECT 1 FROM sqlite_master LIMIT 1");
    if held.is_ok() { fs::read(host) } else { Ok(bytes) }
}

fn times(found: &Metadata) -> [(i64, u32); 2] {
    let time = |seconds, nanos| (seconds, u32::try_from(nanos).unwrap_or(0));
    [time(found.mtime(), found.mtime_nsec()), time(found.atime(), found.atime_nsec())]
}

fn moment((seconds, nanos): (i64, u32)) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let at = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(whole)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(whole)
    };
    at.and_then(|at| at.checked_add(Duration::from_nanos(nanos.into()))).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(home: &Path) -> Disk {
        let root = home.join("one");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/f"), "text\n{}\n").unwrap();
        fs::set_permissions(root.join("a/f"), Permissions::from_mode(0o640)).unwrap();
        symlink("a/f", root.join("link")).unwrap();
        let old = FileTimes::new().set_modified(moment((1_000, 7))).set_accessed(moment((2_000, 0)));
        File::open(root.join("a/f")).unwrap().set_times(old).unwrap();
        Disk::read(&root).unwrap()
    }

    #[test]
    fn a_disk_goes_into_a_file_and_out_of_it() {
        let home = tempfile::tempdir().unwrap();
        let disk = sample(home.path());
        let again = Disk::from_bytes(&disk.to_bytes().unwrap()).unwrap();
        assert_eq!(again, disk);
        let root = home.path().join("two");
        // Whatever lies there goes, also where it is another kind of thing.
        fs::create_dir_all(root.join("a/f/x")).unwrap();
        fs::create_dir_all(root.join("link")).unwrap();
        fs::write(root.join("new"), "").unwrap();
        again.write(&root).unwrap();
        let mut found = Disk::read(&root).unwrap();
        // To look at them is an access, too.
        for (found, expected) in found.0.iter_mut().zip(&disk.0) {
            found.accessed = expected.accessed;
        }
        assert_eq!(found, disk);
    }

    #[test]
    fn half_a_file_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let bytes = sample(home.path()).to_bytes().unwrap();
        for cut in [0, 5, MAGIC.len(), MAGIC.len() + 3, bytes.len() - 1] {
            assert_eq!(
                Disk::from_bytes(&bytes[..cut]).unwrap_err().to_string(),
                "snapshot is broken",
                "{cut}"
            );
        }
    }

    #[test]
    fn what_leads_out_of_the_phone_is_refused() {
        let root = r#"{"path":"","kind":"Directory","mode":493,"modified":[0,0],"accessed":[0,0]}"#;
        let entry = |path: &str, kind: &str| {
            format!(r#"{{"path":"{path}","kind":{kind},"mode":420,"modified":[0,0],"accessed":[0,0]}}"#)
        };
        let file = r#"{"File":0}"#;
        let disk = |lines: &[String]| {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            Disk::from_bytes(&[MAGIC, text.as_bytes()].concat()).is_ok()
        };
        assert!(disk(&[root.to_owned(), entry("a", file)]));
        let link = entry("up", r#"{"Link":"/etc"}"#);
        for bad in [
            vec![root.to_owned(), entry("../a", file)],
            vec![root.to_owned(), entry("/etc/a", file)],
            vec![root.to_owned(), entry("none/a", file)],
            vec![root.to_owned(), link, entry("up/a", file)],
            vec![root.to_owned(), root.to_owned()],
            vec![entry("", file)],
            vec![entry("a", file)],
        ] {
            assert!(!disk(&bad), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Disk::from_bytes(&[MAGIC, bytes.as_slice()].concat()).is_err());
        }
    }
}
