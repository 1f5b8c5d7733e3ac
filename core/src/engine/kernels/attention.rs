//! Attention of many queries over one page of keys and values.

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::portable::simd;
use super::vector::{exp, total};

/// Keys of a page.
const KEYS: usize = 64;
/// Queries that share what is loaded into registers.
const HEIGHT: usize = 6;
const LANES: usize = 8;
/// Columns in registers at a time.
const WIDTH: usize = 2 * LANES;

/// Queries, and their answers as far as they are computed.
#[derive(Debug, Default)]
pub(in super::super) struct Rows {
    dim: usize,
    scale: f32,
    /// `rows x dim` each.
    queries: Vec<f32>,
    answers: Vec<f32>,
    /// `rows x KEYS`: scores, then weights.
    weights: Vec<f32>,
    /// Of each row: its largest score yet, and the sum of its weights relative to that.
    largest: Vec<f32>,
    sums: Vec<f32>,
}

impl Rows {
    pub(in super::super) const EMPTY: Self = Self {
        dim: 0,
        scale: 0.0,
        queries: Vec::new(),
        answers: Vec::new(),
        weights: Vec::new(),
        largest: Vec::new(),
        sums: Vec::new(),
    };

    /// Forgets all queries; the next ones have `dim` numbers, and their scores are multiplied by `scale`.
    pub(in super::super) fn start(&mut self, dim: usize, scale: f32) {
        (self.dim, self.scale) = (dim, scale);
        self.queries.clear();
        self.answers.clear();
        self.weights.clear();
        self.largest.clear();
        self.sums.clear();
    }

    /// Adds a query.
    pub(in super::super) fn push(&mut self, query: &[f32]) {
        self.queries.extend(query.iter().map(|x| x * self.scale));
        self.answers.resize(self.queries.len(), 0.0);
        self.weights.resize(self.weights.len() + KEYS, 0.0);
        self.largest.push(f32::NEG_INFINITY);
        self.sums.push(0.0);
    }

    /// The answer of a row.
    pub(in super::super) fn finish(&self, row: usize, out: &mut [f32]) {
        let inverse = 1.0 / self.sums[row];
        for (out, answer) in out.iter_mut().zip(&self.answers[row * self.dim..]) {
            *out = answer * inverse;
        }
    }
}

/// `c += a · b` for up to [`HEIGHT`] rows of `a` (`rows x k`) and a `b` of `k x n`; every sum in the
/// order of k.
#[inline(always)]
fn multiply<const H: usize>(a: &[f32], b: &[f32], n: usize, c: &mut [f32]) {
    let k = b.len() / n;
    let rows: [&[f32]; H] = std::array::from_fn(|r| &a[r * k..][..k]);
    let mut column = 0;
    while column + WIDTH <= n {
        let mut sums = [[[0.0f32; LANES]; 2]; H];
        for r in 0..H {
            for s in 0..2 {
                sums[r][s].copy_from_slice(&c[r * n + column + s * LANES..][..LANES]);
            }
        }
        for (i, b) in b.chunks_exact(n).enumerate() {
            let b: &[[f32; LANES]; 2] = &std::array::from_fn(|s| {
                let mut lanes = [0.0; LANES];
                lanes.copy_from_slice(&b[column + s * LANES..][..LANES]);
                lanes
            });
            for r in 0..H {
                let a = rows[r][i];
                for s in 0..2 {
                    for l in 0..LANES {
                        sums[r][s][l] = a.mul_add(b[s][l], sums[r][s][l]);
                    }
                }
            }
        }
        for r in 0..H {
            for s in 0..2 {
                c[r * n + column + s * LANES..][..LANES].copy_from_slice(&sums[r][s]);
            }
        }
        column += WIDTH;
    }
    for r in 0..H {
        for column in column..n {
            for i in 0..k {
                c[r * n + column] = rows[r][i].mul_add(b[i * n + column], c[r * n + column]);
            }
        }
    }
}

/// The same for any number of rows.
#[inline(always)]
fn multiply_all(a: &[f32], b: &[f32], n: usize, c: &mut [f32]) {
    let k = b.len() / n;
    let tall = a.len() / k / HEIGHT * HEIGHT;
    for (a, c) in a.chunks_exact(HEIGHT * k).zip(c.chunks_exact_mut(HEIGHT * n)) {
        multiply::<HEIGHT>(a, b, n, c);
    }
    let (a, c) = (&a[tall * k..], &mut c[tall * n..]);
    match a.len() / k {
        1 => multiply::<1>(a, b, n, c),
        2 => multiply::<2>(a, b, n, c),
        3 => multiply::<3>(a, b, n, c),
        4 => multiply::<4>(a, b, n, c),
        5 => multiply::<5>(a, b, n, c),
        _ => {}
    }
}

simd! {
    /// Turns the scores of one row, a multiple of eight, into weights relative to the largest score yet. Returns that,
    /// the sum of the weights, and what earlier answers are to be multiplied with. -∞ becomes 0.
    fn soften(scores: &mut [f32], before: f32) -> (f32, f32, f32) {
        let mut lanes = [before; LANES];
        for chunk in scores.as_chunks::<LANES>().0 {
            for i in 0..LANES {
                lanes[i] = if chunk[i] > lanes[i] { chunk[i] } else { lanes[i] };
            }
        }
        let largest = lanes.into_iter().fold(before, f32::max);
        for score in scores.iter_mut() {
            *score = exp(*score - largest);
        }
        let mut sums = [0.0; LANES];
        for chunk in scores.as_chunks::<LANES>().0 {
            for i in 0..LANES {
                sums[i] += chunk[i];
            }
        }
        (largest, total(sums), exp(before - largest))
    }
}

simd! {
    fn products(a: &[f32], b: &[f32], n: usize, c: &mut [f32]) {
        multiply_all(a, b, n, c);
    }
}

/// Adds a page of keys (`dim x KEYS`) and values (at most `KEYS x dim`) to the answers of all rows. `seen` tells
/// from which key on and up to which one a row sees; beyond the values there must be none.
pub(in super::super) fn weigh(
    rows: &mut Rows,
    keys: &[f32],
    values: &[f32],
    seen: &dyn Fn(usize) -> (usize, usize),
) {
    let dim = rows.dim;
    let count = values.len() / dim;
    // Of a length that the compiler does not know: it unrolls short loops instead of using wide registers.
    let width = count.next_multiple_of(LANES);
    rows.weights.fill(0.0);
    products(&rows.queries, keys, KEYS, &mut rows.weights);
    for (row, weights) in rows.weights.as_chunks_mut::<KEYS>().0.iter_mut().enumerate() {
        let (from, to) = seen(row);
        if from >= to.min(KEYS) {
            weights.fill(0.0);
            continue;
        }
        weights[..from].fill(f32::NEG_INFINITY);
        weights[to.min(KEYS)..].fill(f32::NEG_INFINITY);
        let (largest, sum, shrink) = soften(&mut weights[..width], rows.largest[row]);
        rows.largest[row] = largest;
        rows.sums[row] = rows.sums[row].mul_add(shrink, sum);
        if shrink != 1.0 {
            rows.answers[row * dim..][..dim].iter_mut().for_each(|x| *x *= shrink);
        }
    }
    if count < KEYS {
        for row in 0..rows.sums.len() {
            rows.weights.copy_within(row * KEYS..row * KEYS + count, row * count);
        }
    }
    products(&rows.weights[..rows.sums.len() * count], values, dim, &mut rows.answers);
}

/// To f32, exactly.
pub(in super::super) fn widen(from: &[f16], to: &mut Vec<f32>) {
    to.resize(from.len(), 0.0);
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("f16c") && is_x86_feature_detected!("avx") {
        // SAFETY: the processor has the features.
        #[allow(unsafe_code)]
        return unsafe { super::x86::widen(from, to) };
    }
    from.convert_to_f32_slice(to);
}

#[cfg(test)]
#[path = "attention_tests.rs"]
mod tests;
