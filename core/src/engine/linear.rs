//! A linear layer with a slot for an adapter.

use crate::engine::gguf::Gguf;
use crate::engine::kernels::vector;
use crate::engine::lora::Delta;
use crate::engine::matrix::Matrix;
use crate::generate::EngineError;

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

    /// `out = x · weightᵀ + bias`, plus the adapter's share in the rows from `since` on. `x` is
    /// `m x cols`, `out` is `m x rows`.
    pub(crate) fn forward(&self, x: &[f32], out: &mut [f32], delta: Option<(&Delta, usize)>) {
        self.weight.forward(x, out);
        if let Some(bias) = &self.bias {
            for row in out.chunks_exact_mut(bias.len()) {
                vector::add(bias, row);
            }
        }
        if let Some((delta, since)) = delta {
            let (cols, rows) = (self.cols(), self.rows());
            delta.add(
                x.get(since * cols..).unwrap_or_default(),
                out.get_mut(since * rows..).unwrap_or_default(),
            );
        }
    }
}
