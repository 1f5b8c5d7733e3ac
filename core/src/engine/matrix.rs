//! A weight matrix of a model file, and its products.

use std::io::{self, Read};

use candle_core::Device;
use candle_core::quantized::{GgmlDType, QTensor};
use half::f16;

use super::kernels::{self, Change, Format, Product, Weights};
use crate::generate::EngineError;

/// Weights of a block of Q8_0, and its bytes.
const BLOCK: usize = 32;
const Q8_BYTES: usize = 34;

/// A weight matrix of n rows and k columns, as stored in a GGUF.
///
/// Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K and Q6_K are repacked without loss and multiplied as integers, with activations
/// rounded to eight bits in blocks of 32. F32, F16 and BF16 are multiplied in f32, every other format is also held so. Results
/// do not depend on the number of threads, on the processor or on the other rows of a batch, not by a bit.
///
/// Products are computed by the engine's threads; outside of the engine by the calling thread alone.
#[derive(Debug)]
pub struct Matrix {
    weights: Box<dyn Weights>,
    rows: usize,
    cols: usize,
}

impl Matrix {
    /// Takes over a tensor of two dimensions.
    ///
    /// # Errors
    /// [`EngineError::Other`] if the tensor has not two dimensions, one of them is 0, or its bytes are too few or too many.
    pub fn new(tensor: QTensor) -> Result<Self, EngineError> {
        let unusable =
            |reason: String| EngineError::Other(format!("weight matrix: {reason}: convert the model again"));
        let &[rows, cols] = tensor.shape().dims() else {
            return Err(unusable(format!("{:?} is not two dimensions", tensor.shape().dims())));
        };
        if rows == 0 || cols == 0 {
            return Err(unusable(format!("{rows} x {cols} is empty")));
        }
        let weights = match format(tensor.dtype()) {
            Some(format) => {
                let file = tensor.data().map_err(|e| unusable(e.to_string()))?;
                kernels::pack(format, &mut &*file, rows, cols).map_err(|e| unusable(e.to_string()))?
            }
            None => {
                let numbers = tensor
                    .dequantize(&Device::Cpu)
                    .and_then(|t| t.flatten_all()?.to_vec1::<f32>())
                    .map_err(|e| unusable(e.to_string()))?;
                kernels::dense(numbers, cols)
            }
        };
        Ok(Self { weights, rows, cols })
    }

    /// Reads a matrix as it lies in a file, up to the end of `file`, without holding it twice; none if its format has
    /// no kernels.
    pub(crate) fn read(
        dtype: GgmlDType,
        file: &mut dyn Read,
        rows: usize,
        cols: usize,
    ) -> Option<io::Result<Self>> {
        let weights = kernels::pack(format(dtype)?, file, rows, cols);
        Some(weights.map(|weights| Self { weights, rows, cols }))
    }

    /// Number of rows, n.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns, k.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Bytes that the weights take in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.weights.bytes()
    }

    /// `out = x · selfᵀ`: `x` is m × k and `out` m × n, both row-major.
    ///
    /// # Panics
    /// If the lengths do not fit together.
    pub fn forward(&self, x: &[f32], out: &mut [f32]) {
        Self::forward_each(x, [(self, None, out)]);
    }

    /// The same for several matrices of k columns and what adapters add to them; `x` is rounded once.
    ///
    /// # Panics
    /// If the lengths do not fit together.
    pub(super) fn forward_each<const N: usize>(
        x: &[f32],
        products: [(&Self, Option<Change<'_>>, &mut [f32]); N],
    ) {
        let Some(cols) = products.first().map(|(matrix, ..)| matrix.cols) else { return };
        let m = x.len() / cols;
        assert_eq!(x.len(), m * cols, "x is not made of rows of {cols} columns");
        let products = products.map(|(matrix, change, out)| -> Product<'_> {
            assert_eq!(matrix.cols, cols, "the matrices differ in columns");
            assert_eq!(out.len(), m * matrix.rows, "out is not m x n");
            (&*matrix.weights, change, out)
        });
        if m > 0 {
            kernels::products(x, m, products);
        }
    }

    /// The products of one vector `x` of k elements with some rows only; `out[i]` belongs to `rows[i]`. Rows in ascending
    /// order are fastest.
    ///
    /// # Panics
    /// If the lengths do not fit together or a row does not exist.
    pub fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        assert_eq!(x.len(), self.cols, "x is not one row");
        assert_eq!(rows.len(), out.len(), "one result a row");
        assert!(rows.iter().all(|&row| (row as usize) < self.rows), "a row is not of the {}", self.rows);
        self.weights.forward_rows(x, rows, out);
    }

    /// One row as numbers, `out` of k elements (an embedding).
    ///
    /// # Panics
    /// If the row does not exist or `out` has another length.
    pub fn row(&self, index: usize, out: &mut [f32]) {
        assert!(index < self.rows, "row {index} of {}", self.rows);
        assert_eq!(out.len(), self.cols, "out is not one row");
        self.weights.row(index, out);
    }

    /// Does the product with `rows`, in ascending order, cost much less than the whole one? Rows are computed eight
    /// at a time.
    pub(crate) fn is_cheap(&self, rows: &[u32]) -> bool {
        rows.chunk_by(|a, b| a / 8 == b / 8).count() * 16 <= self.rows
    }

    /// The matrix with its rows as columns, for derivatives to pass. What is multiplied as integers is rounded to Q8_0
    /// where the rows fill blocks of 32.
    pub(crate) fn transposed(&self) -> Self {
        let (rows, cols) = (self.cols, self.rows);
        let weights = if self.weights.rounds() && cols.is_multiple_of(BLOCK) {
            self.transposed_levels()
        } else {
            let mut numbers = vec![0.0; rows * cols];
            let mut row = vec![0.0; rows];
            for index in 0..cols {
                self.weights.row(index, &mut row);
                row.iter().enumerate().for_each(|(i, x)| numbers[i * cols + index] = *x);
            }
            kernels::dense(numbers, cols)
        };
        Self { weights, rows, cols }
    }

    /// The transposed weights as Q8_0, made from 32 rows at a time so that they are never all numbers.
    fn transposed_levels(&self) -> Box<dyn Weights> {
        let line = self.rows / BLOCK * Q8_BYTES;
        let mut file = vec![0; self.cols * line];
        let mut numbers = vec![0.0; BLOCK * self.cols];
        for block in 0..self.rows / BLOCK {
            for (i, row) in numbers.chunks_exact_mut(self.cols).enumerate() {
                self.weights.row(block * BLOCK + i, row);
            }
            for (col, line) in file.chunks_exact_mut(line).enumerate() {
                let column = || numbers[col..].iter().step_by(self.cols);
                let scale = f16::from_f32(column().fold(0.0f32, |most, x| most.max(x.abs())) / 127.0);
                let inverse = if scale == f16::ZERO { 0.0 } else { 1.0 / scale.to_f32() };
                let bytes = &mut line[block * Q8_BYTES..][..Q8_BYTES];
                bytes[..2].copy_from_slice(&scale.to_le_bytes());
                let levels = column().map(|x| (x * inverse).round().clamp(-127.0, 127.0) as i8 as u8);
                bytes[2..].iter_mut().zip(levels).for_each(|(to, level)| *to = level);
            }
        }
        kernels::pack(Format::Q8_0, &mut &file[..], self.cols, self.rows)
            .unwrap_or_else(|e| unreachable!("a matrix of the right size: {e}"))
    }

    /// All weights as numbers, n × k row-major.
    #[must_use]
    pub fn dequantize(&self) -> Vec<f32> {
        let mut all = vec![0.0; self.rows * self.cols];
        for (index, out) in all.chunks_exact_mut(self.cols).enumerate() {
            self.weights.row(index, out);
        }
        all
    }
}

fn format(dtype: GgmlDType) -> Option<Format> {
    Some(match dtype {
        GgmlDType::F32 => Format::F32,
        GgmlDType::F16 => Format::F16,
        GgmlDType::BF16 => Format::BF16,
        GgmlDType::Q4_0 => Format::Q4_0,
        GgmlDType::Q4_1 => Format::Q4_1,
        GgmlDType::Q5_0 => Format::Q5_0,
        GgmlDType::Q5_1 => Format::Q5_1,
        GgmlDType::Q8_0 => Format::Q8_0,
        GgmlDType::Q4K => Format::Q4K,
        GgmlDType::Q5K => Format::Q5K,
        GgmlDType::Q6K => Format::Q6K,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "matrix_tests.rs"]
mod tests;
