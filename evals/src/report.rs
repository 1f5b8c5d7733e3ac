//! Reports: figures, groups and every single case, in the form that `eval --json` prints.

use std::collections::BTreeMap;
use std::time::Instant;

use pocketpilot_core::planner::{Adapters, Decider};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Suite;
use crate::suite::{Agent, Options};

mod html;
mod table;

pub use html::html;
pub use table::table;

/// What a run measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// The suite.
    pub suite: Suite,
    /// `planner`, `oracle`, `null`.
    pub agent: String,
    /// The model, if one was asked.
    pub model: Option<String>,
    /// Its adapters.
    pub adapters: Vec<String>,
    /// The seed of sample, parameters and model.
    pub seed: u64,
    /// Number of cases.
    pub n: usize,
    /// False when the run was cancelled before its last case.
    pub complete: bool,
    /// What a reader of the figures must know: cases left out, for instance.
    pub notes: Vec<String>,
    /// Figures over all cases. A figure that has no cases is left out.
    pub metrics: Metrics,
    /// The same figures by group.
    pub groups: BTreeMap<String, Group>,
    /// Wall-clock time of the run.
    pub seconds: f64,
    /// Case by case, in the order in which they ran.
    pub cases: Vec<Case>,
}

/// Figures by name, in the order in which a suite names them.
pub type Metrics = serde_json::Map<String, Value>;

/// The figures of some of the cases.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Group {
    /// Number of cases.
    pub n: usize,
    /// The figures.
    #[serde(flatten)]
    pub metrics: Metrics,
}

/// One thing that was asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// Unique in the suite, and the same in every run.
    pub id: String,
    /// Right.
    pub ok: bool,
    /// From 0 to 1.
    pub score: f64,
    /// What was expected, what came, and whatever else explains the score.
    pub detail: Value,
}

/// Names that go into a report beside the figures.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) suite: Suite,
    pub(crate) agent: &'static str,
    pub(crate) model: Option<String>,
    pub(crate) adapters: Vec<String>,
}

impl Subject {
    /// An agent that is asked for single decisions.
    pub(crate) fn asked(suite: Suite, agent: &Agent<&mut Decider<'_>>) -> Self {
        let (model, adapters) = match agent {
            Agent::Planner(decider) => {
                (Some(decider.engine.model().to_owned()), Self::adapters(decider.adapters))
            }
            Agent::Oracle | Agent::Null => (None, Vec::new()),
        };
        Self { suite, agent: agent.name(), model, adapters }
    }

    /// Adapters by the names they are loaded under.
    pub(crate) fn adapters(adapters: &Adapters) -> Vec<String> {
        [&adapters.select, &adapters.args].into_iter().flatten().cloned().collect()
    }
}

/// Collects cases with what their figures are computed from.
#[derive(Debug)]
pub(crate) struct Collector<O> {
    subject: Subject,
    seed: u64,
    started: Instant,
    cases: Vec<Case>,
    outcomes: Vec<(Vec<String>, O)>,
    pub(crate) complete: bool,
    pub(crate) notes: Vec<String>,
}

impl<O> Collector<O> {
    pub(crate) fn new(subject: Subject, options: &Options) -> Self {
        Self {
            subject,
            seed: options.seed,
            started: Instant::now(),
            cases: Vec::new(),
            outcomes: Vec::new(),
            complete: true,
            notes: Vec::new(),
        }
    }

    /// Adds a case, and the groups that it counts in.
    pub(crate) fn add(&mut self, case: Case, groups: Vec<String>, outcome: O) {
        self.cases.push(case);
        self.outcomes.push((groups, outcome));
    }

    /// The report, its figures computed over all cases and over those of each group.
    pub(crate) fn report(self, figures: impl Fn(&[&O]) -> Metrics) -> Report {
        let all: Vec<&O> = self.outcomes.iter().map(|(_, outcome)| outcome).collect();
        let mut by_group: BTreeMap<String, Vec<&O>> = BTreeMap::new();
        for (groups, outcome) in &self.outcomes {
            for group in groups {
                by_group.entry(group.clone()).or_default().push(outcome);
            }
        }
        let group = |(name, members): (String, Vec<&O>)| {
            (name, Group { n: members.len(), metrics: figures(&members) })
        };
        Report {
            suite: self.subject.suite,
            agent: self.subject.agent.into(),
            model: self.subject.model,
            adapters: self.subject.adapters,
            seed: self.seed,
            n: self.cases.len(),
            complete: self.complete,
            notes: self.notes,
            metrics: figures(&all),
            groups: by_group.into_iter().map(group).collect(),
            seconds: self.started.elapsed().as_secs_f64(),
            cases: self.cases,
        }
    }
}

/// Figures from names and values, those without a value left out.
pub(crate) fn metrics<const N: usize>(figures: [(&str, Option<f64>); N]) -> Metrics {
    figures.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?)))).collect()
}

/// The share of the cases that `is_right` tells about (`None`: the case does not count) for which
/// it is true.
pub(crate) fn share<O>(outcomes: &[&O], is_right: impl Fn(&O) -> Option<bool>) -> Option<f64> {
    let judged: Vec<bool> = outcomes.iter().filter_map(|o| is_right(o)).collect();
    mean(judged.iter().map(|&right| f64::from(u8::from(right))))
}

/// The mean, of something.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests;
