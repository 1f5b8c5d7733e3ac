//! Tools of foreign MCP servers, spoken to over their standard input and output.
//!
//! A server is a stranger: what it may do comes from our configuration alone, never from its own
//! hints; its descriptions and results are cut to a bounded size and marked as foreign, so that the
//! guard sees them; and every wait for it has an end.

mod config;
mod connection;
mod tool;

use std::sync::Arc;

use pocketpilot_core::tool::Tool;

pub use config::{Config, ServerConfig};
use connection::Connection;

/// What can go wrong with a server before its tools can be used.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    /// The configuration is no TOML of the expected form.
    #[error("mcp configuration: {0}")]
    Config(#[from] toml::de::Error),
    /// A server's section asks for something that cannot be.
    #[error("mcp server {server}: {reason}")]
    Section {
        /// Its name.
        server: String,
        /// What is wrong, and the mend.
        reason: String,
    },
    /// The server's program does not start.
    #[error("mcp server {server}: cannot start `{command}`: {source}; is it installed and on the PATH?")]
    Spawn {
        /// Its name.
        server: String,
        /// The program.
        command: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The server runs and does not do as it should.
    #[error("mcp server {server}: {reason}")]
    Server {
        /// Its name.
        server: String,
        /// What it did.
        reason: String,
    },
    /// The server does not answer.
    #[error(
        "mcp server {server}: no answer within {seconds} s to {what}; raise its start_seconds or call_seconds in the configuration if it is slow"
    )]
    Deadline {
        /// Its name.
        server: String,
        /// What was asked.
        what: &'static str,
        /// How long was waited.
        seconds: u64,
    },
}

/// A running server. Its process ends when the server and the last of its tools are dropped.
#[derive(Debug)]
pub struct Server {
    connection: Arc<Connection>,
    tools: Vec<Arc<tool::ForeignTool>>,
}

impl Server {
    /// Starts a server and asks for its tools. Needs a Tokio runtime.
    ///
    /// # Errors
    /// [`McpError`], at the latest after twice `start_seconds`; the process is gone then.
    pub async fn start(name: &str, config: &ServerConfig) -> Result<Self, McpError> {
        config.check(name)?;
        let connection = Connection::spawn(name, config).await?;
        Self::offer(connection, config).await
    }

    async fn offer(connection: Connection, config: &ServerConfig) -> Result<Self, McpError> {
        let offered = connection.list_tools(config.start_deadline()).await?;
        let connection = Arc::new(connection);
        let tools = tool::choose(&connection, config, offered)?;
        Ok(Self { connection, tools })
    }

    /// The name that the configuration gives it.
    pub fn name(&self) -> &str {
        self.connection.name()
    }

    /// Its allowed tools, named `server__tool`.
    pub fn tools(&self) -> Vec<Arc<dyn Tool>> {
        self.tools.iter().map(|tool| Arc::clone(tool) as Arc<dyn Tool>).collect()
    }
}

#[cfg(test)]
mod tests;
