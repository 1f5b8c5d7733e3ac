//! The optimiser: AdamW (arXiv 1711.05101) over one list of numbers.

use rayon::prelude::*;

const MEAN: f32 = 0.9;
const SQUARE: f32 = 0.999;
const EPSILON: f32 = 1e-8;
/// Numbers that are worth a task of their own.
const CHUNK: usize = 1 << 16;

/// Running means of the gradient and of its square.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AdamW {
    pub(super) means: Vec<f32>,
    pub(super) squares: Vec<f32>,
}

impl AdamW {
    pub(super) fn new(length: usize) -> Self {
        Self { means: vec![0.0; length], squares: vec![0.0; length] }
    }

    /// Moves `numbers` by the `step`-th gradient, counted from 1, cut to a norm of at most `most`.
    pub(super) fn step(
        &mut self,
        numbers: &mut [f32],
        gradient: &[f32],
        step: usize,
        Rate { rate, decay, most }: Rate,
    ) {
        // In the order of the list, so that no number of threads changes the sum.
        let parts: Vec<f64> =
            gradient.par_chunks(CHUNK).map(|g| g.iter().map(|g| f64::from(g * g)).sum()).collect();
        let norm = parts.iter().sum::<f64>().sqrt() as f32;
        if !norm.is_finite() {
            return;
        }
        let cut = if norm > most { most / norm } else { 1.0 };
        let correct = |keep: f32| 1.0 / (1.0 - keep.powi(i32::try_from(step).unwrap_or(i32::MAX)));
        let (mean_by, square_by) = (correct(MEAN), correct(SQUARE));
        let moments = self.means.par_chunks_mut(CHUNK).zip(self.squares.par_chunks_mut(CHUNK));
        let numbers = numbers.par_chunks_mut(CHUNK).zip(gradient.par_chunks(CHUNK));
        numbers.zip(moments).for_each(|((numbers, gradient), (means, squares))| {
            let moments = means.iter_mut().zip(squares);
            for ((x, g), (mean, square)) in numbers.iter_mut().zip(gradient).zip(moments) {
                let g = g * cut;
                *mean = MEAN * *mean + (1.0 - MEAN) * g;
                *square = SQUARE * *square + (1.0 - SQUARE) * g * g;
                *x -= rate * (*mean * mean_by / ((*square * square_by).sqrt() + EPSILON) + decay * *x);
            }
        });
    }
}

/// How far a step goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    pub(super) rate: f32,
    /// Weight decay, times the rate.
    pub(super) decay: f32,
    /// Largest norm of a gradient.
    pub(super) most: f32,
}

/// The share of the full rate at a step of `all`, from 0: a linear rise over the first `warm`, then half a cosine.
pub(super) fn schedule(step: usize, warm: usize, all: usize) -> f32 {
    if step < warm {
        return (step + 1) as f32 / warm as f32;
    }
    let done = (step - warm) as f32 / all.saturating_sub(warm).max(1) as f32;
    0.5 * (1.0 + (std::f32::consts::PI * done.min(1.0)).cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_and_falls() {
        let rates: Vec<f32> = [0, 4, 5, 55, 105].map(|step| schedule(step, 5, 105)).into();
        assert_eq!(rates[..3], [0.2, 1.0, 1.0]);
        assert!((rates[3] - 0.5).abs() < 1e-6 && rates[4] < 1e-6, "{rates:?}");
    }

    #[test]
    fn a_bowl_is_descended() {
        let mut numbers = vec![3.0f32, -2.0];
        let mut optimiser = AdamW::new(2);
        for step in 1..=400 {
            let gradient: Vec<f32> = numbers.iter().map(|x| 2.0 * x).collect();
            optimiser.step(&mut numbers, &gradient, step, Rate { rate: 0.05, decay: 0.0, most: 1.0 });
        }
        assert!(numbers.iter().all(|x| x.abs() < 0.05), "{numbers:?}");
    }
}
