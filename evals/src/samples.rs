//! What the adapters are trained on: [`Sample`]s made from recorded apps, imagined apps, tool-call records, everyday
//! requests and the oracle's way through tasks.
//!
//! | source | file | split by |
//! |---|---|---|
//! | DroidTask's labelled steps | `labelled.rs` | app |
//! | ways through recorded apps | `recorded.rs` | app |
//! | ways through imagined apps | `imagined.rs`, `imagined.toml` | app |
//! | tool-call records | `calls.rs` | service and data set |
//! | requests for our own tools | `requests.rs`, `requests.toml` | wording |
//! | asking, telling, failures | `replies.rs`, `replies.toml` | wording |
//! | the oracle's calls on a phone | `oracle.rs`, `oracle.toml` | wording |
//!
//! The same folder and seed give the same files, byte for byte. What is held out shares no app, service or wording with
//! what is trained on, and what looks alike all the same is taken out of training ([`alike`]).

mod alike;
mod calls;
mod card;
mod files;
mod goal;
mod imagined;
mod labelled;
mod leg;
pub mod oracle;
mod random;
mod recorded;
mod remembered;
mod replies;
mod requests;
mod scatter;
mod slots;
mod steps;
mod tally;
mod tools;
mod values;

use std::path::{Path, PathBuf};

use pocketpilot_core::screen::Line;
use pocketpilot_core::train::Sample;

use self::random::Random;
use self::recorded::Recording;
use self::requests::{OWN, Stock};
use self::steps::{Label, samples as steps_of};
use self::tally::Tally;
use self::tools::Tools;
use self::values::Values;
use crate::droidtask::screen::lines;
use crate::{EvalError, data};

pub use files::write;

/// Recorded apps that are held out: the two on which the suite's published figures are measured.
const HELD_OUT_APPS: &[&str] = &["calendar", "voicerecorder"];

/// Imagined apps that are held out.
const HELD_OUT_IMAGINED: &[&str] = &["Budget", "Reader", "Smart Home", "Transit"];

/// DroidTask's apps as people call them.
const APP_NAMES: &[(&str, &str)] =
    &[("applauncher", "App Launcher"), ("filemanager", "File Manager"), ("musicplayer", "Music Player")];

const DROIDTASK_LICENSE: &str = "MIT";

/// How often each way through a recorded app is taken, in other words each time.
const TIMES: usize = 2;

/// Screens of recorded apps on which somebody may ask for something else.
const BACKGROUNDS: usize = 40;

/// Everything that was made.
#[derive(Debug, Default)]
pub struct Made {
    /// To train on, in an order in which every beginning is a fair mixture.
    pub train: Vec<Sample>,
    /// Held out.
    pub dev: Vec<Sample>,
    /// The data card, in Markdown.
    pub card: String,
}

impl Made {
    fn add(&mut self, samples: Vec<Sample>, held: bool) {
        if held { self.dev.extend(samples) } else { self.train.extend(samples) }
    }
}

/// Makes all samples from the folder `from`, which holds `droidtask/` and `toolcalls/`, and takes in those that were
/// `recorded` on a phone. `progress` is told what is done, what there is in all, and what comes next.
///
/// # Errors
/// [`EvalError`] for data that is not there or cannot be read.
pub fn make(
    from: &Path,
    seed: u64,
    recorded: Made,
    progress: &mut dyn FnMut(usize, usize, &str),
) -> Result<Made, EvalError> {
    let apps = data::files(&folder(from, "droidtask")?)?;
    let calls_file = data::file(&folder(from, "toolcalls")?)?;
    let total = apps.len() + imagined::names().count() + 3;
    let mut done = 0;
    let mut next = |what: &str| {
        progress(done, total, what);
        done += 1;
    };
    let (values, mut tally, mut made) = (Values::new(), Tally::default(), recorded);

    next("tool calls");
    let calls = calls::samples(&calls_file, seed, &mut tally)?;
    made.add(calls.train, false);
    made.add(calls.dev, true);
    let tools = Tools::new(calls.strangers);

    let mut screens = Vec::new();
    for file in &apps {
        let app = app_name(file);
        next(&app);
        let held = HELD_OUT_APPS.contains(&app.as_str());
        made.add(labelled_steps(file, &app, held, seed)?, held);
        if !held {
            let recording = Recording::read(file, spoken(&app))?;
            screens.extend(recording.screens().iter().cloned());
            made.add(ways(&recording, &app, &values, &tools, seed), held);
        }
    }
    for app in imagined::names() {
        next(app);
        made.add(imagined_ways(app, &values, &tools, seed), HELD_OUT_IMAGINED.contains(&app));
    }
    next("requests");
    let backgrounds = backgrounds(screens, seed);
    let stock = Stock { tools: &tools, values: &values, backgrounds: &backgrounds };
    for (train, dev) in [requests::samples(&stock, seed), replies::samples(&stock, seed)] {
        made.add(train, false);
        made.add(dev, true);
    }
    next("near-duplicates");
    finish(&mut made, seed, &mut tally);
    Ok(made)
}

/// Is there data to make samples from?
///
/// # Errors
/// [`EvalError::Sources`] with the mend.
pub fn check_folders(from: &Path) -> Result<(), EvalError> {
    ["droidtask", "toolcalls"].iter().try_for_each(|name| folder(from, name).map(drop))
}

/// Keeps what is sound and unlike, puts it into its order, and writes the card.
fn finish(made: &mut Made, seed: u64, tally: &mut Tally) {
    for samples in [&mut made.train, &mut made.dev] {
        samples.retain(|sample| match sample.check() {
            Ok(()) => true,
            Err(why) => {
                tally.removed(&format!("{}: not what the planner could meet or write", sample.source));
                tracing::debug!(id = sample.id, why, "a sample is left out");
                false
            }
        });
        alike::remove_twins(samples, tally);
        remembered::remember(samples, seed);
    }
    alike::remove_leaks(&mut made.train, &made.dev, tally);
    Random::new(seed, "order of train").shuffle(&mut made.train);
    Random::new(seed, "order of dev").shuffle(&mut made.dev);
    made.card = card::card(&made.train, &made.dev, tally, seed);
}

fn folder(from: &Path, name: &str) -> Result<PathBuf, EvalError> {
    let path = from.join(name);
    if path.is_dir() {
        return Ok(path);
    }
    let from = from.display();
    Err(EvalError::Sources(format!(
        "{from} has no folder {name}; name the folder that holds droidtask/ and toolcalls/"
    )))
}

/// `contacts` of `contacts.jsonl.gz`.
fn app_name(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

fn spoken(app: &str) -> &str {
    APP_NAMES.iter().find(|(name, _)| *name == app).map_or(app, |(_, spoken)| spoken)
}

fn labelled_steps(file: &Path, app: &str, held: bool, seed: u64) -> Result<Vec<Sample>, EvalError> {
    let mut samples = Vec::new();
    for task in labelled::read(file)? {
        let id = format!("steps/{}", task.name());
        let mut random = Random::new(seed, &id);
        let label = Label {
            id,
            group: format!("droidtask/{app}"),
            source: "droidtask_steps",
            license: DROIDTASK_LICENSE,
        };
        samples.extend(labelled::samples(&task, &label, !held, &mut random));
    }
    Ok(samples)
}

fn ways(recording: &Recording, app: &str, values: &Values, tools: &Tools, seed: u64) -> Vec<Sample> {
    let mut samples = Vec::new();
    for time in 0..TIMES {
        let mut random = Random::new(seed, &format!("ways/{app}/{time}"));
        for (number, walk) in recording.walks(values, &mut random).iter().enumerate() {
            let goal = goal::goal(walk, &mut random);
            let label = Label {
                id: format!("ways/{app}/{number}~{time}"),
                group: format!("droidtask/{app}"),
                source: "droidtask_ways",
                license: DROIDTASK_LICENSE,
            };
            samples.extend(steps_of(walk, &goal, &label, tools, &mut random));
        }
    }
    samples
}

fn imagined_ways(app: &str, values: &Values, tools: &Tools, seed: u64) -> Vec<Sample> {
    let mut random = Random::new(seed, &format!("imagined/{app}"));
    let mut samples = Vec::new();
    for (number, walk) in imagined::walks(app, values, &mut random).iter().enumerate() {
        let goal = goal::goal(walk, &mut random);
        let group = format!("imagined/{app}");
        let label = Label { id: format!("{group}/{number}"), group, source: "imagined_ways", license: OWN };
        samples.extend(steps_of(walk, &goal, &label, tools, &mut random));
    }
    samples
}

/// Screens that may be in front when somebody asks: as often a launcher's as a recorded app's.
fn backgrounds(mut screens: Vec<Vec<Line>>, seed: u64) -> Vec<Vec<Line>> {
    screens.retain(|screen| (3..=14).contains(&screen.len()));
    Random::new(seed, "backgrounds").shuffle(&mut screens);
    screens.truncate(BACKGROUNDS);
    let own: Vec<Vec<Line>> = include_str!("samples/backgrounds.txt").lines().map(lines).collect();
    let times = 1 + screens.len() / own.len();
    screens.extend(std::iter::repeat_n(own, times).flatten());
    screens
}

#[cfg(test)]
mod tests;
