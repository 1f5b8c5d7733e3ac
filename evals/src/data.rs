//! Data files: JSON Lines, plain or gzipped, read one line at a time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

use crate::EvalError;

/// Longest line that is read, in bytes.
const LINE_LIMIT: u64 = 16 << 20;

/// The `.jsonl` and `.jsonl.gz` files that `path` names: itself, or those in the folder, by name.
///
/// # Errors
/// [`EvalError::File`] when the path cannot be read, [`EvalError::Nothing`] when a folder holds none.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, EvalError> {
    let failed = |source| EvalError::File { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".jsonl") || name.ends_with(".jsonl.gz") {
            found.push(file);
        }
    }
    if found.is_empty() {
        return Err(EvalError::Nothing(format!("{} holds no .jsonl or .jsonl.gz file", path.display())));
    }
    found.sort();
    Ok(found)
}

/// The one data file that `path` names: itself, or the only one in the folder.
///
/// # Errors
/// As [`files`], and [`EvalError::Nothing`] when a folder holds several.
pub(crate) fn file(path: &Path) -> Result<PathBuf, EvalError> {
    match files(path)?.as_slice() {
        [one] => Ok(one.clone()),
        several => Err(EvalError::Nothing(format!(
            "{} holds {} data files; name one of them",
            path.display(),
            several.len()
        ))),
    }
}

/// Opens a file of records; gzip is told by the name.
///
/// # Errors
/// [`EvalError::File`] when it cannot be opened.
pub(crate) fn records<T: DeserializeOwned>(path: &Path) -> Result<Records<T>, EvalError> {
    let file = File::open(path).map_err(|source| EvalError::File { path: path.to_owned(), source })?;
    let reader: Box<dyn BufRead + Send> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(BufReader::new(MultiGzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    Ok(Records { path: path.to_owned(), reader, line: 0, record: PhantomData })
}

/// The records of one file with their line numbers, from 1. Empty lines are passed over.
pub(crate) struct Records<T> {
    path: PathBuf,
    reader: Box<dyn BufRead + Send>,
    line: usize,
    record: PhantomData<fn() -> T>,
}

impl<T> std::fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("path", &self.path).field("line", &self.line).finish_non_exhaustive()
    }
}

impl<T> Records<T> {
    /// An error that names the line read last.
    pub(crate) fn wrong(&self, reason: impl ToString) -> EvalError {
        EvalError::Record { path: self.path.clone(), line: self.line, reason: reason.to_string() }
    }

    /// The record of one line, without reading what the lines before it hold.
    ///
    /// # Errors
    /// [`EvalError::Record`] when the line is not there (any more) or not such a record.
    pub(crate) fn at(&mut self, line: usize) -> Result<T, EvalError>
    where
        T: DeserializeOwned,
    {
        let mut text = Vec::new();
        while self.line < line {
            if !self.read_line(&mut text)? {
                break;
            }
        }
        serde_json::from_slice(&text).map_err(|e| self.wrong(e))
    }

    fn read_line(&mut self, text: &mut Vec<u8>) -> Result<bool, EvalError> {
        text.clear();
        self.line += 1;
        let mut limited = (&mut self.reader).take(LINE_LIMIT);
        let length = limited.read_until(b'\n', text).map_err(|e| self.wrong(e))?;
        if length as u64 == LINE_LIMIT {
            return Err(self.wrong(format!("the line is longer than {} MiB", LINE_LIMIT >> 20)));
        }
        Ok(length > 0)
    }
}

impl<T: DeserializeOwned> Iterator for Records<T> {
    type Item = Result<(usize, T), EvalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = Vec::new();
        loop {
            match self.read_line(&mut text) {
                Err(error) => return Some(Err(error)),
                Ok(false) => return None,
                Ok(true) if text.trim_ascii().is_empty() => {}
                Ok(true) => {
                    let record = serde_json::from_slice(&text).map_err(|e| self.wrong(e));
                    return Some(record.map(|record| (self.line, record)));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn plain_and_gzipped_files_read_alike() {
        let text = b"1\n\n2\n3";
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(text).unwrap();
        for (name, bytes) in [("a.jsonl", text.to_vec()), ("a.jsonl.gz", gz.finish().unwrap())] {
            let (_folder, path) = written(name, &bytes);
            let read: Vec<(usize, u8)> = records(&path).unwrap().map(Result::unwrap).collect();
            assert_eq!(read, [(1, 1), (3, 2), (4, 3)], "{name}");
        }
    }

    #[test]
    fn a_record_is_found_by_its_line_whatever_the_others_hold() {
        let (_folder, path) = written("a.jsonl", b"1\nx\n3\n4\n");
        let mut records = records::<u8>(&path).unwrap();
        assert_eq!(records.at(3).unwrap(), 3);
        assert_eq!(records.at(4).unwrap(), 4);
        assert!(records.at(9).unwrap_err().to_string().contains("a.jsonl:5: "));
    }

    #[test]
    fn a_bad_line_is_named_by_file_and_line() {
        let (_folder, path) = written("bad.jsonl", b"1\n{\"x\n");
        let error = records::<u8>(&path).unwrap().nth(1).unwrap().unwrap_err().to_string();
        assert!(error.contains("bad.jsonl:2: "), "{error}");
    }

    #[test]
    fn a_truncated_download_is_an_error_not_an_end() {
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all("1\n".repeat(1000).as_bytes()).unwrap();
        let bytes = gz.finish().unwrap();
        let (_folder, path) = written("cut.jsonl.gz", &bytes[..bytes.len() - 9]);
        assert!(records::<u8>(&path).unwrap().any(|r| r.is_err()));
    }

    #[test]
    fn a_folder_gives_its_data_files_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.jsonl.gz", "a.jsonl", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> =
            files(folder.path()).unwrap().iter().map(|p| p.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.jsonl", "b.jsonl.gz"]);
        assert!(matches!(file(folder.path()), Err(EvalError::Nothing(_))));
        std::fs::remove_file(folder.path().join("a.jsonl")).unwrap();
        assert_eq!(file(folder.path()).unwrap(), folder.path().join("b.jsonl.gz"));
        assert!(matches!(files(&folder.path().join("none")), Err(EvalError::File { .. })));
        assert!(matches!(files(tempfile::tempdir().unwrap().path()), Err(EvalError::Nothing(_))));
    }
}
