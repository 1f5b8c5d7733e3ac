//! Samples that say the same: twins on one side, and what looks alike on both sides of the split.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pocketpilot_core::train::Sample;

use super::tally::Tally;

/// From this share of words in common on, two texts are one (Jaccard index).
const ALIKE: f64 = 0.8;

/// Keeps the first of those that put the same question, whatever the answer: two answers to one question teach nothing.
pub(super) fn remove_twins(samples: &mut Vec<Sample>, tally: &mut Tally) {
    let mut seen = HashSet::new();
    samples.retain(|sample| {
        let tools: Vec<&str> = sample.tools.iter().map(|t| t.name.as_str()).collect();
        let question = format!("{}\n{tools:?}\n{:?}\n{:?}", sample.goal, sample.history, sample.screen);
        let is_new = seen.insert(question);
        if !is_new {
            tally.removed(&format!("{}: the same question again", sample.source));
        }
        is_new
    });
}

/// Takes out of `train` whatever resembles a sample of `dev` in the words of request and screen together.
pub(super) fn remove_leaks(train: &mut Vec<Sample>, dev: &[Sample], tally: &mut Tally) {
    let held: Vec<Words> = dev.iter().map(Words::of).collect();
    // Only requests with a word in common can be alike.
    let mut by_word: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, words) in held.iter().enumerate() {
        words.goal.iter().for_each(|word| by_word.entry(word).or_default().push(index));
    }
    tally.removed_many("near-duplicates of held-out samples (0.8 of the words of request and screen)", 0);
    train.retain(|sample| {
        let words = Words::of(sample);
        let near: BTreeSet<usize> =
            words.goal.iter().filter_map(|word| by_word.get(word.as_str())).flatten().copied().collect();
        let leaks = near.into_iter().any(|index| words.is_like(&held[index]));
        if leaks {
            tally.removed("near-duplicates of held-out samples (0.8 of the words of request and screen)");
        }
        !leaks
    });
}

/// The words of a sample.
struct Words {
    goal: BTreeSet<String>,
    all: BTreeSet<String>,
    steps: usize,
}

impl Words {
    fn of(sample: &Sample) -> Self {
        let goal = split([sample.goal.as_str()]);
        let screen = sample.screen.iter().flat_map(|line| [line.label.as_str(), line.content.as_str()]);
        let all = goal.iter().cloned().chain(split(screen)).collect();
        Self { goal, all, steps: sample.history.len() }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.steps == other.steps && jaccard(&self.all, &other.all) >= ALIKE
    }
}

fn split<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeSet<String> {
    let words = texts.into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 1.0 } else { shared as f64 / all as f64 }
}
