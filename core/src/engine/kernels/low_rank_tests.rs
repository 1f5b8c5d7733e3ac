use std::num::NonZero;

use proptest::prelude::*;

use super::*;
use crate::engine::kernels::change::Change;
use crate::engine::kernels::dense;
use crate::engine::kernels::packing::BLOCK;
use crate::engine::kernels::product::products;
use crate::engine::kernels::team::Team;

fn numbers(len: usize) -> impl Strategy<Value = Vec<f32>> {
    proptest::collection::vec(-20.0f32..20.0, len)
}

/// A matrix `w` (`rows x cols`), a change of it and vectors `x` that they are multiplied with.
#[derive(Debug, Clone)]
struct Case {
    rank: usize,
    cols: usize,
    rows: usize,
    scale: f32,
    w: Vec<f32>,
    a: Vec<f32>,
    b: Vec<f32>,
    x: Vec<f32>,
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..20, 1usize..4, 1usize..90, 1usize..10, -2.0f32..2.0).prop_flat_map(
        |(rank, blocks, rows, m, scale)| {
            let cols = blocks * BLOCK;
            (numbers(rows * cols), numbers(rank * cols), numbers(rows * rank), numbers(m * cols))
                .prop_map(move |(w, a, b, x)| Case { rank, cols, rows, scale, w, a, b, x })
        },
    )
}

/// The nearest of 255 evenly spaced numbers up to the largest of each `part`.
fn rounded(numbers: &[f32], part: usize) -> Vec<f64> {
    let parts = numbers.chunks_exact(part).flat_map(|part| {
        let largest = part.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
        part.iter().map(move |x| f64::from((x * inverse).round_ties_even()) * f64::from(largest / 127.0))
    });
    parts.collect()
}

impl Case {
    fn m(&self) -> usize {
        self.x.len() / self.cols
    }

    /// The product, changed from vector `since` on, by several threads.
    fn product(&self, since: usize, threads: usize) -> Vec<f32> {
        let low_rank = LowRank::new(&self.a, &self.b, self.scale, self.rank).unwrap();
        let change = Some(Change { low_rank: &low_rank, since });
        let (weights, mut y) = (dense(self.w.clone(), self.cols), vec![0.0; self.m() * self.rows]);
        let team = Team::new(NonZero::new(threads).unwrap()).unwrap();
        team.run(|| products(&self.x, self.m(), [(&*weights, change, &mut y)]));
        y
    }

    /// An element of the product in f64, with the size of what is summed.
    fn exact(&self, vector: usize, row: usize, changed: bool) -> (f64, f64) {
        let x = &self.x[vector * self.cols..][..self.cols];
        let (mut sum, mut size) = (0.0, 0.0);
        for (w, x) in self.w[row * self.cols..].iter().zip(x) {
            let product = f64::from(*w) * f64::from(*x);
            (sum, size) = (sum + product, size + product.abs());
        }
        if changed {
            let scaled: Vec<f32> = self.a.iter().map(|a| self.scale * a).collect();
            let (a, b, x) = (rounded(&scaled, BLOCK), rounded(&self.b, self.rank), rounded(x, BLOCK));
            for r in 0..self.rank {
                for c in 0..self.cols {
                    let product = a[r * self.cols + c] * x[c] * b[row * self.rank + r];
                    (sum, size) = (sum + product, size + product.abs());
                }
            }
        }
        (sum, size)
    }
}

proptest! {
    #[test]
    fn a_change_is_its_definition(case in cases(), since in 0usize..12) {
        let product = case.product(since, 1);
        for vector in 0..case.m() {
            for row in 0..case.rows {
                let (sum, size) = case.exact(vector, row, vector >= since);
                let found = product[vector * case.rows + row];
                let difference = (f64::from(found) - sum).abs();
                prop_assert!(difference <= 2e-6 * size, "{found} is not {sum}");
            }
        }
    }

    #[test]
    fn neither_threads_nor_other_vectors_change_a_bit(case in cases()) {
        let together = case.product(0, 1);
        prop_assert_eq!(&together, &case.product(0, 3));
        for vector in 0..case.m() {
            let alone = Case { x: case.x[vector * case.cols..][..case.cols].to_vec(), ..case.clone() };
            prop_assert_eq!(&together[vector * case.rows..][..case.rows], &alone.product(0, 1)[..]);
        }
    }
}

#[test]
fn zeros_change_nothing() {
    let (rank, cols, rows) = (2, 32, 3);
    let case = Case {
        rank,
        cols,
        rows,
        scale: 1.0,
        w: vec![1.0; rows * cols],
        a: vec![0.0; rank * cols],
        b: vec![0.0; rows * rank],
        x: vec![1.0; cols],
    };
    assert_eq!(case.product(0, 1), [32.0; 3]);
}

#[test]
fn columns_that_do_not_fill_blocks_are_refused() {
    assert!(LowRank::new(&[0.0; 33], &[0.0; 4], 1.0, 1).unwrap_err().contains("33 columns"));
}
