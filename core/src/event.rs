//! The closed stream of events of an episode. Every program that shows, serves, scores or tests
//! an episode reads this one stream.

use serde::{Deserialize, Serialize};

use crate::consent::Digest;
use crate::generate::Usage;
use crate::guard::Withheld;
use crate::memory::{Call, Recall, StepResult};
use crate::tool::Effect;

/// What happens in an episode, in the order in which it happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The episode begins.
    Started {
        /// The person's request.
        goal: String,
        /// The model's name.
        model: String,
        /// The phone.
        device: String,
    },
    /// The screen was read.
    Observed {
        /// From 0.
        step: usize,
        /// Package in front.
        package: String,
        /// Its activity.
        activity: String,
        /// The screen as the model reads it.
        screen: String,
    },
    /// Memory had something to offer.
    Recalled {
        /// From 0.
        step: usize,
        /// Best first.
        memories: Vec<Recall>,
    },
    /// Text was kept from the model.
    Withheld {
        /// From 0.
        step: usize,
        /// What, from where, and why.
        spans: Vec<Withheld>,
    },
    /// The model selected a tool.
    Selected {
        /// From 0.
        step: usize,
        /// The tool.
        tool: String,
        /// What it could choose from.
        candidates: Vec<String>,
    },
    /// The model wrote a whole call, and the schema accepted it.
    Proposed {
        /// From 0.
        step: usize,
        /// The call.
        call: Call,
        /// Its effect.
        effect: Effect,
        /// The element it points at.
        target: Option<String>,
    },
    /// The person was asked for consent.
    Asked {
        /// From 0.
        step: usize,
        /// What the consent is bound to.
        digest: Digest,
        /// Why it is asked.
        why: String,
        /// The answer.
        agreed: bool,
    },
    /// The person was asked a question.
    Questioned {
        /// From 0.
        step: usize,
        /// The question.
        question: String,
        /// The answer, if there was one.
        answer: Option<String>,
    },
    /// The step is over.
    Acted {
        /// From 0.
        step: usize,
        /// What came of it.
        result: StepResult,
        /// The screen changed.
        progress: bool,
        /// Time of the step in milliseconds.
        millis: u64,
        /// Tokens of the step.
        usage: Usage,
    },
    /// The episode is over; always the last event.
    Done(Done),
}

/// How an episode ended, in the form that `run --json` prints last.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The task was achieved.
    pub success: bool,
    /// Which way it ended.
    pub ending: Ending,
    /// In one sentence.
    pub reason: String,
    /// What the person asked to know.
    pub answer: Option<String>,
    /// Tool calls made.
    pub steps: usize,
    /// Generations made.
    pub model_calls: usize,
    /// Seconds from start to end.
    pub seconds: f64,
    /// Tokens of all generations.
    pub tokens: Usage,
}

/// The ways an episode can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// The task was done.
    Achieved,
    /// It was tried and not done.
    Failed,
    /// Guard, policy or the person said no.
    Refused,
    /// The phone or the model is gone.
    Unavailable,
    /// The person stopped it.
    Interrupted,
}
