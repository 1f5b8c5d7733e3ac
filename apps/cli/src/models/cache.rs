//! Where fetched models lie: `CACHE/NAME/FILE`.

use std::env;
use std::path::{Path, PathBuf};

use super::{Manifest, Model, ModelError, ModelFile};

/// A directory of models.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: PathBuf,
}

impl Default for Cache {
    /// `POCKETPILOT_MODELS`, or `pocketpilot/models` in the user's cache directory.
    fn default() -> Self {
        let dir = match env::var_os("POCKETPILOT_MODELS").filter(|dir| !dir.is_empty()) {
            Some(dir) => PathBuf::from(dir),
            None => dirs::cache_dir().unwrap_or_else(env::temp_dir).join("pocketpilot").join("models"),
        };
        Self::at(dir)
    }
}

impl Cache {
    /// The cache in `dir`.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        // pip runs elsewhere, where a relative path would mean another directory.
        Self { dir: std::path::absolute(&dir).unwrap_or(dir) }
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What programs are given: the file of a model with one file, the directory of one with several.
    pub fn path(&self, model: &Model) -> PathBuf {
        match model.files.as_slice() {
            [only] => self.place(model, only),
            _ => self.dir.join(model.name.as_str()),
        }
    }

    /// Where a file of a model belongs.
    pub(super) fn place(&self, model: &Model, file: &ModelFile) -> PathBuf {
        self.dir.join(model.name.as_str()).join(file.name.as_str())
    }

    /// Every file is there in its full length. Only checked files are moved into the cache, so this is no
    /// check of the bytes: [`pull`](super::pull()) makes one.
    pub fn holds(&self, model: &Model) -> bool {
        let whole =
            |f: &ModelFile| self.place(model, f).metadata().is_ok_and(|m| m.is_file() && m.len() == f.bytes);
        model.files.iter().all(whole)
    }

    /// The path of a model that is called by name, or of a file that is called by path.
    ///
    /// # Errors
    /// [`ModelError::NotPulled`] for a known name that is not in the cache, [`ModelError::Unknown`] for anything else.
    pub fn find(&self, manifest: &Manifest, name_or_path: &str) -> Result<PathBuf, ModelError> {
        match manifest.get(name_or_path) {
            Some(model) if self.holds(model) => Ok(self.path(model)),
            Some(model) => Err(ModelError::NotPulled { name: model.name.to_string() }),
            None if Path::new(name_or_path).exists() => Ok(name_or_path.into()),
            None => Err(ModelError::Unknown { name: name_or_path.into(), known: manifest.names() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_model_is_found_by_name_or_path() {
        let dir = tempfile::tempdir().unwrap();
        let (cache, manifest) = (Cache::at(dir.path()), Manifest::embedded());
        let find = |name: &str| cache.find(&manifest, name).map_err(|e| e.to_string());
        assert_eq!(
            find("all-minilm-l6-v2").unwrap_err(),
            "the model all-minilm-l6-v2 is not on this machine: run `pocketpilot models pull all-minilm-l6-v2`"
        );
        assert!(find("gpt-9").unwrap_err().contains("name one of qwen2.5-coder-0.5b, smollm2-135m"));
        let own = dir.path().join("own.gguf");
        fs::write(&own, "x").unwrap();
        assert_eq!(find(own.to_str().unwrap()).unwrap(), own);

        let model = manifest.get("smollm2-135m").unwrap();
        let place = dir.path().join("smollm2-135m/model.gguf");
        fs::create_dir(place.parent().unwrap()).unwrap();
        fs::write(&place, "cut short").unwrap();
        assert!(find("smollm2-135m").unwrap_err().contains("is not on this machine"));
        fs::File::options().write(true).open(&place).unwrap().set_len(model.files[0].bytes).unwrap();
        assert_eq!(find("smollm2-135m").unwrap(), place);
    }
}
