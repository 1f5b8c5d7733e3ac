//! Tool calling from single requests: which tool, and with which arguments.
//!
//! Each record is put to the planner's own [`Decider`] with its tools and one more candidate, [`NONE`],
//! but no screen and no history. Figures, each over the records that it makes sense for:
//!
//! | figure | share of | with |
//! |---|---|---|
//! | `selection` | records with a right tool | that tool chosen |
//! | `arguments` | records with labelled arguments | right arguments, written for the right tool, whichever was chosen |
//! | `call` | records with labelled arguments | the right tool chosen and right arguments |
//! | `irrelevance` | records without a right tool | no call |
//! | `relevance` | records with a right tool | some call |
//!
//! Arguments are right by the AST rules of the Berkeley leaderboard ([`ast_match`]). The null agent
//! makes no call: all figures must be 0 for it but `irrelevance`, which is 1. The planner makes one
//! call a step, so records that want several at once are left out; the report says how many.

mod among;
pub mod ast_match;
pub(crate) mod record;
mod sample;

use pocketpilot_core::encoder::Encoder;
use pocketpilot_core::memory::Call;
use pocketpilot_core::planner::{Candidates, Decider, Offered, Situation, UNRELATED};
use pocketpilot_core::tool::{Effect, ToolSpec};
use serde_json::json;

use crate::decision::{Decision, decision};
use crate::report::{Collector, Subject, metrics, share};
use crate::{Agent, Case, EvalError, Metrics, Options, Report, Suite, Watch, data};
pub use among::Among;
use among::failed;
use record::{Answer, Record};

/// The candidate that stands for "no call".
pub const NONE: &str = "none_of_these";

/// Runs the suite on the file `options.data`, or on the only data file of that folder; `among` many tools if it is given,
/// which leaves records without a right tool out. The `encoder` compares tools and requests, as before every episode.
///
/// # Errors
/// [`EvalError`] for data that cannot be read and for a model that cannot go on.
pub fn run(
    mut agent: Agent<&mut Decider<'_>>,
    options: &Options,
    encoder: Option<&Encoder>,
    among: Option<&Among>,
    watch: &mut Watch<'_>,
) -> Result<Report, EvalError> {
    let path = data::file(&options.data)?;
    let sample = sample::sample(&path, options)?;
    if sample.lines.is_empty() {
        return Err(EvalError::Nothing(format!("no record of {} is asked for", path.display())));
    }
    let mut collector = Collector::new(Subject::asked(Suite::ToolCalls, &agent), options);
    if sample.parallel > 0 {
        collector.notes.push(format!("{} records that want several calls at once left out", sample.parallel));
    }
    let mut records = data::records::<Record>(&path)?;
    for (done, &line) in sample.lines.iter().enumerate() {
        let record = records.at(line)?;
        let answer = record.answer().map_err(|reason| records.wrong(reason))?;
        let id = sample::id(&record.source, line);
        let offered = match (among, &answer) {
            (None, _) => record.tools(),
            (Some(_), None) => continue,
            (Some(among), Some(answer)) => among.offered(&record.instruction, &answer.call.tool, &id)?,
        };
        let asked = match ask(&mut agent, encoder, &record, &offered, answer.as_ref()) {
            Err(EvalError::Cancelled) => {
                collector.complete = false;
                break;
            }
            asked => asked?,
        };
        let outcome = judge(&record, answer.as_ref(), &asked);
        let case = case(id, &record, answer.as_ref(), &asked, &outcome);
        (watch.on_case)(done + 1, sample.lines.len(), &case);
        let groups = vec![record.source.clone(), record.kind.name().to_owned()];
        collector.add(case, groups, outcome);
        if watch.cancel.is_cancelled() {
            collector.complete = done + 1 == sample.lines.len();
            break;
        }
    }
    Ok(collector.report(figures))
}

/// What an agent answered.
#[derive(Debug)]
struct Asked {
    /// The tool it chose; `None` if it made no call.
    chosen: Decision<Option<String>>,
    /// The call it wrote for the right tool, where one was asked for.
    call: Option<Decision<Call>>,
}

fn ask(
    agent: &mut Agent<&mut Decider<'_>>,
    encoder: Option<&Encoder>,
    record: &Record,
    offered: &[ToolSpec],
    answer: Option<&Answer>,
) -> Result<Asked, EvalError> {
    let gold = answer.filter(|_| record.kind.has_arguments()).map(|a| &a.call);
    match agent {
        Agent::Null => Ok(Asked { chosen: Ok(None), call: None }),
        Agent::Oracle => {
            Ok(Asked { chosen: Ok(answer.map(|a| a.call.tool.clone())), call: gold.cloned().map(Ok) })
        }
        Agent::Planner(decider) => {
            let none = none();
            let mut tools: Vec<Offered<'_>> = match encoder {
                None => offered.iter().map(Offered::from).collect(),
                Some(encoder) => Candidates::new(encoder, offered.iter())
                    .and_then(|near| near.offer(encoder, offered.iter(), &record.instruction))
                    .map_err(failed)?,
            };
            tools.push(Offered { tool: &none, nearness: encoder.map(|_| UNRELATED) });
            let situation = Situation {
                goal: &record.instruction,
                tools: &tools,
                memories: &[],
                history: &[],
                screen: &[],
            };
            let chosen = decision(decider.select(&situation))?;
            let right = gold.and_then(|gold| offered.iter().find(|t| t.name == gold.tool));
            let call = right.map(|tool| decision(decider.arguments(&situation, tool))).transpose()?;
            Ok(Asked { chosen: chosen.map(|name| (name != NONE).then_some(name)), call })
        }
    }
}

/// The tool of that name.
pub(crate) fn none() -> ToolSpec {
    ToolSpec {
        name: NONE.into(),
        description: "No other tool here does what the request asks for.".into(),
        parameters: json!({"type": "object", "properties": {}}),
        effect: Effect::Read,
        foreign: false,
        examples: Vec::new(),
    }
}

/// What a record says about each figure; `None` where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    selection: Option<bool>,
    arguments: Option<bool>,
    call: Option<bool>,
    irrelevance: Option<bool>,
    relevance: Option<bool>,
    /// Why the arguments are wrong.
    reason: Option<String>,
}

impl Outcome {
    /// All that could be right is.
    fn ok(&self) -> bool {
        [self.selection, self.call, self.irrelevance].into_iter().flatten().all(|right| right)
    }
}

fn judge(record: &Record, answer: Option<&Answer>, asked: &Asked) -> Outcome {
    let chosen = asked.chosen.as_ref().ok();
    let Some(answer) = answer else {
        return Outcome {
            selection: None,
            arguments: None,
            call: None,
            irrelevance: Some(chosen == Some(&None)),
            relevance: None,
            reason: None,
        };
    };
    let selection = chosen.is_some_and(|c| c.as_ref() == Some(&answer.call.tool));
    let written = record.kind.has_arguments().then(|| match &asked.call {
        None => Err("no call".to_owned()),
        Some(Err(reason)) => Err(reason.clone()),
        Some(Ok(call)) => record.accepts(call, answer),
    });
    let arguments = written.as_ref().map(Result::is_ok);
    Outcome {
        selection: Some(selection),
        arguments,
        call: arguments.map(|right| right && selection),
        irrelevance: None,
        relevance: Some(chosen.is_some_and(Option::is_some)),
        reason: written.and_then(Result::err),
    }
}

fn figures(outcomes: &[&Outcome]) -> Metrics {
    metrics([
        ("selection", share(outcomes, |o| o.selection)),
        ("arguments", share(outcomes, |o| o.arguments)),
        ("call", share(outcomes, |o| o.call)),
        ("irrelevance", share(outcomes, |o| o.irrelevance)),
        ("relevance", share(outcomes, |o| o.relevance)),
    ])
}

fn case(id: String, record: &Record, answer: Option<&Answer>, asked: &Asked, outcome: &Outcome) -> Case {
    let ok = outcome.ok();
    let chosen = match &asked.chosen {
        Ok(chosen) => json!(chosen),
        Err(reason) => json!({ "error": reason }),
    };
    let detail = json!({
        "instruction": record.instruction,
        "expected": answer.map(|a| &a.call),
        "chosen": chosen,
        "arguments": asked.call.as_ref().and_then(|c| c.as_ref().ok()).map(|c| &c.arguments),
        "reason": outcome.reason,
    });
    Case { id, ok, score: f64::from(u8::from(ok)), detail }
}

#[cfg(test)]
mod tests;
