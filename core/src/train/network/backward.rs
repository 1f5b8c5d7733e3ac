//! The pass back.

use rayon::prelude::*;

use super::{Dropout, Layer, Network, Tail, Trace, stretches};
use crate::engine::Site;
use crate::engine::config::Family;
use crate::engine::kernels::{gradient, vector};
use crate::train::attention::{Rows, attend_back};

impl Network<'_> {
    /// The way back of the pass in `trace`, from `d`, the derivative of its last state (`rows x width`, which is used
    /// up): adds to `gradient`, which is laid out as the adapter's numbers are.
    pub(in crate::train) fn backward(
        &self,
        tails: &[Tail<'_>],
        dropout: Dropout,
        trace: &mut Trace,
        d: &mut [f32],
        gradient: &mut [f32],
    ) {
        let config = self.model.config();
        let stretches = stretches(tails);
        let Trace { layers, dropped, .. } = trace;
        let mut room = Back::default();
        for (index, layer) in layers.iter().enumerate().rev() {
            let block = &self.model.blocks()[index];
            let mut pass = BackPass { network: self, index, layer, dropout, dropped, gradient };
            // The feed-forward part.
            let d_out = self.join_back(block.feed_post_norm.as_deref(), &layer.feed_out, d, &mut room.normed);
            let gated = self.gated(layer);
            pass.linear(&[(Site::Down, d_out)], &gated, &mut room.d_gated, &mut room.spare);
            room.d_gate.resize(layer.gate.len(), 0.0);
            room.d_up.resize(layer.up.len(), 0.0);
            let back = match config.family {
                Family::Gemma3 => gradient::gelu_mul_back,
                _ => gradient::silu_mul_back,
            };
            let width = config.hidden;
            let outs = room.d_gate.par_chunks_mut(width).zip(room.d_up.par_chunks_mut(width));
            let ins = layer.gate.par_chunks(width).zip(layer.up.par_chunks(width));
            ins.zip(room.d_gated.par_chunks(width))
                .zip(outs)
                .for_each(|(((gate, up), d), (d_gate, d_up))| back(gate, up, d, d_gate, d_up));
            let parts = [(Site::Gate, &room.d_gate[..]), (Site::Up, &room.d_up[..])];
            pass.linear(&parts, &layer.feed_input, &mut room.d_input, &mut room.spare);
            self.norm_back(&layer.middle, &block.feed_norm, &room.d_input, d);

            // The attention part.
            let d_out = self.join_back(
                block.attention_post_norm.as_deref(),
                &layer.attention_out,
                d,
                &mut room.normed,
            );
            pass.linear(&[(Site::Output, d_out)], &layer.attended, &mut room.d_attended, &mut room.spare);
            room.d_queries.resize(layer.queries.len(), 0.0);
            room.d_keys.resize(layer.keys.len(), 0.0);
            room.d_values.resize(layer.values.len(), 0.0);
            let rows = Rows { queries: &layer.queries, keys: &layer.keys, values: &layer.values };
            let outs = [&mut room.d_queries[..], &mut room.d_keys[..], &mut room.d_values[..]];
            attend_back(config, index, &stretches, rows, &room.d_attended, outs);
            self.place_back(
                index,
                &stretches,
                block.query_norm.as_deref(),
                &layer.raw_queries,
                &mut room.d_queries,
            );
            self.place_back(index, &stretches, block.key_norm.as_deref(), &layer.raw_keys, &mut room.d_keys);
            let parts = [
                (Site::Query, &room.d_queries[..]),
                (Site::Key, &room.d_keys[..]),
                (Site::Value, &room.d_values[..]),
            ];
            pass.linear(&parts, &layer.input, &mut room.d_input, &mut room.spare);
            self.norm_back(&layer.state, &block.attention_norm, &room.d_input, d);
        }
    }
}

/// Derivatives within one layer.
#[derive(Debug, Default)]
struct Back {
    normed: Vec<f32>,
    d_gated: Vec<f32>,
    d_gate: Vec<f32>,
    d_up: Vec<f32>,
    d_input: Vec<f32>,
    d_attended: Vec<f32>,
    d_queries: Vec<f32>,
    d_keys: Vec<f32>,
    d_values: Vec<f32>,
    spare: Vec<f32>,
}

/// The way back through the linear layers of a block.
struct BackPass<'a, 'b> {
    network: &'b Network<'a>,
    index: usize,
    layer: &'b Layer,
    dropout: Dropout,
    dropped: &'b mut Vec<f32>,
    gradient: &'b mut [f32],
}

impl BackPass<'_, '_> {
    /// Passes linear layers that read the same `x`, each with the derivative of its result: writes that of `x`.
    fn linear(&mut self, parts: &[(Site, &[f32])], x: &[f32], d_x: &mut Vec<f32>, spare: &mut Vec<f32>) {
        let Self { network, index, layer, dropout, .. } = *self;
        let first = parts[0].0;
        let dropped = network.dropped(dropout, index, first, x, self.dropped);
        d_x.clear();
        d_x.resize(x.len(), 0.0);
        for &(site, d) in parts {
            let factors = (dropped, &layer.inner[site as usize][..], d);
            network.layout.backward(network.numbers, (index, site), factors, self.gradient, Some(d_x));
        }
        if dropout != Dropout::NONE {
            dropout.apply(index, first, d_x);
        }
        spare.resize(x.len(), 0.0);
        for &(site, d) in parts {
            network.transposed.linear[index][site as usize].forward(d, spare);
            vector::add(spare, d_x);
        }
    }
}
