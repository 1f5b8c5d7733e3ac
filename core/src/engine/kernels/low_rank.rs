//! The low-rank change of a matrix (LoRA, arXiv 2106.09685), in f16.
//!
//! A sum's order depends on neither the batch nor the instruction set, and f16 widens exactly, so that both versions of
//! a function give the same bits.

// Indices name lanes here.
#![allow(clippy::needless_range_loop)]
// Both versions are chosen like those of `simd!`, which lacks the instruction that widens.
#![allow(unsafe_code)]

use std::ops::Range;

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
/// Rows that are computed together.
const ROWS: usize = 128;

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

    /// Adds `b · inner` to the results of some rows with the vectors from `first` on, whose inner products `inner` are.
    pub(super) fn add(&self, inner: &[f32], first: usize, rows: Range<usize>, out: &Output<'_>) {
        assert!(rows.start.is_multiple_of(LANES), "not whole tiles");
        let mut products = [[0.0; ROWS]; WIDTH];
        for row in rows.clone().step_by(ROWS) {
            let count = ROWS.min(rows.end - row);
            let tiles = &self.b[row * self.rank..][..count.next_multiple_of(LANES) * self.rank];
            for (i, inner) in inner.chunks(WIDTH * self.rank).enumerate() {
                multiply(tiles, inner, self.rank, &mut products);
                for (v, products) in products[..inner.len() / self.rank].iter().enumerate() {
                    out.add(first + i * WIDTH + v, row, &products[..count]);
                }
            }
        }
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

/// `out[i] = tiles · inner[i]` for up to [`WIDTH`] vectors.
#[inline(always)]
fn multiply_generic<W: Widen>(tiles: &[f16], inner: &[f32], rank: usize, out: &mut [[f32; ROWS]; WIDTH]) {
    if inner.len() == WIDTH * rank {
        return multiply_of::<W, WIDTH>(tiles, inner, rank, out);
    }
    for (inner, out) in inner.chunks_exact(rank).zip(out) {
        multiply_of::<W, 1>(tiles, inner, rank, std::array::from_mut(out));
    }
}

#[inline(always)]
fn multiply_of<W: Widen, const N: usize>(
    tiles: &[f16],
    inner: &[f32],
    rank: usize,
    out: &mut [[f32; ROWS]; N],
) {
    let inner: [&[f32]; N] = std::array::from_fn(|i| &inner[i * rank..][..rank]);
    let inner_fours = inner.map(|inner| inner.as_chunks::<4>().0);
    for (t, tile) in tiles.chunks_exact(rank * LANES).enumerate() {
        let mut sums = [[[0.0f32; LANES]; 4]; N];
        let (fours, rest) = tile.as_chunks::<LANES>().0.as_chunks::<4>();
        for (c, four) in fours.iter().enumerate() {
            let inner: [&[f32; 4]; N] = std::array::from_fn(|i| &inner_fours[i][c]);
            for s in 0..4 {
                let b = W::widen(&four[s]);
                for i in 0..N {
                    for l in 0..LANES {
                        sums[i][s][l] = inner[i][s].mul_add(b[l], sums[i][s][l]);
                    }
                }
            }
        }
        for (c, b) in rest.iter().enumerate() {
            let b = W::widen(b);
            for i in 0..N {
                let inner = inner[i][fours.len() * 4 + c];
                for l in 0..LANES {
                    sums[i][0][l] = inner.mul_add(b[l], sums[i][0][l]);
                }
            }
        }
        for i in 0..N {
            let ([a, b, c, d], out) = (sums[i], &mut out[i][t * LANES..][..LANES]);
            for l in 0..LANES {
                out[l] = (a[l] + b[l]) + (c[l] + d[l]);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{_mm_loadu_si128, _mm256_cvtph_ps, _mm256_storeu_ps};

    use super::{LANES, ROWS, WIDTH, Widen, dots_generic, f16, multiply_generic};

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
    pub(super) fn multiply(tiles: &[f16], inner: &[f32], rank: usize, out: &mut [[f32; ROWS]; WIDTH]) {
        multiply_generic::<F16c>(tiles, inner, rank, out);
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

fn multiply(tiles: &[f16], inner: &[f32], rank: usize, out: &mut [[f32; ROWS]; WIDTH]) {
    #[cfg(target_arch = "x86_64")]
    if x86::is_available() {
        // SAFETY: as above.
        return unsafe { x86::multiply(tiles, inner, rank, out) };
    }
    multiply_generic::<Portable>(tiles, inner, rank, out);
}

#[cfg(test)]
#[path = "low_rank_tests.rs"]
mod tests;
