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
