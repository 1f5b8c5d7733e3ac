//! Drawing a token from logits.

use crate::generate::Sampling;
use crate::random::Random;

/// Draws tokens; the same seed draws the same ones.
#[derive(Debug)]
pub(crate) struct Sampler {
    sampling: Sampling,
    random: Random,
    /// Scratch: token and probability.
    weights: Vec<(u32, f32)>,
}

impl Sampler {
    pub(crate) fn new(sampling: Sampling) -> Self {
        Self { sampling, random: Random::new(sampling.seed), weights: Vec::new() }
    }

    /// One of the tokens with a finite logit; none if there is no such token.
    pub(crate) fn draw(&mut self, logits: &[f32]) -> Option<u32> {
        let finite = logits.iter().zip(0u32..).filter(|(logit, _)| logit.is_finite());
        // Of equal logits the first token wins.
        let (&top, best) = finite.clone().reduce(|a, b| if b.0 > a.0 { b } else { a })?;
        let Sampling { temperature, top_p, .. } = self.sampling;
        if temperature.is_nan() || temperature <= 0.0 {
            return Some(best);
        }
        self.weights.clear();
        self.weights.extend(finite.map(|(logit, token)| (token, ((logit - top) / temperature).exp())));
        let mut total: f32 = self.weights.iter().map(|w| w.1).sum();
        if top_p < 1.0 {
            self.weights.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let mut mass = 0.0;
            let kept = self.weights.iter().take_while(|w| {
                let wanted = mass < top_p * total;
                mass += w.1;
                wanted
            });
            let kept = kept.count().max(1);
            self.weights.truncate(kept);
            total = self.weights.iter().map(|w| w.1).sum();
        }
        let mut left = self.random.unit() * total;
        let drawn = self.weights.iter().find(|w| {
            left -= w.1;
            left < 0.0
        });
        Some(drawn.map_or(best, |w| w.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(temperature: f32, top_p: f32, logits: &[f32], expected: &[u32]) {
        let mut drawn: Vec<u32> = (0..200)
            .filter_map(|seed| Sampler::new(Sampling { temperature, top_p, seed }).draw(logits))
            .collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn, expected);
    }

    const NO: f32 = f32::NEG_INFINITY;

    #[test]
    fn draws_what_may_be_drawn() {
        check(0.0, 1.0, &[1.0, 3.0, 3.0], &[1]);
        check(1.0, 1.0, &[1.0, 1.0, 1.0], &[0, 1, 2]);
        check(1.0, 1.0, &[NO, 1.0, NO, 1.0], &[1, 3]);
        check(1.0, 0.5, &[0.0, 5.0, 0.0], &[1]);
        check(1.0, 0.0, &[0.0, 5.0, 4.9], &[1]);
        check(1e-6, 1.0, &[0.0, 5.0, 4.0], &[1]);
        check(f32::NAN, 1.0, &[0.0, 5.0, 4.0], &[1]);
        check(1.0, 1.0, &[NO, NO], &[]);
        check(0.0, 1.0, &[f32::NAN, -2.0], &[1]);
    }

    #[test]
    fn frequencies_follow_the_probabilities() {
        let mut sampler = Sampler::new(Sampling { temperature: 1.0, top_p: 1.0, seed: 7 });
        let logits = [0.0, 3f32.ln()];
        let ones = (0..4000).filter(|_| sampler.draw(&logits) == Some(1)).count();
        assert!((2850..3150).contains(&ones), "{ones} of 4000, expected about 3000");
    }
}
