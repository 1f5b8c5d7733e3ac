//! What a person asked for, and how much may be spent on it.

use serde::{Deserialize, Serialize};

/// One request of one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    /// The person's own words.
    pub goal: String,
    /// The limits of one episode.
    pub budget: Budget,
    /// Seed of everything random in the episode (sampling).
    pub seed: u64,
}

impl Task {
    /// A task with the default budget and seed 0.
    pub fn new(goal: impl Into<String>) -> Self {
        Self { goal: goal.into(), budget: Budget::default(), seed: 0 }
    }
}

/// Limits of one episode; the planner stops at whichever is reached first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Steps (one tool call each).
    pub steps: usize,
    /// Tokens of one generated answer.
    pub answer_tokens: usize,
    /// Calls in a row that were rejected before they ran (bad arguments, refused).
    pub rejections: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps: 15, answer_tokens: 128, rejections: 3 }
    }
}
