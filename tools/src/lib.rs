//! Pocketpilot: tools.
