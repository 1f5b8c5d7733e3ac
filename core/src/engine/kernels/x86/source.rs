//! Where the registers are filled from: packed weights, or weights of one byte.

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::super::packing::{Packing, TileBlock};

/// Where the levels of a block of one tile are read from.
pub(super) trait Source: Copy {
    /// Vector `j`, one byte a weight.
    ///
    /// # Safety
    /// `j` must be less than 8, and the processor must have AVX2.
    unsafe fn vector(self, j: usize) -> __m256i;

    /// Eight scales (index 0, and 1 for the second half) or mins (`MIN_AT`).
    ///
    /// # Safety
    /// The format must have them, and the processor AVX2 and F16C.
    unsafe fn numbers(self, index: usize) -> __m256;
}

impl Source for &TileBlock {
    #[inline(always)]
    unsafe fn vector(self, j: usize) -> __m256i {
        // SAFETY: the block is aligned to 32 bytes.
        unsafe { _mm256_load_si256(self.q[j].as_ptr().cast()) }
    }

    #[inline(always)]
    unsafe fn numbers(self, index: usize) -> __m256 {
        // SAFETY: as above; eight numbers are as long as a register.
        unsafe { _mm256_load_ps(self.numbers[index].as_ptr()) }
    }
}

/// A block as it is stored.
pub(super) struct Packed<P>(*const u8, PhantomData<P>);

impl<P> Clone for Packed<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Packed<P> {}

impl<P> Packed<P> {
    /// # Safety
    /// `block` must point to `P::BYTES` bytes for as long as the value is used.
    #[inline(always)]
    pub(super) unsafe fn new(block: *const u8) -> Self {
        Self(block, PhantomData)
    }
}

impl<P: Packing> Source for Packed<P> {
    #[inline(always)]
    unsafe fn vector(self, j: usize) -> __m256i {
        unsafe {
            if P::BITS == 8 {
                return load(self.0, j);
            }
            let nibbles = if j < 4 { load(self.0, j) } else { _mm256_srli_epi16::<4>(load(self.0, j - 4)) };
            let low = _mm256_and_si256(nibbles, _mm256_set1_epi8(15));
            match P::BITS {
                5 => {
                    let high = up_to_bit_4(load(self.0, 4), j);
                    _mm256_or_si256(low, _mm256_and_si256(high, _mm256_set1_epi8(16)))
                }
                6 => {
                    let high = up_to_bit_4(load(self.0, 4 + j / 4), 2 * (j % 4));
                    _mm256_or_si256(low, _mm256_and_si256(high, _mm256_set1_epi8(48)))
                }
                _ => low,
            }
        }
    }

    #[inline(always)]
    unsafe fn numbers(self, index: usize) -> __m256 {
        unsafe {
            let at = self.0.add(P::LEVEL_BYTES + index * P::SCALE_BYTES);
            if P::WIDE { _mm256_loadu_ps(at.cast()) } else { _mm256_cvtph_ps(_mm_loadu_si128(at.cast())) }
        }
    }
}

/// Moves bit `from` of every byte to bit 4. The shifts are of 16 bits: what comes over from the neighbour is to be masked.
#[inline(always)]
unsafe fn up_to_bit_4(v: __m256i, from: usize) -> __m256i {
    unsafe {
        match from {
            0 => _mm256_slli_epi16::<4>(v),
            1 => _mm256_slli_epi16::<3>(v),
            2 => _mm256_slli_epi16::<2>(v),
            3 => _mm256_slli_epi16::<1>(v),
            4 => v,
            5 => _mm256_srli_epi16::<1>(v),
            6 => _mm256_srli_epi16::<2>(v),
            _ => _mm256_srli_epi16::<3>(v),
        }
    }
}

/// The `index`-th 32 bytes.
#[inline(always)]
unsafe fn load(bytes: *const u8, index: usize) -> __m256i {
    unsafe { _mm256_loadu_si256(bytes.add(32 * index).cast()) }
}
