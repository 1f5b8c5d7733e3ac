//! Files of recordings, which are read as what they are: something from outside.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::record::Record;
use super::recording::{Broken, Recording};
use crate::phone::PhoneError;

/// Longest line, in bytes.
const LONGEST_LINE: u64 = 1 << 20;
/// Most bytes of a file, unpacked.
const LARGEST_FILE: u64 = 64 << 20;
/// Most lines of a file.
const MOST_LINES: usize = 100_000;
/// Longest reason that is told, in characters.
const LONGEST_REASON: usize = 200;

/// The files that paths name: themselves, or those in the folder, by name.
pub(super) fn all(paths: &[PathBuf], most: usize) -> Result<Vec<PathBuf>, PhoneError> {
    let mut files = Vec::new();
    for path in paths {
        let wrong = |reason: String| PhoneError::NoRecording { path: path.clone(), reason };
        let cannot = |error: std::io::Error| wrong(format!("{error}; name a file that can be read"));
        if !std::fs::metadata(path).map_err(cannot)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        for entry in std::fs::read_dir(path).map_err(cannot)? {
            let file = entry.map_err(cannot)?.path();
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") {
                files.push(file);
            }
        }
        if files.len() == before {
            return Err(wrong("the folder holds no .jsonl or .jsonl.gz file; name one that does".to_owned()));
        }
        files[before..].sort();
        if files.len() > most {
            return Err(wrong(format!("there are more than {most} recordings; name fewer")));
        }
    }
    Ok(files)
}

/// The recording in a file; gzip is told by the name.
pub(super) fn read(path: &Path) -> Result<Recording, PhoneError> {
    let file = File::open(path).map_err(|error| PhoneError::NoRecording {
        path: path.to_owned(),
        reason: format!("{error}; name a file that can be read"),
    })?;
    let parsed = if path.extension().is_some_and(|extension| extension == "gz") {
        parse(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        parse(BufReader::new(file))
    };
    parsed.map_err(|Broken { line, reason }| {
        let reason = reason.replace(char::is_control, " ").chars().take(LONGEST_REASON).collect();
        PhoneError::Recording { path: path.to_owned(), line, reason }
    })
}

/// The recording that a text holds.
pub(super) fn parse(text: impl BufRead) -> Result<Recording, Broken> {
    let mut text = text.take(LARGEST_FILE);
    let mut records = Vec::new();
    let mut bytes = Vec::new();
    for line in 1.. {
        let wrong = |reason: String| Broken { line, reason };
        bytes.clear();
        let read = (&mut text)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut bytes)
            .map_err(|error| wrong(error.to_string()))?;
        if read == 0 {
            break;
        }
        if text.limit() == 0 {
            return Err(wrong(format!("the file is larger than {} MiB", LARGEST_FILE >> 20)));
        }
        if read as u64 == LONGEST_LINE {
            return Err(wrong(format!("the line is longer than {} MiB", LONGEST_LINE >> 20)));
        }
        if line > MOST_LINES {
            return Err(wrong(format!("the file has more than {MOST_LINES} lines")));
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let record: Record = serde_json::from_slice(&bytes).map_err(|error| wrong(told(&error)))?;
        records.push((line, record));
    }
    Recording::new(records)
}

/// An error without the line that serde counts, which is always the first.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line ") {
        Some((reason, _)) => format!("{reason}, column {}", error.column()),
        None => text,
    }
}
