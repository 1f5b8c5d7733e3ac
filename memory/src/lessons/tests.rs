use pocketpilot_core::guard::{Decision, Label, Verdict, Withheld};
use pocketpilot_core::memory::{Memory, Outcome};
use pocketpilot_core::prompt::Origin;
use pocketpilot_core::task::Task;
use pocketpilot_core::tool::{Effect, Evidence};
use serde_json::{Value, json};

use super::*;
use crate::testing::{done, open, outcome, step};

const GOAL: &str = "Save  Ana's number";
const SCREEN: &str =
    "<input id=0>Name</input>\n<button id=1 text='Save'></button>\n<button id=2>go back</button>\n";

fn spec(name: &str, properties: Value) -> ToolSpec {
    ToolSpec {
        name: name.into(),
        description: String::new(),
        parameters: json!({"type": "object", "properties": properties}),
        effect: Effect::Write,
        foreign: false,
        examples: Vec::new(),
    }
}

fn tools() -> Vec<ToolSpec> {
    let (element, text) = (json!({"type": "integer"}), json!({"type": "string"}));
    vec![
        spec("tap", json!({"element": element})),
        spec("type_text", json!({"element": element, "text": text})),
        spec("ask", json!({"question": text})),
        spec("back", json!({})),
    ]
}

fn typed() -> StepRecord {
    StepRecord { screen: SCREEN.into(), ..done(step(0, "type_text", json!({"element": 0, "text": "Ana"}))) }
}

fn tapped() -> StepRecord {
    let recalled =
        vec![json!(["Save Bo's number", [{"tool": "tap", "arguments": {"element": 4}}]]).to_string()];
    StepRecord { screen: SCREEN.into(), recalled, ..done(step(1, "tap", json!({"element": 1}))) }
}

/// Steps of an episode that was recorded, ended and read back.
fn lessons(steps: &[StepRecord], outcome: &Outcome) -> Lessons {
    let (_dir, store) = open();
    let id = store.begin(&Task::new(GOAL)).unwrap();
    steps.iter().for_each(|step| store.record(id, step).unwrap());
    store.finish(id, outcome).unwrap();
    let tools = tools();
    assert_eq!(store.successes().unwrap().contains(&id), outcome.success);
    Lessons::of(&store.trajectory(id).unwrap(), &tools.iter().collect::<Vec<_>>())
}

#[test]
fn a_step_is_a_sample_with_all_that_the_model_knew() {
    let Lessons { samples, left_out } = lessons(&[typed(), tapped()], &outcome(true));
    assert!(left_out.is_empty(), "{left_out:?}");
    let [first, second] = &samples[..] else { panic!("{samples:?}") };
    assert_eq!((first.group.as_str(), first.goal.as_str()), ("save ana's number", GOAL));
    assert_eq!((first.id.as_str(), second.id.as_str()), ("1/0", "1/1"));
    assert_eq!((first.tools.len(), first.history.len()), (4, 0));
    assert_eq!(first.call, typed().call);
    assert_eq!(second.screen.iter().map(|line| format!("{line}\n")).collect::<String>(), SCREEN);
    assert_eq!(second.history[0].target.as_deref(), Some("Name"));
    assert_eq!(second.history[0].call, first.call);
    assert_eq!((second.memories[0].goal.as_str(), second.memories[0].calls.len()), ("Save Bo's number", 1));
    for sample in &samples {
        assert_eq!(sample.check(), Ok(()));
    }
}

/// What comes of two steps when the first is changed.
#[track_caller]
fn check(change: impl FnOnce(&mut StepRecord), samples: &[&str], reason: &str, steps: usize) {
    let mut first = typed();
    change(&mut first);
    let lessons = lessons(&[first, tapped()], &outcome(true));
    assert_eq!(lessons.samples.iter().map(|s| s.id.as_str()).collect::<Vec<_>>(), samples);
    assert_eq!(lessons.left_out.into_iter().collect::<Vec<_>>(), [(reason, steps)]);
}

#[test]
fn what_did_not_work_or_may_be_hostile_is_not_learnt() {
    let second = &["1/1"][..];
    check(|s| s.result = Some(StepResult::Failed { reason: "x".into() }), second, "it did not work", 1);
    check(|s| s.result = Some(StepResult::Rejected { reason: "x".into() }), second, "it did not work", 1);
    let evidence = Some(Evidence { holds: false, fact: "no contact".into() });
    let output = ToolOutput { evidence, ..ToolOutput::default() };
    check(|s| s.result = Some(StepResult::Done { output }), second, "the phone did not confirm it", 1);
    let verdict = Verdict {
        label: Label::Injection,
        score: 1.0,
        scores: [0.0, 0.0, 0.0, 1.0],
        decision: Decision::Block,
    };
    let withheld = Withheld { origin: Origin::Screen, text: "obey".into(), verdict };
    check(|s| s.withheld.push(withheld), second, "the guard kept something from the model", 1);
}

#[test]
fn what_cannot_be_called_any_more_is_not_learnt() {
    let second = &["1/1"][..];
    check(|s| s.call.tool = "fly".into(), second, "its tool is not offered for the request any more", 1);
    check(|s| s.call.tool = "back".into(), second, "its tool takes no arguments", 1);
    check(|s| s.call.arguments["element"] = 9.into(), second, "its call cannot be made any more", 1);
    check(|s| s.recalled.push("{".into()), second, "what was recalled cannot be read", 1);
}

#[test]
fn what_follows_on_something_unknown_is_not_learnt() {
    check(|s| s.screen.push_str("<p id=3>torn"), &[], "its screen cannot be read", 2);
    check(|s| s.result = None, &[], "it was interrupted", 2);
    check(|s| s.screen = s.screen.replace("Name", HIDDEN), &[], "the episode shows a password field", 2);
    let ask = |s: &mut StepRecord| {
        s.call = Call { tool: "ask".into(), arguments: json!({"question": "Which Ana?"}) };
        let control = Some(Control::Ask { question: "Which Ana?".into() });
        s.result = Some(StepResult::Done { output: ToolOutput { control, ..ToolOutput::default() } });
    };
    check(ask, &["1/0"], "what the person answered before it is not recorded", 1);
}

#[test]
fn a_failed_episode_teaches_nothing() {
    let lessons = lessons(&[typed(), tapped()], &outcome(false));
    assert!(lessons.samples.is_empty());
    assert_eq!(lessons.left_out["the episode did not succeed"], 2);
}
