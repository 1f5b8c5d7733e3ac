//! Everything behind the `pocketpilot` binary.
