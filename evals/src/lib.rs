//! Pocketpilot: evals.
