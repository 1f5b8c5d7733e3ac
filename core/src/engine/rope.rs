//! Rotary position embedding (RoFormer, arXiv 2104.09864).

use crate::engine::config::{Config, Rotation};

/// Cosines and sines of every position, `positions x pairs`.
#[derive(Debug)]
pub(crate) struct Rope {
    cos: Vec<f32>,
    sin: Vec<f32>,
    pairs: usize,
    neighbours: bool,
}

impl Rope {
    /// Tables for `positions` positions. `factors` divides each pair's frequency (Llama 3.1 and later).
    pub(crate) fn new(
        config: &Config,
        rotation: Rotation,
        factors: Option<&[f32]>,
        positions: usize,
    ) -> Self {
        let pairs = config.rotary_dim / 2;
        let mut cos = Vec::with_capacity(positions * pairs);
        let mut sin = Vec::with_capacity(positions * pairs);
        let frequencies: Vec<f64> = (0..pairs)
            .map(|i| {
                let frequency = f64::from(rotation.base).powf(-2.0 * i as f64 / config.rotary_dim as f64);
                let factor = factors.and_then(|f| f.get(i)).copied().unwrap_or(1.0);
                frequency / f64::from(factor) / f64::from(rotation.stretch)
            })
            .collect();
        for position in 0..positions {
            for frequency in &frequencies {
                let angle = position as f64 * frequency;
                cos.push(angle.cos() as f32);
                sin.push(angle.sin() as f32);
            }
        }
        Self { cos, sin, pairs, neighbours: config.turns_neighbours() }
    }

    /// Turns one head of one position in place. Dimensions beyond the rotary ones stay.
    pub(crate) fn turn(&self, head: &mut [f32], position: usize) {
        self.turn_by(head, position, 1.0);
    }

    /// Turns it back, which is also how derivatives pass a turn.
    pub(crate) fn turn_back(&self, head: &mut [f32], position: usize) {
        self.turn_by(head, position, -1.0);
    }

    fn turn_by(&self, head: &mut [f32], position: usize, way: f32) {
        let at = position * self.pairs..(position + 1) * self.pairs;
        let (cos, sin) = (&self.cos[at.clone()], &self.sin[at]);
        if self.neighbours {
            for ((pair, c), s) in head.chunks_exact_mut(2).zip(cos).zip(sin) {
                let (a, b, s) = (pair[0], pair[1], way * s);
                pair[0] = a * c - b * s;
                pair[1] = a * s + b * c;
            }
        } else {
            let (low, high) = head.split_at_mut(self.pairs);
            for (((a, b), c), s) in low.iter_mut().zip(high).zip(cos).zip(sin) {
                let s = way * s;
                (*a, *b) = (*a * c - *b * s, *a * s + *b * c);
            }
        }
    }
}
