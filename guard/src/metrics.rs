//! Figures of a binary detector: how well its scores separate attacks from ordinary texts.

use pocketpilot_core::random::Random;

/// Resamples behind an interval.
const ROUNDS: usize = 1000;

/// A score and whether the text is an attack.
pub type Point = (f32, bool);

/// Area under the ROC curve: the chance that an attack scores above an ordinary text, ties counting
/// half. `None` when one of the two kinds is missing.
pub fn auc(points: &[Point]) -> Option<f64> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut wins, mut below) = (0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.0 == b.0) {
        let attacks = tie.iter().filter(|p| p.1).count() as f64;
        let ordinary = tie.len() as f64 - attacks;
        wins += attacks * (below + ordinary / 2.0);
        below += ordinary;
    }
    let attacks = points.len() as f64 - below;
    (attacks > 0.0 && below > 0.0).then(|| wins / (attacks * below))
}

/// Average precision: the sum over thresholds of precision times the recall gained there. `None`
/// without attacks.
pub fn auprc(points: &[Point]) -> Option<f64> {
    let attacks = points.iter().filter(|p| p.1).count() as f64;
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut seen, mut area) = (0.0, 0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.0 == b.0) {
        let gained = tie.iter().filter(|p| p.1).count() as f64;
        hits += gained;
        seen += tie.len() as f64;
        area += gained / attacks * (hits / seen);
    }
    (attacks > 0.0).then_some(area)
}

/// The lowest threshold at which at most `rate` of the ordinary texts score at or above it. Where
/// there are no ordinary texts, every text is above it.
pub fn threshold_at_fpr(points: &[Point], rate: f64) -> f32 {
    let mut ordinary: Vec<f32> = points.iter().filter(|p| !p.1).map(|p| p.0).collect();
    ordinary.sort_by(|a, b| b.total_cmp(a));
    let allowed = (rate * ordinary.len() as f64).floor() as usize;
    ordinary.get(allowed).map_or(f32::MIN, |score| score.next_up())
}

/// Share of the attacks found at the threshold that lets `rate` of the ordinary texts be flagged.
/// `None` when one of the two kinds is missing.
pub fn recall_at_fpr(points: &[Point], rate: f64) -> Option<f64> {
    let both = points.iter().any(|p| p.1) && points.iter().any(|p| !p.1);
    let at = Counts::at(points, threshold_at_fpr(points, rate));
    if both { at.recall() } else { None }
}

/// What a threshold does: texts that score at or above it are flagged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Attacks flagged.
    pub hits: usize,
    /// Attacks let through.
    pub misses: usize,
    /// Ordinary texts flagged.
    pub alarms: usize,
    /// Ordinary texts let through.
    pub passes: usize,
}

impl Counts {
    /// Counts at one threshold.
    pub fn at(points: &[Point], threshold: f32) -> Self {
        Self::of(points.iter().map(|&(score, attack)| (score >= threshold, attack)))
    }

    /// Counts of decisions: flagged or not, attack or not.
    pub fn of(decisions: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut counts = Self::default();
        for decision in decisions {
            let count = match decision {
                (true, true) => &mut counts.hits,
                (false, true) => &mut counts.misses,
                (true, false) => &mut counts.alarms,
                (false, false) => &mut counts.passes,
            };
            *count += 1;
        }
        counts
    }

    /// Share of the attacks that are flagged; `None` without attacks.
    pub fn recall(&self) -> Option<f64> {
        share(self.hits, self.hits + self.misses)
    }

    /// Share of the ordinary texts that are flagged; `None` without ordinary texts.
    pub fn false_positive_rate(&self) -> Option<f64> {
        share(self.alarms, self.alarms + self.passes)
    }

    /// Harmonic mean of precision and recall; `None` without attacks.
    pub fn f1(&self) -> Option<f64> {
        let attacks = self.hits + self.misses;
        if attacks == 0 { None } else { share(2 * self.hits, self.hits + self.alarms + attacks) }
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// AUC that length cannot explain: the AUC inside each bucket of lengths that holds both kinds,
/// weighted by the number of pairs compared. Buckets double: up to 4 words, 8, 16 and so on.
pub fn length_matched_auc(points: &[(Point, usize)]) -> Option<f64> {
    let mut buckets: Vec<Vec<Point>> = Vec::new();
    for (point, words) in points {
        let bucket = words.max(&4).next_power_of_two().trailing_zeros() as usize - 2;
        if buckets.len() <= bucket {
            buckets.resize(bucket + 1, Vec::new());
        }
        if let Some(bucket) = buckets.get_mut(bucket) {
            bucket.push(*point);
        }
    }
    let (mut area, mut pairs) = (0.0, 0.0);
    for bucket in &buckets {
        let attacks = bucket.iter().filter(|p| p.1).count();
        let weight = (attacks * (bucket.len() - attacks)) as f64;
        area += auc(bucket).unwrap_or_default() * weight;
        pairs += weight;
    }
    (pairs > 0.0).then(|| area / pairs)
}

/// The value below which a share `q` of the values lie (nearest rank); `None` without values.
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Interval that holds a figure in 95 of 100 cases, by the bootstrap: the figure on as many points
/// drawn with replacement, many times. `None` where no draw has a figure.
pub fn interval<T: Copy>(points: &[T], figure: impl Fn(&[T]) -> Option<f64>) -> Option<[f64; 2]> {
    let mut random = Random::new(0);
    let mut drawn = Vec::with_capacity(points.len());
    let mut figures = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        drawn.clear();
        drawn.extend((0..points.len()).filter_map(|_| random.pick(points)));
        figures.extend(figure(&drawn));
    }
    Some([quantile(&figures, 0.025)?, quantile(&figures, 0.975)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attacks at .9 .8 .4, ordinary texts at .7 .4 .2 .1.
    const POINTS: [Point; 7] =
        [(0.9, true), (0.2, false), (0.8, true), (0.7, false), (0.4, true), (0.4, false), (0.1, false)];

    #[track_caller]
    fn near(got: Option<f64>, want: f64) {
        let got = got.expect("a figure");
        assert!((got - want).abs() < 1e-9, "{got} is not {want}");
    }

    #[test]
    fn auc_counts_pairs_by_hand() {
        // .9 and .8 beat four each; .4 beats .2 and .1, ties with .4, loses to .7: 4 + 4 + 2.5 of 12.
        near(auc(&POINTS), 10.5 / 12.0);
        assert_eq!(auc(&[(0.5, true)]), None);
    }

    #[test]
    fn auprc_sums_precision_over_gained_recall() {
        // .9: 1/1; .8: 2/2; .7: nothing gained; .4 (a tie of two): 3 of 5.
        near(auprc(&POINTS), (1.0 + 1.0 + 3.0 / 5.0) / 3.0);
        assert_eq!(auprc(&[(0.5, false)]), None);
    }

    #[test]
    fn thresholds_leave_the_allowed_share_flagged() {
        for (rate, flagged, recall) in
            [(0.0, 0, 2.0 / 3.0), (0.25, 1, 2.0 / 3.0), (0.3, 1, 2.0 / 3.0), (0.5, 2, 1.0), (1.0, 4, 1.0)]
        {
            let threshold = threshold_at_fpr(&POINTS, rate);
            assert_eq!(Counts::at(&POINTS, threshold).alarms, flagged, "at {rate}");
            near(recall_at_fpr(&POINTS, rate), recall);
        }
        assert_eq!(recall_at_fpr(&[(0.3, false)], 0.01), None);
    }

    #[test]
    fn counts_give_recall_rate_and_f1() {
        let counts = Counts::at(&POINTS, 0.5);
        assert_eq!(counts, Counts { hits: 2, misses: 1, alarms: 1, passes: 3 });
        near(counts.recall(), 2.0 / 3.0);
        near(counts.false_positive_rate(), 0.25);
        near(counts.f1(), 2.0 / 3.0);
        assert_eq!(Counts::default().f1(), None);
    }

    #[test]
    fn length_alone_gives_no_length_matched_auc() {
        // Attacks are long and score high, but inside a bucket the scores are reversed.
        let points = [
            ((0.9, true), 100),
            ((0.95, false), 110),
            ((0.1, false), 5),
            ((0.2, false), 6),
            ((0.05, true), 7),
        ];
        near(length_matched_auc(&points), 0.0);
        near(auc(&points.map(|(point, _)| point)), 2.0 / 6.0);
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(quantile(&values, 0.5), Some(3.0));
        assert_eq!(quantile(&values, 0.99), Some(5.0));
        assert_eq!(quantile(&values, 0.0), Some(1.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn an_interval_is_as_wide_as_a_share_of_so_many_is() {
        // 30 of 100 attacks found: the normal approximation gives 0.3 +- 0.09.
        let points: Vec<Point> = (0..200).map(|i| (if i < 30 { 0.9 } else { 0.1 }, i < 100)).collect();
        let recall = |points: &[Point]| Counts::at(points, 0.5).recall();
        let [low, high] = interval(&points, recall).unwrap();
        assert!((low - 0.21).abs() < 0.02 && (high - 0.39).abs() < 0.02, "{low} to {high}");
        assert_eq!(interval(&points, recall), Some([low, high]), "the same every time");
        assert_eq!(interval(&[(0.5, false)], recall), None);
    }
}
