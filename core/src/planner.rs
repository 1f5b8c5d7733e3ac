//! The loop: observe, clear, recall, select, argue, validate, ask, act, observe again, record.
//!
//! [`Episode`] runs one task and tells what happens as a stream of [`crate::event::Event`]s.
//! [`Decider`] is the part that asks the model, alone: from a [`Situation`] to a call. The
//! evaluations on recorded data use it without a phone.

mod act;
mod arguments;
mod candidates;
mod decide;
mod elements;
mod ending;
mod episode;
mod parts;
mod progress;
mod prompts;
mod provenance;
mod question;
mod situation;

pub(crate) use arguments::schema_for;
pub use candidates::{ALWAYS, Candidates, UNRELATED};
pub use decide::{Adapters, DecideError, Decided, Decider};
pub(crate) use elements::named;
pub use elements::worded;
pub use episode::Episode;
pub use parts::Parts;
pub(crate) use question::Question;
pub use situation::{Attempt, FINISH, Offered, Situation};
