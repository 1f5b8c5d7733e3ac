//! Pocketpilot: memory.
