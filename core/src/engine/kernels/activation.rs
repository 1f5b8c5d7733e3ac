//! Activations in eight bits.

use super::packing::BLOCK;
use super::team::share_chunks;
#[cfg(target_arch = "x86_64")]
use super::x86;

/// Rows that are worth a part of their own.
const ROWS: usize = 8;

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
    pub(super) const ZERO: Self = Self { q: [0; BLOCK], scale: 0.0, sum: 0.0, corrections: [0; 6] };

    /// Fills in everything but the levels, from the sums of the first and the last 16 of them.
    #[inline(always)]
    pub(super) fn finish(&mut self, scale: f32, low: i32, high: i32) {
        let all = low + high;
        self.scale = scale;
        self.sum = scale * all as f32;
        self.corrections = [-8 * all, -16 * all, -32 * low, -32 * high, -128 * all, 0];
    }
}

/// The specification of rounding, to the nearest level, ties to even.
pub(super) fn quantize_blocks(x: &[f32], blocks: &mut [Block]) {
    for (x, block) in x.as_chunks::<BLOCK>().0.iter().zip(blocks) {
        let largest = x.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        // NaN becomes 0 and infinity is cut off, so that no level leaves the range that the kernels count on.
        block.q = x.map(|x| (x * inverse).clamp(-127.0, 127.0).round_ties_even() as i8);
        let sum = |q: &[i8]| q.iter().map(|&q| i32::from(q)).sum();
        block.finish(largest / 127.0, sum(&block.q[..16]), sum(&block.q[16..]));
    }
}

/// Quantizes rows of `cols` activations, a multiple of [`BLOCK`].
pub(super) fn quantize(x: &[f32], cols: usize, out: &mut Vec<Block>) {
    out.clear();
    out.resize(x.len() / BLOCK, Block::ZERO);
    share_chunks(out, ROWS * cols / BLOCK, |i, blocks| {
        let x = &x[i * ROWS * cols..][..blocks.len() * BLOCK];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            #[allow(unsafe_code)]
            // SAFETY: the processor has the feature.
            return unsafe { x86::quantize_blocks(x, blocks) };
        }
        quantize_blocks(x, blocks);
    });
}
