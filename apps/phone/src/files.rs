//! The phone's file system: a directory of the host, seen under Android's paths.

use std::{
    fs::{self, Metadata},
    io,
    path::{Component, Path, PathBuf},
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use crate::faults::{Fault, Faults};

mod connections;

pub use connections::Connections;

/// Directories that a phone has before anything is installed.
const FACTORY: &[&str] = &[
    "/data/app",
    "/data/data",
    "/data/local/tmp",
    "/data/property",
    "/data/system",
    "/proc",
    "/storage/emulated/0/Alarms",
    "/storage/emulated/0/Android",
    "/storage/emulated/0/DCIM",
    "/storage/emulated/0/Documents",
    "/storage/emulated/0/Download",
    "/storage/emulated/0/Movies",
    "/storage/emulated/0/Music",
    "/storage/emulated/0/Notifications",
    "/storage/emulated/0/Pictures",
    "/storage/emulated/0/Podcasts",
    "/storage/emulated/0/Ringtones",
    "/system/bin",
    "/vendor",
];

/// Paths that are links on a real phone, and where they lead.
const ALIASES: &[(&str, &str)] = &[
    ("/sdcard", "/storage/emulated/0"),
    ("/mnt/sdcard", "/storage/emulated/0"),
    ("/storage/self/primary", "/storage/emulated/0"),
    ("/data/media/0", "/storage/emulated/0"),
    ("/data/user/0", "/data/data"),
];

/// A directory of the host that looks like an Android phone's disk.
///
/// Paths are Android's, `/`-separated, absolute or relative to a working directory. None leads out of the root:
/// `..` stops at `/`, and a link whose target lies outside is refused.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    faults: Arc<Faults>,
    connections: Arc<Connections>,
}

/// Where what people and apps write lies.
const WRITABLE: [&str; 2] = ["data", "storage"];

/// What a full disk answers (`ENOSPC`).
const NO_SPACE: i32 = 28;

impl Files {
    /// Uses `root`, creating it and Android's standard directories where they are missing.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Files> {
        let root = root.into();
        for directory in FACTORY {
            fs::create_dir_all(root.join(directory.trim_start_matches('/')))?;
        }
        Ok(Files { root: root.canonicalize()?, faults: Arc::default(), connections: Arc::default() })
    }

    /// What is wrong with the phone. It lies here because everything that can fail has the files.
    pub fn faults(&self) -> &Arc<Faults> {
        &self.faults
    }

    /// The databases on it that are open.
    pub(crate) fn connections(&self) -> &Connections {
        &self.connections
    }

    /// For what writes to the host's path: fails as a full disk does, while it is full.
    ///
    /// # Errors
    /// `StorageFull`.
    pub fn room(&self, host: &Path) -> io::Result<()> {
        let writable = |path: &Path| WRITABLE.iter().any(|top| path.starts_with(top));
        let full = self.faults.has(&Fault::FullStorage) && host.strip_prefix(&self.root).is_ok_and(writable);
        if full { Err(io::Error::from_raw_os_error(NO_SPACE)) } else { Ok(()) }
    }

    /// The host's directory behind `/`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute Android path that `path` names from `cwd`: `.` and `..` resolved by text, links left alone.
    pub fn absolute(cwd: &str, path: &str) -> String {
        let joined = if path.starts_with('/') { path.to_owned() } else { format!("{cwd}/{path}") };
        let mut parts: Vec<&str> = Vec::new();
        for part in joined.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        format!("/{}", parts.join("/"))
    }

    /// The path with the phone's standard links followed: `/sdcard/a` is `/storage/emulated/0/a`.
    pub fn canonical(cwd: &str, path: &str) -> String {
        let path = Files::absolute(cwd, path);
        for (alias, target) in ALIASES {
            if let Some(rest) = path.strip_prefix(alias)
                && (rest.is_empty() || rest.starts_with('/'))
            {
                return format!("{target}{rest}");
            }
        }
        path
    }

    /// The host's path of `path` as seen from `cwd`. Nothing needs to exist there.
    ///
    /// # Errors
    /// `PermissionDenied` if a link on the way leads out of the root; `InvalidInput` for a path with a NUL.
    pub fn host_path(&self, cwd: &str, path: &str) -> io::Result<PathBuf> {
        if path.contains('\0') {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "path contains a NUL"));
        }
        let path = Files::canonical(cwd, path);
        let host = self.root.join(path.trim_start_matches('/'));
        // Only what exists can be a link, so the deepest existing ancestor decides.
        let mut existing = host.as_path();
        while existing != self.root && existing.symlink_metadata().is_err() {
            existing = existing.parent().unwrap_or(&self.root);
        }
        if !existing.canonicalize()?.starts_with(&self.root) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "link leads out of the phone"));
        }
        debug_assert!(!host.components().any(|part| part == Component::ParentDir));
        Ok(host)
    }

    /// The whole file.
    ///
    /// # Errors
    /// As [`Files::host_path`] and [`fs::read`].
    pub fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.host_path("/", path)?)
    }

    /// Writes the whole file, creating the directories above it.
    ///
    /// # Errors
    /// As [`Files::host_path`] and [`fs::write`].
    pub fn write(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.room(&self.host_path("/", path)?)?;
        fs::write(self.create_parents(path)?, bytes)
    }

    /// As [`Files::write`], with the time of the change, in milliseconds since 1970: the host may live later than the
    /// phone.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub fn write_at(&self, path: &str, bytes: &[u8], millis: i64) -> io::Result<()> {
        self.write(path, bytes)?;
        let file = fs::File::options().write(true).open(self.host_path("/", path)?)?;
        file.set_modified(UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
    }

    /// Creates the directories above `path` and returns its host path, ready for SQLite or [`fs::File`] to open.
    ///
    /// # Errors
    /// As [`Files::host_path`] and [`fs::create_dir_all`].
    pub fn create_parents(&self, path: &str) -> io::Result<PathBuf> {
        let host = self.host_path("/", path)?;
        if let Some(parent) = host.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(host)
    }

    /// Metadata of what lies there, links not followed.
    ///
    /// # Errors
    /// As [`Files::host_path`]; `NotFound` if nothing does.
    pub fn metadata(&self, path: &str) -> io::Result<Metadata> {
        self.host_path("/", path)?.symlink_metadata()
    }

    /// Something lies there.
    pub fn exists(&self, path: &str) -> bool {
        self.metadata(path).is_ok()
    }

    /// Names in the directory, sorted. Names that are not UTF-8 are left out.
    ///
    /// # Errors
    /// As [`Files::host_path`] and [`fs::read_dir`].
    pub fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let mut names: Vec<String> = fs::read_dir(self.host_path("/", path)?)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        Ok(names)
    }

    /// Removes a file, or a directory with everything in it; nothing there is fine too.
    ///
    /// # Errors
    /// As [`Files::host_path`] and [`fs::remove_dir_all`].
    pub fn remove(&self, path: &str) -> io::Result<()> {
        let host = self.host_path("/", path)?;
        match host.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(host),
            Ok(_) => fs::remove_file(host),
            Err(_) => Ok(()),
        }
    }
}

/// An error in the C library's words, as the phone's commands print it: `No such file or directory`.
pub fn reason(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return "Permission denied".to_owned();
    }
    if error.raw_os_error().is_none() && error.kind() == io::ErrorKind::IsADirectory {
        return "Is a directory".to_owned();
    }
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_takes_nothing_new() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path()).unwrap();
        files.faults().set(Fault::FullStorage);
        for path in ["/sdcard/new/a", "/data/local/tmp/a"] {
            let error = files.write(path, b"x").unwrap_err();
            assert_eq!(reason(&error), "No space left on device", "{path}");
        }
        assert!(!files.exists("/sdcard/new"));
        files.write("/proc/a", b"x").unwrap();
        files.faults().clear("full-storage");
        files.write("/sdcard/new/a", b"x").unwrap();
    }

    #[track_caller]
    fn check(cwd: &str, path: &str, expected: &str) {
        assert_eq!(Files::canonical(cwd, path), expected);
    }

    #[test]
    fn paths_are_normalised() {
        check("/", "", "/");
        check("/sdcard", "a/./b//c", "/storage/emulated/0/a/b/c");
        check("/", "/sdcard", "/storage/emulated/0");
        check("/", "/sdcardx", "/sdcardx");
        check("/", "/storage/self/primary/DCIM", "/storage/emulated/0/DCIM");
        check("/", "/data/user/0/com.x/databases", "/data/data/com.x/databases");
        check("/data/data", "../../../../etc/passwd", "/etc/passwd");
    }

    #[test]
    fn nothing_leads_out() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path().join("files")).unwrap();
        fs::write(home.path().join("secret"), "s").unwrap();
        assert!(files.read("/../secret").is_err());
        std::os::unix::fs::symlink(home.path().join("secret"), files.root().join("link")).unwrap();
        std::os::unix::fs::symlink(home.path(), files.root().join("up")).unwrap();
        assert_eq!(files.read("/link").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(files.write("/up/new", b"x").unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        files.write("/inside", b"x").unwrap();
        std::os::unix::fs::symlink(files.root().join("inside"), files.root().join("good")).unwrap();
        assert_eq!(files.read("/good").unwrap(), b"x");
    }

    #[test]
    fn files_round_trip() {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path()).unwrap();
        files.write("/sdcard/Download/a/b.bin", &[0, 255]).unwrap();
        assert_eq!(files.read("/storage/emulated/0/Download/a/b.bin").unwrap(), [0, 255]);
        assert_eq!(files.list("/sdcard/Download").unwrap(), ["a"]);
        files.remove("/sdcard/Download/a").unwrap();
        assert!(!files.exists("/sdcard/Download/a"));
    }
}
