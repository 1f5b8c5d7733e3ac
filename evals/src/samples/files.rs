//! The files that training reads.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use pocketpilot_core::train::Sample;

use super::Made;
use crate::EvalError;

/// Writes `train.jsonl.gz`, `dev.jsonl.gz` and `CARD.md` into the folder, which is made if it is not there.
///
/// # Errors
/// [`EvalError::File`].
pub fn write(made: &Made, out: &Path) -> Result<(), EvalError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| EvalError::File { path, source }
    };
    std::fs::create_dir_all(out).map_err(failed(out))?;
    for (name, samples) in [("train.jsonl.gz", &made.train), ("dev.jsonl.gz", &made.dev)] {
        let path = out.join(name);
        pack(&path, samples).map_err(failed(&path))?;
    }
    let path = out.join("CARD.md");
    std::fs::write(&path, &made.card).map_err(failed(&path))
}

fn pack(path: &Path, samples: &[Sample]) -> std::io::Result<()> {
    // No name and no time in the header: the same samples are the same bytes.
    let file = BufWriter::new(File::create(path)?);
    let mut gz = GzBuilder::new().mtime(0).write(file, Compression::best());
    for sample in samples {
        serde_json::to_writer(&mut gz, sample)?;
        gz.write_all(b"\n")?;
    }
    gz.finish()?.flush()
}
