//! What the model is told before it decides.

use serde::{Deserialize, Serialize};

use super::arguments::schema_for;
use super::elements::name_of;
use crate::memory::{Call, Recall, StepResult};
use crate::screen::Line;
use crate::tool::ToolSpec;

/// The tool that ends a task.
pub const FINISH: &str = "finish";

/// Everything a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The person's request.
    pub goal: &'a str,
    /// The tools shown, in this order. That of a whole episode stays the same, so that its tokens are computed once; which
    /// of them can be chosen now, [`Situation::choices`] says.
    pub tools: &'a [Offered<'a>],
    /// Earlier episodes that may help, best first.
    pub memories: &'a [Recall],
    /// What was done in this episode, oldest first.
    pub history: &'a [Attempt],
    /// The screen; empty where there is none.
    pub screen: &'a [Line],
}

impl<'a> Situation<'a> {
    /// The tools to choose from now: those that something on the screen fits, and no end before a beginning.
    pub fn choices(&self) -> impl Iterator<Item = Offered<'a>> {
        let (idle, screen) = (self.history.is_empty(), self.screen);
        let makes_sense =
            move |o: &Offered<'_>| !(idle && o.tool.name == FINISH) && schema_for(o.tool, screen).is_some();
        self.tools.iter().copied().filter(makes_sense)
    }
}

/// A tool that is shown.
#[derive(Debug, Clone, Copy)]
pub struct Offered<'a> {
    /// The tool.
    pub tool: &'a ToolSpec,
    /// The cosine of the angle between it and the goal in the encoder's space; none where they were not compared.
    pub nearness: Option<f32>,
}

impl<'a> From<&'a ToolSpec> for Offered<'a> {
    fn from(tool: &'a ToolSpec) -> Self {
        Self { tool, nearness: None }
    }
}

/// One call of this episode and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The call.
    pub call: Call,
    /// What the element is called that it pointed at.
    pub target: Option<String>,
    /// What came of it.
    pub result: StepResult,
}

impl Attempt {
    /// A call that was made on a screen.
    pub fn new(call: Call, screen: &[Line], result: StepResult) -> Self {
        Self { target: name_of(&call.arguments, screen), call, result }
    }
}
