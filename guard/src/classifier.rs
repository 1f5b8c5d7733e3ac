//! The prompt guard: the shared sentence encoder with a trained head on its token states.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use pocketpilot_core::encoder::{Encoder, EncoderError, Windows};
use pocketpilot_core::guard::{Channel, Decision, Guard, GuardError, Inspect, Label, Verdict};

use crate::Error;
use crate::harden::harden;
use crate::head::{Head, LABELS, padded};
use crate::weights::{Calibration, Weights};

mod recent;

use recent::Recent;

/// What the head reads at once. An attack is a sentence or two: it fills a short window, and would be
/// lost among the rest of a long one.
pub(crate) const WINDOWS: Windows = Windows { tokens: 64, overlap: 24, limit: 320 };

/// Windows that go through the encoder before their states are let go.
const BATCH: usize = 32;

/// Verdicts kept; a screen has some tens of texts.
const REMEMBERED: usize = 4096;

const SHIPPED: &[u8] = include_bytes!("../weights/head.safetensors");

/// The classifier. Judges all texts of a prompt in one go, long ones window by window, and
/// remembers verdicts: an unchanged screen is not scored again.
pub struct Classifier {
    encoder: Arc<Encoder>,
    head: Head,
    calibration: Calibration,
    recent: Mutex<Recent>,
}

impl std::fmt::Debug for Classifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Classifier").field("calibration", &self.calibration).finish_non_exhaustive()
    }
}

impl Classifier {
    /// The shipped weights over the encoder in a directory.
    ///
    /// # Errors
    /// [`Error::Encoder`] when the encoder is missing or broken.
    pub fn load(encoder_dir: &Path) -> Result<Self, Error> {
        Self::new(Arc::new(Encoder::load(encoder_dir)?), SHIPPED)
    }

    /// Over an encoder that is shared, with the shipped weights.
    ///
    /// # Errors
    /// [`Error::Head`] when it is another encoder than the weights were trained on.
    pub fn with_encoder(encoder: Arc<Encoder>) -> Result<Self, Error> {
        Self::new(encoder, SHIPPED)
    }

    /// Over an encoder that is shared, with weights that [`crate::train::train`] wrote.
    ///
    /// # Errors
    /// [`Error::Head`] when the weights are broken or belong to another encoder.
    pub fn new(encoder: Arc<Encoder>, weights: &[u8]) -> Result<Self, Error> {
        let weights = Weights::read(weights)?;
        let head = weights.head(encoder.width())?;
        let recent = Mutex::new(Recent::new(REMEMBERED));
        Ok(Self { encoder, head, calibration: weights.calibration, recent })
    }

    /// The thresholds in force.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Probabilities of each text, those of its worst window.
    fn judge(&self, texts: &[&str]) -> Result<Vec<[f32; LABELS]>, Error> {
        let mut windows = Vec::new();
        let mut worst: Vec<Option<[f32; LABELS]>> = Vec::new();
        for (text, hardened) in texts.iter().map(|t| harden(t)).enumerate() {
            match self.encoder.windows(&hardened, WINDOWS) {
                Ok(found) => {
                    windows.extend(found.into_iter().map(|w| (text, w)));
                    worst.push(None);
                }
                // Too much to read in bearable time: nothing of it is trusted, the rest goes on.
                Err(EncoderError::TooLong { .. }) => worst.push(Some([0.0, 0.0, 0.0, 1.0])),
                Err(other) => return Err(other.into()),
            }
        }
        windows.sort_by_key(|(_, window)| window.len());
        for batch in windows.chunks(BATCH) {
            let inputs: Vec<Vec<u32>> = batch.iter().map(|(_, window)| window.clone()).collect();
            let (states, mask) = padded(&self.encoder.states(&inputs)?)?;
            let logits = self.head.classify(&self.head.pool(&states, &mask)?, None)?.to_vec2::<f32>()?;
            for ((text, _), row) in batch.iter().zip(logits) {
                let row = row.try_into().map_err(|_| Error::Head("it gives no four labels".into()))?;
                let found = probabilities(&row, self.calibration.temperature);
                if let Some(place) = worst.get_mut(*text)
                    && place.is_none_or(|known| score(&found) > score(&known))
                {
                    *place = Some(found);
                }
            }
        }
        worst.into_iter().map(|w| w.ok_or_else(|| Error::Head("a text has no window".into()))).collect()
    }

    fn verdict(&self, scores: [f32; LABELS], channel: Channel) -> Verdict {
        let labels = [Label::Benign, Label::Harmful, Label::Jailbreak, Label::Injection];
        let likeliest = |(_, a): &(Label, f32), (_, b): &(Label, f32)| a.total_cmp(b);
        let label = labels.into_iter().zip(scores).max_by(likeliest).map_or(Label::Injection, |(l, _)| l);
        let score = score(&scores);
        let passes = score < self.calibration.threshold(channel);
        Verdict { label, score, scores, decision: if passes { Decision::Allow } else { Decision::Block } }
    }
}

impl Guard for Classifier {
    fn inspect(&self, items: &[Inspect<'_>]) -> Result<Vec<Verdict>, GuardError> {
        let mut known: HashMap<&str, [f32; LABELS]> = HashMap::new();
        let mut unknown: Vec<&str> = Vec::new();
        {
            let mut recent = self.recent();
            for item in items {
                match recent.get(item.text) {
                    Some(scores) => drop(known.insert(item.text, scores)),
                    None => unknown.push(item.text),
                }
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        let judged = self.judge(&unknown).map_err(|e| GuardError(e.to_string()))?;
        if judged.iter().flatten().any(|p| !p.is_finite()) {
            return Err(GuardError("the classifier gave no number; pull the encoder again".into()));
        }
        let mut recent = self.recent();
        for (text, scores) in unknown.into_iter().zip(judged) {
            recent.put(text, scores);
            known.insert(text, scores);
        }
        let verdict = |item: &Inspect<'_>| Some(self.verdict(*known.get(item.text)?, item.channel));
        let verdicts: Option<Vec<Verdict>> = items.iter().map(verdict).collect();
        verdicts.ok_or_else(|| GuardError("a text was not judged".into()))
    }
}

/// Softmax at a temperature.
pub(crate) fn probabilities(logits: &[f32; LABELS], temperature: f32) -> [f32; LABELS] {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers = logits.map(|l| ((l - top) / temperature).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|p| p / sum)
}

/// Probability of an attack of any kind. Summed rather than taken from 1, so that texts that are
/// nearly certainly ordinary still differ.
pub(crate) fn score(scores: &[f32; LABELS]) -> f32 {
    let [_, harmful, jailbreak, injection] = scores;
    harmful + jailbreak + injection
}

#[cfg(test)]
mod tests;
