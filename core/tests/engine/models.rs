//! The real models, where they are present.

use std::env;
use std::path::PathBuf;

use pocketpilot_core::engine::{LocalEngine, Options};

/// The model's file in `$POCKETPILOT_MODELS` or the user's cache directory.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let root = env::var_os("POCKETPILOT_MODELS")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache/pocketpilot/models")))?;
    let path = root.join(name).join("model.gguf");
    if !path.is_file() {
        eprintln!("skipped: {name} is not in {}", root.display());
        return None;
    }
    Some(path)
}

/// A model, or none with a message where it is absent.
pub(crate) fn load(name: &str) -> Option<LocalEngine> {
    let options = Options { context: 1024, ..Options::default() };
    Some(LocalEngine::load(&path(name)?, options).expect("the model loads"))
}
