//! Arithmetic of the engine: vector helpers and matrix kernels, chosen at run time.

mod portable;
pub mod vector;
