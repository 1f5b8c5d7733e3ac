//! Causal grouped-query attention (arXiv 2305.13245) over the KV cache.

use rayon::prelude::*;

use crate::engine::config::Config;
use crate::engine::kernels::vector;
use crate::engine::kv::Cache;

/// Positions whose queries one task answers.
const ROWS: usize = 8;

/// Attends from `queries` (`m x heads x head_dim`), which follow the computed positions of `cache`
/// and whose own keys and values are already written, into `out` of the same shape.
pub(crate) fn attend(config: &Config, cache: &Cache, layer: usize, queries: &[f32], out: &mut [f32]) {
    let dim = config.head_dim;
    let row = config.heads * dim;
    let group = config.heads / config.kv_heads * dim;
    let window = config.layer_window(layer).map_or(usize::MAX, |w| w.size);
    let past = cache.len();
    // One head of one position.
    let answer = |position: usize, head: usize, query: &[f32], out: &mut [f32], scores: &mut Vec<f32>| {
        let first = (position + 1).saturating_sub(window);
        let (keys, values) = cache.head(layer, head);
        let span = first * dim..(position + 1) * dim;
        scores.clear();
        scores.extend(
            keys[span.clone()].chunks_exact(dim).map(|key| vector::dot(query, key) * config.score_scale),
        );
        vector::softmax(scores);
        out.fill(0.0);
        for (value, &weight) in values[span].chunks_exact(dim).zip(scores.iter()) {
            vector::axpy(weight, value, out);
        }
    };
    if queries.len() == row {
        queries.par_chunks(group).zip(out.par_chunks_mut(group)).enumerate().for_each_init(
            Vec::new,
            |scores, (head, (queries, out))| {
                for (query, out) in queries.chunks_exact(dim).zip(out.chunks_exact_mut(dim)) {
                    answer(past, head, query, out, scores);
                }
            },
        );
        return;
    }
    queries.par_chunks(row * ROWS).zip(out.par_chunks_mut(row * ROWS)).enumerate().for_each_init(
        Vec::new,
        |scores, (task, (queries, out))| {
            for head in 0..config.kv_heads {
                let rows = queries.chunks_exact(row).zip(out.chunks_exact_mut(row)).enumerate();
                for (i, (queries, out)) in rows {
                    let at = head * group..(head + 1) * group;
                    let heads = queries[at.clone()].chunks_exact(dim).zip(out[at].chunks_exact_mut(dim));
                    for (query, out) in heads {
                        answer(past + task * ROWS + i, head, query, out, scores);
                    }
                }
            }
        },
    );
}
