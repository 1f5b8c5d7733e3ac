//! The computation of one sequence: what is in the cache already, which weights apply where, and the draw.

use std::collections::HashMap;

use crate::engine::kv::{Cache, Entry, Weights};
use crate::engine::lora::Adapter;
use crate::engine::model::{Active, Model};
use crate::engine::sample::Sampler;
use crate::engine::scratch::Scratch;
use crate::generate::{Cancel, EngineError};

/// The computation of one sequence.
pub(crate) struct Run<'a> {
    pub(crate) model: &'a Model,
    pub(crate) cache: &'a mut Cache,
    pub(crate) active: Option<Active<'a>>,
    pub(crate) scratch: &'a mut Scratch,
}

impl Run<'_> {
    /// Computes the entries of a sequence that its cache does not hold yet, in blocks of equal size: a short one at the
    /// end would read all weights for a few positions.
    pub(crate) fn compute(&mut self, sequence: &[Entry], cancel: &Cancel) -> Result<(), EngineError> {
        let entries = &sequence[self.cache.len().min(sequence.len())..];
        let size = entries.len().div_ceil(entries.len().div_ceil(Scratch::BLOCK).max(1)).max(1);
        for block in entries.chunks(size) {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            self.model.forward(block, self.cache, self.active, self.scratch);
        }
        Ok(())
    }

    /// Draws the next token, among all or the allowed ones, which are in ascending order and whose logits `lean` may change.
    pub(crate) fn draw(
        &mut self,
        sampler: &mut Sampler,
        allowed: Option<&[u32]>,
        logits: &mut [f32],
        lean: impl FnOnce(&mut [f32]),
    ) -> Result<u32, EngineError> {
        let drawn = match allowed {
            None => {
                self.model.logits(self.scratch, logits);
                sampler.draw(logits)
            }
            Some(tokens) => {
                self.model.logits_among(self.scratch, tokens, logits);
                lean(&mut logits[..tokens.len()]);
                sampler.draw(&logits[..tokens.len()]).map(|i| tokens[i as usize])
            }
        };
        drawn.ok_or_else(not_numbers)
    }
}

pub(crate) fn not_numbers() -> EngineError {
    EngineError::Other("the model's logits are not numbers: pull it again".into())
}

pub(crate) fn check_room(tokens: usize, context: usize) -> Result<(), EngineError> {
    // One more for the first token of the answer.
    if tokens < context { Ok(()) } else { Err(EngineError::TooLong { tokens: tokens + 1, context }) }
}

/// The adapter of this name, at work on this prompt.
pub(crate) fn activate<'a>(
    adapters: &'a HashMap<String, Adapter>,
    name: Option<&str>,
    prompt: &[u32],
) -> Result<Option<Active<'a>>, EngineError> {
    let Some(name) = name else { return Ok(None) };
    let fail = |reason: &str| EngineError::Adapter { name: name.into(), reason: reason.into() };
    let adapter = adapters.get(name).ok_or_else(|| fail("it is not loaded: load it first"))?;
    let from = adapter
        .applies_from(prompt)
        .ok_or_else(|| fail("the prompt lacks the tokens that invoke it: use the form it was trained on"))?;
    Ok(Some(Active { adapter, from }))
}

/// The tokens of a sequence with the weights that compute each of them.
pub(crate) fn entries(tokens: &[u32], active: Option<Active<'_>>) -> Vec<Entry> {
    tokens.iter().enumerate().map(|(i, &token)| Entry { token, weights: weights(i, active) }).collect()
}

pub(crate) fn weights(position: usize, active: Option<Active<'_>>) -> Weights {
    match active {
        Some(active) if position >= active.from => Weights::Adapter(active.adapter.hash),
        _ => Weights::Base,
    }
}
