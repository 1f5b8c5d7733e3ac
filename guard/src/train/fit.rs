//! The optimisation itself.

use std::cmp::Ordering::Equal;
use std::collections::HashMap;
use std::time::Instant;

use candle_core::{DType, Device, Shape, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, VarBuilder, ops};
use pocketpilot_core::guard::{Channel, Label};

use super::calibrate::Judged;
use super::examples::{Example, Examples};
use super::{Progress, TrainOptions};
use crate::Error;
use crate::classifier::{probabilities, score};
use crate::head::{self, Head, LABELS};
use crate::metrics::recall_at_fpr;
use crate::states::{Key, StateCache};
use pocketpilot_core::random::Random;

const BATCH: usize = 64;
const LEARNING_RATE: f64 = 1e-3;
const WEIGHT_DECAY: f64 = 0.01;
/// Share of the pooled numbers that is dropped in training.
const DROPOUT: f32 = 0.3;
/// Share of the tokens that is dropped in training, so that no single word decides.
const TOKEN_DROPOUT: f32 = 0.1;
/// Windows judged at once between the epochs.
const DEV_BATCH: usize = 128;
/// False positives at which epochs are compared.
const RATE: f64 = 0.01;

pub(super) struct Fitted {
    pub(super) tensors: HashMap<String, Tensor>,
    pub(super) choose: Vec<Judged>,
    pub(super) report: Vec<Judged>,
    pub(super) epoch: usize,
}

/// Trains for `options.epochs` or until the deadline; keeps the epoch that is best on the rows to choose by.
pub(super) fn fit(
    examples: &Examples,
    cache: &StateCache,
    options: &TrainOptions,
    deadline: Option<Instant>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Fitted, Error> {
    let mut random = Random::new(options.seed);
    let vars = first_weights(cache.width(), &mut random)?;
    let tensors: HashMap<String, Tensor> =
        vars.iter().map(|(name, var)| (name.clone(), var.as_tensor().clone())).collect();
    let head = Head::new(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu), cache.width())?;
    let mut parameters: Vec<(&String, &Var)> = vars.iter().collect();
    parameters.sort_by_key(|(name, _)| name.as_str());
    let settings = ParamsAdamW { lr: LEARNING_RATE, weight_decay: WEIGHT_DECAY, ..Default::default() };
    let mut optimizer = AdamW::new(parameters.into_iter().map(|(_, v)| v.clone()).collect(), settings)?;

    let weights = weights(&examples.train);
    let mut best: Option<(f64, Fitted)> = None;
    for epoch in 1..=options.epochs {
        let batches = batches(&examples.train, &mut random);
        let mut losses = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let done = (epoch - 1) as f64 + index as f64 / batches.len() as f64;
            optimizer.set_learning_rate(cosine(done / options.epochs as f64));
            let loss = loss(&head, &examples.train, batch, &weights, cache, &mut random)?;
            optimizer.backward_step(&loss)?;
            losses += loss.to_scalar::<f32>()?;
        }
        let choose = judge(&head, &examples.choose, cache)?;
        let reached = dev_score(&choose);
        if best.as_ref().is_none_or(|(b, _)| reached > *b) {
            let tensors = vars
                .iter()
                .map(|(name, var)| Ok((name.clone(), var.as_detached_tensor().copy()?)))
                .collect::<Result<_, Error>>()?;
            let report = judge(&head, &examples.report, cache)?;
            best = Some((reached, Fitted { tensors, choose, report, epoch }));
        }
        progress(&Progress::Epoch {
            epoch,
            of: options.epochs,
            loss: losses / batches.len() as f32,
            dev: reached,
            best: best.as_ref().map_or(reached, |(b, _)| *b),
        });
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            break;
        }
    }
    best.map(|(_, fitted)| fitted).ok_or_else(|| Error::Data("no epochs were asked for".into()))
}

/// Uniform within the usual bound.
fn first_weights(width: usize, random: &mut Random) -> Result<HashMap<String, Var>, Error> {
    let mut vars = HashMap::new();
    for (name, shape) in Head::shapes(width) {
        let bound = match name {
            _ if shape.len() == 1 => 0.0,
            _ => (1.0 / shape.last().copied().unwrap_or(1) as f32).sqrt(),
        };
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|_| (2.0 * random.unit() - 1.0) * bound).collect();
        vars.insert(name.to_owned(), Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu)?)?);
    }
    Ok(vars)
}

fn cosine(done: f64) -> f64 {
    LEARNING_RATE * 0.5 * (1.0 + (std::f64::consts::PI * done).cos())
}

/// Every example once, in batches of like length: padding is waste.
fn batches(examples: &[Example], random: &mut Random) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..examples.len()).collect();
    random.shuffle(&mut order);
    let mut batches = Vec::new();
    for pool in order.chunks_mut(BATCH * 16) {
        pool.sort_by_key(|&i| examples.get(i).map(|e| e.tokens));
        batches.extend(pool.chunks(BATCH).map(<[usize]>::to_vec));
    }
    random.shuffle(&mut batches);
    batches
}

/// Attacks weigh as much as ordinary texts in every bucket of length within a channel, as far as a
/// factor of four goes: otherwise length alone tells much of the answer.
fn weights(examples: &[Example]) -> Vec<f32> {
    let bucket = |e: &Example| (e.channel, e.tokens.next_power_of_two().max(8));
    let mut counts: HashMap<(Channel, usize), [f32; 2]> = HashMap::new();
    for example in examples {
        let count = counts.entry(bucket(example)).or_default();
        count[usize::from(example.label != Label::Benign)] += 1.0;
    }
    let weight = |example: &Example| {
        let [ordinary, attacks] = counts.get(&bucket(example)).copied().unwrap_or([1.0; 2]);
        let same = if example.label == Label::Benign { ordinary } else { attacks };
        ((ordinary + attacks) / 2.0 / same).clamp(0.25, 4.0)
    };
    examples.iter().map(weight).collect()
}

fn loss(
    head: &Head,
    examples: &[Example],
    batch: &[usize],
    weights: &[f32],
    cache: &StateCache,
    random: &mut Random,
) -> Result<Tensor, Error> {
    let chosen: Vec<&Example> = batch.iter().filter_map(|&i| examples.get(i)).collect();
    let keys: Vec<Key> = chosen.iter().flat_map(|e| e.windows.iter().copied()).collect();
    let (states, mask) = states(cache, &keys)?;
    let states = states.broadcast_mul(&dropout((keys.len(), mask.dim(1)?, 1), TOKEN_DROPOUT, random)?)?;
    let pooled = head.pool(&states, &mask)?;
    let keep = dropout(pooled.dims2()?, DROPOUT, random)?;
    let logits = head.classify(&pooled, Some(&keep))?;
    let logits = logits.index_select(&worst(&chosen, &logits)?, 0)?;
    let labels: Vec<u32> = chosen.iter().map(|e| e.label as u32).collect();
    let labels = Tensor::new(labels, &Device::Cpu)?.unsqueeze(1)?;
    let weights: Vec<f32> = batch.iter().filter_map(|&i| weights.get(i).copied()).collect();
    let weights = Tensor::new(weights, &Device::Cpu)?;
    let right = ops::log_softmax(&logits, 1)?.gather(&labels, 1)?.squeeze(1)?;
    Ok(((right * &weights)?.sum_all()?.neg()? / weights.sum_all()?)?)
}

/// Factors that drop a share of what they are multiplied with and keep its mean.
fn dropout(shape: impl Into<Shape>, share: f32, random: &mut Random) -> Result<Tensor, Error> {
    let shape = shape.into();
    let keep = |_| if random.unit() < share { 0.0 } else { 1.0 / (1.0 - share) };
    let factors: Vec<f32> = (0..shape.elem_count()).map(keep).collect();
    Ok(Tensor::from_vec(factors, shape, &Device::Cpu)?)
}

/// The place of each example's worst window: the one that the guard would go by (multiple-instance
/// learning by the maximum).
fn worst(examples: &[&Example], logits: &Tensor) -> Result<Tensor, Error> {
    let rows = logits.to_vec2::<f32>()?;
    let scores: Vec<f32> = rows
        .into_iter()
        .map(|row| Ok(score(&probabilities(&four(row)?, 1.0))))
        .collect::<Result<_, Error>>()?;
    let mut start = 0;
    let mut places = Vec::with_capacity(examples.len());
    for example in examples {
        let end = start + example.windows.len();
        let window = (start..end).max_by(|&a, &b| scores.get(a).partial_cmp(&scores.get(b)).unwrap_or(Equal));
        places.push(window.unwrap_or(start) as u32);
        start = end;
    }
    Ok(Tensor::new(places, &Device::Cpu)?)
}

fn four(row: Vec<f32>) -> Result<[f32; LABELS], Error> {
    row.try_into().map_err(|_| Error::Head("it gives no four labels".into()))
}

fn states(cache: &StateCache, keys: &[Key]) -> Result<(Tensor, Tensor), Error> {
    let width = cache.width();
    let tensors = keys
        .iter()
        .map(|key| {
            let values = cache.get(key).ok_or_else(|| Error::Data("a text was not embedded".into()))?;
            Ok(Tensor::from_slice(values, (values.len() / width, width), &Device::Cpu)?)
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(head::padded(&tensors)?)
}

fn judge(head: &Head, examples: &[Example], cache: &StateCache) -> Result<Vec<Judged>, Error> {
    let mut keys: Vec<&Key> = examples.iter().flat_map(|e| &e.windows).collect();
    keys.sort_by_key(|key| cache.get(key).map(<[_]>::len));
    keys.dedup();
    let mut logits: HashMap<Key, [f32; LABELS]> = HashMap::new();
    for chunk in keys.chunks(DEV_BATCH) {
        let chunk: Vec<Key> = chunk.iter().map(|k| **k).collect();
        let (states, mask) = states(cache, &chunk)?;
        let rows = head.classify(&head.pool(&states, &mask)?, None)?.to_vec2::<f32>()?;
        for (key, row) in chunk.into_iter().zip(rows) {
            logits.insert(key, four(row)?);
        }
    }
    Ok(examples
        .iter()
        .map(|e| Judged {
            label: e.label,
            channel: e.channel,
            source: e.source.clone(),
            words: e.words,
            logits: e.windows.iter().filter_map(|k| logits.get(k).copied()).collect(),
        })
        .collect())
}

/// Mean over the channels of recall at 1 % false positives.
fn dev_score(dev: &[Judged]) -> f64 {
    let recalls: Vec<f64> = [Channel::User, Channel::Tool, Channel::Screen]
        .into_iter()
        .filter_map(|channel| {
            let points: Vec<_> = dev.iter().filter(|e| e.channel == channel).map(|e| e.point(1.0)).collect();
            recall_at_fpr(&points, RATE)
        })
        .collect();
    recalls.iter().sum::<f64>() / recalls.len().max(1) as f64
}
