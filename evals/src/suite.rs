//! What all suites share: options, agents, seeded order, progress.

use std::collections::BTreeMap;
use std::path::PathBuf;

use globset::{Glob, GlobMatcher};
use pocketpilot_core::generate::Cancel;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::EvalError;
use crate::report::Case;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// Recorded steps in real apps.
    DroidTask,
    /// Tool selection and arguments from single requests.
    ToolCalls,
    /// Whole tasks on a phone.
    Tasks,
    /// A guard on labelled texts.
    Guard,
}

/// Who answers. The oracle and the null agent measure the suite itself: one must score 1, the other 0.
#[derive(Debug)]
pub enum Agent<P> {
    /// The thing under test.
    Planner(P),
    /// Knows the right answers.
    Oracle,
    /// Does nothing.
    Null,
}

impl<P> Agent<P> {
    /// As on the command line and in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Planner(_) => "planner",
            Self::Oracle => "oracle",
            Self::Null => "null",
        }
    }
}

/// How much of a suite is run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// File or folder of the data, for suites that read any.
    pub data: PathBuf,
    /// Most cases; which ones depends on the seed alone, not on their order in the files.
    pub limit: Option<usize>,
    /// Only cases whose id matches.
    pub only: Option<Only>,
    /// Seed of the sample, of the tasks' parameters and of the model.
    pub seed: u64,
}

impl Options {
    /// Whether `--only` leaves the case in.
    pub fn wants(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.0.is_match(id))
    }
}

/// A glob over case ids; `*` also matches `/`.
#[derive(Debug, Clone)]
pub struct Only(GlobMatcher);

impl std::str::FromStr for Only {
    type Err = EvalError;

    fn from_str(pattern: &str) -> Result<Self, EvalError> {
        let glob = Glob::new(pattern)
            .map_err(|e| EvalError::Pattern { pattern: pattern.into(), reason: e.kind().to_string() })?;
        Ok(Self(glob.compile_matcher()))
    }
}

/// Watches a run, and can end it. A cancelled run still gives a report of what it has measured.
pub struct Watch<'a> {
    /// Called after each case: cases done, cases in all, the case.
    pub on_case: &'a mut dyn FnMut(usize, usize, &Case),
    /// Looked at before each case, and by the engine within one.
    pub cancel: &'a Cancel,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("cancel", self.cancel).finish_non_exhaustive()
    }
}

/// A number that depends on the seed and the names alone: the place of an item in the seeded order, or
/// a draw of one of its parameters. Items that come or go elsewhere do not change it.
pub(crate) fn rank(seed: u64, name: &str) -> u64 {
    let hash = Sha256::digest(format!("{seed}:{name}"));
    hash.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// A sample in proportion to strata: of `(rank, item)` by stratum, the items that are asked, at
/// most `limit`.
///
/// Each stratum is put into seeded order and its items spread evenly over 0..1; the first `limit`
/// of all strata together are then in proportion, whatever the limit, and a smaller sample is part
/// of a bigger one.
pub(crate) fn in_proportion<K>(strata: BTreeMap<K, Vec<(u64, usize)>>, limit: Option<usize>) -> Vec<usize> {
    let mut spread: Vec<(f64, u64, usize)> = Vec::new();
    for mut stratum in strata.into_values() {
        stratum.sort_unstable();
        let size = stratum.len() as f64;
        let place =
            |(index, &(rank, item)): (usize, &(u64, usize))| ((index as f64 + 0.5) / size, rank, item);
        spread.extend(stratum.iter().enumerate().map(place));
    }
    spread.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    spread.truncate(limit.unwrap_or(usize::MAX));
    let mut items: Vec<usize> = spread.into_iter().map(|(_, _, item)| item).collect();
    items.sort_unstable();
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_depend_on_seed_and_name_alone() {
        assert_eq!(rank(0, "contacts/task1"), rank(0, "contacts/task1"));
        assert_ne!(rank(0, "contacts/task1"), rank(1, "contacts/task1"));
        assert_ne!(rank(0, "contacts/task1"), rank(0, "contacts/task2"));
    }

    #[track_caller]
    fn check(only: &str, id: &str, wanted: bool) {
        let options = Options { only: Some(only.parse().unwrap()), ..Options::default() };
        assert_eq!(options.wants(id), wanted, "{only} {id}");
    }

    #[test]
    fn only_is_a_glob_over_ids() {
        check("contacts/*", "contacts/task1", true);
        check("contacts/*", "contacts/task1/3", true);
        check("contacts/*", "clock/task1", false);
        check("{clock,contacts}/task?", "clock/task1", true);
        assert!(Options::default().wants("anything"));
        assert!("[".parse::<Only>().unwrap_err().to_string().starts_with("--only [: "));
    }
}
