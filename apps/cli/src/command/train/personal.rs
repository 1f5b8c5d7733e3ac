//! `train args --from-memory`: the shipped adapter, gone on with on what the person did.

mod material;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use pocketpilot_core::adapters::{Adapter, shipped};
use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::train::{Report, Skill, Start, TrainError, TrainOptions, train};
use pocketpilot_memory::Store;
use serde_json::json;

use self::material::{Material, material, successes};
use super::adapter::{Watch, failure};
use crate::args::Training;
use crate::failure::Failure;
use crate::parts::{self, DEFAULT_MODEL};
use crate::{paths, personal};

/// Trains, keeps the adapter if it is better, and prints a report as JSON.
///
/// # Errors
/// Too few episodes, a base model without an adapter, files that cannot be written.
pub(super) async fn run(how: &Training) -> Result<(), Failure> {
    let pair = shipped(&how.base).ok_or_else(|| {
        Failure::usage(format!(
            "no adapter comes with {} to go on from: use --base {DEFAULT_MODEL}",
            how.base
        ))
    })?;
    let store = Store::open(&paths::memory()?).map_err(Failure::unavailable)?;
    let material = material(&store).await?;
    let file = parts::gguf(&how.base)?;
    let engine = LocalEngine::load(&file, Options::default()).map_err(Failure::unavailable)?;

    let place = personal::folder(&how.base)?;
    let work = place.with_extension("work");
    let no_disk =
        |e: io::Error| Failure::unavailable(format!("{}: {e}: make room and run again", work.display()));
    create_private(&work).map_err(no_disk)?;
    let mut bench = Bench { engine, material: &material, how, work: &work, watch: Watch::new() };
    let report = bench.train(&pair.args)?;
    let earlier = match personal::fits(&place, &pair.args) {
        true => Some(bench.score(&place)?),
        false => None,
    };
    bench.watch.bar.finish_and_clear();
    drop(bench);

    // What was forgotten in the meantime must not live on in an adapter.
    let still: BTreeSet<i64> = successes(&store)?.into_iter().map(|id| id.0).collect();
    let forgotten = material.ids.iter().any(|id| !still.contains(&id.0));
    let used = !forgotten && report.dev_best > report.dev_start.max(earlier.unwrap_or(0.0));
    if used {
        personal::keep(&work.join("adapter"), &place, &pair.args).map_err(no_disk)?;
    } else if place.exists() && earlier.is_none() {
        // It goes on from an adapter that is not shipped any more.
        personal::remove(&place).map_err(no_disk)?;
    }
    personal::remove(&work).map_err(no_disk)?;
    if forgotten {
        return Err(Failure::usage("an episode was forgotten while it was learnt from: run this again"));
    }
    let report = json!({
        "used": used,
        "adapter": used.then_some(place),
        "episodes": {
            "successful": material.ids.len(),
            "trained_on": material.trained_on,
            "held_out": material.held_out,
        },
        "steps_left_out": material.left_out,
        "held_out_right": {"shipped": report.dev_start, "earlier": earlier, "new": report.dev_best},
        "training": report,
    });
    println!("{report:#}");
    Ok(())
}

/// What both trainings work with.
struct Bench<'a> {
    engine: LocalEngine,
    material: &'a Material,
    how: &'a Training,
    work: &'a Path,
    watch: Watch,
}

impl Bench<'_> {
    /// Goes on from the shipped adapter.
    fn train(&mut self, shipped: &Adapter) -> Result<Report, Failure> {
        let start = Start { config: shipped.config.into(), weights: shipped.weights.into() };
        let options = TrainOptions {
            epochs: self.how.epochs.into(),
            time: Some(Duration::from_secs(self.how.minutes * 60)),
            ..self.options("adapter", start)
        };
        match self.run(&options) {
            // Memory or the settings have changed since that run was killed.
            Err(TrainError::Checkpoint { path, .. }) => {
                fs::remove_file(&path).map_err(Failure::unavailable)?;
                self.run(&options).map_err(failure)
            }
            done => done.map_err(failure),
        }
    }

    /// The score of the adapter in a folder: that of a training without steps.
    fn score(&mut self, folder: &Path) -> Result<f64, Failure> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|e| Failure::usage(format!("{}: {e}: remove its folder", path.display())))
        };
        let start =
            Start { config: read("adapter_config.json")?, weights: read("adapter_model.safetensors")? };
        let options = TrainOptions { epochs: 0, ..self.options("earlier", start) };
        Ok(self.run(&options).map_err(failure)?.dev_start)
    }

    /// What a person did is kept here alone, not in the cache that all trainings share.
    fn options(&self, out: &str, start: Start) -> TrainOptions {
        TrainOptions {
            seed: self.how.seed,
            cache_bytes: self.how.cache_gb << 30,
            start: Some(start),
            ..TrainOptions::new(Skill::Args, self.work.join(out), self.work.join("cache"))
        }
    }

    fn run(&mut self, options: &TrainOptions) -> Result<Report, TrainError> {
        let Self { engine, material, watch, .. } = self;
        train(engine, &material.train, &material.dev, options, &mut |progress| watch.show(progress))
    }
}

/// Nobody else may look into it.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_those_of_the_shipped_adapter() {
        let shipped = shipped(DEFAULT_MODEL).unwrap().args;
        let config: serde_json::Value = serde_json::from_slice(shipped.config).unwrap();
        let options = TrainOptions::new(Skill::Args, "out".into(), "cache".into());
        assert_eq!(config["r"], options.rank);
        assert_eq!(config["lora_alpha"], options.alpha);
    }
}
