//! Adapters made here: from [`Sample`]s of what a careful agent saw and did.

mod check;
mod sample;

pub use sample::{Lesson, Sample};
