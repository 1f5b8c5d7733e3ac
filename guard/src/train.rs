//! Training of the classifier's head on token states of the frozen encoder.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use pocketpilot_core::encoder::Encoder;
use pocketpilot_core::guard::{Channel, Label};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::corpus::{self, Row};
use crate::evaluate::{self, Figures, Scored};
use crate::states::StateCache;
use crate::weights::{Calibration, Weights};
use crate::{Error, mixed, phone_texts};
use examples::Example;

mod calibrate;
mod examples;
mod fit;
#[cfg(test)]
mod tests;

/// What to train, and on what.
#[derive(Debug, Clone)]
pub struct TrainOptions {
    /// Files of guard records (`.jsonl`, `.jsonl.gz`). Rows that may not go into shipped weights are
    /// left out; what is held out is cut by source.
    pub data: Vec<PathBuf>,
    /// Directory of the encoder.
    pub encoder: PathBuf,
    /// Where the token states are kept between runs; about 40 kB a text.
    pub cache: PathBuf,
    /// Where the weights are written.
    pub out: PathBuf,
    /// Passes over the training rows.
    pub epochs: usize,
    /// Of the first weights, the order and the dropout.
    pub seed: u64,
    /// Rows of each source, label and channel at most.
    pub cap: usize,
    /// Stop after about this long. Up to two thirds of it go to embedding; what is not embedded by then
    /// is left out of this run.
    pub time: Option<Duration>,
}

impl TrainOptions {
    /// What the shipped weights were trained with, on one file.
    pub fn new(data: PathBuf, encoder: PathBuf, cache: PathBuf, out: PathBuf) -> Self {
        Self { data: vec![data], encoder, cache, out, epochs: 15, seed: 1, cap: 400, time: None }
    }
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Texts are being embedded.
    Embedding {
        /// Texts done.
        done: usize,
        /// Texts in all.
        of: usize,
    },
    /// An epoch is over.
    Epoch {
        /// Counted from 1.
        epoch: usize,
        /// Epochs in all.
        of: usize,
        /// Mean training loss.
        loss: f32,
        /// Mean over the channels of recall at 1 % false positives on the rows to choose by.
        dev: f64,
        /// The best dev score so far.
        best: f64,
    },
}

/// What came out. Every figure is of attacks from sources that nothing was trained on or chosen by.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Rows trained on, by source and label.
    pub train: Vec<(String, usize)>,
    /// Rows that the epoch, the temperature and the thresholds were chosen by.
    pub choose: Vec<(String, usize)>,
    /// Rows of the figures.
    pub report: Vec<(String, usize)>,
    /// The epoch whose weights were kept.
    pub epoch: usize,
    /// Temperature and frozen thresholds.
    pub calibration: Calibration,
    /// Figures over all, by channel, by label and by source, at the frozen thresholds.
    pub figures: Vec<(String, Figures)>,
    /// Where recall at the frozen thresholds and recall at 1 % false positives lie in 95 of 100
    /// resamples of the rows, over all and by channel.
    pub intervals: Vec<(String, [f64; 2], [f64; 2])>,
    /// How long it took.
    pub seconds: f64,
}

/// Trains a head, calibrates it on dev and writes it. Everything random comes from `options.seed`.
///
/// # Errors
/// [`Error`].
pub fn train(options: &TrainOptions, progress: &mut dyn FnMut(&Progress)) -> Result<Report, Error> {
    let start = Instant::now();
    let deadline = options.time.map(|time| start + time);
    let split = rows(options)?;
    let encoder = Encoder::load(&options.encoder)?;
    let weights_path = options.encoder.join("model.safetensors");
    let bytes = std::fs::read(&weights_path).map_err(|e| Error::file(&weights_path, e))?;
    let mut cache = StateCache::open(&options.cache, Sha256::digest(bytes).into(), encoder.width())?;

    let embedded_by = options.time.map(|time| start + time * 2 / 3);
    let examples = examples::embed(&split, &encoder, &mut cache, embedded_by, progress)?;
    let fitted = fit::fit(&examples, &cache, options, deadline, progress)?;
    let calibration = calibrate::calibrate(&fitted.choose);
    let scored: Vec<Scored> = fitted.report.iter().map(|e| e.scored(&calibration)).collect();
    Weights { tensors: fitted.tensors, calibration: calibration.clone() }.write(&options.out)?;
    Ok(Report {
        train: counted(&examples.train),
        choose: counted(&examples.choose),
        report: counted(&examples.report),
        epoch: fitted.epoch,
        calibration,
        figures: evaluate::grouped(&scored),
        intervals: evaluate::intervals(&scored),
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// The collections' licensed rows, cut by source, with the phone texts of our own added to train.
fn rows(options: &TrainOptions) -> Result<corpus::Split, Error> {
    let mut rows = Vec::new();
    for path in &options.data {
        rows.extend(corpus::read(path)?);
    }
    let mut split = corpus::split(corpus::licensed(rows), options.cap);
    let is_short = |r: &&Row| {
        r.label == Label::Injection && r.channel == Channel::User && r.text.split_whitespace().count() < 60
    };
    let borrowed: Vec<Row> = split.train.iter().filter(is_short).take(200).cloned().collect();
    split.train.extend(phone_texts::rows(&borrowed)?);
    split.train.extend(mixed::rows(&split.train)?);
    if split.choose.is_empty() || split.report.is_empty() {
        return Err(Error::Data(
            "no rows of the sources that are held out in the data; pass the whole guard_train file".into(),
        ));
    }
    Ok(split)
}

fn counted(rows: &[Example]) -> Vec<(String, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for row in rows {
        *counts.entry(format!("{} {:?}", row.source, row.label).to_lowercase()).or_default() += 1;
    }
    counts.into_iter().collect()
}
