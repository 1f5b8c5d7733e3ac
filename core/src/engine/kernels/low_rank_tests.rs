use proptest::prelude::*;

use super::super::change::{Change, Changing};
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
    (1usize..10, 1usize..90, 1usize..300, 1usize..10, -2.0f32..2.0).prop_flat_map(
        |(rank, cols, rows, m, scale)| {
            (numbers(rank * cols), numbers(rows * rank), numbers(m * cols), numbers(m * rows))
                .prop_map(move |(a, b, x, y)| Case { rank, cols, rows, scale, a, b, x, y })
        },
    )
}

/// The nearest of 255 evenly spaced numbers up to the largest of the row.
fn rounded(numbers: &[f32], row: usize) -> Vec<f64> {
    let rows = numbers.chunks_exact(row).flat_map(|row| {
        let largest = row.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        let inverse = 127.0 / largest;
        row.iter().map(move |x| f64::from((x * inverse).round_ties_even()) * f64::from(largest) / 127.0)
    });
    rows.collect()
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
        let change = Change { low_rank: &low_rank, since };
        if let Some(changing) = Changing::new(change, &self.x, self.m(), &mut room) {
            let out = Output::new(&mut y, self.rows, Some(&changing));
            std::thread::scope(|scope| {
                for thread in 0..threads {
                    let (changing, out) = (&changing, &out);
                    scope.spawn(move || {
                        changing.help_inner();
                        changing.help_rows(out);
                        for vector in (thread..self.m()).step_by(threads) {
                            out.write(vector, 0, &self.y[vector * self.rows..][..self.rows]);
                        }
                    });
                }
            });
        }
        y
    }

    /// The same in f64, with the size of what is summed.
    fn exact(&self, vector: usize, row: usize) -> (f64, f64) {
        let (a, b) = (rounded(&self.a, self.cols), rounded(&self.b, self.rank));
        let (mut sum, mut size) = (0.0, 0.0);
        for r in 0..self.rank {
            for c in 0..self.cols {
                let x = f64::from(self.x[vector * self.cols + c]);
                let product = f64::from(self.scale) * a[r * self.cols + c] * x * b[row * self.rank + r];
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
    fn both_versions_give_the_same_bits(case in cases()) {
        let low_rank = case.low_rank();
        let a = &low_rank.a[..case.cols];
        let (mut portable, mut best) = (vec![0.0; case.m()], vec![0.0; case.m()]);
        dots_generic::<Portable>(a, &case.x, &mut portable);
        dots(a, &case.x, &mut best);
        prop_assert_eq!(&portable, &best);
        let inner = &case.a[..case.rank];
        let (mut portable, mut best) = ([[0.0; ROWS]; WIDTH], [[0.0; ROWS]; WIDTH]);
        let scales = &low_rank.b_scales[..low_rank.b_scales.len().min(ROWS)];
        let tiles = &low_rank.b[..scales.len() * case.rank];
        multiply_generic::<Portable>(tiles, scales, inner, &mut portable);
        multiply(tiles, scales, inner, &mut best);
        prop_assert_eq!(portable, best);
    }
}

#[test]
fn rows_of_zeros_change_nothing() {
    let case = Case {
        rank: 2,
        cols: 3,
        rows: 2,
        scale: 1.0,
        a: vec![0.0; 6],
        b: vec![0.0; 4],
        x: vec![1.0; 3],
        y: vec![5.0; 2],
    };
    assert_eq!(case.changed(0, 1), [5.0; 2]);
}
