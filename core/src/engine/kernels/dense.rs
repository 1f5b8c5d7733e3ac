//! Matrices of formats without kernels, held as f32.

use rayon::prelude::*;

use super::vector::dot;
use super::{Input, Output, Weights};

/// Rows of one part of a product: few enough to stay in the second-level cache.
const ROWS: usize = 64;

/// Rows of `cols` numbers.
#[derive(Debug)]
pub(super) struct Dense {
    weights: Vec<f32>,
    cols: usize,
}

impl Dense {
    /// Takes rows of `cols` weights.
    pub(super) fn new(weights: Vec<f32>, cols: usize) -> Self {
        Self { weights, cols }
    }

    fn weights(&self, row: usize) -> &[f32] {
        &self.weights[row * self.cols..][..self.cols]
    }
}

impl Weights for Dense {
    fn rounds(&self) -> bool {
        false
    }

    fn parts(&self, _: usize) -> usize {
        (self.weights.len() / self.cols).div_ceil(ROWS)
    }

    fn part(&self, index: usize, input: &Input<'_>, out: &Output<'_>) {
        let weights = self.weights.chunks(ROWS * self.cols).nth(index).unwrap_or_default();
        let mut results = [0.0; ROWS];
        for (vector, x) in input.x.chunks_exact(self.cols).enumerate() {
            let rows = weights.chunks_exact(self.cols).zip(&mut results);
            rows.for_each(|(weights, result)| *result = dot(weights, x));
            out.write(vector, index * ROWS, &results[..weights.len() / self.cols]);
        }
    }

    fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        let rows = rows.par_iter().zip(out);
        rows.with_min_len(64).for_each(|(&row, out)| *out = dot(self.weights(row as usize), x));
    }

    fn row(&self, index: usize, out: &mut [f32]) {
        out.copy_from_slice(self.weights(index));
    }

    fn bytes(&self) -> usize {
        size_of_val(self.weights.as_slice())
    }
}
