//! Merging of neighbours, best first, which both kinds of byte-pair encoding do.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

/// A part of a text, linked to its neighbours.
pub(super) struct Symbol {
    /// None where the vocabulary lacks it.
    pub(super) token: Option<u32>,
    /// Its bytes; none if it was merged into the one before.
    pub(super) place: Range<usize>,
    before: Option<usize>,
    after: Option<usize>,
}

/// Two neighbours that may be merged.
struct Pair {
    score: f32,
    token: u32,
    left: usize,
    right: usize,
    /// Where the merged symbol ends, to tell a pair that has changed since.
    place: Range<usize>,
}

/// Merges parts that follow each other for as long as `join` gives a pair's score and token; of equal scores the
/// leftmost comes first.
pub(super) fn merge(
    parts: impl Iterator<Item = (Option<u32>, Range<usize>)>,
    join: impl Fn(&Symbol, &Symbol) -> Option<(f32, u32)>,
) -> impl Iterator<Item = Symbol> {
    let mut symbols: Vec<Symbol> = parts
        .enumerate()
        .map(|(i, (token, place))| Symbol { token, place, before: i.checked_sub(1), after: Some(i + 1) })
        .collect();
    if let Some(last) = symbols.last_mut() {
        last.after = None;
    }
    let pair = |symbols: &[Symbol], left: usize, right: usize| {
        let (a, b) = (&symbols[left], &symbols[right]);
        let (score, token) = join(a, b)?;
        Some(Pair { score, token, left, right, place: a.place.start..b.place.end })
    };
    let mut pairs: BinaryHeap<Pair> =
        (1..symbols.len()).filter_map(|right| pair(&symbols, right - 1, right)).collect();
    while let Some(Pair { token, left, right, place, .. }) = pairs.pop() {
        let (a, b) = (&symbols[left].place, &symbols[right].place);
        if a.is_empty() || b.is_empty() || a.end != b.start || b.end != place.end {
            continue;
        }
        let after = symbols[right].after;
        symbols[right].place = 0..0;
        let merged = &mut symbols[left];
        (merged.token, merged.place, merged.after) = (Some(token), place, after);
        let before = merged.before;
        if let Some(after) = after {
            symbols[after].before = Some(left);
            pairs.extend(pair(&symbols, left, after));
        }
        if let Some(before) = before {
            pairs.extend(pair(&symbols, before, left));
        }
    }
    symbols.into_iter().filter(|symbol| !symbol.place.is_empty())
}

impl Ord for Pair {
    /// The best score first, then the leftmost.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}
