//! The engine as the planner sees it: cleared prompt in, constrained text out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::guard::Cleared;
use crate::prompt::Prompt;

/// What the answer may look like.
#[derive(Debug, Clone, PartialEq)]
pub enum Grammar {
    /// Anything, to the model's own end.
    Free,
    /// Exactly one of these texts.
    Choice(Vec<String>),
    /// JSON that this JSON Schema accepts, written without optional white space.
    Schema(Value),
}

/// How tokens are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// 0 is greedy.
    pub temperature: f32,
    /// Nucleus mass, 0 to 1; 1 keeps all.
    pub top_p: f32,
    /// Seed of the draw; the same seed gives the same tokens.
    pub seed: u64,
}

impl Sampling {
    /// The likeliest token, always.
    pub const GREEDY: Self = Self { temperature: 0.0, top_p: 1.0, seed: 0 };
}

/// Stops a generation from another thread. Clones share one switch.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Throws the switch; it cannot be taken back.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Has it been thrown?
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// One generation.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What to continue. Only the gate makes one.
    pub prompt: &'a Cleared<Prompt>,
    /// Name of a loaded adapter, or none for the base weights.
    pub adapter: Option<&'a str>,
    /// What the answer may look like.
    pub grammar: &'a Grammar,
    /// What is known of the texts of a [`Grammar::Choice`] beside what the model says, in the order of the texts, in nats:
    /// how likely each is among those of which something is known. How likely these are together stays with the model.
    /// Empty where nothing is known.
    pub prior: &'a [Option<f32>],
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// Most tokens of the answer.
    pub max_tokens: usize,
    /// Checked at least once a token and once a prefill block.
    pub cancel: &'a Cancel,
}

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Finish {
    /// The model or the grammar ended it.
    Stop,
    /// `max_tokens` was reached.
    Length,
}

/// Tokens that one generation cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Prompt tokens computed.
    pub prefilled: usize,
    /// Prompt tokens taken from the KV cache.
    pub reused: usize,
    /// Answer tokens.
    pub decoded: usize,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prefilled += other.prefilled;
        self.reused += other.reused;
        self.decoded += other.decoded;
    }
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The answer, `answer_start` not repeated.
    pub text: String,
    /// What it cost.
    pub usage: Usage,
    /// Why it ended.
    pub finish: Finish,
}

/// What can go wrong in an engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The model file is not usable.
    #[error("{path}: {reason}")]
    Model {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An adapter does not fit or is not loaded.
    #[error("adapter {name}: {reason}")]
    Adapter {
        /// Its name or path.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The grammar cannot be compiled.
    #[error("grammar: {0}")]
    Grammar(String),
    /// The prompt cannot be put into the model's form.
    #[error("prompt: {0}")]
    Prompt(String),
    /// Prompt and answer do not fit into the context.
    #[error("the prompt of {tokens} tokens does not fit into {context}: shorten it")]
    TooLong {
        /// Tokens needed.
        tokens: usize,
        /// Tokens there is room for.
        context: usize,
    },
    /// Stopped by [`Cancel`].
    #[error("cancelled")]
    Cancelled,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// A language model that runs here.
pub trait Engine: Send {
    /// Continues a cleared prompt.
    ///
    /// # Errors
    /// See [`EngineError`]; after any of them the engine is ready for the next request.
    fn generate(&mut self, request: Request<'_>) -> Result<Completion, EngineError>;

    /// The model's name, for reports.
    fn model(&self) -> &str;

    /// Texts that the model takes for the structure of its prompt. A prompt that holds one is refused.
    fn marks(&self) -> &[String] {
        &[]
    }
}
