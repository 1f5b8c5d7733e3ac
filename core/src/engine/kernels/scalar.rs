//! The specification of the kernels, and what runs where there are no others.

use super::activation::{Block, Correction};
use super::packing::{Packing, ROWS, TileBlock, unpack};

/// Adds the products of one block of one row to `acc`, in the one order that every kernel keeps.
fn accumulate<P: Packing>(tile: &TileBlock, row: usize, x: &Block, acc: f32) -> f32 {
    let mut sums = [0i32; 2];
    for j in 0..8 {
        for i in 0..4 {
            let q = tile.q[j][4 * row + i];
            let level = if P::SIGNED { i32::from(q as i8) } else { i32::from(q) };
            sums[usize::from(P::HALVES && j >= 4)] += level * i32::from(x.q[4 * j + i]);
        }
    }
    match (P::OFFSET, P::HALVES) {
        (8, false) => sums[0] += x.corrections[Correction::By8 as usize],
        (16, false) => sums[0] += x.corrections[Correction::By16 as usize],
        (32, true) => {
            sums[0] += x.corrections[Correction::By32Low as usize];
            sums[1] += x.corrections[Correction::By32High as usize];
        }
        _ => {}
    }
    let mut acc = (sums[0] as f32).mul_add(tile.numbers[0][row] * x.scale, acc);
    if P::HALVES {
        acc = (sums[1] as f32).mul_add(tile.numbers[1][row] * x.scale, acc);
    }
    if P::MIN {
        acc = tile.numbers[P::MIN_AT][row].mul_add(x.sum, acc);
    }
    acc
}

/// A packed tile times one column.
pub(super) fn vector<P: Packing>(tile: &[u8], x: &[Block], out: &mut [f32; ROWS]) {
    *out = [0.0; ROWS];
    for (block, x) in tile.chunks_exact(P::BYTES).zip(x) {
        let tile = unpack::<P>(block);
        for (row, out) in out.iter_mut().enumerate() {
            *out = accumulate::<P>(&tile, row, x, *out);
        }
    }
}

/// A packed tile to one byte a weight.
pub(super) fn unpack_tile<P: Packing>(tile: &[u8], out: &mut [TileBlock]) {
    for (block, out) in tile.chunks_exact(P::BYTES).zip(out) {
        *out = unpack::<P>(block);
    }
}

/// Unpacked tiles times columns of `blocks` blocks: `out[tile * columns + column]`.
pub(super) fn product<P: Packing>(tiles: &[TileBlock], x: &[Block], blocks: usize, out: &mut [[f32; ROWS]]) {
    let columns = x.len() / blocks;
    for (t, tile) in tiles.chunks_exact(blocks).enumerate() {
        for (c, x) in x.chunks_exact(blocks).enumerate() {
            let out = &mut out[t * columns + c];
            *out = [0.0; ROWS];
            for (tile, x) in tile.iter().zip(x) {
                for (row, out) in out.iter_mut().enumerate() {
                    *out = accumulate::<P>(tile, row, x, *out);
                }
            }
        }
    }
}
