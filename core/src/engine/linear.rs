//! A linear layer with a slot for an adapter.

use crate::engine::gguf::Gguf;
use crate::engine::kernels::team::share_chunks;
use crate::engine::kernels::{Change, vector};
use crate::engine::matrix::Matrix;
use crate::generate::EngineError;

/// Rows that are worth a task of their own.
const ROWS: usize = 32;

/// A layer, and what an adapter adds to it.
pub(super) type Part<'a> = (&'a Linear, Option<Change<'a>>);

/// A weight matrix with an optional bias.
#[derive(Debug)]
pub(crate) struct Linear {
    weight: Matrix,
    bias: Option<Vec<f32>>,
}

impl Linear {
    /// Reads `{name}.weight` (`rows x cols`) and, where there is one, `{name}.bias`.
    pub(crate) fn read(gguf: &mut Gguf, name: &str, rows: usize, cols: usize) -> Result<Self, EngineError> {
        Ok(Self {
            weight: gguf.matrix(&format!("{name}.weight"), rows, cols)?,
            bias: gguf.optional(&format!("{name}.bias"), rows)?,
        })
    }

    /// Number of outputs.
    pub(crate) fn rows(&self) -> usize {
        self.weight.rows()
    }

    /// Number of inputs.
    pub(crate) fn cols(&self) -> usize {
        self.weight.cols()
    }

    /// The weights.
    pub(crate) fn weight(&self) -> &Matrix {
        &self.weight
    }

    /// Bytes of the weights.
    pub(crate) fn bytes(&self) -> usize {
        self.weight.bytes()
    }

    /// [`Self::forward`] without any change.
    pub(crate) fn forward_bare<const N: usize>(x: &[f32], parts: [(&Self, &mut [f32]); N]) {
        Self::forward(x, parts.map(|(layer, out)| ((layer, None), out)));
    }

    /// `out = x · weightᵀ + bias` for every part and its `out`. `x` is `m x cols`, `out` is `m x rows`.
    pub(super) fn forward<const N: usize>(x: &[f32], mut parts: [(Part<'_>, &mut [f32]); N]) {
        let products = parts.each_mut().map(|((layer, change), out)| (&layer.weight, *change, &mut **out));
        Matrix::forward_each(x, products);
        for ((layer, _), out) in parts {
            if let Some(bias) = &layer.bias {
                share_chunks(out, ROWS * bias.len(), |_, rows| {
                    rows.chunks_exact_mut(bias.len()).for_each(|row| vector::add(bias, row));
                });
            }
        }
    }
}
