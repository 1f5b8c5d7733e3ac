//! The classifier's head: filters over neighbouring token states (a convolution of three tokens, arXiv
//! 1408.5882), of each the strongest answer anywhere in the window beside the mean state. What one
//! hostile phrase sets off is not averaged away by the words around it.

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder, linear, linear_no_bias};

/// Tokens that a filter sees at once.
const NEIGHBOURS: usize = 3;
const FILTERS: usize = 128;
/// Width of the layer between pooling and labels.
const HIDDEN: usize = 128;
/// benign, harmful, jailbreak, injection.
pub(crate) const LABELS: usize = 4;

/// Filters, then one hidden layer.
pub(crate) struct Head {
    filters: Linear,
    hidden: Linear,
    labels: Linear,
}

impl Head {
    /// Over token states of `width` numbers.
    pub(crate) fn new(vb: VarBuilder<'_>, width: usize) -> Result<Self> {
        Ok(Self {
            filters: linear_no_bias(NEIGHBOURS * width, FILTERS, vb.pp("filters"))?,
            hidden: linear(FILTERS + width, HIDDEN, vb.pp("hidden"))?,
            labels: linear(HIDDEN, LABELS, vb.pp("labels"))?,
        })
    }

    /// Shapes of the weights by name, for making new ones.
    pub(crate) fn shapes(width: usize) -> [(&'static str, Vec<usize>); 5] {
        [
            ("filters.weight", vec![FILTERS, NEIGHBOURS * width]),
            ("hidden.weight", vec![HIDDEN, FILTERS + width]),
            ("hidden.bias", vec![HIDDEN]),
            ("labels.weight", vec![LABELS, HIDDEN]),
            ("labels.bias", vec![LABELS]),
        ]
    }

    /// Pools `[batch, tokens, width]` states to `[batch, filters + width]`. `mask` is
    /// `[batch, tokens]`, 1 for tokens and 0 for padding, whose states are 0.
    pub(crate) fn pool(&self, states: &Tensor, mask: &Tensor) -> Result<Tensor> {
        // The filters slide over both ends, and have no bias: where they see only padding they answer
        // 0, which is also the least that counts, so that padding changes nothing.
        let framed = states.pad_with_zeros(1, NEIGHBOURS - 1, NEIGHBOURS - 1)?;
        let places = mask.dim(1)? + NEIGHBOURS - 1;
        let shifted = (0..NEIGHBOURS).map(|i| framed.narrow(1, i, places)).collect::<Result<Vec<_>>>()?;
        let answers = self.filters.forward(&Tensor::cat(&shifted, D::Minus1)?)?;
        let strongest = answers.max(1)?.relu()?;
        let mean = states.sum(1)?.broadcast_div(&mask.sum(1)?.unsqueeze(1)?)?;
        Tensor::cat(&[mean, strongest], 1)
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
