//! `train data`: samples for the adapters, from recorded apps, tool calls and a virtual phone.

use pocketpilot_evals::samples;
use pocketpilot_evals::tasks::{Console, Environment};

use crate::args::TrainData;
use crate::bar::bar;
use crate::failure::Failure;
use crate::handset::Handset;

pub(super) async fn run(args: &TrainData) -> Result<(), Failure> {
    let bar = bar();
    let mut progress = |done: usize, of: usize, next: &str| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(next.to_owned());
    };
    // Before minutes go by on a phone: is there anything to read?
    samples::check_folders(&args.from).map_err(Failure::usage)?;
    let handset = Handset::open(None, args.seed).await?;
    let console = handset.console.map(|address| Console::new(address, None));
    let environment = Environment::open(&handset.device, console).await.map_err(Failure::unavailable)?;
    let recorded = samples::oracle::record(&environment, args.seed, &mut progress)
        .await
        .map_err(Failure::unavailable)?;
    let made = samples::make(&args.from, args.seed, recorded, &mut progress).map_err(Failure::usage)?;
    samples::write(&made, &args.out).map_err(Failure::usage)?;
    bar.finish_and_clear();
    println!(
        "{} samples to train on, {} held out, in {}",
        made.train.len(),
        made.dev.len(),
        args.out.display()
    );
    Ok(())
}
