//! The low-rank change of a matrix (LoRA, arXiv 2106.09685), in eight bits.
//!
//! The order of a sum depends on neither the batch nor the processor.

// Indices name lanes here.
#![allow(clippy::needless_range_loop)]
// Not by `simd!`, because the compiler finds the instructions that widen in some loops only.
#![allow(unsafe_code)]

use super::Output;
use super::vector::total;

const LANES: usize = 8;
/// Vectors that share what is widened.
const WIDTH: usize = 3;
/// Vectors and inner products of each that are computed together.
const VECTORS: usize = 4 * WIDTH;
const RANKS: usize = 4;
/// Rows that are computed together.
const ROWS: usize = 256;

/// The change of one matrix: `y += scale · b · (a · x)`. Every row of `a` and `b` is rounded to 255 levels of its own.
#[derive(Debug)]
pub(in super::super) struct LowRank {
    /// `rank x cols`.
    a: Vec<i8>,
    /// What a level of a row of `a` is, times the change's scale.
    a_scales: Vec<f32>,
    /// Eight rows after eight rows, the last ones filled up with zeros: `rows / 8 x rank x 8`.
    b: Vec<i8>,
    /// Of all rows of `b`, filled up likewise.
    b_scales: Vec<f32>,
    rows: usize,
}

/// A row in levels, and what a level is.
fn round(row: &[f32]) -> (impl Iterator<Item = i8>, f32) {
    let largest = row.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    // Of a row of zeros the products are not numbers, and their levels 0.
    let inverse = 127.0 / largest;
    (row.iter().map(move |x| (x * inverse).round_ties_even() as i8), largest / 127.0)
}

impl LowRank {
    /// From `a` (`rank x cols`) and `b` (`rows x rank`), both row-major and finite.
    pub(in super::super) fn new(a: &[f32], b: &[f32], scale: f32, rank: usize) -> Self {
        let (mut levels, mut a_scales) = (Vec::with_capacity(a.len()), Vec::new());
        for row in a.chunks_exact(a.len() / rank) {
            let (row, level) = round(row);
            levels.extend(row);
            a_scales.push(scale * level);
        }
        let rows = b.len() / rank;
        let padded = rows.next_multiple_of(LANES);
        let (mut tiles, mut b_scales) = (vec![0; padded * rank], vec![0.0; padded]);
        for (i, row) in b.chunks_exact(rank).enumerate() {
            let (row, level) = round(row);
            let tile = &mut tiles[i / LANES * LANES * rank + i % LANES..];
            tile.iter_mut().step_by(LANES).zip(row).for_each(|(to, q)| *to = q);
            b_scales[i] = level;
        }
        Self { a: levels, a_scales, b: tiles, b_scales, rows }
    }

    pub(super) fn rank(&self) -> usize {
        self.a_scales.len()
    }

    /// Into how many parts the inner products of `m` vectors are cut.
    pub(super) fn inner_parts(&self, m: usize) -> usize {
        m.div_ceil(VECTORS) * self.rank().div_ceil(RANKS)
    }

    /// Computes one part of `scale · a · x` for the vectors `x`: some elements of some vectors.
    pub(super) fn inner_part(&self, index: usize, x: &[f32], out: &Output<'_>) {
        let (cols, ranks) = (self.a.len() / self.rank(), self.rank().div_ceil(RANKS));
        let (first, from) = (index / ranks * VECTORS, index % ranks * RANKS);
        let x = &x[first * cols..];
        let x = &x[..x.len().min(VECTORS * cols)];
        let mut products = [0.0; VECTORS];
        let products = &mut products[..x.len() / cols];
        for r in from..self.rank().min(from + RANKS) {
            dots(&self.a[r * cols..][..cols], x, products);
            for (i, product) in products.iter().enumerate() {
                out.set(first + i, r, &[self.a_scales[r] * product]);
            }
        }
    }

    /// Into how many parts the rows of the change are cut.
    pub(super) fn row_parts(&self) -> usize {
        self.rows.div_ceil(ROWS)
    }

    /// Computes one part of `b · inner`: some rows of the vectors from `first` on, whose inner products `inner` are.
    pub(super) fn row_part(&self, index: usize, inner: &[f32], first: usize, out: &Output<'_>) {
        let (rank, mut products) = (self.rank(), [[0.0; ROWS]; WIDTH]);
        let row = index * ROWS;
        let count = ROWS.min(self.rows - row);
        let scales = &self.b_scales[row..][..count.next_multiple_of(LANES)];
        let tiles = &self.b[row * rank..][..scales.len() * rank];
        for (i, inner) in inner.chunks(WIDTH * rank).enumerate() {
            multiply(tiles, scales, inner, &mut products);
            for (v, products) in products[..inner.len() / rank].iter().enumerate() {
                out.set(first + i * WIDTH + v, row, &products[..count]);
            }
        }
    }
}

/// To f32, exactly.
trait Widen {
    fn widen(levels: &[i8; LANES]) -> [f32; LANES];
}

struct Portable;

impl Widen for Portable {
    #[inline(always)]
    fn widen(levels: &[i8; LANES]) -> [f32; LANES] {
        levels.map(f32::from)
    }
}

/// `out[i] = a · x[i]`.
#[inline(always)]
fn dots_generic<W: Widen>(a: &[i8], x: &[f32], out: &mut [f32]) {
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

/// `out[i] = scales · (tiles · inner[i])` for up to [`WIDTH`] vectors; there is a scale for each row.
#[inline(always)]
fn multiply_generic<W: Widen>(tiles: &[i8], scales: &[f32], inner: &[f32], out: &mut [[f32; ROWS]; WIDTH]) {
    let rank = tiles.len() / scales.len();
    if inner.len() == WIDTH * rank {
        return multiply_of::<W, WIDTH>(tiles, scales, inner, out);
    }
    for (inner, out) in inner.chunks_exact(rank).zip(out) {
        multiply_of::<W, 1>(tiles, scales, inner, std::array::from_mut(out));
    }
}

#[inline(always)]
fn dots_of<W: Widen, const N: usize>(a: &[i8], x: &[f32]) -> [f32; N] {
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
            *sum = f32::from(*a).mul_add(x[i][fours.len() * 4 * LANES + c], *sum);
        }
    }
    sums.map(|[a, b, c, d]| total(std::array::from_fn(|l| (a[l] + b[l]) + (c[l] + d[l]))))
}

#[inline(always)]
fn multiply_of<W: Widen, const N: usize>(
    tiles: &[i8],
    scales: &[f32],
    inner: &[f32],
    out: &mut [[f32; ROWS]; N],
) {
    let rank = inner.len() / N;
    let inner: [&[f32]; N] = std::array::from_fn(|i| &inner[i * rank..][..rank]);
    let inner_fours = inner.map(|inner| inner.as_chunks::<4>().0);
    let tiles = tiles.chunks_exact(rank * LANES).zip(scales.as_chunks::<LANES>().0);
    for (t, (tile, scales)) in tiles.enumerate() {
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
                out[l] = scales[l] * ((a[l] + b[l]) + (c[l] + d[l]));
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{_mm_loadu_si64, _mm256_cvtepi8_epi32, _mm256_cvtepi32_ps, _mm256_storeu_ps};

    use super::{LANES, ROWS, WIDTH, Widen, dots_generic, multiply_generic};

    struct Avx2;

    impl Widen for Avx2 {
        #[inline(always)]
        fn widen(levels: &[i8; LANES]) -> [f32; LANES] {
            let mut wide = [0.0; LANES];
            // SAFETY: eight levels are 8 bytes and eight f32 are 32; only functions for processors that have the
            // instructions call this.
            unsafe {
                let integers = _mm256_cvtepi8_epi32(_mm_loadu_si64(levels.as_ptr().cast()));
                _mm256_storeu_ps(wide.as_mut_ptr(), _mm256_cvtepi32_ps(integers));
            }
            wide
        }
    }

    pub(super) fn is_available() -> bool {
        is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn dots(a: &[i8], x: &[f32], out: &mut [f32]) {
        dots_generic::<Avx2>(a, x, out);
    }

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn multiply(tiles: &[i8], scales: &[f32], inner: &[f32], out: &mut [[f32; ROWS]; WIDTH]) {
        multiply_generic::<Avx2>(tiles, scales, inner, out);
    }
}

fn dots(a: &[i8], x: &[f32], out: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if x86::is_available() {
        // SAFETY: the processor has the features that the function is compiled for.
        return unsafe { x86::dots(a, x, out) };
    }
    dots_generic::<Portable>(a, x, out);
}

fn multiply(tiles: &[i8], scales: &[f32], inner: &[f32], out: &mut [[f32; ROWS]; WIDTH]) {
    #[cfg(target_arch = "x86_64")]
    if x86::is_available() {
        // SAFETY: as above.
        return unsafe { x86::multiply(tiles, scales, inner, out) };
    }
    multiply_generic::<Portable>(tiles, scales, inner, out);
}

#[cfg(test)]
#[path = "low_rank_tests.rs"]
mod tests;
