//! `train select` and `train args`: adapters for the planner's two decisions.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::train::{Progress, Skill, TrainError, TrainOptions, train};
use serde_json::json;

use super::samples;
use crate::args::Training;
use crate::bar::bar;
use crate::failure::Failure;
use crate::parts;
use crate::peak::peak;

/// Time between lines of a log that nobody watches.
const SILENCE: Duration = Duration::from_secs(60);

pub(super) fn run(
    skill: Skill,
    data: &[PathBuf],
    dev: &Path,
    out: &Path,
    how: &Training,
) -> Result<(), Failure> {
    let data = samples::read(data)?;
    let dev = samples::read(&[dev.to_owned()])?;
    let options = options(skill, out, how)?;
    let file = parts::gguf(&how.base)?;
    let mut engine = LocalEngine::load(&file, Options::default()).map_err(Failure::unavailable)?;
    let mut watch = Watch::new();
    let report = train(&mut engine, &data, &dev, &options, &mut |progress| watch.show(progress));
    watch.bar.finish_and_clear();
    let mut report = serde_json::to_value(report.map_err(failure)?).map_err(Failure::usage)?;
    report["peak_mib"] = json!(peak().map(|kib| (kib / 1024.0).round()));
    report["out"] = json!(out);
    println!("{report:#}");
    Ok(())
}

fn options(skill: Skill, out: &Path, how: &Training) -> Result<TrainOptions, Failure> {
    let cache = match &how.cache {
        Some(folder) => folder.clone(),
        None => dirs::cache_dir()
            .ok_or_else(|| {
                Failure::usage("there is no home directory to keep prompts in: give --cache a folder")
            })?
            .join("pocketpilot")
            .join("train"),
    };
    Ok(TrainOptions {
        epochs: how.epochs.into(),
        seed: how.seed,
        time: Some(Duration::from_secs(how.minutes * 60)),
        rank: how.rank.into(),
        alpha: 2.0 * f32::from(how.rank),
        plain: how.plain,
        cache_bytes: how.cache_gb << 30,
        ..TrainOptions::new(skill, out.to_owned(), cache)
    })
}

pub(super) fn failure(error: TrainError) -> Failure {
    match error {
        TrainError::Engine(error) => Failure::unavailable(error),
        error => Failure::usage(error),
    }
}

/// A bar on a terminal, lines elsewhere.
pub(super) struct Watch {
    pub(super) bar: ProgressBar,
    said: Instant,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self { bar: bar(), said: Instant::now() }
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        let (place, length, text) = match *progress {
            Progress::Reading { done, of } => (done, of, "reading prompts".to_owned()),
            Progress::Step { step, of, loss } => (step, of, format!("loss {loss:.4}")),
            Progress::Dev { step, of, score, best, loss } => {
                (step, of, format!("dev {score:.3}  best {best:.3}  dev loss {loss:.4}"))
            }
        };
        if self.bar.is_hidden() {
            if matches!(progress, Progress::Dev { .. }) || self.said.elapsed() > SILENCE {
                eprintln!("{place}/{length}  {text}");
                self.said = Instant::now();
            }
            return;
        }
        if self.bar.length() != Some(length as u64) {
            self.bar.set_length(length as u64);
            self.bar.reset_eta();
        }
        self.bar.set_position(place as u64);
        match progress {
            // Stays in sight while steps go on.
            Progress::Dev { .. } => self.bar.set_prefix(text),
            _ => self.bar.set_message(text),
        }
    }
}
