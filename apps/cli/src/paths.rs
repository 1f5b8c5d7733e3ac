//! Where things of this person lie.

use std::path::PathBuf;

use crate::failure::Failure;

/// What is remembered; `POCKETPILOT_DATA` moves it.
///
/// # Errors
/// There is no home directory.
pub fn memory() -> Result<PathBuf, Failure> {
    Ok(data()?.join("memory"))
}

/// The adapters that were made of what is remembered, in a folder for each base model.
///
/// # Errors
/// There is no home directory.
pub fn adapters() -> Result<PathBuf, Failure> {
    Ok(data()?.join("adapters"))
}

fn data() -> Result<PathBuf, Failure> {
    if let Some(dir) = std::env::var_os("POCKETPILOT_DATA") {
        return Ok(PathBuf::from(dir));
    }
    let data = dirs::data_dir().ok_or_else(|| {
        Failure::usage("there is no home directory: set POCKETPILOT_DATA to a folder for memory")
    })?;
    Ok(data.join("pocketpilot"))
}

/// A file of the person's configuration folder, if it exists.
pub fn config(name: &str) -> Option<PathBuf> {
    Some(dirs::config_dir()?.join("pocketpilot").join(name)).filter(|p| p.is_file())
}
