//! `train guard`: the guard's classifier, made anew from labelled texts.

use std::time::Duration;

use indicatif::ProgressBar;
use pocketpilot_guard::train::{Progress, TrainOptions, train};

use crate::args::TrainGuard;
use crate::bar::bar;
use crate::failure::Failure;
use crate::parts;

/// Rows of one source, label and channel at most, so that no source outweighs the rest.
const ROWS_OF_A_KIND: usize = 400;

/// Trains, and prints the report as JSON.
///
/// # Errors
/// Data that cannot be read or does not suffice; weights that cannot be written.
pub(super) fn run(args: &TrainGuard) -> Result<(), Failure> {
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
