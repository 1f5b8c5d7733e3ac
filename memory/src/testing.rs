//! What the tests of this crate record.

use pocketpilot_core::generate::Usage;
use pocketpilot_core::memory::{Call, EpisodeId, Memory, Outcome, StepRecord, StepResult};
use pocketpilot_core::task::Task;
use pocketpilot_core::tool::ToolOutput;
use serde_json::{Value, json};

use crate::Store;

pub(crate) fn open() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    (dir, store)
}

/// A step as it is before it is acted on.
pub(crate) fn step(index: usize, tool: &str, arguments: Value) -> StepRecord {
    StepRecord {
        index,
        package: "com.android.deskclock".into(),
        screen: format!("<p id=0 text='screen {index}'>"),
        target: None,
        recalled: vec![],
        withheld: vec![],
        call: Call { tool: tool.into(), arguments },
        result: None,
        usage: Usage::default(),
        millis: 0,
    }
}

pub(crate) fn done(mut step: StepRecord) -> StepRecord {
    step.result = Some(StepResult::Done { output: ToolOutput::text("ok") });
    step
}

pub(crate) fn outcome(success: bool) -> Outcome {
    Outcome { success, reason: "the clock says so".into(), answer: None }
}

/// Records a whole episode of one call.
pub(crate) fn episode(store: &Store, goal: &str, tool: &str, arguments: Value, success: bool) -> EpisodeId {
    let id = store.begin(&Task::new(goal)).unwrap();
    store.record(id, &done(step(0, tool, arguments))).unwrap();
    store.finish(id, &outcome(success)).unwrap();
    id
}

/// Ten episodes of everyday tasks, two of which failed.
pub(crate) fn everyday(store: &Store) {
    for (goal, tool, arguments, success) in [
        ("Set an alarm for 7:30", "set_alarm", json!({"hour": 7, "minute": 30}), true),
        ("Wake me at six", "set_alarm", json!({"hour": 6, "minute": 0}), true),
        ("Text Maria that I'm late", "send_sms", json!({"to": "Maria", "text": "I'm late"}), true),
        ("Text Jonas that dinner is ready", "send_sms", json!({"to": "Jonas", "text": "Dinner!"}), true),
        ("Start a timer of ten minutes", "set_timer", json!({"seconds": 600}), true),
        ("Turn on airplane mode", "set_airplane_mode", json!({"on": true}), false),
        ("Call the dentist", "call", json!({"contact": "Dr Müller"}), true),
        ("Add milk to my notes", "create_note", json!({"text": "milk"}), true),
        ("Set an alarm for noon", "set_alarm", json!({"hour": 12, "minute": 0}), false),
        ("Set an alarm for 7:30", "set_alarm", json!({"hour": 7, "minute": 30}), true),
    ] {
        episode(store, goal, tool, arguments, success);
    }
}
