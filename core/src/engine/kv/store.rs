//! Recent sequences, which hold every prefix that they share once.

use std::collections::HashSet;
use std::sync::Arc;

use crate::engine::kv::{Cache, Entry, PAGE, Shape};

/// Pages that are kept of a model whose keys and values are large beside its weights.
const LEAST: usize = 8;

/// A tree of prefixes, kept as its paths: sequences share the pages of their common prefixes.
#[derive(Debug)]
pub(crate) struct Store {
    shape: Shape,
    /// Most recently used last.
    caches: Vec<Cache>,
    /// Most pages of all sequences, if the one in use does not need more.
    pages: usize,
}

impl Store {
    /// A store that keeps earlier sequences while they and the one in use take about `bytes`.
    pub(crate) fn new(shape: Shape, bytes: usize) -> Self {
        // Two numbers of two bytes.
        Self { shape, caches: Vec::new(), pages: (bytes / (4 * shape.page())).max(LEAST) }
    }

    /// A cache that holds the longest known prefix of `wanted`, but never all of it: the last
    /// position has to be computed for its logits.
    pub(crate) fn take(&mut self, wanted: &[Entry]) -> &mut Cache {
        let wanted = &wanted[..wanted.len().saturating_sub(1)];
        let lengths = self.caches.iter().map(|cache| cache.common_prefix(wanted));
        let cache = match lengths.enumerate().max_by_key(|&(_, length)| length) {
            // A sequence that only grows is not kept twice.
            Some((i, shared)) if shared == self.caches[i].len() => self.caches.remove(i),
            Some((i, shared)) => {
                let cache = self.caches.remove(i);
                let prefix = cache.prefix(shared);
                self.caches.push(cache);
                prefix
            }
            None => Cache::new(self.shape),
        };
        self.forget(&cache, wanted.len() + 1);
        self.caches.push(cache);
        let last = self.caches.len() - 1;
        &mut self.caches[last]
    }

    /// The sequence that was taken last.
    pub(crate) fn last(&self) -> Option<&Cache> {
        self.caches.last()
    }

    /// Adds a sequence that was computed before.
    pub(crate) fn add(&mut self, cache: Cache) {
        self.caches.insert(0, cache);
    }

    /// Drops the sequences that were not used for longest, until the rest fits beside the one in use and the pages
    /// that it needs for `length` positions.
    fn forget(&mut self, used: &Cache, length: usize) {
        let mut seen: HashSet<_> = used.pages().iter().map(Arc::as_ptr).collect();
        let more = length.div_ceil(PAGE).saturating_sub(seen.len());
        let kept = self.caches.iter().rposition(|cache| {
            seen.extend(cache.pages().iter().map(Arc::as_ptr));
            seen.len() + more > self.pages
        });
        self.caches.drain(..kept.map_or(0, |oldest| oldest + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kv::Weights;

    const SHAPE: Shape = Shape { layers: 1, kv_heads: 1, head_dim: 1 };

    /// A sequence of some pages that shares nothing with another of another token.
    fn sequence(token: u32, pages: usize) -> Vec<Entry> {
        vec![Entry { token, weights: Weights::Base }; pages * PAGE]
    }

    /// Computes a sequence; returns how much of it was known.
    fn compute(store: &mut Store, sequence: &[Entry]) -> usize {
        let cache = store.take(sequence);
        let known = cache.len();
        cache.reserve(sequence.len() - known);
        cache.commit(&sequence[known..]);
        known
    }

    #[test]
    fn earlier_sequences_go_where_the_one_in_use_needs_their_pages() {
        let mut store = Store::new(SHAPE, 0);
        let [first, second, third] = [(1, 4), (2, 3), (3, 3)].map(|(token, pages)| sequence(token, pages));
        assert_eq!([&first, &second].map(|s| compute(&mut store, s)), [0, 0]);
        assert_eq!(compute(&mut store, &first), first.len() - 1, "seven pages are kept");
        assert_eq!(compute(&mut store, &third), 0);
        assert_eq!(compute(&mut store, &second), 0, "ten are not");
        assert_eq!(compute(&mut store, &third), third.len() - 1);
    }

    #[test]
    fn a_sequence_longer_than_all_that_is_kept_is_kept_alone() {
        let mut store = Store::new(SHAPE, 0);
        compute(&mut store, &sequence(1, 1));
        let long = sequence(2, 2 * LEAST);
        compute(&mut store, &long);
        assert_eq!(store.caches.len(), 1);
        assert_eq!(compute(&mut store, &[long, sequence(3, 1)].concat()), 2 * LEAST * PAGE);
    }
}
