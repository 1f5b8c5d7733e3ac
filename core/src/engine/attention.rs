//! Causal grouped-query attention (arXiv 2305.13245) over the KV cache, page by page with running
//! maxima and sums (arXiv 1805.02867), so that no more than a page of scores is ever held.

use std::cell::Cell;

use crate::engine::config::Config;
use crate::engine::kernels::attention::{Rows, weigh, widen};
use crate::engine::kernels::team::{share_chunks, threads};
use crate::engine::kv::{Cache, PAGE};

/// Queries that share a pass over the keys: enough that widening a page costs little, and for 3, 4 and 7 heads a multiple
/// of the rows that are multiplied together.
const ROWS: usize = 84;

thread_local! {
    static ROOM: Cell<Room> = const { Cell::new(Room { rows: Rows::EMPTY, keys: Vec::new(), values: Vec::new() }) };
}

/// Memory of one task.
#[derive(Default)]
struct Room {
    rows: Rows,
    keys: Vec<f32>,
    values: Vec<f32>,
}

/// Attends from `queries` (`m x heads x head_dim`) of the positions from `first` on, whose own keys and values are
/// already written to `cache`, into `out` of the same shape.
///
/// Every row adds its keys in the order of their positions and rescales at the ends of pages, so its
/// result depends on nothing but its own past.
pub(crate) fn attend(
    config: &Config,
    cache: &Cache,
    layer: usize,
    first: usize,
    queries: &[f32],
    out: &mut [f32],
) {
    let dim = config.head_dim;
    let (row, heads) = (config.heads * dim, config.heads / config.kv_heads);
    let positions = queries.len() / row;
    let threads = threads();
    if positions == 1 {
        // The heads that share keys are split where there are more threads than heads of keys.
        let parts = threads.div_ceil(config.kv_heads);
        let part = if heads.is_multiple_of(parts) { heads / parts } else { heads };
        share_chunks(out, part * dim, |i, out| {
            let task = Task { config, cache, layer, head: i * part / heads, heads: part, first };
            task.run(&queries[i * part * dim..][..part * dim], out, part * dim);
        });
        return;
    }
    let tile = (ROWS / heads).min(positions.div_ceil(threads)).max(1);
    share_chunks(out, row * tile, |i, out| {
        let queries = &queries[i * row * tile..][..out.len()];
        for head in 0..config.kv_heads {
            let task = Task { config, cache, layer, head, heads, first: first + i * tile };
            task.run(&queries[head * heads * dim..], &mut out[head * heads * dim..], row);
        }
    });
}

/// The queries of neighbouring positions to one head of keys.
struct Task<'a> {
    config: &'a Config,
    cache: &'a Cache,
    layer: usize,
    /// Of the keys.
    head: usize,
    /// Of the queries.
    heads: usize,
    /// The first position.
    first: usize,
}

impl Task<'_> {
    /// Positions start every `stride` numbers.
    fn run(&self, queries: &[f32], out: &mut [f32], stride: usize) {
        let (dim, width) = (self.config.head_dim, self.heads * self.config.head_dim);
        let window = self.config.layer_window(self.layer).map_or(usize::MAX, |w| w.size);
        let start = |position: usize| (position + 1).saturating_sub(window);
        let mut room = ROOM.take();
        room.rows.start(dim, self.config.score_scale);
        for queries in queries.chunks(stride) {
            queries[..width].chunks_exact(dim).for_each(|query| room.rows.push(query));
        }
        let end = self.first + queries.len().div_ceil(stride);
        for page in start(self.first) / PAGE..end.div_ceil(PAGE) {
            let base = page * PAGE;
            let (keys, values) = self.cache.head(page, self.layer, self.head);
            // What lies behind the last position was written for other sequences, or never.
            let values = &values[..(end - base).min(PAGE) * dim];
            widen(keys, &mut room.keys);
            widen(values, &mut room.values);
            weigh(&mut room.rows, &room.keys, &room.values, &|row| {
                let position = self.first + row / self.heads;
                (start(position).saturating_sub(base), (position + 1).saturating_sub(base))
            });
        }
        for (position, out) in out.chunks_mut(stride).enumerate() {
            for (head, out) in out[..width].chunks_exact_mut(dim).enumerate() {
                room.rows.finish(position * self.heads + head, out);
            }
        }
        ROOM.set(room);
    }
}
