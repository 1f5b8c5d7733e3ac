//! What is remembered: every episode, step by step, and what of it helps now.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::generate::Usage;
use crate::guard::Withheld;
use crate::task::Task;
use crate::tool::ToolOutput;

/// Names an episode in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EpisodeId(pub i64);

/// A tool call as the model made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The tool.
    pub tool: String,
    /// Its arguments.
    pub arguments: Value,
}

/// One step as it is recorded: before it is acted on without `result`, afterwards with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepRecord {
    /// From 0.
    pub index: usize,
    /// Package in front.
    pub package: String,
    /// The screen as the model read it.
    pub screen: String,
    /// The element the call points at, as the model read it; `None` if it points at none.
    pub target: Option<String>,
    /// Lines recalled into the prompt.
    pub recalled: Vec<String>,
    /// Spans kept from the model.
    pub withheld: Vec<Withheld>,
    /// What was called.
    pub call: Call,
    /// What came of it; `None` until it ran.
    pub result: Option<StepResult>,
    /// Tokens that the step cost.
    pub usage: Usage,
    /// Time the step took, in milliseconds.
    pub millis: u64,
}

/// What came of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum StepResult {
    /// It ran.
    Done {
        /// What it gave.
        output: ToolOutput,
    },
    /// It ran and did not work.
    Failed {
        /// Why.
        reason: String,
    },
    /// It never ran.
    Rejected {
        /// Why.
        reason: String,
    },
}

/// How an episode ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The task was achieved.
    pub success: bool,
    /// In one sentence.
    pub reason: String,
    /// What the person asked to know.
    pub answer: Option<String>,
}

/// What memory offers for a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recall {
    /// The episode it comes from.
    pub episode: EpisodeId,
    /// The earlier goal.
    pub goal: String,
    /// The calls that achieved it.
    pub calls: Vec<Call>,
    /// Relevance; higher is better, comparable within one answer only.
    pub score: f32,
}

/// Why memory could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("memory: {0}")]
pub struct MemoryError(pub String);

/// A durable record of episodes. Every method is durable when it returns.
pub trait Memory: Send + Sync {
    /// Opens an episode.
    fn begin(&self, task: &Task) -> Result<EpisodeId, MemoryError>;

    /// Writes a step, or overwrites the step with the same index.
    fn record(&self, episode: EpisodeId, step: &StepRecord) -> Result<(), MemoryError>;

    /// Closes an episode.
    fn finish(&self, episode: EpisodeId, outcome: &Outcome) -> Result<(), MemoryError>;

    /// The `k` most relevant successful episodes for a goal, best first.
    fn recall(&self, goal: &str, k: usize) -> Result<Vec<Recall>, MemoryError>;
}
