//! Rounding of activations, 32 at a time.

use std::arch::x86_64::*;

use super::super::activation::Block;
use super::super::packing::BLOCK;

/// [`super::super::activation::quantize_blocks`], to the bit.
///
/// # Safety
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(in super::super) unsafe fn quantize_blocks(x: &[f32], blocks: &mut [Block]) {
    for (x, block) in x.as_chunks::<BLOCK>().0.iter().zip(blocks) {
        // SAFETY: a block has 32 numbers and 32 levels.
        let x: [__m256; 4] = std::array::from_fn(|i| unsafe { _mm256_loadu_ps(x.as_ptr().add(8 * i)) });
        // The sign bit is the only one of -0. A maximum with NaN is its second operand.
        let size = |x| _mm256_andnot_ps(_mm256_set1_ps(-0.0), x);
        let largest = x.into_iter().fold(_mm256_setzero_ps(), |largest, x| _mm256_max_ps(size(x), largest));
        let largest = _mm_max_ps(_mm256_castps256_ps128(largest), _mm256_extractf128_ps::<1>(largest));
        let largest = _mm_max_ps(largest, _mm_movehl_ps(largest, largest));
        let largest = _mm_cvtss_f32(_mm_max_ss(largest, _mm_movehdup_ps(largest)));
        let inverse = _mm256_set1_ps(if largest > 0.0 { 127.0 / largest } else { 0.0 });
        let levels = x.map(|x| {
            let level = _mm256_mul_ps(x, inverse);
            let level = _mm256_and_ps(level, _mm256_cmp_ps::<_CMP_ORD_Q>(level, level));
            let level = _mm256_max_ps(level, _mm256_set1_ps(-127.0));
            _mm256_cvtps_epi32(_mm256_min_ps(level, _mm256_set1_ps(127.0)))
        });
        // Packing works in each half of a register: its groups of four come out as 0 2 4 6, 1 3 5 7.
        let words = |i: usize| _mm256_packs_epi32(levels[i], levels[i + 1]);
        let bytes = _mm256_packs_epi16(words(0), words(2));
        let bytes = _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
        // SAFETY: as above.
        unsafe { _mm256_storeu_si256(block.q.as_mut_ptr().cast(), bytes) };
        let pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), bytes);
        let fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
        let eights = _mm256_hadd_epi32(fours, fours);
        let halves = _mm256_hadd_epi32(eights, eights);
        let low = _mm256_cvtsi256_si32(halves);
        block.finish(largest / 127.0, low, _mm256_extract_epi32::<4>(halves));
    }
}
