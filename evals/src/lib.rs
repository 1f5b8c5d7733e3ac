//! Evaluations: suites, agents, scoring and reports.
//!
//! | suite | what is measured | data |
//! |---|---|---|
//! | [`droidtask`] | single steps in recorded screens of real apps | DroidTask records |
//! | [`toolcalls`] | tool selection and arguments for single requests | tool-call records |
//! | [`tasks`] | whole tasks on a phone, prepared and checked over ADB and the emulator console | none |
//! | [`guard`] | a guard on labelled texts | guard records |
//!
//! Every suite gives a [`Report`]. Each also runs with an oracle, which must score 1, and with an
//! agent that does nothing, which must score 0: they measure the suite itself.

mod data;
mod decision;
pub mod droidtask;
mod error;
pub mod guard;
mod report;
pub mod samples;
mod suite;
pub mod tasks;
#[cfg(test)]
mod testing;
pub mod toolcalls;
mod words;

pub use error::EvalError;
pub use report::{Case, Group, Metrics, Report, html, table};
pub use suite::{Agent, Only, Options, Suite, Watch};
