//! Pocketpilot: guard.
