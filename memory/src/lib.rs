//! Memory: every episode, recorded as it happens, and found again when it helps.
//!
//! One directory holds all of it:
//!
//! | path | what |
//! |---|---|
//! | `memory.sqlite` | the truth: episodes and their steps |
//! | `index/` | the search index, derived from the truth; delete it at any time |
//! | `live/` | one locked file for each process that is recording |
//!
//! A write is on the disk when the method returns (write-ahead log, synced at every commit), so a step can
//! be acted on as soon as it is recorded. The index is brought up to date when it is asked, never while an
//! episode is recorded: no failure of the index reaches a run. Several processes may use one directory.

mod error;
mod forget;
mod index;
mod lessons;
mod migrate;
mod recall;
mod recorder;
mod stats;
mod store;
#[cfg(test)]
mod testing;
pub mod trajectory;

pub use error::StoreError;
pub use forget::Forget;
pub use lessons::Lessons;
pub use recall::Found;
pub use stats::Stats;
pub use store::{State, Store};
