//! The quantized engine: our own forward pass over GGUF weights, with adapters, prefix reuse and
//! grammars. [`LocalEngine`] is its only door.

mod answer;
mod attention;
mod config;
mod gguf;
mod grammar;
pub mod kernels;
mod kv;
mod linear;
mod local;
mod lora;
pub mod matrix;
mod model;
mod rope;
mod run;
mod sample;
mod scratch;
mod template;
mod tokens;

pub use local::{LocalEngine, Options};
