//! The passes forward and back. The way forward is the engine's: the same kernels, with activations rounded as they will
//! be when the adapter serves. The way back passes the rounding as if it were not there (straight-through, arXiv
//! 1308.3432) and multiplies with the transposed weights in the same integer kernels, which on two cores is several times as
//! fast as products of numbers. Derivatives are written by hand; only the adapter's are kept.

mod backward;
mod dropout;

use rayon::prelude::*;

pub(super) use dropout::Dropout;

use super::attention::{Prefix, Rows, Stretch, attend};
use super::lora::{Layout, SITES};
use crate::engine::Site;
use crate::engine::config::Family;
use crate::engine::kernels::{gradient, vector};
use crate::engine::linear::Linear;
use crate::engine::matrix::Matrix;
use crate::engine::model::Model;

/// Rows that are worth a task of their own.
const ROWS: usize = 8;

/// The frozen weights with their rows as columns.
#[derive(Debug)]
pub(super) struct Transposed {
    pub(super) linear: Vec<[Matrix; 7]>,
    pub(super) head: Matrix,
}

impl Transposed {
    /// Takes about as much memory as the model's weights in eight bits.
    pub(super) fn new(model: &Model) -> Self {
        let linear = model
            .blocks()
            .par_iter()
            .map(|block| SITES.map(|site| block.linear[site as usize].weight().transposed()))
            .collect();
        Self { linear, head: model.head().transposed() }
    }
}

/// Tokens after a prefix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail<'a> {
    pub(super) tokens: &'a [u32],
    pub(super) prefix: &'a Prefix,
}

/// A model with an adapter in training.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network<'a> {
    pub(super) model: &'a Model,
    pub(super) transposed: &'a Transposed,
    pub(super) layout: &'a Layout,
    /// The adapter's numbers.
    pub(super) numbers: &'a [f32],
}

/// What a pass leaves for its way back, of one layer; every list is `rows x width`.
#[derive(Debug, Default)]
struct Layer {
    state: Vec<f32>,
    input: Vec<f32>,
    /// Before norm and turn, where there is a norm.
    raw_queries: Vec<f32>,
    raw_keys: Vec<f32>,
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    attended: Vec<f32>,
    /// Before its norm, where there is one.
    attention_out: Vec<f32>,
    middle: Vec<f32>,
    feed_input: Vec<f32>,
    gate: Vec<f32>,
    up: Vec<f32>,
    feed_out: Vec<f32>,
    /// The adapter's inner products.
    inner: [Vec<f32>; 7],
}

/// Memory of passes, used again from batch to batch.
#[derive(Debug, Default)]
pub(super) struct Trace {
    layers: Vec<Layer>,
    /// The residual stream after the last layer, `rows x width`.
    pub(super) state: Vec<f32>,
    dropped: Vec<f32>,
}

fn copy(from: &[f32], to: &mut Vec<f32>) {
    to.clear();
    to.extend_from_slice(from);
}

/// Rows of a batch, one stretch a tail.
pub(super) fn stretches<'a>(tails: &[Tail<'a>]) -> Vec<Stretch<'a>> {
    let mut start = 0;
    let stretch = |tail: &Tail<'a>| {
        let rows = tail.tokens.len();
        start += rows;
        Stretch { start: start - rows, rows, prefix: tail.prefix }
    };
    tails.iter().map(stretch).collect()
}

impl Network<'_> {
    /// Computes all rows of `tails`; the residual stream after the last layer stays in `trace.state`.
    pub(super) fn forward(&self, tails: &[Tail<'_>], dropout: Dropout, trace: &mut Trace) {
        let config = self.model.config();
        let tokens: Vec<u32> = tails.iter().flat_map(|tail| tail.tokens).copied().collect();
        let stretches = stretches(tails);
        let m = tokens.len();
        let (query, kv) = (config.heads * config.head_dim, config.kv_heads * config.head_dim);
        trace.layers.resize_with(config.layers, Layer::default);
        trace.state.resize(m * config.width, 0.0);
        self.model.embed(&tokens, &mut trace.state);
        let Trace { layers, state, dropped } = trace;
        let mut out = vec![0.0; m * config.width];
        for ((index, block), layer) in self.model.blocks().iter().enumerate().zip(layers) {
            let linear = |site: Site| &block.linear[site as usize];
            copy(state, &mut layer.state);
            layer.input.resize(state.len(), 0.0);
            self.norm(state, &block.attention_norm, &mut layer.input);
            layer.queries.resize(m * query, 0.0);
            layer.keys.resize(m * kv, 0.0);
            layer.values.resize(m * kv, 0.0);
            Linear::forward_bare(
                &layer.input,
                [
                    (linear(Site::Query), &mut layer.queries[..]),
                    (linear(Site::Key), &mut layer.keys[..]),
                    (linear(Site::Value), &mut layer.values[..]),
                ],
            );
            let x = self.dropped(dropout, index, Site::Query, &layer.input, dropped);
            self.change(index, Site::Query, x, &mut layer.inner, &mut layer.queries);
            self.change(index, Site::Key, x, &mut layer.inner, &mut layer.keys);
            self.change(index, Site::Value, x, &mut layer.inner, &mut layer.values);
            self.place(
                index,
                &stretches,
                block.query_norm.as_deref(),
                &mut layer.queries,
                &mut layer.raw_queries,
            );
            self.place(index, &stretches, block.key_norm.as_deref(), &mut layer.keys, &mut layer.raw_keys);
            let rows = Rows { queries: &layer.queries, keys: &layer.keys, values: &layer.values };
            layer.attended.resize(m * query, 0.0);
            attend(config, index, &stretches, rows, &mut layer.attended);
            Linear::forward_bare(&layer.attended, [(linear(Site::Output), &mut out[..])]);
            let x = self.dropped(dropout, index, Site::Output, &layer.attended, dropped);
            self.change(index, Site::Output, x, &mut layer.inner, &mut out);
            self.join(block.attention_post_norm.as_deref(), &mut out, &mut layer.attention_out, state);

            copy(state, &mut layer.middle);
            layer.feed_input.resize(state.len(), 0.0);
            self.norm(state, &block.feed_norm, &mut layer.feed_input);
            layer.gate.resize(m * config.hidden, 0.0);
            layer.up.resize(m * config.hidden, 0.0);
            Linear::forward_bare(
                &layer.feed_input,
                [(linear(Site::Gate), &mut layer.gate[..]), (linear(Site::Up), &mut layer.up[..])],
            );
            let x = self.dropped(dropout, index, Site::Gate, &layer.feed_input, dropped);
            self.change(index, Site::Gate, x, &mut layer.inner, &mut layer.gate);
            self.change(index, Site::Up, x, &mut layer.inner, &mut layer.up);
            let gated = self.gated(layer);
            Linear::forward_bare(&gated, [(linear(Site::Down), &mut out[..])]);
            let x = self.dropped(dropout, index, Site::Down, &gated, dropped);
            self.change(index, Site::Down, x, &mut layer.inner, &mut out);
            self.join(block.feed_post_norm.as_deref(), &mut out, &mut layer.feed_out, state);
        }
    }

    fn change(&self, layer: usize, site: Site, x: &[f32], inner: &mut [Vec<f32>; 7], y: &mut [f32]) {
        self.layout.forward(self.numbers, (layer, site), x, &mut inner[site as usize], y);
    }

    /// The adapter's input: `x`, or what is left of it in `room`.
    fn dropped<'a>(
        &self,
        dropout: Dropout,
        layer: usize,
        site: Site,
        x: &'a [f32],
        room: &'a mut Vec<f32>,
    ) -> &'a [f32] {
        if dropout == Dropout::NONE {
            return x;
        }
        copy(x, room);
        dropout.apply(layer, site, room);
        room
    }

    fn gated(&self, layer: &Layer) -> Vec<f32> {
        let mut gated = layer.gate.clone();
        let width = self.model.config().hidden;
        gated.par_chunks_mut(width).zip(layer.up.par_chunks(width)).for_each(|(gate, up)| {
            match self.model.config().family {
                Family::Gemma3 => vector::gelu_mul(gate, up),
                _ => vector::silu_mul(gate, up),
            }
        });
        gated
    }

    /// Normalises every row of `x`.
    pub(super) fn norm(&self, x: &[f32], weight: &[f32], out: &mut [f32]) {
        let rows = x.par_chunks_exact(weight.len()).zip(out.par_chunks_exact_mut(weight.len()));
        let epsilon = self.model.config().epsilon;
        rows.with_min_len(ROWS).for_each(|(x, out)| vector::rms_norm(x, weight, epsilon, out));
    }

    /// Adds to `out` the derivative of the rows that [`Self::norm`] read.
    pub(super) fn norm_back(&self, x: &[f32], weight: &[f32], d: &[f32], out: &mut [f32]) {
        let width = weight.len();
        let epsilon = self.model.config().epsilon;
        let rows =
            x.par_chunks_exact(width).zip(d.par_chunks_exact(width)).zip(out.par_chunks_exact_mut(width));
        rows.with_min_len(ROWS).for_each(|((x, d), out)| gradient::rms_norm_back(x, weight, epsilon, d, out));
    }

    /// Normalises heads where the model does, and turns them by their position; `raw` keeps them as they were.
    fn place(
        &self,
        layer: usize,
        stretches: &[Stretch<'_>],
        norm: Option<&[f32]>,
        rows: &mut [f32],
        raw: &mut Vec<f32>,
    ) {
        if let Some(weight) = norm {
            copy(rows, raw);
            self.norm(raw, weight, rows);
        }
        self.turn(layer, stretches, rows, false);
    }

    fn place_back(
        &self,
        layer: usize,
        stretches: &[Stretch<'_>],
        norm: Option<&[f32]>,
        raw: &[f32],
        d: &mut Vec<f32>,
    ) {
        self.turn(layer, stretches, d, true);
        if let Some(weight) = norm {
            let mut out = vec![0.0; d.len()];
            self.norm_back(raw, weight, d, &mut out);
            *d = out;
        }
    }

    fn turn(&self, layer: usize, stretches: &[Stretch<'_>], rows: &mut [f32], back: bool) {
        let (rope, dim) = (self.model.rope(layer), self.model.config().head_dim);
        let count: usize = stretches.iter().map(|stretch| stretch.rows).sum();
        let width = rows.len() / count;
        for stretch in stretches {
            let rows = rows[stretch.start * width..][..stretch.rows * width].chunks_exact_mut(width);
            for (i, row) in rows.enumerate() {
                for head in row.chunks_exact_mut(dim) {
                    match back {
                        false => rope.turn(head, stretch.prefix.length + i),
                        true => rope.turn_back(head, stretch.prefix.length + i),
                    }
                }
            }
        }
    }

    /// Adds a part's output to the residual stream, normalised first where the model does; then `raw` keeps it as it was.
    fn join(&self, norm: Option<&[f32]>, out: &mut [f32], raw: &mut Vec<f32>, state: &mut [f32]) {
        if let Some(weight) = norm {
            copy(out, raw);
            self.norm(raw, weight, out);
        }
        vector::add(out, state);
    }

    /// The derivative of a part's output from that of the residual stream.
    fn join_back<'a>(
        &self,
        norm: Option<&[f32]>,
        raw: &[f32],
        d: &'a [f32],
        room: &'a mut Vec<f32>,
    ) -> &'a [f32] {
        let Some(weight) = norm else { return d };
        room.clear();
        room.resize(d.len(), 0.0);
        self.norm_back(raw, weight, d, room);
        room
    }
}
