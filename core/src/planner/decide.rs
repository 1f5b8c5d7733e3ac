//! From a situation to a call: one constrained generation for the tool, one for its arguments.

use serde_json::Value;

use super::arguments::drop_invented;
use super::elements::numbered;
use super::question::Question;
use super::situation::Situation;
use crate::generate::{Cancel, Engine, EngineError, Grammar, Request, Sampling, Usage};
use crate::guard::{Blocked, Clearance, Gate, Withheld};
use crate::memory::Call;
use crate::tool::ToolSpec;

/// Most tokens of a tool's name.
const NAME_TOKENS: usize = 48;

/// Names of the loaded adapters; `None` decides with the base weights. With any of them the prompt goes without worked
/// examples.
#[derive(Debug, Clone, Default)]
pub struct Adapters {
    /// Selects the tool.
    pub select: Option<String>,
    /// Writes its arguments.
    pub args: Option<String>,
}

impl Adapters {
    /// Is there any? Then the prompt goes without worked examples, for both decisions, so that they share it.
    fn any(&self) -> bool {
        self.select.is_some() || self.args.is_some()
    }
}

/// A decision and what it cost.
#[derive(Debug, Clone)]
pub struct Decided<T> {
    /// What was decided.
    pub value: T,
    /// Spans that the guard kept from the model.
    pub withheld: Vec<Withheld>,
    /// Tokens spent.
    pub usage: Usage,
}

/// Why there is no decision.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The guard let nothing through.
    #[error(transparent)]
    Blocked(#[from] Blocked),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The model's answer cannot be used; another decision may be tried.
    #[error("{0}")]
    Unusable(String),
}

/// Asks the model.
pub struct Decider<'a> {
    /// The model.
    pub engine: &'a mut dyn Engine,
    /// The only way to it.
    pub gate: Gate<'a>,
    /// Weights for the two decisions.
    pub adapters: &'a Adapters,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// Most tokens of the arguments.
    pub max_tokens: usize,
    /// Stops a generation.
    pub cancel: &'a Cancel,
}

impl std::fmt::Debug for Decider<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decider").field("adapters", self.adapters).finish_non_exhaustive()
    }
}

impl Decider<'_> {
    /// Selects one of the situation's tools, by name.
    ///
    /// # Errors
    /// [`DecideError`].
    pub fn select(&mut self, situation: &Situation<'_>) -> Result<Decided<String>, DecideError> {
        let question = Question::selection(situation, self.adapters.any());
        let cleared = self.gate.clear(question.prompt, self.engine.marks())?;
        let adapters = self.adapters;
        let (text, usage) =
            self.generate(&cleared, adapters.select.as_deref(), &question.grammar, NAME_TOKENS)?;
        if !situation.choices().any(|t| t.name == text) {
            return Err(DecideError::Unusable(format!("`{text}` is none of the tools")));
        }
        Ok(Decided { value: text, withheld: cleared.withheld, usage })
    }

    /// Writes the arguments of `tool`.
    ///
    /// # Errors
    /// [`DecideError`]; [`DecideError::Unusable`] if nothing on the screen fits the tool or the
    /// answer was cut off.
    pub fn arguments(
        &mut self,
        situation: &Situation<'_>,
        tool: &ToolSpec,
    ) -> Result<Decided<Call>, DecideError> {
        let question = Question::arguments(situation, tool, self.adapters.any())
            .ok_or_else(|| DecideError::Unusable(format!("nothing on this screen fits {}", tool.name)))?;
        let cleared = self.gate.clear(question.prompt, self.engine.marks())?;
        let adapters = self.adapters;
        let (text, usage) = self
            .generate(&cleared, adapters.args.as_deref(), &question.grammar, self.max_tokens)
            .map_err(|e| match e {
                // A schema that a foreign tool brought along: this call cannot be made, others can.
                EngineError::Grammar(reason) => DecideError::Unusable(format!(
                    "the schema of {} cannot be followed ({reason})",
                    tool.name
                )),
                e => e.into(),
            })?;
        let arguments: Value = serde_json::from_str(&text)
            .map_err(|_| DecideError::Unusable(format!("the arguments of {} were cut off", tool.name)))?;
        let mut arguments = numbered(arguments, tool, situation.screen);
        drop_invented(&mut arguments, tool, situation, self.adapters.args.is_some());
        Ok(Decided { value: Call { tool: tool.name.clone(), arguments }, withheld: cleared.withheld, usage })
    }

    fn generate(
        &mut self,
        cleared: &Clearance,
        adapter: Option<&str>,
        grammar: &Grammar,
        max_tokens: usize,
    ) -> Result<(String, Usage), EngineError> {
        let completion = self.engine.generate(Request {
            prompt: &cleared.prompt,
            adapter,
            grammar,
            sampling: self.sampling,
            max_tokens,
            cancel: self.cancel,
        })?;
        Ok((completion.text, completion.usage))
    }
}
