//! The tools at hand: one name space, one validator a tool.

use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;

use crate::tool::{Tool, ToolSpec};

/// Why a tool cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Two tools of one name.
    #[error("tool `{0}` is registered already: rename one of the two")]
    Twice(String),
    /// A name that the prompt's form has no room for.
    #[error("`{0}` is no tool name: use 1 to 64 letters, digits, `_` and `-`")]
    Name(String),
    /// A schema that is none.
    #[error("tool `{tool}` has an unusable schema: {reason}")]
    Schema {
        /// The tool.
        tool: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// All tools of a run.
#[derive(Default)]
pub struct Registry {
    entries: Vec<Entry>,
}

struct Entry {
    tool: Arc<dyn Tool>,
    validator: Validator,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.specs().map(|s| &s.name)).finish()
    }
}

impl Registry {
    /// Adds a tool.
    ///
    /// # Errors
    /// [`RegistryError`]; the registry is unchanged then.
    pub fn register(&mut self, tool: Arc<dyn Tool>) -> Result<(), RegistryError> {
        let spec = tool.spec();
        let name = spec.name.clone();
        let sound = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > 64 || !name.chars().all(sound) {
            return Err(RegistryError::Name(name));
        }
        if self.get(&name).is_some() {
            return Err(RegistryError::Twice(name));
        }
        let validator = jsonschema::validator_for(&spec.parameters)
            .map_err(|e| RegistryError::Schema { tool: name, reason: e.to_string() })?;
        self.entries.push(Entry { tool, validator });
        Ok(())
    }

    /// The tool of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.entry(name).map(|e| &e.tool)
    }

    /// All specs, in order of registration.
    pub fn specs(&self) -> impl Iterator<Item = &ToolSpec> {
        self.entries.iter().map(|e| e.tool.spec())
    }

    /// Checks arguments against the tool's schema.
    ///
    /// # Errors
    /// One line that says what does not fit and where.
    pub fn validate(&self, name: &str, arguments: &Value) -> Result<(), String> {
        let entry = self.entry(name).ok_or_else(|| format!("there is no tool `{name}`"))?;
        entry.validator.validate(arguments).map_err(|e| {
            let place = e.instance_path().to_string();
            if place.is_empty() { e.to_string() } else { format!("{place}: {e}") }
        })
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.tool.spec().name == name)
    }
}
