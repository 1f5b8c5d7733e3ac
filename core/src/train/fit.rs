//! The optimisation: steps, evaluations on dev, the schedule, checkpoints.

use std::time::{Duration, Instant};

use super::adamw::{AdamW, Rate, schedule};
use super::checkpoint::{Checkpoint, State};
use super::exercise::Exercise;
use super::export::{About, save};
use super::head::Verdict;
use super::network::Dropout;
use super::trainer::Trainer;
use super::{Progress, TrainError, TrainOptions};
use crate::random::Random;

/// Largest norm of a gradient.
const CLIP: f32 = 1.0;
/// Steps after which the time of a step is known well enough to see how many fit.
const MEASURED: usize = 20;
/// Time between checkpoints.
const SAVED: Duration = Duration::from_secs(300);
/// What the loss shown remembers of the steps before.
const SMOOTH: f64 = 0.95;

/// Exercises to learn from, in seeded order, and those to choose by.
#[derive(Debug)]
pub(super) struct Material<'a> {
    pub(super) train: &'a [&'a Exercise],
    pub(super) dev: &'a [&'a Exercise],
    /// The numbers before the first step.
    pub(super) first: Vec<f32>,
    /// Names the run.
    pub(super) run: &'a str,
}

/// Trains until all steps are done; a run that was killed is gone on with. Every new best is written to `options.out`.
pub(super) fn fit(
    trainer: &mut Trainer<'_>,
    material: Material<'_>,
    options: &TrainOptions,
    about: &About<'_>,
    deadline: Option<Instant>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<State, TrainError> {
    let length = trainer.layout.length;
    let Material { train, dev, first, run } = material;
    let a_pass = train.len().div_ceil(options.batch);
    let mut now = match Checkpoint::load(&options.out, run, length)? {
        Some(checkpoint) => checkpoint,
        None => {
            let begun = Instant::now();
            let (start, loss) = score(trainer, dev, &first)?;
            let judging = begun.elapsed().as_secs_f64();
            let state = State {
                run: run.into(),
                used: train.len(),
                step: 0,
                steps: a_pass * options.epochs,
                start,
                best: (start, loss, 0),
                seconds: 0.0,
                judging,
            };
            Checkpoint { state, best: first.clone(), numbers: first, optimiser: AdamW::new(length) }
        }
    };
    let mut saved = Instant::now();
    let mut shown: Option<f64> = None;
    let warm = (a_pass * options.epochs / 10).clamp(1, MEASURED);
    let mut gradient = vec![0.0; length];
    let mut order = (usize::MAX, Vec::new());
    progress(&Progress::Dev {
        step: now.state.step,
        of: now.state.steps,
        score: now.state.best.0,
        best: now.state.best.0,
        loss: now.state.best.1,
    });
    while now.state.step < now.state.steps {
        let begun = Instant::now();
        let (epoch, index) = (now.state.step / a_pass, now.state.step % a_pass);
        if order.0 != epoch {
            order = (epoch, shuffled(train.len(), options.seed, epoch));
        }
        let batch: Vec<&Exercise> =
            order.1.iter().skip(index * options.batch).take(options.batch).map(|&i| train[i]).collect();
        gradient.fill(0.0);
        let seed = Random::new(options.seed ^ (now.state.step as u64 + 1) << 20).next();
        let dropout = Dropout { share: options.dropout, seed };
        let verdicts = trainer.learn(&batch, &now.numbers, dropout, &mut gradient)?;
        let rate = Rate {
            rate: options.rate * schedule(now.state.step, warm, now.state.steps),
            decay: options.decay,
            most: CLIP,
        };
        now.optimiser.step(&mut now.numbers, &gradient, now.state.step + 1, rate);
        now.state.step += 1;
        now.state.seconds += begun.elapsed().as_secs_f64();

        let targets: usize = batch.iter().map(|e| e.targets.len()).sum();
        let loss = verdicts.iter().map(|v| v.loss).sum::<f64>() / targets.max(1) as f64;
        let loss = shown.map_or(loss, |before| SMOOTH * before + (1.0 - SMOOTH) * loss);
        shown = Some(loss);
        progress(&Progress::Step { step: now.state.step, of: now.state.steps, loss });
        if now.state.step == MEASURED {
            now.state.steps = fitting(&now.state, options.epochs, deadline);
        }
        if now.state.step.is_multiple_of(a_pass) || now.state.step == now.state.steps {
            let (reached, surprise) = score(trainer, dev, &now.numbers)?;
            let (best, least, _) = now.state.best;
            if reached > best || (reached == best && surprise < least) {
                now.state.best = (reached, surprise, now.state.step);
                now.best.clone_from(&now.numbers);
                save(&options.out, trainer.engine.base(), &trainer.layout, &now.best, about)?;
            }
            progress(&Progress::Dev {
                step: now.state.step,
                of: now.state.steps,
                score: reached,
                best: now.state.best.0,
                loss: surprise,
            });
        } else if saved.elapsed() < SAVED && now.state.step != MEASURED {
            continue;
        }
        now.save(&options.out)?;
        saved = Instant::now();
    }
    save(&options.out, trainer.engine.base(), &trainer.layout, &now.best, about)?;
    Ok(now.state)
}

/// Steps that can be done until the deadline, as far as those done so far tell, with one evaluation an epoch.
fn fitting(state: &State, epochs: usize, deadline: Option<Instant>) -> usize {
    let Some(deadline) = deadline else { return state.steps };
    let left = deadline.saturating_duration_since(Instant::now()).as_secs_f64();
    let more = (left - epochs as f64 * state.judging).max(0.0) * state.step as f64
        / state.seconds.max(f64::MIN_POSITIVE);
    state.steps.min(state.step + more as usize)
}

/// Share of exercises whose every choice is right, which is what greedy decoding under the grammar would get right, and
/// the mean surprise of a choice.
fn score(trainer: &mut Trainer<'_>, dev: &[&Exercise], numbers: &[f32]) -> Result<(f64, f64), TrainError> {
    let verdicts = trainer.judge(dev, numbers)?;
    let right = verdicts.iter().filter(|v| v.wrong == 0).count();
    let targets: usize = dev.iter().map(|e| e.targets.len()).sum();
    let loss = verdicts.iter().fold(Verdict::default(), |mut sum, v| {
        sum += *v;
        sum
    });
    Ok((right as f64 / dev.len().max(1) as f64, loss.loss / targets.max(1) as f64))
}

/// The order of an epoch.
fn shuffled(count: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    Random::new(seed.wrapping_mul(0x9e37_79b9).wrapping_add(epoch as u64)).shuffle(&mut order);
    order
}
