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

/// A packed tile times columns, one every `stride` blocks of `x`: `sums[column]`.
pub(super) fn packed<P: Packing>(tile: &[u8], x: &[Block], stride: usize, sums: &mut [[f32; ROWS]]) {
    let mut unpacked = vec![TileBlock::ZERO; tile.len() / P::BYTES];
    unpack_tile::<P>(tile, &mut unpacked);
    sums.fill([0.0; ROWS]);
    add::<P>(&unpacked, x, stride, sums);
}

/// Adds an unpacked tile times columns.
fn add<P: Packing>(tile: &[TileBlock], x: &[Block], stride: usize, sums: &mut [[f32; ROWS]]) {
    for (x, sums) in x.chunks(stride).zip(sums) {
        for (tile, x) in tile.iter().zip(x) {
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum = accumulate::<P>(tile, row, x, *sum);
            }
        }
    }
}

/// A packed tile to one byte a weight.
pub(super) fn unpack_tile<P: Packing>(tile: &[u8], out: &mut [TileBlock]) {
    for (block, out) in tile.chunks_exact(P::BYTES).zip(out) {
        *out = unpack::<P>(block);
    }
}

/// Adds `HEIGHT` unpacked tiles times columns, one every `stride` blocks of `x`, to `sums[tile * columns + column]`.
pub(super) fn product<P: Packing, const HEIGHT: usize>(
    tiles: &[TileBlock],
    x: &[Block],
    stride: usize,
    sums: &mut [[f32; ROWS]],
) {
    let columns = sums.len() / HEIGHT;
    for (tile, sums) in tiles.chunks_exact(tiles.len() / HEIGHT).zip(sums.chunks_exact_mut(columns)) {
        add::<P>(tile, x, stride, sums);
    }
}
