//! Tests of the quantized engine.

mod golden;
mod models;
