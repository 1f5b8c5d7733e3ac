//! Attention of the trained positions over what came before them, and its derivative.

use std::sync::Arc;

use half::slice::HalfFloatSliceExt;
use rayon::prelude::*;

use crate::engine::config::Config;
use crate::engine::kernels::multiply::{Target, View, multiply};
use crate::engine::kernels::vector;
use crate::engine::kv::{PAGE, Page};

/// Keys and values of the positions before the trained ones, which nothing changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefix {
    pub(super) length: usize,
    pub(super) pages: Vec<Arc<Page>>,
}

/// The rows of one sequence in a batch.
#[derive(Debug)]
pub(super) struct Stretch<'a> {
    /// Its first row.
    pub(super) start: usize,
    /// Number of rows.
    pub(super) rows: usize,
    pub(super) prefix: &'a Prefix,
}

/// Queries (`rows x heads x dim`), keys and values (`rows x kv_heads x dim`) of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) queries: &'a [f32],
    pub(super) keys: &'a [f32],
    pub(super) values: &'a [f32],
}

/// Attends from every row to its sequence up to itself, into `out` (`rows x heads x dim`).
pub(super) fn attend(
    config: &Config,
    layer: usize,
    stretches: &[Stretch<'_>],
    rows: Rows<'_>,
    out: &mut [f32],
) {
    let tasks = tasks(config, layer, stretches);
    let parts: Vec<Vec<f32>> = tasks.par_iter().map(|task| task.forward(rows)).collect();
    tasks.iter().zip(parts).for_each(|(task, part)| task.scatter(&part, task.group(), out));
}

/// Derivatives of queries, keys and values from `d`, that of the result.
pub(super) fn attend_back(
    config: &Config,
    layer: usize,
    stretches: &[Stretch<'_>],
    rows: Rows<'_>,
    d: &[f32],
    [d_queries, d_keys, d_values]: [&mut [f32]; 3],
) {
    let tasks = tasks(config, layer, stretches);
    let parts: Vec<[Vec<f32>; 3]> = tasks.par_iter().map(|task| task.backward(rows, d)).collect();
    for (task, [queries, keys, values]) in tasks.iter().zip(parts) {
        task.scatter(&queries, task.group(), d_queries);
        task.scatter(&keys, 1, d_keys);
        task.scatter(&values, 1, d_values);
    }
}

fn tasks<'a>(config: &'a Config, layer: usize, stretches: &'a [Stretch<'a>]) -> Vec<Task<'a>> {
    let heads = |stretch| (0..config.kv_heads).map(move |head| Task { config, layer, head, stretch });
    stretches.iter().flat_map(heads).collect()
}

/// One sequence and one head of keys.
struct Task<'a> {
    config: &'a Config,
    layer: usize,
    head: usize,
    stretch: &'a Stretch<'a>,
}

/// What a [`Task`] multiplies.
struct Factors {
    /// `rows · group x dim`.
    queries: Vec<f32>,
    /// `dim x length`.
    keys: Vec<f32>,
    /// `length x dim`.
    values: Vec<f32>,
    /// Softmax of the scores, `rows · group x length`.
    weights: Vec<f32>,
}

impl Task<'_> {
    /// Heads of queries that share the head of keys.
    fn group(&self) -> usize {
        self.config.heads / self.config.kv_heads
    }

    fn length(&self) -> usize {
        self.stretch.prefix.length + self.stretch.rows
    }

    /// `heads` neighbouring heads of each row, those of this task, one row after the other.
    fn gather(&self, heads: usize, rows: &[f32]) -> Vec<f32> {
        let (width, dim) = (heads * self.config.head_dim, self.config.head_dim);
        let step = heads * self.config.kv_heads * dim;
        let rows = rows.chunks_exact(step).skip(self.stretch.start).take(self.stretch.rows);
        rows.flat_map(|row| &row[self.head * width..][..width]).copied().collect()
    }

    /// The way back of [`Self::gather`].
    fn scatter(&self, part: &[f32], heads: usize, rows: &mut [f32]) {
        let (width, dim) = (heads * self.config.head_dim, self.config.head_dim);
        let step = heads * self.config.kv_heads * dim;
        let rows = rows.chunks_exact_mut(step).skip(self.stretch.start);
        rows.zip(part.chunks_exact(width))
            .for_each(|(row, part)| row[self.head * width..][..width].copy_from_slice(part));
    }

    fn factors(&self, rows: Rows<'_>) -> Factors {
        let (dim, length, prefix) = (self.config.head_dim, self.length(), self.stretch.prefix);
        let mut keys = vec![0.0; dim * length];
        let mut values = vec![0.0; length * dim];
        let at = (self.layer * self.config.kv_heads + self.head) * dim * PAGE;
        for (index, page) in prefix.pages.iter().enumerate() {
            let first = index * PAGE;
            let count = PAGE.min(prefix.length - first);
            for (line, key) in page.keys[at..].chunks_exact(PAGE).take(dim).enumerate() {
                key[..count].convert_to_f32_slice(&mut keys[line * length + first..][..count]);
            }
            page.values[at..][..count * dim].convert_to_f32_slice(&mut values[first * dim..][..count * dim]);
        }
        for (row, key) in self.gather(1, rows.keys).chunks_exact(dim).enumerate() {
            keys[prefix.length + row..].iter_mut().step_by(length).zip(key).for_each(|(to, x)| *to = *x);
        }
        values[prefix.length * dim..].copy_from_slice(&self.gather(1, rows.values));
        let queries = self.gather(self.group(), rows.queries);
        let weights = self.weights(&queries, &keys);
        Factors { queries, keys, values, weights }
    }

    fn weights(&self, queries: &[f32], keys: &[f32]) -> Vec<f32> {
        let (dim, length) = (self.config.head_dim, self.length());
        let mut weights = vec![0.0; queries.len() / dim * length];
        let to = Target { numbers: &mut weights, step: length, add: false };
        multiply(self.config.score_scale, View::new(queries, dim), View::new(keys, length), to, true);
        let window = self.config.layer_window(self.layer).map_or(usize::MAX, |w| w.size);
        for (i, row) in weights.chunks_exact_mut(length).enumerate() {
            let end = self.stretch.prefix.length + i / self.group() + 1;
            let start = end.saturating_sub(window);
            vector::softmax(&mut row[start..end]);
            row[..start].fill(0.0);
            row[end..].fill(0.0);
        }
        weights
    }

    fn forward(&self, rows: Rows<'_>) -> Vec<f32> {
        let (dim, length) = (self.config.head_dim, self.length());
        let factors = self.factors(rows);
        let mut out = vec![0.0; factors.queries.len()];
        let to = Target { numbers: &mut out, step: dim, add: false };
        multiply(1.0, View::new(&factors.weights, length), View::new(&factors.values, dim), to, true);
        out
    }

    /// Derivatives of the task's queries, keys and values. The weights are computed again, which is cheaper than to keep
    /// them from the pass forward.
    fn backward(&self, rows: Rows<'_>, d: &[f32]) -> [Vec<f32>; 3] {
        let (dim, length, past) = (self.config.head_dim, self.length(), self.stretch.prefix.length);
        let Factors { queries, keys, values, weights } = self.factors(rows);
        let d = self.gather(self.group(), d);
        let d = View::new(&d, dim);
        let height = weights.len() / length;

        let mut d_values = vec![0.0; self.stretch.rows * dim];
        let of_rows = View::strided(&weights[past..], height, self.stretch.rows, length);
        multiply(
            1.0,
            of_rows.transposed(),
            d,
            Target { numbers: &mut d_values, step: dim, add: false },
            true,
        );

        let mut d_scores = vec![0.0; weights.len()];
        let to = Target { numbers: &mut d_scores, step: length, add: false };
        multiply(1.0, d, View::new(&values, dim).transposed(), to, true);
        for (d, weights) in d_scores.chunks_exact_mut(length).zip(weights.chunks_exact(length)) {
            let mean = vector::dot(d, weights);
            d.iter_mut().zip(weights).for_each(|(d, weight)| *d = weight * (*d - mean));
        }
        let scale = self.config.score_scale;
        let mut d_queries = vec![0.0; queries.len()];
        let to = Target { numbers: &mut d_queries, step: dim, add: false };
        multiply(scale, View::new(&d_scores, length), View::new(&keys, length).transposed(), to, true);
        let mut d_keys = vec![0.0; self.stretch.rows * dim];
        let of_rows = View::strided(&d_scores[past..], height, self.stretch.rows, length);
        let to = Target { numbers: &mut d_keys, step: dim, add: false };
        multiply(scale, of_rows.transposed(), View::new(&queries, dim), to, true);
        [d_queries, d_keys, d_values]
    }
}
