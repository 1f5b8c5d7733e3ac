//! A weight matrix of a model file, and its products.

use std::sync::Arc;

use candle_core::quantized::{QMatMul, QTensor};
use candle_core::{Device, Module, Tensor};

use crate::generate::EngineError;

/// A weight matrix of n rows and k columns, as stored in a GGUF.
#[derive(Debug)]
pub struct Matrix {
    tensor: Arc<QTensor>,
    product: QMatMul,
    rows: usize,
    cols: usize,
}

impl Matrix {
    /// Takes over a tensor of two dimensions.
    ///
    /// # Errors
    /// [`EngineError::Other`] if the tensor has not two dimensions or one of them is 0.
    pub fn new(tensor: QTensor) -> Result<Self, EngineError> {
        let &[rows, cols] = tensor.shape().dims() else {
            return Err(EngineError::Other(format!(
                "a weight matrix has two dimensions, not {:?}: convert the model again",
                tensor.shape().dims()
            )));
        };
        if rows == 0 || cols == 0 {
            return Err(EngineError::Other("a weight matrix is empty: convert the model again".into()));
        }
        let tensor = Arc::new(tensor);
        let product = QMatMul::from_arc(tensor.clone()).map_err(|e| EngineError::Other(e.to_string()))?;
        Ok(Self { tensor, product, rows, cols })
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

    /// `out = x · selfᵀ`: `x` is m × k and `out` m × n, both row-major.
    ///
    /// # Panics
    /// If the lengths do not fit together.
    pub fn forward(&self, x: &[f32], out: &mut [f32]) {
        let m = x.len() / self.cols;
        assert_eq!(x.len(), m * self.cols, "x is not made of rows of {} columns", self.cols);
        assert_eq!(out.len(), m * self.rows, "out is not m x n");
        let product = Tensor::from_slice(x, (m, self.cols), &Device::Cpu)
            .and_then(|x| self.product.forward(&x))
            .and_then(|y| y.flatten_all()?.to_vec1::<f32>())
            .expect("the shapes were checked");
        out.copy_from_slice(&product);
    }

    /// The products of one vector `x` of k elements with some rows only; `out[i]` belongs to `rows[i]`.
    ///
    /// # Panics
    /// If the lengths do not fit together or a row does not exist.
    pub fn forward_rows(&self, x: &[f32], rows: &[u32], out: &mut [f32]) {
        assert_eq!(rows.len(), out.len(), "one result a row");
        let mut all = vec![0.0; self.rows];
        self.forward(x, &mut all);
        for (out, &row) in out.iter_mut().zip(rows) {
            *out = all[row as usize];
        }
    }

    /// One row as numbers, `out` of k elements (an embedding).
    ///
    /// # Panics
    /// If the row does not exist or `out` has another length.
    pub fn row(&self, index: usize, out: &mut [f32]) {
        assert!(index < self.rows, "row {index} of {}", self.rows);
        let id = u32::try_from(index).expect("fewer rows than 2^32");
        let row = Tensor::new(&[id], &Device::Cpu)
            .and_then(|ids| self.product.embedding(&ids))
            .and_then(|row| row.flatten_all()?.to_vec1::<f32>())
            .expect("the row exists");
        out.copy_from_slice(&row);
    }

    /// All weights as numbers, n × k row-major.
    #[must_use]
    pub fn dequantize(&self) -> Vec<f32> {
        self.tensor
            .dequantize(&Device::Cpu)
            .and_then(|t| t.flatten_all()?.to_vec1::<f32>())
            .expect("tensors of the processor can be read")
    }
}
