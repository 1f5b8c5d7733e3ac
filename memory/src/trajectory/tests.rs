use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{everyday, open, step};
use pocketpilot_core::memory::Memory;

fn exported() -> String {
    let (_dir, store) = open();
    everyday(&store);
    let open = store.begin(&Task::new("Text \"Ana\"\nnow")).unwrap();
    store.record(open, &step(0, "send_sms", json!({"to": "Ana", "n": 1.5, "list": [null, true]}))).unwrap();
    let mut out = Vec::new();
    assert_eq!(store.export(&mut out).unwrap(), 11);
    String::from_utf8(out).unwrap()
}

#[test]
fn what_was_written_is_read_and_written_again_byte_for_byte() {
    let text = exported();
    let trajectories = Trajectory::read(text.as_bytes()).unwrap();
    assert_eq!(trajectories.len(), 11);
    assert_eq!(trajectories[0].task.goal, "Set an alarm for 7:30");
    assert!(trajectories[0].outcome.as_ref().unwrap().success);
    assert!(trajectories[10].outcome.is_none());
    let mut again = Vec::new();
    trajectories.iter().for_each(|t| t.write(&mut again).unwrap());
    assert_eq!(String::from_utf8(again).unwrap(), text);
}

/// Other programs read these lines: a change of this text is a change of the contract.
#[test]
fn the_form_of_a_trajectory_is_fixed() {
    let trajectory = Trajectory {
        episode: EpisodeId(3),
        begun: DateTime::from_timestamp_millis(1_763_808_000_123).unwrap(),
        task: Task::new("Set an alarm"),
        steps: vec![step(0, "set_alarm", json!({"hour": 7}))],
        outcome: Some(Outcome { success: true, reason: "set".into(), answer: None }),
    };
    let mut out = Vec::new();
    trajectory.write(&mut out).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["line"], "header");
    assert_eq!(lines[0]["schema"], 1);
    assert_eq!(lines[0]["episode"], 3);
    assert_eq!(lines[0]["begun"], "2025-11-22T10:40:00.123Z");
    assert_eq!(lines[0]["task"]["goal"], "Set an alarm");
    assert_eq!(lines[1]["line"], "step");
    assert_eq!(lines[1]["index"], 0);
    assert_eq!(lines[1]["call"], json!({"tool": "set_alarm", "arguments": {"hour": 7}}));
    assert_eq!(lines[2], json!({"line": "outcome", "success": true, "reason": "set", "answer": null}));
}

#[track_caller]
fn check_refused(text: &[u8], expected: &str) {
    let message = Trajectory::read(text).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn what_is_not_a_trajectory_is_refused_by_line() {
    let text = exported();
    let lines: Vec<&str> = text.lines().collect();
    let (header, first, outcome) = (lines[0], lines[1], lines[2]);
    check_refused(b"", "there is no trajectory here");
    check_refused(b"\n\n", "there is no trajectory here");
    check_refused(b"hello", "line 1 of the trajectory: it is not a header");
    check_refused(first.as_bytes(), "line 1 of the trajectory: a header must come before it");
    check_refused(
        format!("{header}\n{first}\n{first}").as_bytes(),
        "line 3 of the trajectory: step 0 stands where",
    );
    check_refused(format!("{header}\n{first}\n{outcome}\n{first}").as_bytes(), "line 4");
    check_refused(format!("{header}\n{outcome}\n{outcome}").as_bytes(), "line 3");
    check_refused(format!("{header}\n\u{0}").as_bytes(), "line 2");
    check_refused(b"\xff\xfe", "line 1 of the trajectory: it is not UTF-8");
    check_refused(&[b' '; 5 << 20], "it is longer than");
    check_refused("[".repeat(100_000).as_bytes(), "line 1");
    let newer = header.replace("\"schema\":1", "\"schema\":2");
    check_refused(newer.as_bytes(), "it has schema 2, and this version reads up to 1: update pocketpilot");
    check_refused(header.replace("\"begun\":\"2", "\"begun\":\"x").as_bytes(), "RFC 3339");
}

#[test]
fn a_trajectory_that_never_ends_is_refused() {
    let text = exported();
    let mut long = format!("{}\n", text.lines().next().unwrap());
    for index in 0..=STEPS {
        long += &format!(
            "{}\n",
            serde_json::to_string(&Line::Step(Box::new(step(index, "tap", json!({}))))).unwrap()
        );
    }
    check_refused(long.as_bytes(), "one too many");
}

/// A pipe whose reader is gone, as in `memory export | head -1`.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_told_from_a_damaged_store() {
    let (_dir, store) = open();
    everyday(&store);
    let error = store.export(&mut Closed).unwrap_err();
    assert!(matches!(&error, StoreError::Io(e) if e.kind() == std::io::ErrorKind::BrokenPipe), "{error}");

    let spoil = "UPDATE step SET record = '{}' WHERE episode = 4";
    store.with(|inner| Ok(inner.db.execute(spoil, [])?)).unwrap();
    let error = store.export(&mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("is damaged (episode 4 cannot be read"), "{error}");
    assert!(!store.recall("alarm", 3).unwrap().is_empty(), "the others are still recalled");
}

proptest! {
    #[test]
    fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Trajectory::read(bytes.as_slice());
    }

    #[test]
    fn no_damage_is_a_panic(at in 0..3000usize, byte in any::<u8>()) {
        thread_local!(static TEXT: String = exported());
        let mut bytes = TEXT.with(|text| text.clone().into_bytes());
        bytes[at] = byte;
        let _ = Trajectory::read(bytes.as_slice());
    }
}
