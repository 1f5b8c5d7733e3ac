//! The `pocketpilot` binary.

fn main() {}
