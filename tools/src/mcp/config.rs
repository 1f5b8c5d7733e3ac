//! Which servers there are, and what their tools may do.

use std::collections::BTreeMap;
use std::time::Duration;

use pocketpilot_core::tool::Effect;
use serde::{Deserialize, Serialize};

use super::McpError;

/// All configured servers, by name.
///
/// ```toml
/// [servers.files]
/// command = "npx"
/// args = ["-y", "@modelcontextprotocol/server-filesystem", "/home/me/notes"]
/// tools = ["read_text_file", "write_file"]
/// effects = { read_text_file = "read", write_file = "write" }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// By name; the name stands before the names of the server's tools.
    #[serde(default)]
    pub servers: BTreeMap<String, ServerConfig>,
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`McpError::Config`] with the line that is wrong.
    pub fn parse(text: &str) -> Result<Self, McpError> {
        Ok(toml::from_str(text)?)
    }
}

/// One server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// The program.
    pub command: String,
    /// Its arguments.
    #[serde(default)]
    pub args: Vec<String>,
    /// Environment variables for it. Of ours it gets only what a program needs to run (`PATH`,
    /// `HOME` and the like), so that it reads no keys that are not meant for it.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The tools that may be used; all of them if left out.
    pub tools: Option<Vec<String>>,
    /// What single tools do to the world.
    #[serde(default)]
    pub effects: BTreeMap<String, Effect>,
    /// What all other tools do; the gravest effect if left out.
    #[serde(default = "gravest")]
    pub default_effect: Effect,
    /// Seconds that its greeting may take, and then again its list of tools.
    #[serde(default = "usual_seconds")]
    pub start_seconds: u64,
    /// Seconds that one call may take.
    #[serde(default = "usual_seconds")]
    pub call_seconds: u64,
}

impl ServerConfig {
    /// A server with every setting but its program left out.
    pub fn new(command: impl Into<String>, args: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            command: command.into(),
            args: args.into_iter().map(Into::into).collect(),
            env: BTreeMap::new(),
            tools: None,
            effects: BTreeMap::new(),
            default_effect: gravest(),
            start_seconds: usual_seconds(),
            call_seconds: usual_seconds(),
        }
    }

    pub(super) fn start_deadline(&self) -> Duration {
        Duration::from_secs(self.start_seconds)
    }

    pub(super) fn call_deadline(&self) -> Duration {
        Duration::from_secs(self.call_seconds)
    }

    pub(super) fn effect(&self, tool: &str) -> Effect {
        self.effects.get(tool).copied().unwrap_or(self.default_effect)
    }

    /// Names become parts of tool names, which models write.
    pub(super) fn check(&self, name: &str) -> Result<(), McpError> {
        let error =
            |reason: &str| Err(McpError::Section { server: name.to_owned(), reason: reason.to_owned() });
        if !is_name(name) || name.contains("__") {
            return error("a server's name is made of 1 to 64 letters, digits, `-` and single `_`");
        }
        if self.start_seconds == 0 || self.call_seconds == 0 {
            return error("start_seconds and call_seconds must be at least 1");
        }
        Ok(())
    }
}

pub(super) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn gravest() -> Effect {
    Effect::System
}

fn usual_seconds() -> u64 {
    30
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_section() {
        let config = Config::parse(
            r#"
            [servers.files]
            command = "npx"
            args = ["-y", "server"]
            env = { KEY = "value" }
            tools = ["read", "write"]
            effects = { read = "read" }
            default_effect = "delete"
            start_seconds = 60
            call_seconds = 5
            "#,
        )
        .unwrap();
        let files = &config.servers["files"];
        assert_eq!(files.args, ["-y", "server"]);
        assert_eq!(files.effect("read"), Effect::Read);
        assert_eq!(files.effect("write"), Effect::Delete);
        assert_eq!((files.start_seconds, files.call_seconds), (60, 5));
        assert!(files.check("files").is_ok());
    }

    #[test]
    fn what_is_left_out_is_treated_gravely() {
        let config = Config::parse("[servers.x]\ncommand = \"c\"").unwrap();
        assert_eq!(config.servers["x"], ServerConfig::new("c", [] as [&str; 0]));
        assert_eq!(config.servers["x"].effect("anything"), Effect::System);
    }

    #[track_caller]
    fn check_error(text: &str, part: &str) {
        let error = Config::parse(text).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }

    #[test]
    fn errors() {
        check_error("[servers.x]\nargs = []", "missing field `command`");
        check_error("[servers.x]\ncommand = \"c\"\ndefault_effekt = \"read\"", "default_effekt");
        check_error("[servers.x]\ncommand = \"c\"\neffects = { a = \"harmless\" }", "harmless");
        let config = ServerConfig::new("c", [] as [&str; 0]);
        for name in ["", "a b", "a__b", "ü"] {
            assert!(config.check(name).is_err(), "{name}");
        }
    }
}
