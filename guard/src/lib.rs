//! The prompt guard and the policy of Pocketpilot.
//!
//! | part | what it does |
//! |---|---|
//! | [`classifier::Classifier`] | [`pocketpilot_core::guard::Guard`] over the shared sentence encoder |
//! | [`policy::Rules`] | [`pocketpilot_core::consent::Policy`]: effect x origin x app |
//! | [`train`] | trains the classifier's head and measures it |
//! | [`metrics`], [`evaluate`] | the figures of `eval guard` |
//!
//! How the shipped weights were made, and where they fail: `weights/MODEL_CARD.md`.

pub mod classifier;
pub mod corpus;
mod error;
pub mod evaluate;
mod harden;
mod head;
pub mod metrics;
mod mixed;
mod phone_texts;
pub mod policy;
mod states;
pub mod train;
mod weights;

pub use error::Error;
