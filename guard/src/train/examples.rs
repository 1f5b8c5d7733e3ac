//! Rows as token states.

use std::time::Instant;

use pocketpilot_core::encoder::{Encoder, EncoderError, Windows};
use pocketpilot_core::guard::{Channel, Label};

use super::Progress;
use crate::Error;
use crate::classifier::WINDOWS;
use crate::corpus::{Row, Split};
use crate::harden::harden;
use crate::states::{Key, StateCache};

/// Texts embedded at a time, then written.
const CHUNK: usize = 64;

/// A row of the corpus, its text replaced by its windows.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) label: Label,
    pub(super) channel: Channel,
    pub(super) source: String,
    /// Words in the text.
    pub(super) words: usize,
    /// Tokens of the first window.
    pub(super) tokens: usize,
    pub(super) windows: Vec<Key>,
}

#[derive(Debug)]
pub(super) struct Examples {
    pub(super) train: Vec<Example>,
    pub(super) dev: Vec<Example>,
}

/// Brings the states of the examples into the cache. What the deadline leaves out is a fair sample,
/// since the order is that of hashes; the next run goes on from there.
pub(super) fn embed(
    split: &Split,
    encoder: &Encoder,
    cache: &mut StateCache,
    deadline: Option<Instant>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Examples, Error> {
    let mut missing = Vec::new();
    let mut collect = |rows: &[Row], training: bool| -> Result<Vec<Example>, Error> {
        let mut examples = Vec::new();
        for row in rows {
            let windows = windows_of(row, encoder, training)?;
            let Some(first) = windows.first() else { continue };
            examples.push(Example {
                label: row.label,
                channel: row.channel,
                source: row.source.clone(),
                words: row.text.split_whitespace().count(),
                tokens: first.len(),
                windows: windows.iter().map(|w| StateCache::key(w)).collect(),
            });
            missing.extend(windows.into_iter().filter(|w| !cache.contains(&StateCache::key(w))));
        }
        Ok(examples)
    };
    let mut examples = Examples { train: collect(&split.train, true)?, dev: collect(&split.dev, false)? };
    missing.sort_by_key(|window| StateCache::key(window));
    missing.dedup();

    for (index, chunk) in missing.chunks(CHUNK).enumerate() {
        progress(&Progress::Embedding { done: index * CHUNK, of: missing.len() });
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            break;
        }
        for (window, states) in chunk.iter().zip(encoder.states(chunk)?) {
            cache.put(StateCache::key(window), &states)?;
        }
        cache.flush()?;
    }
    let is_there = |e: &Example| e.windows.iter().all(|w| cache.contains(w));
    examples.train.retain(is_there);
    examples.dev.retain(is_there);
    if examples.train.is_empty() || examples.dev.is_empty() {
        return Err(Error::Data("the time was up before enough was embedded; run it again to go on".into()));
    }
    Ok(examples)
}

/// Dev is judged as the guard judges: by all windows. In training a row is one window: of a long
/// ordinary text any one, so that openings are not all it knows; a long injection is left out, since
/// nobody says in which of its windows the attack stands.
fn windows_of(row: &Row, encoder: &Encoder, training: bool) -> Result<Vec<Vec<u32>>, Error> {
    let text = harden(&row.text);
    let windows = match encoder.windows(&text, Windows { limit: 16, ..WINDOWS }) {
        Err(EncoderError::TooLong { .. }) => return Ok(Vec::new()),
        other => other?,
    };
    if !training || windows.len() == 1 {
        return Ok(windows);
    }
    let place = match row.label {
        Label::Benign => text.len() % windows.len(),
        Label::Harmful | Label::Jailbreak => 0,
        Label::Injection => return Ok(Vec::new()),
    };
    Ok(windows.into_iter().skip(place).take(1).collect())
}
