//! Prompts as spans that remember where their text came from.

use serde::{Deserialize, Serialize};

/// Where a text came from. Only [`Origin::User`] may carry authority; everything else is data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Pocketpilot's own fixed words: instructions, our own tools, layout. Not classified.
    System,
    /// The person's request or answer.
    User,
    /// Read from the phone's screen.
    Screen,
    /// A tool's result, or the description of a tool that is not ours.
    Tool,
    /// Recalled from memory.
    Memory,
    /// Written by the model in this episode.
    Model,
}

/// A piece of text with its origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Where it came from.
    pub origin: Origin,
    /// The text itself.
    pub text: String,
}

impl Span {
    /// A span of any origin but [`Origin::System`].
    ///
    /// # Panics
    /// With [`Origin::System`]: foreign text must not be able to claim it.
    pub fn new(origin: Origin, text: impl Into<String>) -> Self {
        assert!(origin != Origin::System, "only core writes system spans");
        Self { origin, text: text.into() }
    }

    /// The program's own words. Crate-private on purpose: whatever reaches core from outside
    /// goes through the guard.
    pub(crate) fn system(text: impl Into<String>) -> Self {
        Self { origin: Origin::System, text: text.into() }
    }
}

/// Who speaks in a chat turn, as chat templates name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Standing instructions.
    System,
    /// The input side.
    User,
    /// The model's side: worked examples and earlier answers.
    Assistant,
}

impl Role {
    /// The template's name of the role.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One chat turn: its text is the concatenation of its spans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who speaks.
    pub role: Role,
    /// What is said, piece by piece.
    pub spans: Vec<Span>,
}

impl Turn {
    /// The whole text of the turn.
    pub fn text(&self) -> String {
        self.spans.iter().map(|s| s.text.as_str()).collect()
    }
}

/// A prompt in the order in which it is prefilled: what changes least comes first, so that the
/// longest prefix is reused from step to step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// The turns, oldest first. The model answers after the last one.
    pub turns: Vec<Turn>,
    /// Text that the answer is made to start with (may be empty). The program's own words, never
    /// foreign text: the guard does not see it.
    pub(crate) answer_start: String,
}

impl Prompt {
    /// Adds a turn.
    pub fn push(&mut self, role: Role, spans: Vec<Span>) {
        self.turns.push(Turn { role, spans });
    }

    /// Text that the answer is made to start with.
    pub fn answer_start(&self) -> &str {
        &self.answer_start
    }

    /// All spans in order.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        self.turns.iter().flat_map(|t| &t.spans)
    }
}
