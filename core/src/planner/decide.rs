//! From a situation to a call: one constrained generation for the tool, one for its arguments.

use serde_json::Value;

use super::arguments::drop_invented;
use super::elements::numbered;
use super::question::Question;
use super::situation::Situation;
use crate::generate::{Cancel, Engine, EngineError, Grammar, Request, Sampling, Usage};
use crate::guard::{Blocked, Cleared, Gate, Withheld};
use crate::memory::Call;
use crate::prompt::Prompt;
use crate::screen::Line;
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

/// A question that may be put.
struct Asked {
    prompt: Cleared<Prompt>,
    grammar: Grammar,
    prior: Vec<Option<f32>>,
    /// The screen that it is about, without what was kept back.
    screen: Vec<Line>,
    withheld: Vec<Withheld>,
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
        let trained = self.adapters.any();
        let asked = self.clear(situation, |s| Ok(Question::selection(s, trained)))?;
        let adapter = self.adapters.select.as_deref();
        let (text, usage) = self.generate(&asked, adapter, NAME_TOKENS)?;
        if !situation.choices().any(|offered| offered.tool.name == text) {
            return Err(DecideError::Unusable(format!("`{text}` is none of the tools")));
        }
        Ok(Decided { value: text, withheld: asked.withheld, usage })
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
        let trained = self.adapters.any();
        let asked = self.clear(situation, |s| {
            Question::arguments(s, tool, trained)
                .ok_or_else(|| DecideError::Unusable(format!("nothing on this screen fits {}", tool.name)))
        })?;
        let adapter = self.adapters.args.as_deref();
        let (text, usage) = self.generate(&asked, adapter, self.max_tokens).map_err(|e| match e {
            // A schema that a foreign tool brought along: this call cannot be made, others can.
            EngineError::Grammar(reason) => {
                DecideError::Unusable(format!("the schema of {} cannot be followed ({reason})", tool.name))
            }
            e => e.into(),
        })?;
        let arguments: Value = serde_json::from_str(&text)
            .map_err(|_| DecideError::Unusable(format!("the arguments of {} were cut off", tool.name)))?;
        let mut arguments = numbered(arguments, tool, &asked.screen);
        drop_invented(&mut arguments, tool, situation, self.adapters.args.is_some());
        Ok(Decided { value: Call { tool: tool.name.clone(), arguments }, withheld: asked.withheld, usage })
    }

    /// Clears a question. What the guard keeps back of the screen is taken from the screen, and the question put anew: the
    /// grammar holds the names of elements, and would give the model their words otherwise.
    fn clear(
        &self,
        situation: &Situation<'_>,
        question: impl Fn(&Situation<'_>) -> Result<Question, DecideError>,
    ) -> Result<Asked, DecideError> {
        let mut screen = situation.screen.to_vec();
        let mut withheld: Vec<Withheld> = Vec::new();
        loop {
            let Question { prompt, grammar, prior } = question(&Situation { screen: &screen, ..*situation })?;
            let cleared = self.gate.clear(prompt, self.engine.marks())?;
            let texts = screen.iter_mut().flat_map(|line| [&mut line.label, &mut line.content]);
            let kept: Vec<&mut String> = texts
                .filter(|text| cleared.withheld.iter().any(|w| !text.is_empty() && w.text == **text))
                .collect();
            let is_clear = kept.is_empty();
            kept.into_iter().for_each(String::clear);
            for one in cleared.withheld {
                if withheld.iter().all(|known| known.text != one.text) {
                    withheld.push(one);
                }
            }
            if is_clear {
                return Ok(Asked { prompt: cleared.prompt, grammar, prior, screen, withheld });
            }
        }
    }

    fn generate(
        &mut self,
        asked: &Asked,
        adapter: Option<&str>,
        max_tokens: usize,
    ) -> Result<(String, Usage), EngineError> {
        let completion = self.engine.generate(Request {
            prompt: &asked.prompt,
            adapter,
            grammar: &asked.grammar,
            prior: &asked.prior,
            sampling: self.sampling,
            max_tokens,
            cancel: self.cancel,
        })?;
        Ok((completion.text, completion.usage))
    }
}
