//! The quantized engine.

pub mod kernels;
pub mod matrix;
