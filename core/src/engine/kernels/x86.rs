//! The kernels for x86-64: AVX2, and the dot product instruction of AVX-512 VNNI where there is one.
//!
//! A register holds four columns of eight rows; each 32-bit lane sums the products of one row. Integer sums are exact and
//! the floating point operations of a row are those of the specification in the same order, so the results are equal to
//! the bit.

#![allow(unsafe_code)]
// Indices name registers here.
#![allow(clippy::needless_range_loop)]

mod activation;
mod arithmetic;
mod source;

use std::arch::x86_64::*;

use half::f16;

pub(super) use self::activation::quantize_blocks;
use self::arithmetic::{Arithmetic, Avx2, Vnni};
use self::source::{Packed, Source};
use super::activation::Block;
use super::packing::{Packing, ROWS, TileBlock};

/// Adds the products of one block of R tiles to the results of C columns.
#[inline(always)]
unsafe fn accumulate<P: Packing, A: Arithmetic, S: Source, const R: usize, const C: usize>(
    tile: [S; R],
    x: [&Block; C],
    acc: &mut [[__m256; C]; R],
) {
    unsafe {
        for half in 0..1 + usize::from(P::HALVES) {
            let sums = A::products::<P, S, R, C>(tile, x, half);
            for r in 0..R {
                let scale = tile[r].numbers(half);
                for c in 0..C {
                    let scale = _mm256_mul_ps(scale, _mm256_set1_ps(x[c].scale));
                    acc[r][c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[r][c]), scale, acc[r][c]);
                }
            }
        }
        if P::MIN {
            for r in 0..R {
                let min = tile[r].numbers(P::MIN_AT);
                for c in 0..C {
                    acc[r][c] = _mm256_fmadd_ps(min, _mm256_set1_ps(x[c].sum), acc[r][c]);
                }
            }
        }
    }
}

/// Are C columns of so many blocks, one every `stride`, within `x`?
fn fits<const C: usize>(x: &[Block], stride: usize, blocks: usize) -> bool {
    blocks <= stride && (C - 1) * stride + blocks <= x.len()
}

/// A packed tile times C columns.
#[inline(always)]
unsafe fn packed_generic<P: Packing, A: Arithmetic, const C: usize>(
    tile: &[u8],
    x: &[Block],
    stride: usize,
    sums: &mut [[f32; ROWS]],
) {
    let blocks = tile.len() / P::BYTES;
    assert!(tile.len() == blocks * P::BYTES && fits::<C>(x, stride, blocks) && sums.len() == C);
    unsafe {
        let mut acc = [[_mm256_setzero_ps(); C]];
        for b in 0..blocks {
            // SAFETY: b < blocks and c < C, and the lengths were checked.
            let block = Packed::<P>::new(tile.as_ptr().add(b * P::BYTES));
            let mut columns = [&x[0]; C];
            for c in 0..C {
                columns[c] = x.get_unchecked(c * stride + b);
            }
            accumulate::<P, A, _, 1, C>([block], columns, &mut acc);
        }
        for c in 0..C {
            _mm256_storeu_ps(sums[c].as_mut_ptr(), acc[0][c]);
        }
    }
}

#[inline(always)]
unsafe fn unpack_generic<P: Packing>(tile: &[u8], out: &mut [TileBlock]) {
    assert_eq!(tile.len(), out.len() * P::BYTES);
    for (b, out) in out.iter_mut().enumerate() {
        unsafe {
            // SAFETY: the length was checked; b is less than out.len().
            let block = Packed::<P>::new(tile.as_ptr().add(b * P::BYTES));
            for j in 0..8 {
                _mm256_store_si256(out.q[j].as_mut_ptr().cast(), block.vector(j));
            }
            for index in 0..P::NUMBERS {
                _mm256_store_ps(out.numbers[index].as_mut_ptr(), block.numbers(index));
            }
        }
    }
}

/// Adds R unpacked tiles times C columns to `sums[tile * C + column]`.
#[inline(always)]
unsafe fn product_generic<P: Packing, A: Arithmetic, const R: usize, const C: usize>(
    tiles: &[TileBlock],
    x: &[Block],
    stride: usize,
    sums: &mut [[f32; ROWS]],
) {
    let blocks = tiles.len() / R;
    assert!(tiles.len() == R * blocks && fits::<C>(x, stride, blocks) && sums.len() == R * C);
    unsafe {
        let mut acc = [[_mm256_setzero_ps(); C]; R];
        for r in 0..R {
            for c in 0..C {
                acc[r][c] = _mm256_loadu_ps(sums[r * C + c].as_ptr());
            }
        }
        for b in 0..blocks {
            // SAFETY: r < R, c < C and b < blocks, and the lengths were checked.
            let mut tile = [&tiles[0]; R];
            for r in 0..R {
                tile[r] = tiles.get_unchecked(r * blocks + b);
            }
            let mut columns = [&x[0]; C];
            for c in 0..C {
                columns[c] = x.get_unchecked(c * stride + b);
            }
            accumulate::<P, A, _, R, C>(tile, columns, &mut acc);
        }
        for r in 0..R {
            for c in 0..C {
                _mm256_storeu_ps(sums[r * C + c].as_mut_ptr(), acc[r][c]);
            }
        }
    }
}

/// See [`super::prefetch`].
pub(super) fn prefetch<T>(data: &[T]) {
    for at in (0..size_of_val(data)).step_by(64) {
        // SAFETY: the address lies within the data, and every x86-64 processor has the instruction.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(data.as_ptr().cast::<i8>().add(at)) };
    }
}

/// Widens numbers, exactly. `to` is as long as `from`.
#[target_feature(enable = "avx,f16c")]
pub(super) unsafe fn widen(from: &[f16], to: &mut [f32]) {
    let (chunks, rest) = from.as_chunks::<8>();
    let (wide, wide_rest) = to.as_chunks_mut::<8>();
    for (from, to) in chunks.iter().zip(wide) {
        // SAFETY: a chunk of eight f16 is 16 bytes, one of eight f32 is 32.
        unsafe {
            let numbers = _mm256_cvtph_ps(_mm_loadu_si128(from.as_ptr().cast()));
            _mm256_storeu_ps(to.as_mut_ptr(), numbers);
        }
    }
    rest.iter().zip(wide_rest).for_each(|(from, to)| *to = from.to_f32());
}

macro_rules! entries {
    ($(#[$meta:meta])* $name:ident, $arithmetic:ty, $features:literal, $height:literal, $($columns:literal)*) => {
        $(#[$meta])*
        pub(super) mod $name {
            use super::*;

            /// Tiles of one call of `product`.
            pub(in super::super) const HEIGHT: usize = $height;
            /// Columns of one call of `packed` or `product`, at most.
            pub(in super::super) const WIDTH: usize = [$($columns),*].len();

            /// A packed tile times up to `WIDTH` columns, one every `stride` blocks of `x`: `sums[column]`.
            ///
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn packed<P: Packing>(
                tile: &[u8],
                x: &[Block],
                stride: usize,
                sums: &mut [[f32; ROWS]],
            ) {
                match sums.len() {
                    $($columns => unsafe { packed_generic::<P, $arithmetic, $columns>(tile, x, stride, sums) },)*
                    columns => unreachable!("{columns} columns"),
                }
            }

            /// A packed tile to one byte a weight.
            ///
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn unpack<P: Packing>(tile: &[u8], out: &mut [TileBlock]) {
                unsafe { unpack_generic::<P>(tile, out) }
            }

            /// Adds `HEIGHT` unpacked tiles times up to `WIDTH` columns, one every `stride` blocks of `x`, to
            /// `sums[tile * columns + column]`.
            ///
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            pub(in super::super) unsafe fn product<P: Packing>(
                tiles: &[TileBlock],
                x: &[Block],
                stride: usize,
                sums: &mut [[f32; ROWS]],
            ) {
                match sums.len() / $height {
                    $($columns => unsafe {
                        product_generic::<P, $arithmetic, $height, $columns>(tiles, x, stride, sums)
                    },)*
                    columns => unreachable!("{columns} columns"),
                }
            }
        }
    };
}

// As many sums as keep the multipliers busy for as long as one product takes, and fit into the registers.
entries!(avx2, Avx2, "avx2,fma,f16c", 1, 1 2 3);
entries!(vnni, Vnni, "avx2,fma,f16c,avx512vnni,avx512vl", 2, 1 2 3 4 5 6);
