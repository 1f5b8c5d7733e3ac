//! A guard on labelled texts.
//!
//! Every text is judged by itself, as [`Guard::inspect`] with one item, and timed. The figures are
//! those of [`pocketpilot_guard::evaluate`], over all texts and by channel, label and source.
//!
//! The null agent allows everything: `recall_at_1pct_fpr` and `f1` must be 0 for it, and 1 for the
//! oracle.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use pocketpilot_core::guard::{Channel, Decision, Guard, GuardError, Inspect, Label};
use pocketpilot_guard::corpus::Row;
use pocketpilot_guard::evaluate::{Figures, Scored};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::report::{Collector, Subject};
use crate::suite::{in_proportion, rank};
use crate::{Agent, Case, EvalError, Metrics, Options, Report, Suite, Watch, data};

#[derive(Debug, Deserialize)]
struct Head {
    source: String,
    label: Label,
    channel: Channel,
}

/// Runs the suite on the file `options.data`, or on the only data file of that folder; `name` is
/// the guard's, for the report. A limit draws a sample in proportion to source, channel and label.
///
/// # Errors
/// [`EvalError`] for data that cannot be read and for a guard that cannot judge.
pub fn run(
    agent: Agent<&dyn Guard>,
    name: &str,
    options: &Options,
    watch: &mut Watch<'_>,
) -> Result<Report, EvalError> {
    let path = data::file(&options.data)?;
    let lines = sample(&path, options)?;
    let model = matches!(agent, Agent::Planner(_)).then(|| name.to_owned());
    let subject = Subject { suite: Suite::Guard, agent: agent.name(), model, adapters: Vec::new() };
    let mut collector = Collector::new(subject, options);
    let mut records = data::records::<Row>(&path)?;
    for (done, &line) in lines.iter().enumerate() {
        if watch.cancel.is_cancelled() {
            collector.complete = false;
            break;
        }
        let row = records.at(line)?;
        let scored = judge(&agent, row)?;
        let case = case(line, &scored);
        (watch.on_case)(done + 1, lines.len(), &case);
        collector.add(case, groups(&scored), scored);
    }
    Ok(collector.report(figures))
}

fn id(source: &str, line: usize) -> String {
    format!("{source}/{line:05}")
}

fn sample(path: &Path, options: &Options) -> Result<Vec<usize>, EvalError> {
    let mut strata: BTreeMap<String, Vec<(u64, usize)>> = BTreeMap::new();
    for record in data::records::<Head>(path)? {
        let (line, Head { source, label, channel }) = record?;
        let id = id(&source, line);
        if options.wants(&id) {
            let stratum = format!("{source}/{label:?}/{channel:?}");
            strata.entry(stratum).or_default().push((rank(options.seed, &id), line));
        }
    }
    let lines = in_proportion(strata, options.limit);
    if lines.is_empty() {
        return Err(EvalError::Nothing(format!("no text of {} is asked for", path.display())));
    }
    Ok(lines)
}

fn judge(agent: &Agent<&dyn Guard>, row: Row) -> Result<Scored, EvalError> {
    let attack = row.label != Label::Benign;
    let started = Instant::now();
    let (score, flagged) = match agent {
        Agent::Oracle => (f32::from(u8::from(attack)), attack),
        Agent::Null => (0.0, false),
        Agent::Planner(guard) => {
            let verdicts = guard.inspect(&[Inspect { text: &row.text, channel: row.channel }])?;
            let verdict = verdicts.first().ok_or_else(|| GuardError("it gave no verdict".into()))?;
            (verdict.score, verdict.decision != Decision::Allow)
        }
    };
    let milliseconds = Some(started.elapsed().as_secs_f64() * 1e3);
    let words = row.text.split_whitespace().count();
    let Row { label, channel, source, .. } = row;
    Ok(Scored { label, channel, source, words, score, flagged, milliseconds })
}

/// Named as [`pocketpilot_guard::evaluate::grouped`] names them.
fn groups(scored: &Scored) -> Vec<String> {
    let channel = format!("channel:{:?}", scored.channel).to_lowercase();
    let label = format!("label:{:?}", scored.label).to_lowercase();
    vec![channel, label, format!("source:{}", scored.source)]
}

/// The figures that a reader looks for first.
const FIRST: [&str; 5] = ["recall_at_1pct_fpr", "auprc", "f1", "p50_ms", "p99_ms"];

fn figures(scored: &[&Scored]) -> Metrics {
    let named = Figures::of(scored.iter().copied()).named();
    let first = FIRST.into_iter().filter_map(|name| Some((name, *named.get(name)?)));
    let others = named.iter().filter(|(name, _)| !FIRST.contains(name)).map(|(name, value)| (*name, *value));
    first.chain(others).map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

/// The text itself stays out of the report: it may be an attack, and its licence may not allow copies.
fn case(line: usize, scored: &Scored) -> Case {
    let ok = scored.flagged == (scored.label != Label::Benign);
    Case {
        id: id(&scored.source, line),
        ok,
        score: f64::from(u8::from(ok)),
        detail: json!({
            "label": scored.label, "channel": scored.channel, "score": scored.score, "flagged": scored.flagged,
        }),
    }
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::generate::Cancel;
    use pocketpilot_core::guard::Verdict;

    use super::*;

    fn run_agent(agent: Agent<&dyn Guard>, options: &Options) -> Result<Report, EvalError> {
        let cancel = Cancel::default();
        run(agent, "test", options, &mut Watch { on_case: &mut |_, _, _| {}, cancel: &cancel })
    }

    fn options() -> (tempfile::NamedTempFile, Options) {
        let file = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
        let row = |label: &str, channel: &str| {
            format!(r#"{{"text":"{label} text","label":"{label}","channel":"{channel}","source":"own"}}"#)
        };
        let rows =
            [row("benign", "user"), row("benign", "tool"), row("injection", "tool"), row("harmful", "user")];
        std::fs::write(file.path(), rows.join("\n")).unwrap();
        let options = Options { data: file.path().to_owned(), ..Options::default() };
        (file, options)
    }

    /// Flags what says "injection" and nothing else.
    struct Wary;

    impl Guard for Wary {
        fn inspect(&self, items: &[Inspect<'_>]) -> Result<Vec<Verdict>, GuardError> {
            let verdict = |item: &Inspect<'_>| {
                let attack = item.text.contains("injection");
                let (label, decision) = if attack {
                    (Label::Injection, Decision::Block)
                } else {
                    (Label::Benign, Decision::Allow)
                };
                let score = if attack { 0.9 } else { 0.1 };
                Verdict { label, score, scores: [1.0 - score, 0.0, 0.0, score], decision }
            };
            Ok(items.iter().map(verdict).collect())
        }
    }

    #[test]
    fn figures_follow_from_scores_and_decisions() {
        let (_file, options) = options();
        let report = run_agent(Agent::Planner(&Wary), &options).unwrap();
        assert_eq!((report.n, report.metrics["recall_at_1pct_fpr"].as_f64()), (4, Some(0.5)));
        assert!((report.metrics["f1"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(report.groups["channel:tool"].metrics["f1"], 1.0);
        assert_eq!(report.groups["channel:user"].metrics["f1"], 0.0);
        assert!(!serde_json::to_string(&report).unwrap().contains("injection text"));
    }

    #[test]
    fn the_oracle_scores_1_and_the_null_agent_0() {
        let (_file, options) = options();
        for (agent, expected) in [(Agent::Oracle, 1.0), (Agent::Null, 0.0)] {
            let metrics = run_agent(agent, &options).unwrap().metrics;
            assert_eq!(
                (&metrics["recall_at_1pct_fpr"], &metrics["f1"]),
                (&expected.into(), &expected.into())
            );
        }
    }

    #[test]
    fn a_guard_that_fails_ends_the_run() {
        struct Broken;
        impl Guard for Broken {
            fn inspect(&self, _: &[Inspect<'_>]) -> Result<Vec<Verdict>, GuardError> {
                Err(GuardError("no weights".into()))
            }
        }
        let (_file, options) = options();
        let error = run_agent(Agent::Planner(&Broken), &options).unwrap_err().to_string();
        assert_eq!(error, "the guard cannot judge: no weights");
    }
}
