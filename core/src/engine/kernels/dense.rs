//! Matrices of formats without kernels, held as f32.

use rayon::prelude::*;

use super::Weights;
use super::vector::dot;

/// Vectors that share one pass over the weights.
const COLUMNS: usize = 8;

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
    fn forward(&self, x: &[f32], out: &mut [f32]) {
        if x.len() == self.cols {
            let rows = self.weights.par_chunks_exact(self.cols).zip(out);
            rows.with_min_len(64).for_each(|(weights, out)| *out = dot(weights, x));
            return;
        }
        let rows = self.weights.len() / self.cols;
        let groups = x.par_chunks(COLUMNS * self.cols).zip(out.par_chunks_mut(COLUMNS * rows));
        groups.for_each(|(x, out)| {
            for (row, weights) in self.weights.chunks_exact(self.cols).enumerate() {
                for (x, out) in x.chunks_exact(self.cols).zip(out.chunks_exact_mut(rows)) {
                    out[row] = dot(weights, x);
                }
            }
        });
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
