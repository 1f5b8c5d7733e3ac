//! Keys and values of computed positions, in pages that sequences share.

mod disk;
mod store;

use std::sync::Arc;

use half::f16;
use half::slice::HalfFloatSliceExt;

use crate::engine::config::Config;
pub(crate) use disk::Disk;
pub(crate) use store::Store;

/// Positions of a page.
pub(crate) const PAGE: usize = 64;

/// Which weights computed a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weights {
    /// The model's own.
    Base,
    /// With an adapter, named by the hash of its content.
    Adapter([u8; 32]),
}

/// What a position is keyed by: equal prefixes of entries mean equal keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) token: u32,
    pub(crate) weights: Weights,
}

/// Keys and values of [`PAGE`] neighbouring positions in every layer, in f16.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// `layers x kv_heads x head_dim x PAGE`: what attention multiplies a query with, key by key in
    /// the lanes of a register.
    pub(crate) keys: Vec<f16>,
    /// `layers x kv_heads x PAGE x head_dim`.
    pub(crate) values: Vec<f16>,
}

/// Sizes of a model's keys and values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) layers: usize,
    pub(crate) kv_heads: usize,
    pub(crate) head_dim: usize,
}

impl Shape {
    pub(crate) fn of(config: &Config) -> Self {
        Self { layers: config.layers, kv_heads: config.kv_heads, head_dim: config.head_dim }
    }

    /// Numbers in a page's keys, and as many in its values.
    pub(crate) fn page(self) -> usize {
        self.layers * self.kv_heads * self.head_dim * PAGE
    }
}

/// Keys and values of one sequence. Pages that it shares with others are copied before they change.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    shape: Shape,
    entries: Vec<Entry>,
    pages: Vec<Arc<Page>>,
}

impl Cache {
    /// Of a sequence without positions.
    pub(crate) fn new(shape: Shape) -> Self {
        Self { shape, entries: Vec::new(), pages: Vec::new() }
    }

    /// Of positions computed before; the pages must hold that many.
    pub(crate) fn from_pages(shape: Shape, entries: Vec<Entry>, pages: Vec<Page>) -> Self {
        Self { shape, entries, pages: pages.into_iter().map(Arc::new).collect() }
    }

    /// Positions computed.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// What the computed positions are.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The pages of the computed positions.
    pub(crate) fn pages(&self) -> &[Arc<Page>] {
        &self.pages
    }

    /// Number of leading entries that equal `wanted`.
    pub(crate) fn common_prefix(&self, wanted: &[Entry]) -> usize {
        self.entries.iter().zip(wanted).take_while(|(a, b)| a == b).count()
    }

    /// The first `length` positions as a sequence of their own, which shares the pages.
    pub(crate) fn prefix(&self, length: usize) -> Self {
        Self {
            shape: self.shape,
            entries: self.entries[..length].to_vec(),
            pages: self.pages[..length.div_ceil(PAGE)].to_vec(),
        }
    }

    /// Makes room for `more` positions after the computed ones.
    pub(crate) fn reserve(&mut self, more: usize) {
        let zeros = || vec![f16::ZERO; self.shape.page()];
        while self.pages.len() * PAGE < self.entries.len() + more {
            self.pages.push(Arc::new(Page { keys: zeros(), values: zeros() }));
        }
    }

    /// Writes one layer's keys and values of the positions that follow the computed ones; both are
    /// `positions x kv_heads x head_dim`, and there must be room for them.
    pub(crate) fn write(&mut self, layer: usize, keys: &[f32], values: &[f32]) {
        let Shape { kv_heads, head_dim, .. } = self.shape;
        let mut row = vec![f16::ZERO; head_dim];
        let rows = keys.chunks_exact(head_dim).zip(values.chunks_exact(head_dim));
        for (i, (key, value)) in rows.enumerate() {
            let position = self.entries.len() + i / kv_heads;
            let (head, slot) = (layer * kv_heads + i % kv_heads, position % PAGE);
            let page = Arc::make_mut(&mut self.pages[position / PAGE]);
            narrow(key, &mut row);
            let column = page.keys[head * head_dim * PAGE + slot..].iter_mut().step_by(PAGE);
            column.zip(&row).for_each(|(to, &from)| *to = from);
            narrow(value, &mut page.values[(head * PAGE + slot) * head_dim..][..head_dim]);
        }
    }

    /// Keys (`head_dim x PAGE`) and values (`PAGE x head_dim`) of one page, layer and head.
    pub(crate) fn head(&self, page: usize, layer: usize, head: usize) -> (&[f16], &[f16]) {
        let size = self.shape.head_dim * PAGE;
        let at = (layer * self.shape.kv_heads + head) * size;
        (&self.pages[page].keys[at..at + size], &self.pages[page].values[at..at + size])
    }

    /// Takes the positions that every layer has written as computed.
    pub(crate) fn commit(&mut self, entries: &[Entry]) {
        self.entries.extend_from_slice(entries);
    }
}

/// To f16, in whose range f32 may not lie.
fn narrow(from: &[f32], to: &mut [f16]) {
    let mut cut = [0.0f32; PAGE];
    for (from, to) in from.chunks(PAGE).zip(to.chunks_mut(PAGE)) {
        let cut = &mut cut[..from.len()];
        for (cut, from) in cut.iter_mut().zip(from) {
            *cut = from.clamp(f16::MIN.to_f32(), f16::MAX.to_f32());
        }
        to.convert_from_f32_slice(cut);
    }
}
