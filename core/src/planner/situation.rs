//! What the model is told before it decides.

use serde::{Deserialize, Serialize};

use crate::memory::{Call, Recall, StepResult};
use crate::screen::Line;
use crate::tool::ToolSpec;

/// Everything a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The person's request.
    pub goal: &'a str,
    /// The tools to choose from, in the order shown.
    pub tools: &'a [&'a ToolSpec],
    /// Earlier episodes that may help, best first.
    pub memories: &'a [Recall],
    /// What was done in this episode, oldest first.
    pub history: &'a [Attempt],
    /// The screen; empty where there is none.
    pub screen: &'a [Line],
}

/// One call of this episode and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The call.
    pub call: Call,
    /// The element it pointed at, as it was shown.
    pub target: Option<String>,
    /// What came of it.
    pub result: StepResult,
}
