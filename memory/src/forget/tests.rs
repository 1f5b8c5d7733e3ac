use std::fs;
use std::path::{Path, PathBuf};

use pocketpilot_core::memory::Memory;
use pocketpilot_core::task::Task;
use serde_json::json;

use super::*;
use crate::testing::{episode, everyday, open, outcome, step};

const SECRET: &str = "xylophonequartz";

/// How many files below `dir` contain the text.
fn files_with(dir: &Path, text: &str) -> usize {
    fs::read_dir(dir)
        .unwrap()
        .flatten()
        .map(|entry| match entry.path() {
            path if path.is_dir() => files_with(&path, text),
            path => usize::from(fs::read(path).unwrap().windows(text.len()).any(|w| w == text.as_bytes())),
        })
        .sum()
}

/// An index spells no word out, so only its absence shows that a word is not in it.
fn indexes(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("index")).unwrap().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn with_secret() -> (tempfile::TempDir, Store, EpisodeId) {
    let (dir, store) = open();
    everyday(&store);
    let goal = format!("Text Maria the word {SECRET}");
    let id = store.begin(&Task::new(goal)).unwrap();
    for index in 0..5 {
        let mut step = step(index, "send_sms", json!({"to": "Maria", "text": SECRET}));
        step.screen = format!("<p text='\"{SECRET}\"'>\n").repeat(300);
        store.record(id, &crate::testing::done(step)).unwrap();
    }
    store.finish(id, &outcome(true)).unwrap();
    assert_eq!(store.recall(SECRET, 5).unwrap().len(), 1);
    assert!(files_with(dir.path(), SECRET) > 0);
    (dir, store, id)
}

#[track_caller]
fn check_gone(what: &Forget) {
    let (dir, store, id) = with_secret();
    let [old] = indexes(dir.path()).try_into().unwrap();
    assert_eq!(store.forget(what).unwrap(), if *what == Forget::All { 11 } else { 1 });
    assert_eq!(files_with(dir.path(), SECRET), 0);
    assert!(!old.exists());
    assert!(store.recall(SECRET, 5).unwrap().is_empty());
    assert_eq!(files_with(dir.path(), SECRET), 0);
    assert!(matches!(store.trajectory(id), Err(StoreError::Unknown(_))));
    drop(store);
    assert_eq!(files_with(dir.path(), SECRET), 0);
}

#[test]
fn a_forgotten_text_is_nowhere_in_the_directory() {
    check_gone(&Forget::Episode(EpisodeId(11)));
    check_gone(&Forget::Matching(SECRET.to_uppercase()));
    check_gone(&Forget::Matching(format!("'\"{SECRET}\"'")));
    check_gone(&Forget::All);
}

#[test]
fn the_rest_stays() {
    let (_dir, store, id) = with_secret();
    store.forget(&Forget::Episode(id)).unwrap();
    assert_eq!(store.stats().unwrap().episodes, 10);
    assert_eq!(store.recall("set an alarm for 7:30", 1).unwrap()[0].episode, EpisodeId(10));
    let next = episode(&store, "Set an alarm", "set_alarm", json!({}), true);
    assert_ne!(next, id, "an id is not used twice");
    assert_eq!(store.recall("set an alarm", 1).unwrap()[0].episode, next);
}

#[test]
fn another_store_forgets_too() {
    let (dir, store, id) = with_secret();
    let other = Store::open(dir.path()).unwrap();
    assert_eq!(other.recall(SECRET, 5).unwrap().len(), 1);
    store.forget(&Forget::Episode(id)).unwrap();
    assert!(other.recall(SECRET, 5).unwrap().is_empty());
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (_dir, store, _) = with_secret();
    assert!(matches!(store.forget(&Forget::Matching(" ".into())), Err(StoreError::BlankQuery)));
    assert!(matches!(store.forget(&Forget::Episode(EpisodeId(99))), Err(StoreError::Unknown(_))));
    assert_eq!(store.forget(&Forget::Matching("no such text".into())).unwrap(), 0);
    assert_eq!(store.stats().unwrap().episodes, 11);
}

#[test]
fn the_recorder_of_a_forgotten_episode_is_told() {
    let (_dir, store) = open();
    let id = store.begin(&Task::new("Set an alarm")).unwrap();
    store.forget(&Forget::All).unwrap();
    let error = store.record(id, &step(0, "set_alarm", json!({}))).unwrap_err();
    assert!(error.to_string().contains("it was forgotten"), "{error}");
}
