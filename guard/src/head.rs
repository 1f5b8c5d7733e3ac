//! The classifier's head: a few learned queries look for what matters among the token states, so
//! that one hostile sentence in a long text is not averaged away.

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder, linear, linear_no_bias, ops};

/// Learned queries.
const QUERIES: usize = 4;
/// Width of the layer between pooling and labels.
const HIDDEN: usize = 128;
/// benign, harmful, jailbreak, injection.
pub(crate) const LABELS: usize = 4;

/// Attention pooling (structured self-attention, arXiv 1703.03130) beside the mean, then one hidden
/// layer.
pub(crate) struct Head {
    queries: Linear,
    hidden: Linear,
    labels: Linear,
    scale: f64,
}

impl Head {
    /// Over token states of `width` numbers.
    pub(crate) fn new(vb: VarBuilder<'_>, width: usize) -> Result<Self> {
        Ok(Self {
            queries: linear_no_bias(width, QUERIES, vb.pp("queries"))?,
            hidden: linear((QUERIES + 1) * width, HIDDEN, vb.pp("hidden"))?,
            labels: linear(HIDDEN, LABELS, vb.pp("labels"))?,
            scale: 1.0 / (width as f64).sqrt(),
        })
    }

    /// Shapes of the weights by name, for making new ones.
    pub(crate) fn shapes(width: usize) -> [(&'static str, Vec<usize>); 5] {
        [
            ("queries.weight", vec![QUERIES, width]),
            ("hidden.weight", vec![HIDDEN, (QUERIES + 1) * width]),
            ("hidden.bias", vec![HIDDEN]),
            ("labels.weight", vec![LABELS, HIDDEN]),
            ("labels.bias", vec![LABELS]),
        ]
    }

    /// Pools `[batch, tokens, width]` states to `[batch, (queries + 1) x width]`. `mask` is
    /// `[batch, tokens]`, 1 for tokens and 0 for padding.
    pub(crate) fn pool(&self, states: &Tensor, mask: &Tensor) -> Result<Tensor> {
        let mask = mask.unsqueeze(D::Minus1)?;
        let far_below = ((&mask - 1.0)? * 1e9)?;
        let scores = (self.queries.forward(states)? * self.scale)?.broadcast_add(&far_below)?;
        let weights = ops::softmax(&scores, 1)?;
        let found = weights.transpose(1, 2)?.contiguous()?.matmul(states)?.flatten_from(1)?;
        let count = mask.sum(1)?;
        let mean = states.broadcast_mul(&mask)?.sum(1)?.broadcast_div(&count)?;
        Tensor::cat(&[mean, found], 1)
    }

    /// `[batch, 4]` logits of pooled states. `dropout` scales each pooled number, or drops it.
    pub(crate) fn classify(&self, pooled: &Tensor, dropout: Option<&Tensor>) -> Result<Tensor> {
        let pooled = match dropout {
            Some(keep) => (pooled * keep)?,
            None => pooled.clone(),
        };
        self.labels.forward(&self.hidden.forward(&pooled)?.gelu()?)
    }
}

/// States of unequal length as one padded batch, `[batch, tokens, width]` and `[batch, tokens]`.
pub(crate) fn padded(states: &[Tensor]) -> Result<(Tensor, Tensor)> {
    let longest = states.iter().map(|s| s.dim(0)).collect::<Result<Vec<_>>>()?.into_iter().max().unwrap_or(0);
    let mut rows = Vec::with_capacity(states.len());
    let mut mask = Vec::with_capacity(states.len() * longest);
    for state in states {
        let tokens = state.dim(0)?;
        rows.push(state.pad_with_zeros(0, 0, longest - tokens)?);
        mask.extend((0..longest).map(|i| if i < tokens { 1f32 } else { 0.0 }));
    }
    let mask = Tensor::from_vec(mask, (states.len(), longest), &Device::Cpu)?;
    Ok((Tensor::stack(&rows, 0)?.to_dtype(DType::F32)?, mask))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn head(width: usize) -> Head {
        let tensors: HashMap<String, Tensor> = Head::shapes(width)
            .into_iter()
            .map(|(name, shape)| {
                let count: usize = shape.iter().product();
                let values: Vec<f32> = (0..count).map(|i| ((i * 37 % 19) as f32 - 9.0) / 30.0).collect();
                (name.to_owned(), Tensor::from_vec(values, shape, &Device::Cpu).unwrap())
            })
            .collect();
        Head::new(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu), width).unwrap()
    }

    #[test]
    fn padding_changes_nothing() {
        let head = head(8);
        let states = |tokens: usize| {
            let values: Vec<f32> = (0..tokens * 8).map(|i| ((i * 13 % 7) as f32 - 3.0) / 3.0).collect();
            Tensor::from_vec(values, (tokens, 8), &Device::Cpu).unwrap()
        };
        let logits = |batch: &[Tensor]| {
            let (states, mask) = padded(batch).unwrap();
            let pooled = head.pool(&states, &mask).unwrap();
            head.classify(&pooled, None).unwrap().to_vec2::<f32>().unwrap()
        };
        let alone = logits(&[states(3)]);
        let together = logits(&[states(9), states(3)]);
        for (a, b) in alone[0].iter().zip(&together[1]) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }
}
