use pocketpilot_core::generate::Cancel;
use serde_json::{Value, json};

use super::*;

fn record(kind: &str, call: Value) -> Record {
    let parameters =
        json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    serde_json::from_value(json!({
        "instruction": "Weather in Bern?",
        "tools": [
            {"name": "weather", "description": "d", "parameters": parameters},
            {"name": "news", "description": "d", "parameters": parameters}
        ],
        "call": call, "kind": kind, "source": "own"
    }))
    .unwrap()
}

/// The figures of one record: selection, arguments, call, irrelevance, relevance.
#[track_caller]
fn check(record: &Record, chosen: Option<&str>, call: Option<Value>, expected: [Option<bool>; 5]) {
    let answer = record.answer().unwrap();
    let call = call.map(|arguments| Ok(Call { tool: "weather".into(), arguments }));
    let asked = Asked { chosen: Ok(chosen.map(Into::into)), call };
    let Outcome { selection, arguments, call, irrelevance, relevance, .. } =
        judge(record, answer.as_ref(), &asked);
    assert_eq!([selection, arguments, call, irrelevance, relevance], expected);
}

#[test]
fn arguments_are_judged_apart_from_the_selection() {
    let record = record("multiple", json!({"name": "weather", "arguments": {"city": "Bern"}}));
    let (yes, no) = (Some(true), Some(false));
    let (right, wrong) = (Some(json!({"city": "bern"})), Some(json!({"city": "Basel"})));
    check(&record, Some("weather"), right.clone(), [yes, yes, yes, None, yes]);
    check(&record, Some("weather"), wrong, [yes, no, no, None, yes]);
    check(&record, Some("news"), right.clone(), [no, yes, no, None, yes]);
    check(&record, None, right, [no, yes, no, None, no]);
    check(&record, None, None, [no, no, no, None, no]);
}

#[test]
fn a_record_for_selection_says_nothing_about_arguments() {
    let record = record("selection", json!({"name": "weather", "arguments": {}}));
    check(&record, Some("weather"), None, [Some(true), None, None, None, Some(true)]);
    check(&record, Some("news"), None, [Some(false), None, None, None, Some(true)]);
}

#[test]
fn without_a_right_tool_only_no_call_is_right() {
    let record = record("irrelevance", Value::Null);
    check(&record, None, None, [None, None, None, Some(true), None]);
    check(&record, Some("news"), None, [None, None, None, Some(false), None]);
}

#[test]
fn a_failed_decision_is_wrong_in_both_ways() {
    let failed = || Asked { chosen: Err("the request was taken for Injection".into()), call: None };
    let gold = record("simple", json!({"name": "weather", "arguments": {"city": "Bern"}}));
    let outcome = judge(&gold, gold.answer().unwrap().as_ref(), &failed());
    assert_eq!((outcome.selection, outcome.relevance), (Some(false), Some(false)));
    let none = record("irrelevance", Value::Null);
    assert_eq!(judge(&none, None, &failed()).irrelevance, Some(false));
}

fn run_agent(agent: Agent<&mut Decider<'_>>, options: &Options) -> Result<Report, EvalError> {
    let cancel = Cancel::default();
    run(agent, options, None, None, &mut Watch { on_case: &mut |_, _, _| {}, cancel: &cancel })
}

#[test]
fn a_broken_line_is_named() {
    let file = tempfile::NamedTempFile::with_suffix(".jsonl").unwrap();
    std::fs::write(file.path(), "{\"kind\":\"simple\",\"source\":\"x\",\"instruction\":\"y\"}\n").unwrap();
    let options = Options { data: file.path().to_owned(), ..Options::default() };
    let error = run_agent(Agent::Oracle, &options).unwrap_err().to_string();
    assert!(error.contains(".jsonl:1: missing field `tools`"), "{error}");
}

#[test]
fn the_oracle_scores_1_and_the_null_agent_0_on_the_whole_file() {
    let Some(data) = crate::testing::shared("toolcalls/toolcalls_train.jsonl.gz") else { return };
    let options = Options { data, ..Options::default() };
    let oracle = run_agent(Agent::Oracle, &options).unwrap();
    assert!(oracle.metrics.values().all(|v| v == 1.0), "{:?}", oracle.metrics);
    assert_eq!((oracle.metrics.len(), oracle.n), (5, 21_379));
    let null = run_agent(Agent::Null, &Options { limit: Some(300), ..options }).unwrap();
    assert_eq!(null.n, 300);
    for (name, value) in &null.metrics {
        assert_eq!(value, if name == "irrelevance" { 1.0 } else { 0.0 }, "{name}");
    }
}
