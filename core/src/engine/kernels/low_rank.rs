//! The low-rank change of a matrix (LoRA, arXiv 2106.09685), in eight bits.
//!
//! The order of a sum depends on neither the batch nor the processor.

// Indices name lanes here.
#![allow(clippy::needless_range_loop)]

use std::ops::Range;

use super::activation::Block;
use super::format::Rounded;
use super::packing::BLOCK;
use super::product::Output;
use super::tiles::Tiles;
use super::{portable, prefetch};

const LANES: usize = 8;
/// Vectors that share what is widened.
const WIDTH: usize = 3;

/// The change of one matrix: `y += scale · b · (a · x)`.
#[derive(Debug)]
pub(in super::super) struct LowRank {
    /// `rank x cols`, times the scale; every 32 columns of a row are rounded to 255 levels of their own.
    a: Tiles<Rounded>,
    rank: usize,
    /// Every row is rounded likewise. Eight rows after eight rows, the last ones filled up with zeros:
    /// `rows / 8 x rank x 8`.
    b: Vec<i8>,
    /// What a level of a row of `b` is, filled up likewise.
    levels: Vec<f32>,
}

impl LowRank {
    /// From `a` (`rank x cols`) and `b` (`rows x rank`), both row-major and finite.
    ///
    /// # Errors
    /// One line where the columns are not a multiple of 32.
    pub(in super::super) fn new(a: &[f32], b: &[f32], scale: f32, rank: usize) -> Result<Self, String> {
        let cols = a.len() / rank;
        let file: Vec<u8> = a.iter().flat_map(|x| (scale * x).to_le_bytes()).collect();
        let a = Tiles::read(&mut &file[..], rank, cols)
            .map_err(|_| format!("its matrices have {cols} columns, not a multiple of {BLOCK}"))?;
        let padded = (b.len() / rank).next_multiple_of(LANES);
        let (mut tiles, mut levels) = (vec![0; padded * rank], vec![0.0; padded]);
        for (i, row) in b.chunks_exact(rank).enumerate() {
            let largest = row.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
            // Of a row of zeros the products are not numbers, and their levels 0.
            let inverse = 127.0 / largest;
            let tile = tiles[i / LANES * LANES * rank + i % LANES..].iter_mut().step_by(LANES);
            tile.zip(row).for_each(|(to, x)| *to = (x * inverse).round_ties_even() as i8);
            levels[i] = largest / 127.0;
        }
        Ok(Self { a, rank, b: tiles, levels })
    }

    pub(super) fn rank(&self) -> usize {
        self.rank
    }

    /// Into how many parts inner products are cut.
    pub(super) fn inner_parts(&self) -> usize {
        self.a.tiles()
    }

    /// Computes one part of `scale · a · x` for rounded vectors; `inner` is `vectors x rank`.
    pub(super) fn inner_part(&self, index: usize, x: &[Block], inner: &Output<'_>) {
        self.a.narrow(index..index + 1, x, inner);
    }

    /// Brings the rows' part of `b` into the caches.
    pub(super) fn prefetch(&self, rows: &Range<usize>) {
        prefetch(&self.b[rows.start * self.rank..rows.end.next_multiple_of(LANES) * self.rank]);
    }

    /// Adds some rows of `b · inner` to the vectors from `first` on. The rows start at a multiple of eight, and nobody
    /// else may have them.
    pub(super) fn add(&self, rows: Range<usize>, inner: &[f32], first: usize, out: &Output<'_>) {
        let all = rows.start..rows.end.next_multiple_of(LANES);
        let tiles = &self.b[all.start * self.rank..all.end * self.rank];
        for (i, inner) in inner.chunks(WIDTH * self.rank).enumerate() {
            let first = first + i * WIDTH;
            // SAFETY: the caller has these rows, and the vectors differ.
            #[allow(unsafe_code)]
            let out = |v| unsafe { out.rows(first + v, rows.start, rows.len()) };
            if inner.len() == WIDTH * self.rank {
                add_rows(tiles, &self.levels[all.clone()], inner, &mut [out(0), out(1), out(2)]);
            } else {
                for (v, inner) in inner.chunks_exact(self.rank).enumerate() {
                    add_row(tiles, &self.levels[all.clone()], inner, out(v));
                }
            }
        }
    }
}

portable::simd! {
    fn add_rows(tiles: &[i8], levels: &[f32], inner: &[f32], out: &mut [&mut [f32]; WIDTH]) {
        add_to(tiles, levels, inner, out);
    }
}

portable::simd! {
    fn add_row(tiles: &[i8], levels: &[f32], inner: &[f32], out: &mut [f32]) {
        add_to(tiles, levels, inner, &mut [out]);
    }
}

#[inline(always)]
fn add_to<const N: usize>(tiles: &[i8], levels: &[f32], inner: &[f32], out: &mut [&mut [f32]; N]) {
    let rank = inner.len() / N;
    for (t, (tile, levels)) in tiles.chunks_exact(rank * LANES).zip(levels.as_chunks::<LANES>().0).enumerate()
    {
        let mut sums = [[[0.0f32; LANES]; 2]; N];
        for (r, b) in tile.as_chunks::<LANES>().0.iter().enumerate() {
            let b = b.map(f32::from);
            for i in 0..N {
                let (inner, sum) = (inner[i * rank + r], &mut sums[i][r % 2]);
                for l in 0..LANES {
                    sum[l] = inner.mul_add(b[l], sum[l]);
                }
            }
        }
        for i in 0..N {
            let ([even, odd], out) = (sums[i], &mut out[i][t * LANES..]);
            for (l, out) in out.iter_mut().take(LANES).enumerate() {
                *out += levels[l] * (even[l] + odd[l]);
            }
        }
    }
}

#[cfg(test)]
#[path = "low_rank_tests.rs"]
mod tests;
