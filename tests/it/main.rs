//! Integration tests across the crates: one binary, one module per concern.
