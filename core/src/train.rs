//! Adapters made here: from [`Sample`]s of what a careful agent saw and did.
//!
//! Two skills are trained apart, as DualTune does: one adapter selects the tool, the other writes its arguments. Both are
//! activated low-rank adapters (arXiv 2504.12397): they change the tokens from the start of the answer on, so that one
//! prompt's keys and values, computed by the base weights, serve both, and training passes only through those few
//! tokens. The loss is that of the tokens that the grammar leaves to the model, among those that it allows: what decoding
//! will ask.

mod adamw;
mod attention;
mod check;
mod checkpoint;
mod error;
mod exercise;
mod export;
mod fit;
mod head;
mod lora;
mod network;
mod prefixes;
mod sample;
#[cfg(test)]
mod tests;
mod trainer;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::engine::LocalEngine;
use crate::engine::kv::Shape;
use crate::random::Random;
pub use error::TrainError;
pub use exercise::Skill;
use exercise::{Exercise, Exercises, exercises};
use export::About;
use fit::Material;
use lora::Layout;
use prefixes::Prefixes;
pub use sample::{Lesson, Sample};
use trainer::Trainer;

/// Exercises whose prefixes are computed in the order of their tokens, so that neighbours share most.
const CHUNK: usize = 256;

/// What to train, and how.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// What the adapter is for.
    pub skill: Skill,
    /// Where the adapter is written, and the checkpoint while it is trained.
    pub out: PathBuf,
    /// Where keys and values of prompts are kept between epochs and runs.
    pub cache: PathBuf,
    /// Most bytes of them; what does not fit is computed anew in every epoch.
    pub cache_bytes: u64,
    /// Passes over the samples.
    pub epochs: usize,
    /// Of the first numbers, the order and the dropout.
    pub seed: u64,
    /// Stop after about this long. Up to half of it goes to prefixes; samples whose prefix is not computed by then are
    /// left out of this run.
    pub time: Option<Duration>,
    /// Rank of the change of each linear layer.
    pub rank: usize,
    /// A change is multiplied by this over its rank.
    pub alpha: f32,
    /// Share of each change's inputs that is dropped in training.
    pub dropout: f32,
    /// Samples of a step.
    pub batch: usize,
    /// Largest learning rate.
    pub rate: f32,
    /// Weight decay, times the learning rate.
    pub decay: f32,
    /// An adapter of the whole prompt, which shares no keys and values with the base.
    pub plain: bool,
    /// The adapter whose numbers are the first ones, of the same rank and alpha; without it, nothing is changed at first.
    pub start: Option<Start>,
}

/// An adapter to go on from, in PEFT's files.
#[derive(Clone)]
pub struct Start {
    /// `adapter_config.json`
    pub config: Vec<u8>,
    /// `adapter_model.safetensors`
    pub weights: Vec<u8>,
}

impl std::fmt::Debug for Start {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Start").field("bytes", &self.weights.len()).finish_non_exhaustive()
    }
}

impl TrainOptions {
    /// What serves a model of half a billion weights and some thousand samples.
    #[must_use]
    pub fn new(skill: Skill, out: PathBuf, cache: PathBuf) -> Self {
        Self {
            skill,
            out,
            cache,
            cache_bytes: 8 << 30,
            epochs: 3,
            seed: 0,
            time: None,
            rank: 16,
            alpha: 32.0,
            dropout: 0.05,
            batch: 8,
            rate: 3e-4,
            decay: 0.01,
            plain: false,
            start: None,
        }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// The base weights read prompts.
    Reading {
        /// Prompts done.
        done: usize,
        /// Prompts in all.
        of: usize,
    },
    /// A step is done.
    Step {
        /// Counted from 1.
        step: usize,
        /// Steps in all.
        of: usize,
        /// Mean surprise of a choice in nats, smoothed over the last steps.
        loss: f64,
    },
    /// The adapter was measured.
    Dev {
        /// Steps done.
        step: usize,
        /// Steps in all.
        of: usize,
        /// Share of the dev samples whose every choice is right.
        score: f64,
        /// The best so far.
        best: f64,
        /// Mean surprise of a choice in nats.
        loss: f64,
    },
}

/// What came out.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What the adapter is for.
    pub skill: Skill,
    /// Name of the base model.
    pub base: String,
    /// Samples trained on.
    pub n: usize,
    /// Samples it was measured on.
    pub dev: usize,
    /// Share of the dev samples that the first numbers get right: the base model, or the adapter that was gone on from.
    pub dev_start: f64,
    /// Share that the adapter gets right.
    pub dev_best: f64,
    /// The step whose adapter was kept; 0 if none was better than the first numbers.
    pub best_step: usize,
    /// Steps done.
    pub steps: usize,
    /// Samples left out, by reason.
    pub skipped: BTreeMap<String, usize>,
    /// Samples left out because the time was up before their prompt was read.
    pub left_out: usize,
    /// Groups that stand on both sides of the split: what was measured on them was not unseen.
    pub shared_groups: BTreeSet<String>,
    /// Samples trained on by source and licence.
    pub sources: BTreeMap<String, usize>,
    /// Seconds to read one prompt, of those that were not kept from before; none if all were.
    pub seconds_a_prompt: Option<f64>,
    /// Seconds of a training step for one sample.
    pub seconds_an_example: f64,
    /// Seconds of it all.
    pub seconds: f64,
    /// Passes asked for.
    pub epochs: usize,
    /// Of every draw.
    pub seed: u64,
    /// Rank of the changes.
    pub rank: usize,
    /// Applies to the whole prompt.
    pub plain: bool,
}

/// Trains an adapter on `train` and keeps the epoch that is best on `dev`; of both, only samples that teach the skill are
/// used. A run that was killed goes on where it was last saved, and ends as if it had not been.
///
/// # Errors
/// [`TrainError`].
pub fn train(
    engine: &mut LocalEngine,
    train: &[Sample],
    dev: &[Sample],
    options: &TrainOptions,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Report, TrainError> {
    let start = Instant::now();
    let invocation = if options.plain { None } else { Some(engine.invocation()?) };
    let mut known = HashSet::new();
    let mut read = |samples| exercises(engine, samples, options.skill, invocation.as_deref(), &mut known);
    let (lessons, tests) = (read(train), read(dev));
    for (made, whose) in [(&lessons, "data"), (&tests, "dev data")] {
        if made.all.is_empty() {
            return Err(nothing(made, whose, options.skill));
        }
    }
    let run = run(engine, options, &lessons, &tests);
    let mut order: Vec<usize> = (0..lessons.all.len()).collect();
    Random::new(options.seed).shuffle(&mut order);

    let base = crate::generate::Engine::model(engine).to_owned();
    let prefixes = Prefixes::open(
        &options.cache,
        engine.fingerprint(),
        Shape::of(engine.base().config()),
        options.cache_bytes,
    )?;
    let layout = Layout::new(engine.base(), options.rank, options.alpha);
    let first = match &options.start {
        None => layout.first(options.seed),
        Some(start) => layout
            .resume(start, engine.base(), invocation.as_deref(), options.seed)
            .map_err(TrainError::Start)?,
    };
    let resumed = checkpoint::Checkpoint::load(&options.out, &run, layout.length)?.map(|c| c.state.used);
    let mut trainer = Trainer::new(engine, layout, prefixes);
    let judges: Vec<&Exercise> = tests.all.iter().collect();
    let lesson = |&i: &usize| &lessons.all[i];
    let wanted: Vec<&Exercise> = order.iter().take(resumed.unwrap_or(order.len())).map(lesson).collect();
    // A run that goes on reads what it read before.
    let by = options.time.filter(|_| resumed.is_none()).map(|time| start + time / 2);
    let (used, seconds_a_prompt) = read_prompts(&mut trainer, &judges, &wanted, by, progress)?;

    let about = About {
        base: &base,
        alpha: options.alpha,
        dropout: options.dropout,
        invocation: invocation.as_deref(),
    };
    let material = Material { train: &wanted[..used], dev: &judges, first, run: &run };
    let deadline = options.time.map(|time| start + time);
    let state = fit::fit(&mut trainer, material, options, &about, deadline, progress)?;
    let path = checkpoint::path(&options.out);
    if path.exists() {
        std::fs::remove_file(&path).map_err(TrainError::file(&path))?;
    }
    let groups = |samples: &[Sample]| samples.iter().map(|s| s.group.clone()).collect::<BTreeSet<_>>();
    let shared_groups = groups(train).intersection(&groups(dev)).cloned().collect();
    let mut sources = BTreeMap::new();
    for &i in &order[..used] {
        let sample = &train[lessons.samples[i]];
        *sources.entry(format!("{} ({})", sample.source, sample.license)).or_default() += 1;
    }
    Ok(Report {
        skill: options.skill,
        base,
        n: used,
        dev: judges.len(),
        dev_start: state.start,
        dev_best: state.best.0,
        best_step: state.best.2,
        steps: state.steps,
        skipped: lessons.skipped,
        left_out: order.len() - used,
        shared_groups,
        sources,
        seconds_a_prompt,
        seconds_an_example: state.seconds / (state.steps * options.batch.min(used)).max(1) as f64,
        seconds: start.elapsed().as_secs_f64(),
        epochs: options.epochs,
        seed: options.seed,
        rank: options.rank,
        plain: options.plain,
    })
}

/// Brings keys and values of all prompts onto the disk, those of dev first; returns how many of `train` are there when the
/// time is up, and the seconds that one took.
fn read_prompts(
    trainer: &mut Trainer<'_>,
    dev: &[&Exercise],
    train: &[&Exercise],
    by: Option<Instant>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<(usize, Option<f64>), TrainError> {
    let start = Instant::now();
    let (of, mut done, mut computed, mut used) = (dev.len() + train.len(), 0, 0, 0);
    for (chunk, is_train) in
        dev.chunks(CHUNK).map(|c| (c, false)).chain(train.chunks(CHUNK).map(|c| (c, true)))
    {
        if is_train && used > 0 && by.is_some_and(|by| Instant::now() > by) {
            break;
        }
        let mut chunk = chunk.to_vec();
        chunk.sort_by(|a, b| a.tokens.cmp(&b.tokens));
        for exercise in &chunk {
            progress(&Progress::Reading { done, of });
            done += 1;
            if !exercise.prefix().is_empty() && !trainer.prefixes.holds(exercise.prefix()) {
                trainer.prefix(exercise)?;
                computed += 1;
            }
        }
        used += if is_train { chunk.len() } else { 0 };
    }
    Ok((used, (computed > 0).then(|| start.elapsed().as_secs_f64() / computed as f64)))
}

/// Names a run: a checkpoint of another one is not gone on from.
fn run(engine: &LocalEngine, options: &TrainOptions, lessons: &Exercises, tests: &Exercises) -> String {
    let TrainOptions { skill, epochs, seed, rank, alpha, dropout, batch, rate, decay, plain, .. } = options;
    let settings = format!("{:?}", (skill, epochs, seed, rank, alpha, dropout, batch, rate, decay, plain));
    let mut hash = Sha256::new().chain_update(settings).chain_update(engine.fingerprint());
    if let Some(start) = &options.start {
        hash.update(crate::engine::hash(&start.config, &start.weights));
    }
    for exercise in lessons.all.iter().chain(&tests.all) {
        let targets = exercise.targets.iter().map(|t| t.right as u32);
        hash.update((exercise.tokens.len() as u64).to_le_bytes());
        exercise.tokens.iter().copied().chain(targets).for_each(|n| hash.update(n.to_le_bytes()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn nothing(made: &Exercises, whose: &str, skill: Skill) -> TrainError {
    let most = made.skipped.iter().max_by_key(|(_, count)| **count);
    let lesson = match skill {
        Skill::Select => "select",
        Skill::Args => "args",
    };
    TrainError::Data(match most {
        None => format!("the {whose} has no samples of lesson {lesson} or call: give other files"),
        Some((reason, count)) => {
            format!("no sample of the {whose} can be used ({reason}: {count}): mend or replace it")
        }
    })
}
