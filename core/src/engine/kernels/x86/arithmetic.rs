//! How a register of weights is multiplied with activations and summed.

use std::arch::x86_64::*;
use std::ops::Range;

use super::super::activation::{Block, Correction};
use super::super::packing::Packing;
use super::source::Source;

/// How levels are multiplied and summed.
pub(super) trait Arithmetic {
    /// Integer products of one block of R tiles with C columns: the sums of the first or the last 16 weights, or of all 32
    /// for formats without halves.
    ///
    /// # Safety
    /// The processor must have the instructions.
    unsafe fn products<P: Packing, S: Source, const R: usize, const C: usize>(
        weights: [S; R],
        x: [&Block; C],
        half: usize,
    ) -> [[__m256i; C]; R];
}

/// The vectors that share a scale.
#[inline(always)]
fn vectors<P: Packing>(half: usize) -> Range<usize> {
    if P::HALVES { 4 * half..4 * half + 4 } else { 0..8 }
}

/// What the sums of a column start from.
#[inline(always)]
unsafe fn correction<P: Packing>(x: &Block, half: usize, unsigned: bool) -> __m256i {
    let by = |which: Correction| x.corrections[which as usize];
    let start = match (P::OFFSET, half) {
        (8, _) => by(Correction::By8),
        (16, _) => by(Correction::By16),
        (32, 0) => by(Correction::By32Low),
        (32, _) => by(Correction::By32High),
        _ if P::SIGNED && unsigned => by(Correction::By128),
        _ => 0,
    };
    unsafe { _mm256_set1_epi32(start) }
}

/// Four activations in every lane.
#[inline(always)]
unsafe fn activations(x: &Block, j: usize) -> __m256i {
    // SAFETY: j < 8, so the four bytes lie within `q`; the block is aligned to 64.
    unsafe { _mm256_set1_epi32(x.q.as_ptr().cast::<i32>().add(j).read()) }
}

/// Bytes multiplied into 16-bit sums of pairs, which are widened before they can overflow.
#[derive(Debug)]
pub(super) struct Avx2;

impl Arithmetic for Avx2 {
    #[inline(always)]
    unsafe fn products<P: Packing, S: Source, const R: usize, const C: usize>(
        weights: [S; R],
        x: [&Block; C],
        half: usize,
    ) -> [[__m256i; C]; R] {
        // Pairs that fit into 16 bits: 8 · 2 · 15 · 127, 4 · 2 · 31 · 127, 2 · 2 · 63 · 127 and 2 · 128 · 127.
        let chain = match P::BITS {
            4 => 8,
            5 => 4,
            6 => 2,
            _ => 1,
        };
        unsafe {
            let ones = _mm256_set1_epi16(1);
            let mut sums = [[_mm256_setzero_si256(); C]; R];
            for c in 0..C {
                let start = correction::<P>(x[c], half, false);
                for r in 0..R {
                    sums[r][c] = start;
                }
            }
            for first in vectors::<P>(half).step_by(chain) {
                let mut pairs = [[_mm256_setzero_si256(); C]; R];
                for j in first..first + chain {
                    let mut w = [ones; R];
                    for r in 0..R {
                        w[r] = weights[r].vector(j);
                    }
                    for c in 0..C {
                        let x = activations(x[c], j);
                        for r in 0..R {
                            let product = if P::SIGNED {
                                _mm256_maddubs_epi16(_mm256_abs_epi8(w[r]), _mm256_sign_epi8(x, w[r]))
                            } else {
                                _mm256_maddubs_epi16(w[r], x)
                            };
                            pairs[r][c] =
                                if j == first { product } else { _mm256_add_epi16(pairs[r][c], product) };
                        }
                    }
                }
                for r in 0..R {
                    for c in 0..C {
                        sums[r][c] = _mm256_add_epi32(sums[r][c], _mm256_madd_epi16(pairs[r][c], ones));
                    }
                }
            }
            sums
        }
    }
}

/// Bytes multiplied into 32-bit sums of four by one instruction.
#[derive(Debug)]
pub(super) struct Vnni;

impl Arithmetic for Vnni {
    #[inline(always)]
    unsafe fn products<P: Packing, S: Source, const R: usize, const C: usize>(
        weights: [S; R],
        x: [&Block; C],
        half: usize,
    ) -> [[__m256i; C]; R] {
        unsafe {
            let mut sums = [[_mm256_setzero_si256(); C]; R];
            for c in 0..C {
                let start = correction::<P>(x[c], half, true);
                for r in 0..R {
                    sums[r][c] = start;
                }
            }
            for j in vectors::<P>(half) {
                let mut w = [_mm256_setzero_si256(); R];
                for r in 0..R {
                    w[r] = weights[r].vector(j);
                    if P::SIGNED {
                        // The instruction takes unsigned weights: -128..127 becomes 0..255.
                        w[r] = _mm256_xor_si256(w[r], _mm256_set1_epi8(-128));
                    }
                }
                for c in 0..C {
                    let x = activations(x[c], j);
                    for r in 0..R {
                        sums[r][c] = _mm256_dpbusd_epi32(sums[r][c], w[r], x);
                    }
                }
            }
            sums
        }
    }
}
