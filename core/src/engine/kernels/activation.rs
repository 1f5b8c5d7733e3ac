//! Activations in eight bits.

use rayon::prelude::*;

use super::packing::BLOCK;
#[cfg(target_arch = "x86_64")]
use super::x86;

/// 32 activations of one row: `x ≈ scale * q`. One cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Block {
    /// Levels, -127 to 127.
    pub(super) q: [i8; BLOCK],
    /// Largest magnitude / 127.
    pub(super) scale: f32,
    /// `scale` times the sum of the levels: what a weight's min is multiplied with.
    pub(super) sum: f32,
    /// What the offset of the weights takes off the integer product; see [`Correction`].
    pub(super) corrections: [i32; 6],
}

/// Index into [`Block::corrections`].
///
/// A weight's level is stored with an offset (8, 16, 32), so that the product is `Σ(q - offset)·x = Σq·x - offset·Σx`;
/// the second term depends on the activations alone.
#[derive(Debug, Clone, Copy)]
pub(super) enum Correction {
    /// -8 Σx
    By8,
    /// -16 Σx
    By16,
    /// -32 Σx of the first 16
    By32Low,
    /// -32 Σx of the last 16
    By32High,
    /// -128 Σx
    By128,
}

impl Block {
    const ZERO: Self = Self { q: [0; BLOCK], scale: 0.0, sum: 0.0, corrections: [0; 6] };

    /// Fills in everything but the levels, from the sums of the first and the last 16 of them.
    #[inline(always)]
    pub(super) fn finish(&mut self, scale: f32, low: i32, high: i32) {
        let all = low + high;
        self.scale = scale;
        self.sum = scale * all as f32;
        self.corrections = [-8 * all, -16 * all, -32 * low, -32 * high, -128 * all, 0];
    }
}

/// 1.5 · 2^23.
const ROUND: f32 = 12_582_912.0;

/// The specification of rounding.
pub(super) fn quantize_blocks(x: &[f32], blocks: &mut [Block]) {
    for (x, block) in x.as_chunks::<BLOCK>().0.iter().zip(blocks) {
        let mut lanes = [0.0f32; 8];
        for chunk in x.as_chunks::<8>().0 {
            for i in 0..8 {
                lanes[i] = lanes[i].max(chunk[i].abs());
            }
        }
        let largest = lanes.into_iter().fold(0.0, f32::max);
        let scale = largest / 127.0;
        let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        let mut q = [0i32; BLOCK];
        for (q, x) in q.iter_mut().zip(x) {
            // NaN becomes 0 and infinity is cut off, so that no level leaves the range that the kernels count on.
            let level = x * inverse;
            let level = if level.is_nan() { 0.0 } else { level.clamp(-127.0, 127.0) };
            // In this sum the lowest bits are the level, rounded to the nearest even one.
            *q = (level + ROUND).to_bits() as i32 - ROUND.to_bits() as i32;
        }
        for (to, q) in block.q.iter_mut().zip(q) {
            *to = q as i8;
        }
        block.finish(scale, q[..16].iter().sum(), q[16..].iter().sum());
    }
}

/// Quantizes rows of `cols` activations, a multiple of [`BLOCK`].
pub(super) fn quantize(x: &[f32], cols: usize, out: &mut Vec<Block>) {
    out.clear();
    out.resize(x.len() / BLOCK, Block::ZERO);
    let rows = x.par_chunks_exact(cols).zip(out.par_chunks_exact_mut(cols / BLOCK));
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        #[allow(unsafe_code)]
        // SAFETY: the processor has the feature.
        return rows.with_min_len(8).for_each(|(x, blocks)| unsafe { x86::quantize_blocks(x, blocks) });
    }
    rows.with_min_len(8).for_each(|(x, blocks)| quantize_blocks(x, blocks));
}
