//! The adapter made of what a person did, which writes arguments: where it lies, when it fits, and how it goes.
//!
//! It goes on from the shipped adapter of its base model and takes its place. Beside PEFT's files lies `personal.json`, which
//! names the shipped adapter by its hash: after an update that brings another one, the personal one is not used any more.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use pocketpilot_core::adapters::{Adapter, shipped};
use pocketpilot_core::engine::LocalEngine;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::paths;

const STAMP: &str = "personal.json";

/// What the personal adapter is to be made anew with.
const MEND: &str = "`pocketpilot train args --from-memory` makes a new one";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    /// SHA-256 of the shipped adapter that it goes on from, in hex.
    shipped: String,
}

impl Stamp {
    fn of(shipped: &Adapter) -> Self {
        let hash = Sha256::new().chain_update(shipped.config).chain_update(shipped.weights).finalize();
        Self { shipped: hash.iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

/// Where the personal adapter of a model that comes with adapters lies.
///
/// # Errors
/// There is no home directory.
pub fn folder(model: &str) -> Result<PathBuf, Failure> {
    Ok(paths::adapters()?.join(model).join("args"))
}

/// Does the adapter in a folder go on from this one?
pub fn fits(folder: &Path, shipped: &Adapter) -> bool {
    let stamp = fs::read(folder.join(STAMP)).ok().and_then(|text| serde_json::from_slice(&text).ok());
    stamp == Some(Stamp::of(shipped))
}

/// Loads the personal adapter of a model under the name of the shipped one, where there is one that goes on from it.
///
/// # Errors
/// Its files cannot be used.
pub fn load(engine: &mut LocalEngine, model: &str, name: &str) -> Result<(), Failure> {
    let folder = folder(model)?;
    let Some(pair) = shipped(model).filter(|_| folder.exists()) else { return Ok(()) };
    if !fits(&folder, &pair.args) {
        eprintln!(
            "your own adapter was made from another version of the shipped one and is not used: {MEND}"
        );
        return Ok(());
    }
    let broken = |e| Failure::usage(format!("{e} (it lies in {}): remove it; {MEND}", folder.display()));
    engine.load_adapter(name, &folder).map_err(broken)
}

/// Moves a new adapter that goes on from `shipped` to its place, from a folder on the same disk.
///
/// # Errors
/// The disk does not take it; then there is none.
pub fn keep(new: &Path, folder: &Path, shipped: &Adapter) -> io::Result<()> {
    fs::write(new.join(STAMP), serde_json::to_vec(&Stamp::of(shipped))?)?;
    remove(folder)?;
    fs::rename(new, folder)
}

/// Removes the personal adapters of all models, and what a training that was interrupted left. Were there any?
///
/// # Errors
/// The disk does not let them go.
pub fn forget() -> Result<bool, Failure> {
    let folder = paths::adapters()?;
    remove(&folder).map_err(|e| Failure::unavailable(format!("{}: {e}: remove it by hand", folder.display())))
}

/// Removes a folder. Was there one?
///
/// # Errors
/// The disk does not let it go.
pub fn remove(folder: &Path) -> io::Result<bool> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(true),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Adapter = Adapter { config: b"{}", weights: b"old" };
    const NEW: Adapter = Adapter { config: b"{}", weights: b"new" };

    #[test]
    fn an_adapter_fits_the_one_that_it_was_made_from() {
        let home = tempfile::tempdir().unwrap();
        let (new, folder) = (home.path().join("new"), home.path().join("args"));
        assert!(!fits(&folder, &OLD));
        for shipped in [OLD, NEW] {
            fs::create_dir(&new).unwrap();
            fs::write(new.join("adapter_model.safetensors"), shipped.weights).unwrap();
            keep(&new, &folder, &shipped).unwrap();
            assert!(!new.exists());
            assert_eq!(fs::read(folder.join("adapter_model.safetensors")).unwrap(), shipped.weights);
            assert_eq!(
                [fits(&folder, &OLD), fits(&folder, &NEW)],
                [shipped.weights == b"old", shipped.weights == b"new"]
            );
        }
        fs::write(folder.join(STAMP), "{").unwrap();
        assert!(!fits(&folder, &NEW));
        assert!(remove(&folder).unwrap() && !remove(&folder).unwrap());
    }
}
