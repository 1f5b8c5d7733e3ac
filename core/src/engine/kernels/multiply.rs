//! Products of matrices of numbers, for training: both factors change, so nothing is packed ahead.

use gemm::{Parallelism, gemm};

/// A matrix that lies in a slice, in any order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    numbers: &'a [f32],
    rows: usize,
    cols: usize,
    row_step: usize,
    col_step: usize,
}

impl<'a> View<'a> {
    /// Rows of `cols` numbers, one after the other.
    pub(crate) fn new(numbers: &'a [f32], cols: usize) -> Self {
        Self::strided(numbers, numbers.len() / cols, cols, cols)
    }

    /// Rows of `cols` numbers that start every `step` numbers.
    ///
    /// # Panics
    /// If `numbers` are too few.
    pub(crate) fn strided(numbers: &'a [f32], rows: usize, cols: usize, step: usize) -> Self {
        assert!(
            rows == 0 || numbers.len() >= (rows - 1) * step + cols,
            "a matrix is longer than its numbers"
        );
        Self { numbers, rows, cols, row_step: step, col_step: 1 }
    }

    /// Rows as columns.
    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_step: self.col_step,
            col_step: self.row_step,
            numbers: self.numbers,
        }
    }
}

/// Where a product goes: rows that start every `step` numbers.
#[derive(Debug)]
pub(crate) struct Target<'a> {
    pub(crate) numbers: &'a mut [f32],
    pub(crate) step: usize,
    /// Is it added to what is there?
    pub(crate) add: bool,
}

/// Writes `scale · a · b`. `alone` works on the calling thread, otherwise all threads of its pool work.
///
/// # Panics
/// If the sizes do not fit together.
pub(crate) fn multiply(scale: f32, a: View<'_>, b: View<'_>, out: Target<'_>, alone: bool) {
    let (m, n, k) = (a.rows, b.cols, a.cols);
    assert_eq!(k, b.rows, "the factors do not fit together");
    if m == 0 || n == 0 {
        return;
    }
    assert!(n <= out.step && out.numbers.len() >= (m - 1) * out.step + n, "no room for the product");
    let parallelism = if alone { Parallelism::None } else { Parallelism::Rayon(0) };
    #[allow(unsafe_code)]
    // SAFETY: the last element of each matrix lies within its slice, as `View` and the assertion above check; steps are
    // not negative; `out` is borrowed alone, and its rows do not overlap.
    unsafe {
        gemm(
            m,
            n,
            k,
            out.numbers.as_mut_ptr(),
            1,
            out.step as isize,
            out.add,
            a.numbers.as_ptr(),
            a.col_step as isize,
            a.row_step as isize,
            b.numbers.as_ptr(),
            b.col_step as isize,
            b.row_step as isize,
            1.0,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919) % 23) as f32 - 11.0).collect()
    }

    #[test]
    fn products_in_any_order_equal_sums() {
        let (m, n, k, step) = (5, 7, 9, 12);
        let (a, b) = (numbers(m * step), numbers(n * k));
        let mut out = vec![1.0; m * step];
        let views = (View::strided(&a, m, k, step), View::new(&b, k).transposed());
        multiply(0.5, views.0, views.1, Target { numbers: &mut out, step, add: true }, true);
        for row in 0..m {
            for col in 0..n {
                let sum: f32 = (0..k).map(|i| a[row * step + i] * b[col * k + i]).sum();
                assert_eq!(out[row * step + col], 1.0 + 0.5 * sum);
            }
            assert_eq!(out[row * step + n..(row + 1) * step], [1.0; 5]);
        }
        multiply(2.0, views.0, views.1, Target { numbers: &mut out, step, add: false }, false);
        assert_eq!(out[0], 2.0 * (0..k).map(|i| a[i] * b[i]).sum::<f32>());
    }
}
