use proptest::prelude::*;

use super::super::inner::{Change, Inner};
use super::super::vector::dot;
use super::*;

fn numbers(len: usize) -> impl Strategy<Value = Vec<f32>> {
    proptest::collection::vec(-20.0f32..20.0, len)
}

/// A change (`rows x cols`), vectors `x` and results `y` that it is added to.
#[derive(Debug)]
struct Case {
    rank: usize,
    cols: usize,
    rows: usize,
    scale: f32,
    a: Vec<f32>,
    b: Vec<f32>,
    x: Vec<f32>,
    y: Vec<f32>,
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..20, 1usize..90, 1usize..40, 1usize..30, -2.0f32..2.0).prop_flat_map(
        |(rank, cols, rows, m, scale)| {
            (numbers(rank * cols), numbers(rows * rank), numbers(m * cols), numbers(m * rows))
                .prop_map(move |(a, b, x, y)| Case { rank, cols, rows, scale, a, b, x, y })
        },
    )
}

impl Case {
    fn m(&self) -> usize {
        self.x.len() / self.cols
    }

    fn low_rank(&self) -> LowRank {
        LowRank::new(&self.a, &self.b, self.scale, self.rank)
    }

    /// The results with the change added from vector `since` on, by several threads.
    fn changed(&self, since: usize, threads: usize) -> Vec<f32> {
        let (low_rank, mut room, mut y) = (self.low_rank(), Vec::new(), self.y.clone());
        if let Some(inner) = Inner::new(Change { low_rank: &low_rank, since }, &self.x, self.m(), &mut room) {
            let out = Output::new(&mut y, self.rows);
            std::thread::scope(|scope| {
                for thread in 0..threads {
                    let (inner, out) = (&inner, &out);
                    scope.spawn(move || {
                        inner.help();
                        for row in (thread * LANES..self.rows).step_by(threads * LANES) {
                            inner.add(row..self.rows.min(row + LANES), out);
                        }
                    });
                }
            });
        }
        y
    }

    /// The same in f64, with the size of what is summed.
    fn exact(&self, vector: usize, row: usize) -> (f64, f64) {
        let rounded = |x: f32| f16::from_f32(x).to_f64();
        let (mut sum, mut size) = (0.0, 0.0);
        for r in 0..self.rank {
            for c in 0..self.cols {
                let a = rounded(self.a[r * self.cols + c]) * f64::from(self.x[vector * self.cols + c]);
                let product = f64::from(self.scale) * a * rounded(self.b[row * self.rank + r]);
                (sum, size) = (sum + product, size + product.abs());
            }
        }
        let y = f64::from(self.y[vector * self.rows + row]);
        (y + sum, y.abs() + size)
    }
}

proptest! {
    #[test]
    fn a_change_is_its_definition(case in cases(), since in 0usize..30) {
        let changed = case.changed(since, 1);
        for vector in 0..case.m() {
            for row in 0..case.rows {
                let at = vector * case.rows + row;
                if vector < since {
                    prop_assert_eq!(changed[at], case.y[at]);
                } else {
                    let (sum, size) = case.exact(vector, row);
                    let difference = (f64::from(changed[at]) - sum).abs();
                    prop_assert!(difference <= 2e-6 * size, "{} is not {sum}", changed[at]);
                }
            }
        }
    }

    #[test]
    fn neither_threads_nor_other_vectors_change_a_bit(case in cases()) {
        let together = case.changed(0, 1);
        prop_assert_eq!(&together, &case.changed(0, 3));
        for vector in 0..case.m() {
            let alone = Case {
                x: case.x[vector * case.cols..][..case.cols].to_vec(),
                y: case.y[vector * case.rows..][..case.rows].to_vec(),
                a: case.a.clone(),
                b: case.b.clone(),
                ..case
            };
            prop_assert_eq!(&together[vector * case.rows..][..case.rows], &alone.changed(0, 1)[..]);
        }
    }

    #[test]
    fn all_versions_give_the_same_bits(case in cases()) {
        let low_rank = case.low_rank();
        let a = &low_rank.a[..case.cols];
        let (mut portable, mut best) = (vec![0.0; case.m()], vec![0.0; case.m()]);
        dots_generic::<Portable>(a, &case.x, &mut portable);
        dots(a, &case.x, &mut best);
        prop_assert_eq!(&portable, &best);
        let widened: Vec<f32> = a.iter().map(|a| a.to_f32()).collect();
        for (x, best) in case.x.chunks_exact(case.cols).zip(best) {
            prop_assert_eq!(dot(&widened, x), best);
        }
        let inner = &case.b[..case.b.len().min(WIDTH * case.rank)];
        let (mut portable, mut best) = ([[0.0; ROWS]; WIDTH], [[0.0; ROWS]; WIDTH]);
        multiply_generic::<Portable>(&low_rank.b, inner, case.rank, &mut portable);
        multiply(&low_rank.b, inner, case.rank, &mut best);
        prop_assert_eq!(portable, best);
    }
}
