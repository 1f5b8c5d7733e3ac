//! The quantized engine: our own forward pass over GGUF weights, with adapters, prefix reuse and
//! grammars. [`LocalEngine`] is its only door.

mod answer;
mod attention;
pub(crate) mod config;
mod gguf;
mod grammar;
pub mod kernels;
pub(crate) mod kv;
pub(crate) mod linear;
mod local;
mod lora;
pub mod matrix;
mod memory;
pub(crate) mod model;
mod prior;
pub(crate) mod rope;
mod run;
mod sample;
mod scratch;
mod template;
mod tokens;
pub(crate) mod training;

pub use local::{LocalEngine, Options};
pub(crate) use lora::Site;
pub(crate) use lora::peft::{factors, hash, names, separate};
