//! A task as data: wordings, parameters drawn from the seed, what is prepared, what must come of
//! it, and how it is done.

use pocketpilot_core::memory::Call;
use pocketpilot_core::task::Budget;
use serde_json::{Value, json};

use super::draw::Draw;
use super::fact::{Change, Fact};
use super::prepare::Setup;

/// A kind of task.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Unique: `clock/set_alarm`.
    pub id: &'static str,
    /// Ways to ask for it; `{word}` stands for a parameter.
    pub wordings: &'static [&'static str],
    /// Actions that a person needs on the screen, from the launcher.
    pub actions: usize,
    /// Draws one task of the kind.
    pub make: fn(&mut Draw) -> Instance,
}

impl Template {
    /// The app that the task is about: the first part of the id.
    pub fn app(&self) -> &'static str {
        self.id.split('/').next().unwrap_or(self.id)
    }

    /// The task that a seed stands for.
    pub fn draw(&self, seed: u64) -> Task {
        let wording = Draw::new(seed, self.id).pick(self.wordings);
        self.draw_as(seed, wording)
    }

    /// The same task, asked for in a wording of somebody else's.
    pub fn draw_as(&self, seed: u64, wording: &str) -> Task {
        let mut draw = Draw::new(seed, self.id);
        // The first draw is for the wording.
        draw.below(1);
        let instance = (self.make)(&mut draw);
        let goal = instance
            .words
            .iter()
            .fold(wording.to_owned(), |text, (word, value)| text.replace(&format!("{{{word}}}"), value));
        Task { goal, instance }
    }

    /// Twice what a person needs, and some for looking around.
    pub fn budget(&self) -> Budget {
        Budget { steps: 2 * self.actions + 4, ..Budget::default() }
    }
}

/// A task.
#[derive(Debug, Clone)]
pub struct Task {
    /// The request.
    pub goal: String,
    /// The rest.
    pub instance: Instance,
}

/// The parameters of one task and what follows from them.
#[derive(Debug, Clone, Default)]
pub struct Instance {
    /// Parameters by the words that stand for them in the wordings.
    pub words: Vec<(&'static str, String)>,
    /// What has to be so before.
    pub prepare: Vec<Setup>,
    /// What must come of it.
    pub expect: Expectation,
    /// A way to do it.
    pub oracle: Vec<Act>,
}

/// What must come of a task.
#[derive(Debug, Clone, Default)]
pub struct Expectation {
    /// What changes; nothing else of the kinds of [`Fact`] may.
    pub change: Change,
    /// What is on the display at the end.
    pub front: Option<Front>,
    /// What is answered: one of these texts stands in the answer.
    pub answer: Option<Vec<String>>,
}

/// What is on the display.
#[derive(Debug, Clone)]
pub struct Front {
    /// One of these packages.
    pub packages: &'static [&'static str],
    /// A text that stands on it.
    pub text: Option<String>,
}

/// One act of the oracle.
#[derive(Debug, Clone)]
pub enum Act {
    /// Calls a tool.
    Call(Call),
    /// Taps the element with this text, scrolling down to it.
    Tap(String),
    /// Taps the element with this text that is nearest to the one with the other.
    TapNear {
        /// Its text.
        text: String,
        /// The other's.
        near: String,
    },
    /// Types into the field with this label or content.
    Type {
        /// The label or content.
        into: String,
        /// What to type.
        text: String,
    },
    /// Runs a shell command, for what no tool does.
    Shell(&'static str),
}

impl Act {
    /// A call of a tool.
    pub fn call(tool: &str, arguments: Value) -> Self {
        Self::Call(Call { tool: tool.into(), arguments })
    }

    /// Opens an app by its name.
    pub fn open(app: &str) -> Self {
        Self::call("open_app", json!({ "name": app }))
    }

    /// A tap on the element with this text.
    pub fn tap(text: &str) -> Self {
        Self::Tap(text.into())
    }

    /// Gives the answer.
    pub fn answer(text: &str) -> Self {
        Self::call("answer", json!({ "text": text }))
    }
}

impl Expectation {
    /// A fact that becomes true, and nothing else.
    pub fn added(fact: Fact) -> Self {
        Self { change: Change { added: vec![fact], removed: Vec::new() }, ..Self::default() }
    }

    /// A fact that stops being true, and nothing else.
    pub fn removed(fact: Fact) -> Self {
        Self { change: Change { added: Vec::new(), removed: vec![fact] }, ..Self::default() }
    }

    /// A fact that takes another's place, and nothing else.
    pub fn replaced(old: Fact, new: Fact) -> Self {
        Self { change: Change { added: vec![new], removed: vec![old] }, ..Self::default() }
    }

    /// An answer, and no change.
    pub fn answered<const N: usize>(texts: [String; N]) -> Self {
        Self { answer: Some(texts.into()), ..Self::default() }
    }

    /// An app in front, and no change.
    pub fn shown(packages: &'static [&'static str], text: Option<String>) -> Self {
        Self { front: Some(Front { packages, text }), ..Self::default() }
    }
}
