//! The figures of a guard on labelled texts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use pocketpilot_core::guard::{Channel, Decision, Guard, GuardError, Inspect, Label};
use serde::Serialize;

use crate::corpus::Row;
use crate::metrics::{self, Counts, Point};

/// False positives at which recall is reported.
const RATE: f64 = 0.01;

/// A labelled text with the guard's answer.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// What it is.
    pub label: Label,
    /// How it arrived.
    pub channel: Channel,
    /// Which collection it is from.
    pub source: String,
    /// Words in it.
    pub words: usize,
    /// The guard's score, 0 to 1.
    pub score: f32,
    /// Not allowed, by the guard's frozen thresholds.
    pub flagged: bool,
    /// How long it took to judge, where that was measured.
    pub milliseconds: Option<f64>,
}

impl Scored {
    fn point(&self) -> Point {
        (self.score, self.label != Label::Benign)
    }
}

/// Figures of a group of texts. What needs attacks or ordinary texts is `None` without them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Texts.
    pub n: usize,
    /// Attacks among them.
    pub attacks: usize,
    /// Area under the ROC curve.
    pub auc: Option<f64>,
    /// The same where only texts of like length are compared.
    pub length_matched_auc: Option<f64>,
    /// Average precision.
    pub auprc: Option<f64>,
    /// Recall at the threshold that gives 1 % false positives on these very texts.
    pub recall_at_1pct_fpr: Option<f64>,
    /// At the frozen thresholds, as are the next two.
    pub f1: Option<f64>,
    /// Share of the attacks flagged.
    pub recall: Option<f64>,
    /// Share of the ordinary texts flagged.
    pub false_positive_rate: Option<f64>,
    /// Median time of one text.
    pub p50_ms: Option<f64>,
    /// Time that 99 of 100 texts stay below.
    pub p99_ms: Option<f64>,
}

impl Figures {
    /// Of these texts.
    pub fn of<'a>(scored: impl IntoIterator<Item = &'a Scored>) -> Self {
        let scored: Vec<&Scored> = scored.into_iter().collect();
        let points: Vec<Point> = scored.iter().map(|s| s.point()).collect();
        let lengths: Vec<(Point, usize)> = scored.iter().map(|s| (s.point(), s.words)).collect();
        let counts = Counts::of(scored.iter().map(|s| (s.flagged, s.label != Label::Benign)));
        let times: Vec<f64> = scored.iter().filter_map(|s| s.milliseconds).collect();
        Self {
            n: scored.len(),
            attacks: counts.hits + counts.misses,
            auc: metrics::auc(&points),
            length_matched_auc: metrics::length_matched_auc(&lengths),
            auprc: metrics::auprc(&points),
            recall_at_1pct_fpr: metrics::recall_at_fpr(&points, RATE),
            f1: counts.f1(),
            recall: counts.recall(),
            false_positive_rate: counts.false_positive_rate(),
            p50_ms: metrics::quantile(&times, 0.5),
            p99_ms: metrics::quantile(&times, 0.99),
        }
    }

    /// The figures that there are, by name.
    pub fn named(&self) -> BTreeMap<&'static str, f64> {
        let all = [
            ("auc", self.auc),
            ("length_matched_auc", self.length_matched_auc),
            ("auprc", self.auprc),
            ("recall_at_1pct_fpr", self.recall_at_1pct_fpr),
            ("f1", self.f1),
            ("recall", self.recall),
            ("false_positive_rate", self.false_positive_rate),
            ("p50_ms", self.p50_ms),
            ("p99_ms", self.p99_ms),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Figures over `all`, then by channel (`channel:user`), label (`label:injection`) and source
/// (`source:snips`).
pub fn grouped(scored: &[Scored]) -> Vec<(String, Figures)> {
    let names = |s: &Scored| {
        [
            format!("channel:{:?}", s.channel).to_lowercase(),
            format!("label:{:?}", s.label).to_lowercase(),
            format!("source:{}", s.source),
        ]
    };
    let groups: BTreeSet<String> = scored.iter().flat_map(names).collect();
    let of = |group: &String| Figures::of(scored.iter().filter(|s| names(s).contains(group)));
    let all = ("all".to_owned(), Figures::of(scored));
    std::iter::once(all).chain(groups.iter().map(|g| (g.clone(), of(g)))).collect()
}

/// Bootstrap intervals of recall at the frozen thresholds and of recall at 1 % false positives, over
/// all and by channel.
pub fn intervals(scored: &[Scored]) -> Vec<(String, [f64; 2], [f64; 2])> {
    let mut groups: Vec<(String, Vec<&Scored>)> = vec![("all".into(), scored.iter().collect())];
    for channel in [Channel::User, Channel::Tool, Channel::Screen] {
        let name = format!("channel:{channel:?}").to_lowercase();
        groups.push((name, scored.iter().filter(|s| s.channel == channel).collect()));
    }
    let recall = |rows: &[&Scored]| Counts::of(rows.iter().map(|s| (s.flagged, s.point().1))).recall();
    let at_rate = |rows: &[&Scored]| {
        let points: Vec<Point> = rows.iter().map(|s| s.point()).collect();
        metrics::recall_at_fpr(&points, RATE)
    };
    groups
        .into_iter()
        .filter_map(|(name, rows)| {
            Some((name, metrics::interval(&rows, recall)?, metrics::interval(&rows, at_rate)?))
        })
        .collect()
}

/// Judges rows one by one, as `eval guard` does, and measures the time of each. `done` is called with
/// each row's place.
///
/// # Errors
/// [`GuardError`] of the guard.
pub fn score(
    guard: &dyn Guard,
    rows: &[Row],
    done: &mut dyn FnMut(usize),
) -> Result<Vec<Scored>, GuardError> {
    let judge = |(place, row): (usize, &Row)| {
        let start = Instant::now();
        let verdicts = guard.inspect(&[Inspect { text: &row.text, channel: row.channel }])?;
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        let verdict = verdicts.first().ok_or_else(|| GuardError("it gave no verdict".into()))?;
        done(place);
        Ok(Scored {
            label: row.label,
            channel: row.channel,
            source: row.source.clone(),
            words: row.text.split_whitespace().count(),
            score: verdict.score,
            flagged: verdict.decision != Decision::Allow,
            milliseconds: Some(milliseconds),
        })
    };
    rows.iter().enumerate().map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(label: Label, channel: Channel, source: &str, score: f32) -> Scored {
        let flagged = score > 0.5;
        Scored { label, channel, source: source.into(), words: 5, score, flagged, milliseconds: Some(2.0) }
    }

    #[test]
    fn groups_hold_what_belongs_to_them() {
        let rows = [
            scored(Label::Benign, Channel::User, "a", 0.1),
            scored(Label::Benign, Channel::User, "a", 0.8),
            scored(Label::Harmful, Channel::User, "b", 0.9),
            scored(Label::Injection, Channel::Screen, "c", 0.3),
        ];
        let groups: BTreeMap<String, Figures> = grouped(&rows).into_iter().collect();
        assert_eq!(groups.len(), 1 + 2 + 3 + 3);
        let all = &groups["all"];
        assert_eq!((all.n, all.attacks), (4, 2));
        assert_eq!((all.recall, all.false_positive_rate, all.f1), (Some(0.5), Some(0.5), Some(0.5)));
        assert_eq!(all.auc, Some(0.75));
        assert_eq!(groups["channel:user"].recall_at_1pct_fpr, Some(1.0));
        assert_eq!(groups["source:a"].recall, None);
        assert_eq!(groups["source:a"].named().get("false_positive_rate"), Some(&0.5));
        assert_eq!(groups["label:injection"].recall, Some(0.0));
        assert_eq!(all.named()["p50_ms"], 2.0);
    }
}
