//! What an adapter learns from: one decision, with all that it rested on.

use serde::{Deserialize, Serialize};

use crate::memory::{Call, Recall};
use crate::planner::{Attempt, Offered, Situation};
use crate::screen::Line;
use crate::tool::ToolSpec;

/// What a sample teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lesson {
    /// Which tool is right; its arguments are not labelled.
    Select,
    /// Which arguments are right; no other tool was to choose from.
    Args,
    /// Both.
    Call,
}

/// One decision: what was known, and the right call. A line of a JSON Lines file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sample {
    /// Unique in its file.
    pub id: String,
    /// What must not be on both sides of a split: the app, the service, the data set.
    pub group: String,
    /// The data set it was made from.
    pub source: String,
    /// That data set's licence.
    pub license: String,
    /// What it teaches.
    pub lesson: Lesson,
    /// The person's request.
    pub goal: String,
    /// The tools to choose from, in the order shown.
    pub tools: Vec<ToolSpec>,
    /// Earlier episodes that may help, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memories: Vec<Recall>,
    /// What was done before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Attempt>,
    /// The screen; empty where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub screen: Vec<Line>,
    /// The right call, of one of `tools`.
    pub call: Call,
}

impl Sample {
    /// Gives the sample's situation to `ask`, as the planner sees it.
    pub fn with_situation<T>(&self, ask: impl FnOnce(&Situation<'_>) -> T) -> T {
        let tools: Vec<Offered<'_>> = self.tools.iter().map(Offered::from).collect();
        ask(&Situation {
            goal: &self.goal,
            tools: &tools,
            memories: &self.memories,
            history: &self.history,
            screen: &self.screen,
        })
    }
}
