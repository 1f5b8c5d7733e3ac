//! `train`: weights of our own, made from data.

mod adapter;
mod guard;
mod samples;

use pocketpilot_core::train::Skill;

use crate::args::TrainCommand;
use crate::failure::Failure;

/// Trains, and prints the report as JSON.
///
/// # Errors
/// Data that cannot be read or does not suffice; weights that cannot be written.
pub fn run(command: &TrainCommand) -> Result<(), Failure> {
    match command {
        TrainCommand::Select(args) => adapter::run(Skill::Select, args),
        TrainCommand::Args(args) => adapter::run(Skill::Args, args),
        TrainCommand::Guard(args) => guard::run(args),
    }
}
