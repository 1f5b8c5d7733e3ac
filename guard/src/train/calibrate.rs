//! Temperature and thresholds, chosen on the rows that are kept for it.

use pocketpilot_core::guard::{Channel, Label};

use crate::classifier::{probabilities, score};
use crate::evaluate::Scored;
use crate::metrics::{Point, threshold_at_fpr};
use crate::weights::Calibration;

/// Share of a channel's ordinary dev texts that may score above its threshold.
const RATE: f64 = 0.01;

/// A dev text with the head's logits for each of its windows.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) label: Label,
    pub(super) channel: Channel,
    pub(super) source: String,
    pub(super) words: usize,
    pub(super) logits: Vec<[f32; 4]>,
}

impl Judged {
    /// The worst window's score, and whether it is an attack.
    pub(super) fn point(&self, temperature: f32) -> Point {
        let scores = self.logits.iter().map(|l| score(&probabilities(l, temperature)));
        (scores.fold(0.0, f32::max), self.label != Label::Benign)
    }

    pub(super) fn scored(&self, calibration: &Calibration) -> Scored {
        let (score, _) = self.point(calibration.temperature);
        Scored {
            label: self.label,
            channel: self.channel,
            source: self.source.clone(),
            words: self.words,
            score,
            flagged: score >= calibration.threshold(self.channel),
            milliseconds: None,
        }
    }
}

/// One temperature for all labels, by likelihood, then one threshold for each channel.
pub(super) fn calibrate(dev: &[Judged]) -> Calibration {
    let temperatures = (0..60).map(|i| 0.5 * 1.05f32.powi(i));
    let temperature =
        temperatures.min_by(|a, b| surprise(dev, *a).total_cmp(&surprise(dev, *b))).unwrap_or(1.0);
    let threshold = |channel| {
        let points: Vec<Point> =
            dev.iter().filter(|e| e.channel == channel).map(|e| e.point(temperature)).collect();
        threshold_at_fpr(&points, RATE)
    };
    Calibration {
        temperature,
        user: threshold(Channel::User),
        tool: threshold(Channel::Tool),
        screen: threshold(Channel::Screen),
    }
}

/// Mean negative log likelihood of the right label, by the first window.
fn surprise(dev: &[Judged], temperature: f32) -> f64 {
    let logs = dev.iter().filter_map(|e| {
        let right = *probabilities(e.logits.first()?, temperature).get(e.label as usize)?;
        Some(-f64::from(right.max(1e-9)).ln())
    });
    logs.sum::<f64>() / dev.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(label: Label, channel: Channel, attack: f32) -> Judged {
        Judged { label, channel, source: "s".into(), words: 3, logits: vec![[0.0, 0.0, 0.0, attack]] }
    }

    #[test]
    fn each_channel_gets_its_own_threshold() {
        let mut dev = Vec::new();
        for i in 0..200 {
            let score = i as f32 / 100.0;
            dev.push(judged(Label::Benign, Channel::User, score));
            dev.push(judged(Label::Benign, Channel::Screen, score - 3.0));
            dev.push(judged(Label::Benign, Channel::Tool, -score));
            dev.push(judged(Label::Injection, Channel::User, 4.0));
        }
        let calibration = calibrate(&dev);
        for channel in [Channel::User, Channel::Tool, Channel::Screen] {
            let flagged = |e: &&Judged| e.scored(&calibration).flagged && e.label == Label::Benign;
            let count = dev.iter().filter(|e| e.channel == channel).filter(flagged).count();
            assert_eq!(count, 2, "1 % of 200 in {channel:?}");
        }
        assert!(calibration.screen < calibration.user);
    }

    #[test]
    fn overconfident_logits_are_cooled() {
        // Right three times of four with logits that claim near certainty.
        let dev: Vec<Judged> = (0..100)
            .map(|i| judged(if i % 4 == 0 { Label::Benign } else { Label::Injection }, Channel::User, 9.0))
            .collect();
        let calibration = calibrate(&dev);
        assert!(calibration.temperature > 2.0, "{}", calibration.temperature);
    }

    #[test]
    fn the_worst_window_counts() {
        let mut long = judged(Label::Injection, Channel::Tool, -9.0);
        long.logits.push([-9.0, -9.0, -9.0, 9.0]);
        assert!(long.point(1.0).0 > 0.99);
    }
}
