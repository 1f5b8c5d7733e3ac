//! Keys and values of the positions computed so far, and the store of recent sequences.

use crate::engine::config::Config;

/// Which weights computed a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weights {
    /// The model's own.
    Base,
    /// With an adapter, named by the hash of its content.
    Adapter([u8; 32]),
}

/// What an entry is keyed by: equal prefixes of entries mean equal keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) token: u32,
    pub(crate) weights: Weights,
}

/// Keys and values of one sequence: `layers x kv_heads x capacity x head_dim`, in f32. The memory of
/// positions that were never used is never touched.
#[derive(Debug)]
pub(crate) struct Cache {
    keys: Vec<f32>,
    values: Vec<f32>,
    entries: Vec<Entry>,
    kv_heads: usize,
    head_dim: usize,
    capacity: usize,
}

impl Cache {
    /// An empty cache for up to `capacity` positions.
    pub(crate) fn new(config: &Config, capacity: usize) -> Self {
        let size = config.layers * config.kv_heads * capacity * config.head_dim;
        Self {
            keys: vec![0.0; size],
            values: vec![0.0; size],
            entries: Vec::with_capacity(capacity),
            kv_heads: config.kv_heads,
            head_dim: config.head_dim,
            capacity,
        }
    }

    /// Positions computed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Number of leading entries that equal `wanted`.
    pub(crate) fn common_prefix(&self, wanted: &[Entry]) -> usize {
        self.entries.iter().zip(wanted).take_while(|(a, b)| a == b).count()
    }

    /// Forgets all but the first `length` positions.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.entries.truncate(length);
    }

    /// Becomes a copy of the first `length` positions of `other`.
    pub(crate) fn fork_from(&mut self, other: &Self, length: usize) {
        let (stride, used) = (self.capacity * self.head_dim, length * self.head_dim);
        for (to, from) in [(&mut self.keys, &other.keys), (&mut self.values, &other.values)] {
            for (to, from) in to.chunks_exact_mut(stride).zip(from.chunks_exact(stride)) {
                to[..used].copy_from_slice(&from[..used]);
            }
        }
        self.entries.clear();
        self.entries.extend_from_slice(&other.entries[..length]);
    }

    /// Writes one layer's keys and values of the positions that follow the computed ones; both are
    /// `positions x kv_heads x head_dim`.
    pub(crate) fn write(&mut self, layer: usize, keys: &[f32], values: &[f32]) {
        let (dim, start) = (self.head_dim, self.entries.len());
        for (to, from) in [(&mut self.keys, keys), (&mut self.values, values)] {
            for (i, row) in from.chunks_exact(dim).enumerate() {
                let (position, head) = (start + i / self.kv_heads, i % self.kv_heads);
                let at = ((layer * self.kv_heads + head) * self.capacity + position) * dim;
                to[at..at + dim].copy_from_slice(row);
            }
        }
    }

    /// Keys and values of one head of one layer, `capacity x head_dim` each.
    pub(crate) fn head(&self, layer: usize, head: usize) -> (&[f32], &[f32]) {
        let stride = self.capacity * self.head_dim;
        let at = (layer * self.kv_heads + head) * stride;
        (&self.keys[at..at + stride], &self.values[at..at + stride])
    }

    /// Takes the positions that every layer has written as computed.
    pub(crate) fn commit(&mut self, entries: &[Entry]) {
        self.entries.extend_from_slice(entries);
    }
}

/// The most recent sequences, so that prompts that alternate each find their own prefix.
#[derive(Debug)]
pub(crate) struct Store {
    /// Most recently used last.
    caches: Vec<Cache>,
    most: usize,
}

impl Store {
    /// A store of up to `most` sequences.
    pub(crate) fn new(most: usize) -> Self {
        Self { caches: Vec::with_capacity(most), most }
    }

    /// A cache that holds the longest known prefix of `wanted`, but never all of it: the last
    /// position has to be computed for its logits.
    ///
    /// A sequence that shares little with the request is copied from, not cut, so that it keeps
    /// serving its own kind.
    pub(crate) fn take(&mut self, config: &Config, capacity: usize, wanted: &[Entry]) -> &mut Cache {
        let wanted = &wanted[..wanted.len().saturating_sub(1)];
        let best = (0..self.caches.len()).max_by_key(|&i| self.caches[i].common_prefix(wanted));
        let shared = best.map_or(0, |i| self.caches[i].common_prefix(wanted));
        let cache = match best {
            Some(i) if shared * 2 >= self.caches[i].len() => {
                let mut cache = self.caches.remove(i);
                cache.truncate(shared);
                cache
            }
            _ if self.caches.len() < self.most => {
                let mut cache = Cache::new(config, capacity);
                if let Some(i) = best {
                    cache.fork_from(&self.caches[i], shared);
                }
                cache
            }
            // The oldest gives way; it may itself be the best match.
            Some(0) => {
                let mut cache = self.caches.remove(0);
                cache.truncate(shared);
                cache
            }
            best => {
                let mut cache = self.caches.remove(0);
                cache.truncate(0);
                if let Some(i) = best {
                    cache.fork_from(&self.caches[i - 1], shared);
                }
                cache
            }
        };
        self.caches.push(cache);
        let last = self.caches.len() - 1;
        &mut self.caches[last]
    }
}
