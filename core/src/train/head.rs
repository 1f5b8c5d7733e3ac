//! The loss: how surprised the model is by the right tokens, among those that the grammar allows.

use std::sync::Arc;

use super::network::Network;
use crate::engine::kernels::vector;

/// Sets of up to so many tokens are computed row by row of the output matrix, larger ones with all of it.
const FEW: usize = 256;
/// Rows that are multiplied with the whole output matrix at once: 16 MB of logits for the largest vocabulary.
const ROWS: usize = 16;

/// A token to be learnt.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// The row that predicts it.
    pub(super) row: usize,
    /// Its place among the allowed ones.
    pub(super) right: usize,
    /// In ascending order.
    pub(super) allowed: Arc<[u32]>,
}

/// What the model says to targets.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Verdict {
    /// Sum of the surprises, in nats.
    pub(super) loss: f64,
    /// Targets that were not the likeliest of the allowed tokens.
    pub(super) wrong: usize,
}

impl std::ops::AddAssign for Verdict {
    fn add_assign(&mut self, other: Self) {
        self.loss += other.loss;
        self.wrong += other.wrong;
    }
}

impl Network<'_> {
    /// Judges `targets` by the last state of a pass, one verdict a target. `d` receives the derivative of the loss times
    /// `weight` by that state, where it is asked for.
    pub(super) fn judge(
        &self,
        state: &[f32],
        targets: &[Target],
        weight: f32,
        mut d: Option<&mut [f32]>,
    ) -> Vec<Verdict> {
        let width = self.model.config().width;
        let norm = self.model.norm_weight();
        let states: Vec<f32> =
            targets.iter().flat_map(|t| &state[t.row * width..][..width]).copied().collect();
        let mut inputs = vec![0.0; states.len()];
        self.norm(&states, norm, &mut inputs);
        let mut d_inputs = vec![0.0; inputs.len()];
        let mut verdicts = vec![Verdict::default(); targets.len()];
        let asked = d.is_some();
        let wide: Vec<usize> = (0..targets.len()).filter(|&i| targets[i].allowed.len() > FEW).collect();
        for chunk in wide.chunks(ROWS) {
            self.judge_wide(chunk, targets, weight, &inputs, asked.then_some(&mut d_inputs), &mut verdicts);
        }
        let head = self.model.head();
        let mut row = vec![0.0; width];
        for (i, target) in targets.iter().enumerate().filter(|(_, t)| t.allowed.len() <= FEW) {
            let mut logits = vec![0.0; target.allowed.len()];
            head.forward_rows(&inputs[i * width..][..width], &target.allowed, &mut logits);
            verdicts[i] = surprise(&mut logits, target.right);
            if asked {
                let d_input = &mut d_inputs[i * width..][..width];
                for (&token, slope) in target.allowed.iter().zip(&logits) {
                    head.row(token as usize, &mut row);
                    d_input.iter_mut().zip(&row).for_each(|(d, x)| *d += weight * slope * x);
                }
            }
        }
        if let Some(d) = &mut d {
            let mut d_states = vec![0.0; states.len()];
            self.norm_back(&states, norm, &d_inputs, &mut d_states);
            for (target, from) in targets.iter().zip(d_states.chunks_exact(width)) {
                vector::add(from, &mut d[target.row * width..][..width]);
            }
        }
        verdicts
    }

    /// Judges targets, by their places in the list, with the whole output matrix.
    fn judge_wide(
        &self,
        places: &[usize],
        targets: &[Target],
        weight: f32,
        inputs: &[f32],
        d_inputs: Option<&mut Vec<f32>>,
        verdicts: &mut [Verdict],
    ) {
        let (width, vocabulary) = (self.model.config().width, self.model.vocabulary());
        let rows: Vec<f32> = places.iter().flat_map(|i| &inputs[i * width..][..width]).copied().collect();
        let mut logits = vec![0.0; places.len() * vocabulary];
        self.model.head().forward(&rows, &mut logits);
        for (&place, logits) in places.iter().zip(logits.chunks_exact_mut(vocabulary)) {
            let target = &targets[place];
            let mut among: Vec<f32> = target.allowed.iter().map(|&t| logits[t as usize]).collect();
            verdicts[place] = surprise(&mut among, target.right);
            logits.fill(0.0);
            target.allowed.iter().zip(among).for_each(|(&t, slope)| logits[t as usize] = weight * slope);
        }
        if let Some(d_inputs) = d_inputs {
            let mut d_rows = rows;
            self.transposed.head.forward(&logits, &mut d_rows);
            for (&place, d) in places.iter().zip(d_rows.chunks_exact(width)) {
                d_inputs[place * width..][..width].copy_from_slice(d);
            }
        }
    }
}

/// Cross-entropy of the right one among logits, which become its slopes. Of equal logits the first wins, as in the draw.
fn surprise(logits: &mut [f32], right: usize) -> Verdict {
    let best = logits.iter().enumerate().fold(0, |best, (i, x)| if *x > logits[best] { i } else { best });
    vector::softmax(logits);
    let loss = -f64::from(logits[right].max(f32::MIN_POSITIVE)).ln();
    logits[right] -= 1.0;
    Verdict { loss, wrong: usize::from(best != right) }
}
