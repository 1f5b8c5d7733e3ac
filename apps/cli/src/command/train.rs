//! `train`: weights of our own, and the data that the adapters are made from.

mod adapter;
mod data;
mod guard;
mod personal;
mod samples;

use pocketpilot_core::train::Skill;

use crate::args::TrainCommand;
use crate::failure::Failure;

/// Trains and prints the report as JSON, or makes data.
///
/// # Errors
/// Data that cannot be read or does not suffice; files that cannot be written.
pub async fn run(command: &TrainCommand) -> Result<(), Failure> {
    match command {
        TrainCommand::Select(args) => {
            adapter::run(Skill::Select, &args.data, &args.dev, &args.out, &args.how)
        }
        TrainCommand::Args(args) => match (&args.dev, &args.out) {
            (Some(dev), Some(out)) => adapter::run(Skill::Args, &args.data, dev, out, &args.how),
            // Only with --from-memory can they be missing.
            _ => personal::run(&args.how).await,
        },
        TrainCommand::Guard(args) => guard::run(args),
        TrainCommand::Data(args) => data::run(args).await,
    }
}
