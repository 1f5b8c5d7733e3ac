//! Arithmetic of the engine: vector helpers and matrix kernels, chosen at run time.

pub mod vector;
