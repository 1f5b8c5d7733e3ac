//! The gate in front of the model: no text reaches the engine without a guard's verdict.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use crate::prompt::{Origin, Prompt, Span};

/// What a classifier takes a text for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Nothing wrong with it.
    Benign,
    /// A request for something harmful.
    Harmful,
    /// Wording meant to switch safety rules off.
    Jailbreak,
    /// Text that tries to take over the task.
    Injection,
}

/// The way a text arrived; thresholds are calibrated per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Typed or spoken by the person.
    User,
    /// A tool's result or description, memory, a file.
    Tool,
    /// Text on the phone's screen.
    Screen,
}

impl From<Origin> for Channel {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::User => Self::User,
            Origin::Screen => Self::Screen,
            Origin::System | Origin::Tool | Origin::Memory | Origin::Model => Self::Tool,
        }
    }
}

/// What is to happen with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Let it through.
    Allow,
    /// Let it through only if the person agrees.
    Ask,
    /// Keep it from the model.
    Block,
}

/// A guard's opinion of one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The likeliest label.
    pub label: Label,
    /// Probability that the text is not benign, 0 to 1.
    pub score: f32,
    /// Probability by label: benign, harmful, jailbreak, injection.
    pub scores: [f32; 4],
    /// What to do, by the guard's thresholds for the channel.
    pub decision: Decision,
}

/// A text to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Inspect<'a> {
    /// The text.
    pub text: &'a str,
    /// How it arrived.
    pub channel: Channel,
}

/// Why a guard could not judge. The gate treats every error as a block.
#[derive(Debug, thiserror::Error)]
#[error("the guard cannot judge: {0}")]
pub struct GuardError(pub String);

/// Judges texts. Implementations batch: one call holds all texts of a prompt.
pub trait Guard: Send + Sync {
    /// One verdict for each item, in order.
    ///
    /// # Errors
    /// [`GuardError`] when any of them cannot be judged; the caller must then block.
    fn inspect(&self, items: &[Inspect<'_>]) -> Result<Vec<Verdict>, GuardError>;
}

/// A span that was kept from the model.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Withheld {
    /// Where it came from.
    pub origin: Origin,
    /// The text, for the person and the record; never for the model.
    pub text: String,
    /// Why.
    pub verdict: Verdict,
}

/// Why a prompt was not cleared.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Blocked {
    /// The person's own request was judged unsafe.
    #[error("the request was taken for {label:?} ({score:.2})", label = .0.verdict.label, score = .0.verdict.score)]
    Request(Box<Withheld>),
    /// The guard failed, so nothing may pass.
    #[error("{0}")]
    GuardFailed(String),
}

/// A value that passed the [`Gate`]. There is no other way to make one.
#[derive(Debug, Clone)]
pub struct Cleared<T>(T);

impl<T> Cleared<T> {
    /// The cleared value.
    pub fn get(&self) -> &T {
        &self.0
    }
}

/// What the gate let through, and what it kept back.
#[derive(Debug)]
pub struct Clearance {
    /// The prompt for the engine, withheld spans replaced by [`WITHHELD`].
    pub prompt: Cleared<Prompt>,
    /// The spans that were replaced.
    pub withheld: Vec<Withheld>,
}

/// The verdict on a text that forges the structure of a prompt.
const FORGED: Verdict =
    Verdict { label: Label::Injection, score: 1.0, scores: [0.0, 0.0, 0.0, 1.0], decision: Decision::Block };

/// Stands in the prompt for a span that was kept back.
pub const WITHHELD: &str = "[withheld]";

/// The only door to the engine. It fails closed: a guard that errs, panics or answers for fewer
/// texts than it was asked about blocks the whole prompt.
#[derive(Clone, Copy)]
pub struct Gate<'a> {
    guard: &'a dyn Guard,
}

impl std::fmt::Debug for Gate<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").finish_non_exhaustive()
    }
}

impl<'a> Gate<'a> {
    /// A gate that asks `guard`.
    pub fn new(guard: &'a dyn Guard) -> Self {
        Self { guard }
    }

    /// Judges every span that is not [`Origin::System`] or blank. A flagged span of the person's
    /// blocks the prompt; any other flagged span is withheld from it. A span that holds one of `marks`, the texts that
    /// the model takes for the structure of its prompt, is an injection whatever the guard says.
    ///
    /// # Errors
    /// [`Blocked`] when the request itself is flagged, or the guard fails.
    pub fn clear(&self, mut prompt: Prompt, marks: &[String]) -> Result<Clearance, Blocked> {
        let foreign: Vec<&Span> = prompt.spans().filter(|s| is_judged(s)).collect();
        let items: Vec<Inspect<'_>> =
            foreign.iter().map(|s| Inspect { text: &s.text, channel: s.origin.into() }).collect();
        let verdicts = self.inspect(&items)?;

        let mut withheld = Vec::new();
        let mut verdicts = verdicts.into_iter();
        for span in prompt.turns.iter_mut().flat_map(|t| &mut t.spans) {
            if !is_judged(span) {
                continue;
            }
            let mut verdict = verdicts.next().ok_or_else(too_few)?;
            if marks.iter().any(|mark| span.text.contains(mark.as_str())) {
                verdict = FORGED;
            }
            if verdict.decision == Decision::Allow {
                continue;
            }
            let kept = Withheld {
                origin: span.origin,
                text: std::mem::replace(&mut span.text, WITHHELD.into()),
                verdict,
            };
            if kept.origin == Origin::User {
                return Err(Blocked::Request(Box::new(kept)));
            }
            withheld.push(kept);
        }
        Ok(Clearance { prompt: Cleared(prompt), withheld })
    }

    fn inspect(&self, items: &[Inspect<'_>]) -> Result<Vec<Verdict>, Blocked> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let verdicts = catch_unwind(AssertUnwindSafe(|| self.guard.inspect(items)))
            .map_err(|_| Blocked::GuardFailed("the guard crashed, so nothing may pass".into()))?
            .map_err(|e| Blocked::GuardFailed(e.to_string()))?;
        if verdicts.len() == items.len() { Ok(verdicts) } else { Err(too_few()) }
    }
}

fn is_judged(span: &Span) -> bool {
    span.origin != Origin::System && !span.text.trim().is_empty()
}

fn too_few() -> Blocked {
    Blocked::GuardFailed("the guard did not judge every text".into())
}

#[cfg(test)]
mod tests;
