//! Operations on f32 vectors.
