//! Files of samples: JSON Lines, gzipped or not.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use pocketpilot_core::train::Sample;

use crate::failure::Failure;

/// Longest line that is read, in bytes.
const LINE: u64 = 16 << 20;

/// The samples of all files, in their order. Empty lines are passed over.
///
/// # Errors
/// The first file or line that is not what it should be.
pub(super) fn read(files: &[PathBuf]) -> Result<Vec<Sample>, Failure> {
    let mut samples = Vec::new();
    for file in files {
        read_file(file, &mut samples)?;
    }
    Ok(samples)
}

fn read_file(path: &Path, samples: &mut Vec<Sample>) -> Result<(), Failure> {
    let wrong = |e: &dyn std::fmt::Display| {
        Failure::usage(format!("{}: {e}: give files of samples, one JSON object a line", path.display()))
    };
    let file = File::open(path).map_err(|e| wrong(&e))?;
    let mut reader: Box<dyn BufRead> = match path.extension().is_some_and(|end| end == "gz") {
        true => Box::new(BufReader::new(MultiGzDecoder::new(file))),
        false => Box::new(BufReader::new(file)),
    };
    let mut text = Vec::new();
    for line in 1usize.. {
        text.clear();
        let at = |e: &dyn std::fmt::Display| wrong(&format!("line {line}: {e}"));
        let length = (&mut reader).take(LINE).read_until(b'\n', &mut text).map_err(|e| at(&e))?;
        if length == 0 {
            return Ok(());
        }
        if length as u64 == LINE {
            return Err(at(&"it is too long"));
        }
        if !text.trim_ascii().is_empty() {
            samples.push(serde_json::from_slice(&text).map_err(|e| at(&e))?);
        }
    }
    Ok(())
}
