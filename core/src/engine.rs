//! The quantized engine.
