//! Where tests find the data that is not part of the project.

use std::path::{Path, PathBuf};

/// A file or folder of the data beside the project; tells that the test is skipped if it is not there.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}
