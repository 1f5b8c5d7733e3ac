//! Requests in one line.

use pocketpilot_core::engine::LocalEngine;
use pocketpilot_core::generate::{Cancel, Completion, Engine, EngineError, Grammar, Request, Sampling};
use pocketpilot_core::guard::{Cleared, Decision, Gate, Guard, GuardError, Inspect, Label, Verdict};
use pocketpilot_core::prompt::{Origin, Prompt, Role, Span};

/// Lets everything through: these tests are about what comes after the gate.
struct Open;

impl Guard for Open {
    fn inspect(&self, items: &[Inspect<'_>]) -> Result<Vec<Verdict>, GuardError> {
        let verdict = Verdict {
            label: Label::Benign,
            score: 0.0,
            scores: [1.0, 0.0, 0.0, 0.0],
            decision: Decision::Allow,
        };
        Ok(vec![verdict; items.len()])
    }
}

pub(crate) fn clear(prompt: Prompt) -> Cleared<Prompt> {
    Gate::new(&Open).clear(prompt, &[]).expect("an open gate").prompt
}

/// A prompt of one turn of the user's.
pub(crate) fn user(text: &str) -> Cleared<Prompt> {
    let mut prompt = Prompt::default();
    prompt.push(Role::User, vec![Span::new(Origin::User, text)]);
    clear(prompt)
}

/// What a test may want to vary.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) adapter: Option<&'a str>,
    pub(crate) grammar: &'a Grammar,
    pub(crate) sampling: Sampling,
    pub(crate) most: usize,
}

pub(crate) const FREE: Ask<'static> =
    Ask { adapter: None, grammar: &Grammar::Free, sampling: Sampling::GREEDY, most: 24 };

impl Ask<'_> {
    pub(crate) fn of(self, engine: &mut LocalEngine, text: &str) -> Result<Completion, EngineError> {
        engine.generate(Request {
            prompt: &user(text),
            adapter: self.adapter,
            grammar: self.grammar,
            prior: &[],
            sampling: self.sampling,
            max_tokens: self.most,
            cancel: &Cancel::default(),
        })
    }
}
