//! Tests of the quantized engine.

mod adapter;
mod answer;
mod ask;
mod fixture;
mod golden;
mod hostile;
mod models;
mod real;
mod sequence;
