//! Memory of one forward pass, allocated once.

use crate::engine::config::Config;

/// Buffers for up to [`Scratch::BLOCK`] positions.
#[derive(Debug)]
pub(crate) struct Scratch {
    state: Vec<f32>,
    input: Vec<f32>,
    output: Vec<f32>,
    queries: Vec<f32>,
    attended: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    gate: Vec<f32>,
    up: Vec<f32>,
    last: Vec<f32>,
}

/// The part of a [`Scratch`] that a pass of `m` positions uses; every buffer is `m` rows.
pub(crate) struct Rows<'a> {
    /// The residual stream.
    pub(crate) state: &'a mut [f32],
    pub(crate) input: &'a mut [f32],
    pub(crate) output: &'a mut [f32],
    pub(crate) queries: &'a mut [f32],
    pub(crate) attended: &'a mut [f32],
    pub(crate) keys: &'a mut [f32],
    pub(crate) values: &'a mut [f32],
    pub(crate) gate: &'a mut [f32],
    pub(crate) up: &'a mut [f32],
}

impl Rows<'_> {
    /// Leaves out the first rows of everything but the keys and values.
    pub(crate) fn skip(&mut self, config: &Config, rows: usize) {
        let query = config.heads * config.head_dim;
        for (buffer, width) in [
            (&mut self.state, config.width),
            (&mut self.input, config.width),
            (&mut self.output, config.width),
            (&mut self.queries, query),
            (&mut self.attended, query),
            (&mut self.gate, config.hidden),
            (&mut self.up, config.hidden),
        ] {
            *buffer = &mut std::mem::take(buffer)[rows * width..];
        }
    }
}

impl Scratch {
    /// Most positions of one pass: most screens are read in one, and it can be cancelled soon.
    pub(crate) const BLOCK: usize = 160;

    pub(crate) fn new(config: &Config) -> Self {
        let rows = |width: usize| vec![0.0; width * Self::BLOCK];
        let (query, kv) = (config.heads * config.head_dim, config.kv_heads * config.head_dim);
        Self {
            state: rows(config.width),
            input: rows(config.width),
            output: rows(config.width),
            queries: rows(query),
            attended: rows(query),
            keys: rows(kv),
            values: rows(kv),
            gate: rows(config.hidden),
            up: rows(config.hidden),
            last: vec![0.0; config.width],
        }
    }

    /// Buffers for `m` positions.
    pub(crate) fn rows(&mut self, config: &Config, m: usize) -> Rows<'_> {
        let (query, kv) = (m * config.heads * config.head_dim, m * config.kv_heads * config.head_dim);
        let (width, hidden) = (m * config.width, m * config.hidden);
        Rows {
            state: &mut self.state[..width],
            input: &mut self.input[..width],
            output: &mut self.output[..width],
            queries: &mut self.queries[..query],
            attended: &mut self.attended[..query],
            keys: &mut self.keys[..kv],
            values: &mut self.values[..kv],
            gate: &mut self.gate[..hidden],
            up: &mut self.up[..hidden],
        }
    }

    /// Keeps the residual stream of the last of `m` positions.
    pub(crate) fn keep_last(&mut self, config: &Config, m: usize) {
        self.last.copy_from_slice(&self.state[(m - 1) * config.width..m * config.width]);
    }

    /// The kept state, and room for as much.
    pub(crate) fn last(&mut self) -> (&[f32], &mut [f32]) {
        (&self.last, &mut self.input[..self.last.len()])
    }
}
