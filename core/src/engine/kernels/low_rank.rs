//! The low-rank change of a matrix (LoRA, arXiv 2106.09685), in f16.
//!
//! A sum's order depends on neither the batch nor the instruction set, and f16 widens exactly, so that both versions of
//! a function give the same bits.

// Both versions are chosen like those of `simd!`, which lacks the instruction that widens.
#![allow(unsafe_code)]

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::Output;
use super::vector::total;

const LANES: usize = 8;
/// Vectors that share what is widened.
const WIDTH: usize = 3;
/// Vectors and inner products of each that are computed together.
const VECTORS: usize = 4 * WIDTH;
const RANKS: usize = 4;

/// The change of one matrix: `y += scale · b · (a · x)`. Its factors are rounded to f16, by at most 2^-11 of a number
/// or, below 2^-14, 2^-25.
#[derive(Debug)]
pub(in super::super) struct LowRank {
    /// `rank x cols`.
    a: Vec<f16>,
    /// Eight rows after eight rows, the last ones filled up with zeros: `rows / 8 x rank x 8`.
    b: Vec<f16>,
    scale: f32,
    rank: usize,
}

impl LowRank {
    /// From `a` (`rank x cols`) and `b` (`rows x rank`), both row-major and within f16's range.
    pub(in super::super) fn new(a: &[f32], b: &[f32], scale: f32, rank: usize) -> Self {
        let mut tiles = vec![f16::ZERO; (b.len() / rank).next_multiple_of(LANES) * rank];
        for (tile, b) in tiles.chunks_exact_mut(LANES * rank).zip(b.chunks(LANES * rank)) {
            for (row, b) in b.chunks_exact(rank).enumerate() {
                for (r, number) in b.iter().enumerate() {
                    tile[r * LANES + row] = f16::from_f32(*number);
                }
            }
        }
        let mut rounded = vec![f16::ZERO; a.len()];
        rounded.convert_from_f32_slice(a);
        Self { a: rounded, b: tiles, scale, rank }
    }

    pub(super) fn rank(&self) -> usize {
        self.rank
    }

    fn cols(&self) -> usize {
        self.a.len() / self.rank
    }

    /// Into how many parts the inner products of `m` vectors are cut.
    pub(super) fn parts(&self, m: usize) -> usize {
        m.div_ceil(VECTORS) * self.rank.div_ceil(RANKS)
    }

    /// Computes one part of `scale · a · x` for the vectors `x`: some elements of some vectors.
    pub(super) fn part(&self, index: usize, x: &[f32], out: &Output<'_>) {
        let (cols, ranks) = (self.cols(), self.rank.div_ceil(RANKS));
        let (first, from) = (index / ranks * VECTORS, index % ranks * RANKS);
        let x = &x[first * cols..];
        let x = &x[..x.len().min(VECTORS * cols)];
        let mut products = [0.0; VECTORS];
        let products = &mut products[..x.len() / cols];
        for r in from..self.rank.min(from + RANKS) {
            dots(&self.a[r * cols..][..cols], x, products);
            for (i, product) in products.iter().enumerate() {
                out.write(first + i, r, &[self.scale * product]);
            }
        }
    }

    /// Adds `b · inner` to the results of rows `row..`, where `row` is a multiple of eight and `inner` are the inner
    /// products of the vector.
    pub(super) fn add(&self, inner: &[f32], row: usize, out: &mut [f32]) {
        assert!(row.is_multiple_of(LANES) && inner.len() == self.rank, "not whole tiles of a rank");
        add_tiles(&self.b[row * self.rank..], inner, out);
    }
}

/// To f32, exactly.
trait Widen {
    fn widen(from: &[f16; LANES]) -> [f32; LANES];
}

struct Portable;

impl Widen for Portable {
    #[inline(always)]
    fn widen(from: &[f16; LANES]) -> [f32; LANES] {
        from.map(f16::to_f32)
    }
}

/// `out[i] = a · x[i]`.
#[inline(always)]
fn dots_generic<W: Widen>(a: &[f16], x: &[f32], out: &mut [f32]) {
    let wide = out.len() / WIDTH * WIDTH;
    let (x, x_rest) = x.split_at(wide * a.len());
    let (out, out_rest) = out.split_at_mut(wide);
    for (x, out) in x.chunks_exact(WIDTH * a.len()).zip(out.as_chunks_mut().0) {
        *out = dots_of::<W, WIDTH>(a, x);
    }
    for (x, out) in x_rest.chunks_exact(a.len()).zip(out_rest) {
        [*out] = dots_of::<W, 1>(a, x);
    }
}

#[inline(always)]
fn dots_of<W: Widen, const N: usize>(a: &[f16], x: &[f32]) -> [f32; N] {
    let x: [&[f32]; N] = std::array::from_fn(|i| &x[i * a.len()..][..a.len()]);
    let mut sums = [[[0.0f32; LANES]; 4]; N];
    let (fours, rest) = a.as_chunks::<{ 4 * LANES }>();
    let x_fours = x.map(|x| x.as_chunks::<{ 4 * LANES }>().0);
    for (c, a) in fours.iter().enumerate() {
        let x: [&[f32; 4 * LANES]; N] = std::array::from_fn(|i| &x_fours[i][c]);
        for (s, a) in a.as_chunks::<LANES>().0.iter().enumerate() {
            let a = W::widen(a);
            for i in 0..N {
                for l in 0..LANES {
                    sums[i][s][l] = a[l].mul_add(x[i][s * LANES + l], sums[i][s][l]);
                }
            }
        }
    }
    for (c, a) in rest.iter().enumerate() {
        for i in 0..N {
            let sum = &mut sums[i][0][c % LANES];
            *sum = a.to_f32().mul_add(x[i][fours.len() * 4 * LANES + c], *sum);
        }
    }
    sums.map(|[a, b, c, d]| total(std::array::from_fn(|l| (a[l] + b[l]) + (c[l] + d[l]))))
}

/// Adds the products of tiles with `inner` to `out`, whose last tile may be cut off.
#[inline(always)]
fn add_tiles_generic<W: Widen>(tiles: &[f16], inner: &[f32], out: &mut [f32]) {
    let mut tiles = tiles.chunks_exact(LANES * inner.len());
    let (whole, rest) = out.as_chunks_mut::<LANES>();
    for (out, tile) in whole.iter_mut().zip(&mut tiles) {
        let sums = tile_of::<W>(tile, inner);
        for l in 0..LANES {
            out[l] += sums[l];
        }
    }
    if let Some(tile) = tiles.next() {
        rest.iter_mut().zip(tile_of::<W>(tile, inner)).for_each(|(out, sum)| *out += sum);
    }
}

#[inline(always)]
fn tile_of<W: Widen>(tile: &[f16], inner: &[f32]) -> [f32; LANES] {
    let mut sums = [[0.0f32; LANES]; 4];
    let (rows, rows_rest) = tile.as_chunks::<LANES>().0.as_chunks::<4>();
    let (inner, inner_rest) = inner.as_chunks::<4>();
    for (rows, inner) in rows.iter().zip(inner) {
        for s in 0..4 {
            let b = W::widen(&rows[s]);
            for l in 0..LANES {
                sums[s][l] = inner[s].mul_add(b[l], sums[s][l]);
            }
        }
    }
    for (b, inner) in rows_rest.iter().zip(inner_rest) {
        let b = W::widen(b);
        for l in 0..LANES {
            sums[0][l] = inner.mul_add(b[l], sums[0][l]);
        }
    }
    let [a, b, c, d] = sums;
    std::array::from_fn(|l| (a[l] + b[l]) + (c[l] + d[l]))
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{_mm_loadu_si128, _mm256_cvtph_ps, _mm256_storeu_ps};

    use super::{LANES, Widen, add_tiles_generic, dots_generic, f16};

    struct F16c;

    impl Widen for F16c {
        #[inline(always)]
        fn widen(from: &[f16; LANES]) -> [f32; LANES] {
            let mut to = [0.0; LANES];
            // SAFETY: eight f16 are 16 bytes and eight f32 are 32; only functions for processors that have the
            // instruction call this.
            unsafe {
                _mm256_storeu_ps(to.as_mut_ptr(), _mm256_cvtph_ps(_mm_loadu_si128(from.as_ptr().cast())))
            };
            to
        }
    }

    pub(super) fn is_available() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && is_x86_feature_detected!("f16c")
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn dots(a: &[f16], x: &[f32], out: &mut [f32]) {
        dots_generic::<F16c>(a, x, out);
    }

    #[target_feature(enable = "avx2,fma,f16c")]
    pub(super) fn add_tiles(tiles: &[f16], inner: &[f32], out: &mut [f32]) {
        add_tiles_generic::<F16c>(tiles, inner, out);
    }
}

fn dots(a: &[f16], x: &[f32], out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if x86::is_available() {
        // SAFETY: the processor has the features that the function is compiled for.
        return unsafe { x86::dots(a, x, out) };
    }
    dots_generic::<Portable>(a, x, out);
}

fn add_tiles(tiles: &[f16], inner: &[f32], out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if x86::is_available() {
        // SAFETY: as above.
        return unsafe { x86::add_tiles(tiles, inner, out) };
    }
    add_tiles_generic::<Portable>(tiles, inner, out);
}

#[cfg(test)]
#[path = "low_rank_tests.rs"]
mod tests;
