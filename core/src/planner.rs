//! The planner loop.
