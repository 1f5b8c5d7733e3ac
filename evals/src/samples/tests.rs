use pocketpilot_core::train::Lesson;

use super::*;
use crate::testing::shared;

/// A folder with one recorded app, its twin that is held out, and a few tool-call records.
fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("droidtask/notes.jsonl", include_str!("fixtures/app.jsonl")),
        ("droidtask/calendar.jsonl", include_str!("fixtures/held_out.jsonl")),
        ("toolcalls/calls.jsonl", include_str!("fixtures/calls.jsonl")),
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn made(from: &Path, seed: u64) -> Made {
    make(from, seed, Made::default(), &mut |_, _, _| {}).unwrap()
}

fn bytes(made: &Made) -> Vec<Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    write(made, out.path()).unwrap();
    ["train.jsonl.gz", "dev.jsonl.gz", "CARD.md"]
        .map(|name| std::fs::read(out.path().join(name)).unwrap())
        .into()
}

#[test]
fn the_same_seed_gives_the_same_files_byte_for_byte() {
    let from = small();
    assert_eq!(bytes(&made(from.path(), 3)), bytes(&made(from.path(), 3)));
    assert_ne!(bytes(&made(from.path(), 3)), bytes(&made(from.path(), 4)));
}

#[test]
fn every_generator_makes_only_what_the_planner_could_meet_and_write() {
    let made = made(small().path(), 0);
    let sources: std::collections::BTreeSet<&str> = made.train.iter().map(|s| s.source.as_str()).collect();
    for source in ["droidtask_steps", "droidtask_ways", "imagined_ways", "requests", "sgd_train"] {
        assert!(sources.contains(source), "{source}: {sources:?}");
    }
    for sample in made.train.iter().chain(&made.dev) {
        assert_eq!(sample.check(), Ok(()), "{}", sample.id);
        assert!(!sample.goal.contains(['{', '}']), "{}: {}", sample.id, sample.goal);
    }
    // Nothing of the own generators had to be left out.
    let left_out = made.card.lines().filter(|l| l.contains("not what the planner could meet"));
    assert_eq!(left_out.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn ids_are_unique_and_groups_are_on_one_side() {
    let made = made(small().path(), 1);
    let ids: std::collections::HashSet<&str> =
        made.train.iter().chain(&made.dev).map(|s| s.id.as_str()).collect();
    assert_eq!(ids.len(), made.train.len() + made.dev.len());
    let groups = |samples: &[Sample]| {
        samples.iter().map(|s| s.group.clone()).collect::<std::collections::BTreeSet<_>>()
    };
    let shared: Vec<String> = groups(&made.train).intersection(&groups(&made.dev)).cloned().collect();
    assert_eq!(shared, Vec::<String>::new());
}

#[test]
fn held_out_apps_and_tools_are_not_trained_on() {
    let made = made(small().path(), 0);
    assert!(made.dev.iter().any(|s| s.group == "droidtask/calendar"));
    assert!(made.dev.iter().any(|s| s.call.tool == "get_weather"));
    for sample in &made.train {
        assert!(sample.group != "droidtask/calendar", "{}", sample.id);
        assert!(sample.tools.iter().all(|t| t.name != "get_weather"), "{}", sample.id);
    }
}

#[test]
fn what_may_not_be_trained_on_is_left_out() {
    let made = made(small().path(), 0);
    let goals: Vec<&str> = made.train.iter().chain(&made.dev).map(|s| s.goal.as_str()).collect();
    assert!(!goals.iter().any(|goal| goal.contains("no commercial use")));
    assert!(made.card.contains("no licence that allows it | 1"), "{}", made.card);
}

#[test]
fn arguments_that_cannot_be_taught_leave_the_choice() {
    let made = made(small().path(), 0);
    let of = |goal: &str| made.train.iter().find(|s| s.goal == goal).unwrap();
    assert_eq!(of("Two buses to Bern, whenever").lesson, Lesson::Select);
    assert_eq!(of("Bus to Bern for 2 people").call.arguments.to_string(), r#"{"to":"Bern","seats":2}"#);
}

#[test]
fn a_folder_without_the_data_is_told_with_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let error = make(folder.path(), 0, Made::default(), &mut |_, _, _| {}).unwrap_err().to_string();
    assert!(
        error.contains("no folder droidtask") && error.contains("holds droidtask/ and toolcalls/"),
        "{error}"
    );
}

#[test]
fn all_the_data_makes_sound_samples() {
    let Some(from) = shared("") else { return };
    let made = made(&from, 0);
    assert!(made.train.len() > 5000 && made.dev.len() > 500, "{} {}", made.train.len(), made.dev.len());
    assert!(made.train.iter().chain(&made.dev).all(|s| s.check().is_ok()));
}
