//! `train`: the guard's classifier, made anew from labelled texts, and what the adapters are trained on.

use std::time::Duration;

use indicatif::ProgressBar;
use pocketpilot_evals::samples;
use pocketpilot_evals::tasks::{Console, Environment};
use pocketpilot_guard::train::{Progress, TrainOptions, train};

use crate::args::{TrainCommand, TrainData, TrainGuard};
use crate::bar::bar;
use crate::failure::Failure;
use crate::handset::Handset;
use crate::parts;

/// Rows of one source, label and channel at most, so that no source outweighs the rest.
const ROWS_OF_A_KIND: usize = 400;

/// Trains, or makes data.
///
/// # Errors
/// Data that cannot be read or does not suffice; files that cannot be written.
pub async fn run(command: &TrainCommand) -> Result<(), Failure> {
    match command {
        TrainCommand::Guard(args) => guard(args),
        TrainCommand::Data(args) => data(args).await,
    }
}

/// Makes samples and their card.
async fn data(args: &TrainData) -> Result<(), Failure> {
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

/// Trains the classifier, and prints the report as JSON.
fn guard(args: &TrainGuard) -> Result<(), Failure> {
    let options = options(args)?;
    let bar = bar();
    let report = train(&options, &mut |progress| show(&bar, progress)).map_err(Failure::usage)?;
    bar.finish_and_clear();
    let text = serde_json::to_string_pretty(&report).map_err(Failure::usage)?;
    println!("{text}");
    Ok(())
}

fn options(args: &TrainGuard) -> Result<TrainOptions, Failure> {
    let cache = dirs::cache_dir()
        .ok_or_else(|| Failure::usage("there is no home directory to keep embeddings in"))?;
    Ok(TrainOptions {
        data: args.data.clone(),
        encoder: parts::model(parts::ENCODER)?,
        cache: cache.join("pocketpilot").join("guard-states"),
        out: args.out.clone(),
        epochs: args.epochs,
        seed: args.seed,
        cap: ROWS_OF_A_KIND,
        time: Some(Duration::from_secs(args.minutes * 60)),
    })
}

fn show(bar: &ProgressBar, progress: &Progress) {
    match *progress {
        Progress::Embedding { done, of } => {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
            bar.set_message("embedding");
        }
        Progress::Epoch { epoch, of, loss, dev, best } => {
            bar.set_length(of as u64);
            bar.set_position(epoch as u64);
            bar.set_message(format!("loss {loss:.4}  dev {dev:.3}  best {best:.3}"));
        }
    }
}
