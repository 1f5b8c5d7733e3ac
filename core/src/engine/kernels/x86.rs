//! The kernels for x86-64: AVX2, and the dot product instruction of AVX-512 VNNI where there is one.
//!
//! A register holds four columns of eight rows; each 32-bit lane sums the products of one row. Integer sums are exact and
//! the floating point operations of a row are those of the specification in the same order, so the results are equal to
//! the bit.

#![allow(unsafe_code)]
// Indices name registers here.
#![allow(clippy::needless_range_loop)]

use std::arch::x86_64::*;
use std::marker::PhantomData;

use super::activation::{Block, Correction};
use super::packing::{Packing, ROWS, TileBlock};

/// Where the levels of a block of one tile are read from.
pub(super) trait Source: Copy {
    /// Vector `j`, one byte a weight.
    ///
    /// # Safety
    /// `j` must be less than 8, and the processor must have AVX2.
    unsafe fn vector(self, j: usize) -> __m256i;
}

/// A packed block of `P::BYTES` bytes.
struct Packed<P>(*const u8, PhantomData<P>);

impl<P> Clone for Packed<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Packed<P> {}

impl Source for &TileBlock {
    #[inline(always)]
    unsafe fn vector(self, j: usize) -> __m256i {
        // SAFETY: the block is aligned to 32 bytes.
        unsafe { _mm256_load_si256(self.q[j].as_ptr().cast()) }
    }
}

/// How levels are multiplied and summed.
pub(super) trait Arithmetic {
    /// Integer products of one block of R tiles with C columns: the sums of the first and of the last 16 weights, or of all
    /// 32 and nothing for formats without halves.
    ///
    /// # Safety
    /// The processor must have the instructions.
    unsafe fn products<P: Packing, S: Source, const R: usize, const C: usize>(
        weights: [S; R],
        x: [&Block; C],
    ) -> [[[__m256i; C]; R]; 2];
}

/// What the sums of a column start from.
#[inline(always)]
unsafe fn corrections<P: Packing>(x: &Block, unsigned: bool) -> [__m256i; 2] {
    let [low, high] = match (P::OFFSET, P::HALVES) {
        (8, false) => [x.corrections[Correction::By8 as usize], 0],
        (16, false) => [x.corrections[Correction::By16 as usize], 0],
        (32, true) => {
            [x.corrections[Correction::By32Low as usize], x.corrections[Correction::By32High as usize]]
        }
        _ if P::SIGNED && unsigned => [x.corrections[Correction::By128 as usize], 0],
        _ => [0, 0],
    };
    unsafe { [_mm256_set1_epi32(low), _mm256_set1_epi32(high)] }
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
    ) -> [[[__m256i; C]; R]; 2] {
        // Pairs that fit into 16 bits: 8 · 2 · 15 · 127, 4 · 2 · 31 · 127, 2 · 2 · 63 · 127 and 2 · 128 · 127.
        let chain = match P::BITS {
            4 => 8,
            5 => 4,
            6 => 2,
            _ => 1,
        };
        unsafe {
            let ones = _mm256_set1_epi16(1);
            let mut sums = [[[_mm256_setzero_si256(); C]; R]; 2];
            for c in 0..C {
                let [low, high] = corrections::<P>(x[c], false);
                for r in 0..R {
                    sums[0][r][c] = low;
                    sums[1][r][c] = high;
                }
            }
            for first in (0..8).step_by(chain) {
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
                let half = usize::from(P::HALVES && first >= 4);
                for r in 0..R {
                    for c in 0..C {
                        sums[half][r][c] =
                            _mm256_add_epi32(sums[half][r][c], _mm256_madd_epi16(pairs[r][c], ones));
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
    ) -> [[[__m256i; C]; R]; 2] {
        unsafe {
            let mut sums = [[[_mm256_setzero_si256(); C]; R]; 2];
            for c in 0..C {
                let [low, high] = corrections::<P>(x[c], true);
                for r in 0..R {
                    sums[0][r][c] = low;
                    sums[1][r][c] = high;
                }
            }
            for j in 0..8 {
                let half = usize::from(P::HALVES && j >= 4);
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
                        sums[half][r][c] = _mm256_dpbusd_epi32(sums[half][r][c], w[r], x);
                    }
                }
            }
            sums
        }
    }
}

/// Adds one block's products to the results of C columns of one tile.
#[inline(always)]
unsafe fn accumulate<P: Packing, const C: usize>(
    sums: [[__m256i; C]; 2],
    scale: [__m256; 2],
    min: __m256,
    x: [&Block; C],
    acc: &mut [__m256; C],
) {
    for c in 0..C {
        unsafe {
            let by = _mm256_set1_ps(x[c].scale);
            for half in 0..1 + usize::from(P::HALVES) {
                let sum = _mm256_cvtepi32_ps(sums[half][c]);
                acc[c] = _mm256_fmadd_ps(sum, _mm256_mul_ps(scale[half], by), acc[c]);
            }
            if P::MIN {
                acc[c] = _mm256_fmadd_ps(min, _mm256_set1_ps(x[c].sum), acc[c]);
            }
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
}

/// The `index`-th 32 bytes.
#[inline(always)]
unsafe fn load(bytes: *const u8, index: usize) -> __m256i {
    unsafe { _mm256_loadu_si256(bytes.add(32 * index).cast()) }
}

/// Eight scales or mins of a packed block.
///
/// # Safety
/// `block` must point to `P::BYTES` bytes, and the numbers must exist.
#[inline(always)]
unsafe fn numbers<P: Packing>(block: *const u8, index: usize) -> __m256 {
    unsafe {
        let at = block.add(P::LEVEL_BYTES + index * P::SCALE_BYTES);
        if P::WIDE { _mm256_loadu_ps(at.cast()) } else { _mm256_cvtph_ps(_mm_loadu_si128(at.cast())) }
    }
}

#[inline(always)]
unsafe fn vector_generic<P: Packing, A: Arithmetic>(tile: &[u8], x: &[Block], out: &mut [f32; ROWS]) {
    assert_eq!(tile.len(), x.len() * P::BYTES);
    unsafe {
        let mut acc = [_mm256_setzero_ps()];
        for (b, x) in x.iter().enumerate() {
            // SAFETY: the length was checked; b is less than x.len().
            let block = tile.as_ptr().add(b * P::BYTES);
            let [[low], [high]] = A::products::<P, _, 1, 1>([Packed::<P>(block, PhantomData)], [x]);
            let scale = [
                numbers::<P>(block, 0),
                if P::HALVES { numbers::<P>(block, 1) } else { _mm256_setzero_ps() },
            ];
            let min = if P::MIN { numbers::<P>(block, P::MIN_AT) } else { _mm256_setzero_ps() };
            accumulate::<P, 1>([low, high], scale, min, [x], &mut acc);
        }
        _mm256_storeu_ps(out.as_mut_ptr(), acc[0]);
    }
}

#[inline(always)]
unsafe fn unpack_generic<P: Packing>(tile: &[u8], out: &mut [TileBlock]) {
    assert_eq!(tile.len(), out.len() * P::BYTES);
    for (b, out) in out.iter_mut().enumerate() {
        unsafe {
            // SAFETY: the length was checked; b is less than out.len().
            let block = tile.as_ptr().add(b * P::BYTES);
            for j in 0..8 {
                _mm256_storeu_si256(out.q[j].as_mut_ptr().cast(), Packed::<P>(block, PhantomData).vector(j));
            }
            _mm256_storeu_ps(out.scale[0].as_mut_ptr(), numbers::<P>(block, 0));
            if P::HALVES {
                _mm256_storeu_ps(out.scale[1].as_mut_ptr(), numbers::<P>(block, 1));
            }
            if P::MIN {
                _mm256_storeu_ps(out.min.as_mut_ptr(), numbers::<P>(block, P::MIN_AT));
            }
        }
    }
}

/// R tiles times C columns.
#[inline(always)]
unsafe fn product_generic<P: Packing, A: Arithmetic, const R: usize, const C: usize>(
    tiles: &[TileBlock],
    x: &[Block],
    out: &mut [[f32; ROWS]],
) {
    let blocks = x.len() / C;
    assert!(tiles.len() == R * blocks && x.len() == C * blocks && out.len() == R * C);
    unsafe {
        let mut acc = [[_mm256_setzero_ps(); C]; R];
        for b in 0..blocks {
            // SAFETY: r < R, c < C and b < blocks, and the lengths were checked.
            let mut tile = [&tiles[0]; R];
            for r in 0..R {
                tile[r] = tiles.get_unchecked(r * blocks + b);
            }
            let mut columns = [&x[0]; C];
            for c in 0..C {
                columns[c] = x.get_unchecked(c * blocks + b);
            }
            let sums = A::products::<P, _, R, C>(tile, columns);
            for r in 0..R {
                let scale =
                    [_mm256_load_ps(tile[r].scale[0].as_ptr()), _mm256_load_ps(tile[r].scale[1].as_ptr())];
                let min = _mm256_load_ps(tile[r].min.as_ptr());
                accumulate::<P, C>([sums[0][r], sums[1][r]], scale, min, columns, &mut acc[r]);
            }
        }
        for r in 0..R {
            for c in 0..C {
                _mm256_storeu_ps(out[r * C + c].as_mut_ptr(), acc[r][c]);
            }
        }
    }
}

macro_rules! entries {
    ($(#[$meta:meta])* $name:ident, $arithmetic:ty, $tiles:literal, $columns:literal, $features:literal) => {
        $(#[$meta])*
        pub(super) mod $name {
            use super::*;

            /// Tiles and columns of one call of `product`, at most.
            pub(in super::super) const SHAPE: (usize, usize) = ($tiles, $columns);

            /// A packed tile times one column.
            ///
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn vector<P: Packing>(tile: &[u8], x: &[Block], out: &mut [f32; ROWS]) {
                unsafe { vector_generic::<P, $arithmetic>(tile, x, out) }
            }

            /// A packed tile to one byte a weight.
            ///
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn unpack<P: Packing>(tile: &[u8], out: &mut [TileBlock]) {
                unsafe { unpack_generic::<P>(tile, out) }
            }

            /// Unpacked tiles times columns: `out[tile * columns + column]`.
            ///
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn product<P: Packing>(
                tiles: &[TileBlock],
                x: &[Block],
                blocks: usize,
                out: &mut [[f32; ROWS]],
            ) {
                unsafe {
                    match (tiles.len() / blocks, x.len() / blocks) {
                        ($tiles, $columns) => {
                            product_generic::<P, $arithmetic, $tiles, $columns>(tiles, x, out);
                        }
                        (_, columns) => {
                            for (t, tile) in tiles.chunks_exact(blocks).enumerate() {
                                for c in 0..columns {
                                    let x = &x[c * blocks..][..blocks];
                                    let at = t * columns + c;
                                    product_generic::<P, $arithmetic, 1, 1>(tile, x, &mut out[at..at + 1]);
                                }
                            }
                        }
                    }
                }
            }
        }
    };
}

entries!(avx2, Avx2, 1, 4, "avx2,fma,f16c");
entries!(vnni, Vnni, 2, 4, "avx2,fma,f16c,avx512vnni,avx512vl");
