//! Rows as token states.

use std::collections::HashSet;
use std::time::Instant;

use pocketpilot_core::encoder::{Encoder, EncoderError};
use pocketpilot_core::guard::{Channel, Label};

use super::Progress;
use crate::Error;
use crate::classifier::WINDOWS;
use crate::corpus::{Row, Split};
use crate::harden::harden;
use crate::states::{Key, StateCache};

/// Texts embedded at a time, then written.
const CHUNK: usize = 64;

/// Windows of one row that are trained on, at most.
const OF_ATTACK: usize = 8;
const OF_ORDINARY: usize = 4;

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
    pub(super) choose: Vec<Example>,
    pub(super) report: Vec<Example>,
}

/// Brings the states of the examples into the cache, first what is held out: figures of one run and
/// the next are of the same rows. What the deadline leaves out of train is a fair sample, since the
/// order is that of hashes; the next run goes on from there.
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
            for windows in if training { lessons(row, encoder)? } else { vec![windows_of(row, encoder)?] } {
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
        }
        Ok(examples)
    };
    let mut examples = Examples {
        train: collect(&split.train, true)?,
        choose: collect(&split.choose, false)?,
        report: collect(&split.report, false)?,
    };
    let held_out: HashSet<Key> =
        examples.choose.iter().chain(&examples.report).flat_map(|e| e.windows.iter().copied()).collect();
    missing.sort_by_cached_key(|window| {
        let key = StateCache::key(window);
        (!held_out.contains(&key), key)
    });
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
    examples.choose.retain(is_there);
    examples.report.retain(is_there);
    if examples.train.is_empty() || examples.choose.is_empty() {
        return Err(Error::Data("the time was up before enough was embedded; run it again to go on".into()));
    }
    Ok(examples)
}

/// As the guard reads it; nothing when the guard would refuse to.
fn windows_of(row: &Row, encoder: &Encoder) -> Result<Vec<Vec<u32>>, Error> {
    match encoder.windows(&harden(&row.text), WINDOWS) {
        Err(EncoderError::TooLong { .. }) => Ok(Vec::new()),
        other => Ok(other?),
    }
}

/// What is learnt from a row. Every window of an ordinary text is ordinary, and a lesson by itself. Of
/// an attack at least one window is, but nobody says which: all are one lesson, unless there are so
/// many that the attack may stand in none of those that are taken.
fn lessons(row: &Row, encoder: &Encoder) -> Result<Vec<Vec<Vec<u32>>>, Error> {
    let mut windows = windows_of(row, encoder)?;
    Ok(match row.label {
        Label::Benign => {
            let step = windows.len().div_ceil(OF_ORDINARY).max(1);
            windows.into_iter().step_by(step).map(|w| vec![w]).collect()
        }
        Label::Injection if windows.len() > OF_ATTACK => Vec::new(),
        Label::Harmful | Label::Jailbreak | Label::Injection => {
            windows.truncate(OF_ATTACK);
            vec![windows]
        }
    })
}
