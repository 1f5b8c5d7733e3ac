//! Tools: everything the model may cause.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::device::{Device, DeviceError};
use crate::screen::Screen;

/// What a call does to the world, mildest first. The order is the policy's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Looks, or moves about on the screen; changes nothing that lasts.
    Read,
    /// Changes something of the person's own that is easy to change back.
    Write,
    /// Something leaves the phone: a message, a call, a post.
    Send,
    /// Money moves.
    Spend,
    /// Something is lost for good.
    Delete,
    /// The phone itself is changed: locks, installs, accounts.
    System,
}

/// What the planner, the model and the policy know of a tool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ToolSpec {
    /// Unique; foreign tools carry their server's name: `files__read_file`.
    pub name: String,
    /// One sentence for the model.
    pub description: String,
    /// JSON Schema (draft 2020-12) of the arguments: an object.
    pub parameters: Value,
    /// From our own code or configuration, never from a foreign server's hints.
    pub effect: Effect,
    /// True for tools that are not ours: their description goes through the guard.
    pub foreign: bool,
    /// Everyday requests that mean this tool, for retrieval.
    pub examples: Vec<String>,
}

/// What a call may use.
#[derive(Clone, Copy)]
pub struct ToolContext<'a> {
    /// The phone.
    pub device: &'a dyn Device,
    /// The screen that the model saw when it chose.
    pub screen: &'a Screen,
}

impl std::fmt::Debug for ToolContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ToolContext").field("screen", self.screen).finish_non_exhaustive()
    }
}

/// What a call asks of the loop itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Control {
    /// The task is over.
    Finish {
        /// Achieved, in the model's opinion.
        success: bool,
        /// What to tell the person.
        answer: Option<String>,
    },
    /// Only the person can say.
    Ask {
        /// The question.
        question: String,
    },
}

/// A fact read back from the phone after the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The phone's state is what the call wanted.
    pub holds: bool,
    /// What was read, in words: `the clock's next alarm is 07:30`.
    pub fact: String,
}

/// What a call gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolOutput {
    /// For the model, as untrusted data; may be empty.
    pub text: String,
    /// Set by the tools that end or suspend the task.
    pub control: Option<Control>,
    /// Set by tools that can check what they did.
    pub evidence: Option<Evidence>,
}

impl ToolOutput {
    /// A plain result.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// Why a call did not work.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The arguments make no sense here; the model may try again.
    #[error("{0}")]
    Rejected(String),
    /// The tool tried and could not.
    #[error("{0}")]
    Failed(String),
    /// The phone is gone.
    #[error(transparent)]
    Device(#[from] DeviceError),
}

/// Something the model may call.
#[async_trait]
pub trait Tool: Send + Sync {
    /// Name, schema and effect.
    fn spec(&self) -> &ToolSpec;

    /// Runs the call. `arguments` were accepted by the schema and allowed by the policy.
    ///
    /// # Errors
    /// [`ToolError`]; only [`ToolError::Device`] ends the episode.
    async fn call(&self, arguments: &Value, context: ToolContext<'_>) -> Result<ToolOutput, ToolError>;
}
