//! Models: which there are, where they lie, and how they are fetched.
//!
//! `models.toml` pins every file by SHA-256. A file is fetched next to its place, checked, and only then moved
//! there, so what lies in the cache is whole. What was fetched before an interruption is not fetched again.

mod cache;
mod manifest;
mod package;
mod progress;
mod pull;
mod url;

use std::io;
use std::path::{Path, PathBuf};

pub use cache::Cache;
pub use manifest::{HubFile, Kind, Manifest, Model, ModelFile, PackageMember, PlainName, Sha256, Source};
pub use progress::{Progress, StderrProgress};
pub use pull::pull;

/// Why a model cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Neither a name of the manifest nor a file.
    #[error("there is no model and no file {name:?}: name one of {known}, or give the path of a GGUF file")]
    Unknown {
        /// What was asked for.
        name: String,
        /// All names.
        known: String,
    },
    /// It was never fetched, or only in part.
    #[error("the model {name} is not on this machine: run `pocketpilot models pull {name}`")]
    NotPulled {
        /// The model.
        name: String,
    },
    /// The manifest cannot be used.
    #[error("{path} line {line}: {why}", path = .path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What is wrong, and the mend.
        why: String,
    },
    /// No space is left.
    #[error("the disk that holds {path} is full: free {mebibytes} MiB and run again; what was fetched is kept", path = .path.display())]
    DiskFull {
        /// The cache directory.
        path: PathBuf,
        /// What the file and its parts take at most.
        mebibytes: u64,
    },
    /// The cache directory cannot be used.
    #[error("{path} cannot be used ({source}): make it writable, or set POCKETPILOT_MODELS to another directory", path = .path.display())]
    Cache {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No source gave the right bytes.
    #[error(
        "{file} of {model} could not be fetched ({causes}): mend that and run again, or put the file at {place} by hand",
        place = .place.display()
    )]
    Unfetched {
        /// The model.
        model: String,
        /// Its file.
        file: String,
        /// What each source answered, in order.
        causes: String,
        /// Where the file belongs.
        place: PathBuf,
    },
}

/// Why one source did not give the file.
#[derive(Debug)]
enum FetchError {
    /// The source is of no use now; the next may be.
    Source(String),
    /// What came is not what was sent; a second try may be better.
    Damaged(String),
    /// The file system refuses.
    File { path: PathBuf, source: io::Error },
}

impl FetchError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::File { path: path.into(), source }
    }
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
