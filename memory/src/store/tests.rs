use std::os::unix::fs::PermissionsExt;

use pocketpilot_core::memory::Memory;
use serde_json::json;

use super::*;
use crate::testing::{done, episode, open, outcome, step};

#[track_caller]
fn check_state(store: &Store, id: EpisodeId, expected: State) {
    let column: String = store
        .with(|inner| {
            Ok(inner.db.query_row("SELECT state FROM episode WHERE id = ?1", [id.0], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(State::from_column(&column), expected);
}

#[test]
fn a_step_is_overwritten_by_its_result() {
    let (_dir, store) = open();
    let id = store.begin(&Task::new("Set an alarm for 7:30")).unwrap();
    let before = step(0, "set_alarm", json!({"hour": 7, "minute": 30}));
    store.record(id, &before).unwrap();
    assert!(store.trajectory(id).unwrap().steps[0].result.is_none());
    store.record(id, &done(before)).unwrap();
    store.record(id, &step(1, "finish", json!({}))).unwrap();
    let steps = store.trajectory(id).unwrap().steps;
    assert_eq!(steps.len(), 2);
    assert!(steps[0].result.is_some());
}

#[test]
fn every_commit_is_synced() {
    let (_dir, store) = open();
    let pragma = |name: &str| {
        store.with(|inner| Ok(inner.db.pragma_query_value(None, name, |row| row.get::<_, i64>(0))?)).unwrap()
    };
    assert_eq!(pragma("synchronous"), 2, "FULL");
    assert_eq!(pragma("foreign_keys"), 1);
    assert_eq!(pragma("secure_delete"), 1);
}

#[test]
fn nothing_is_recorded_after_the_end() {
    let (_dir, store) = open();
    let id = episode(&store, "Set an alarm", "set_alarm", json!({}), true);
    let late = store.record(id, &step(1, "tap", json!({}))).unwrap_err();
    assert_eq!(late.to_string(), "memory: episode 1 is not being recorded: it ended, or it was forgotten");
    store.finish(id, &outcome(false)).unwrap_err();
    store.record(EpisodeId(77), &step(0, "tap", json!({}))).unwrap_err();
    check_state(&store, id, State::Success);
}

#[test]
fn an_abandoned_episode_is_marked_when_the_store_is_next_opened() {
    let (dir, store) = open();
    let kept = episode(&store, "Set an alarm", "set_alarm", json!({}), true);
    let abandoned = store.begin(&Task::new("Text Maria")).unwrap();
    store.record(abandoned, &step(0, "send_sms", json!({"to": "Maria"}))).unwrap();
    drop(store);

    let store = Store::open(dir.path()).unwrap();
    check_state(&store, kept, State::Success);
    check_state(&store, abandoned, State::Interrupted);
    assert_eq!(store.trajectory(abandoned).unwrap().steps.len(), 1);
    assert_eq!(store.stats().unwrap().interrupted, 1);
    store.finish(abandoned, &outcome(true)).unwrap_err();
}

#[test]
fn an_episode_that_another_store_records_is_left_alone() {
    let (dir, recording) = open();
    let id = recording.begin(&Task::new("Text Maria")).unwrap();
    let other = Store::open(dir.path()).unwrap();
    check_state(&other, id, State::Open);
    let own = other.begin(&Task::new("Text Jonas")).unwrap();
    recording.record(id, &step(0, "send_sms", json!({}))).unwrap();
    recording.finish(id, &outcome(true)).unwrap();
    other.finish(own, &outcome(false)).unwrap();
    check_state(&other, id, State::Success);
    check_state(&recording, own, State::Failure);
}

#[test]
fn stores_opened_at_the_same_moment_share_one_truth() {
    let dir = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let dir = dir.path();
            scope.spawn(move || {
                let store = Store::open(dir).unwrap();
                for n in 0..5 {
                    episode(&store, &format!("goal {thread} {n}"), "tap", json!({"id": n}), true);
                    assert!(!store.recall(&format!("goal {thread}"), 3).unwrap().is_empty());
                }
            });
        }
    });
    let stats = Store::open(dir.path()).unwrap().stats().unwrap();
    assert_eq!((stats.episodes, stats.successes, stats.steps), (20, 20, 20));
}

#[test]
fn a_full_disk_is_one_clear_line_and_nothing_recorded_is_lost() {
    let (dir, store) = open();
    let id = store.begin(&Task::new("Set an alarm")).unwrap();
    let limit = |pages: i64| {
        store.with(|inner| Ok(inner.db.pragma_update(None, "max_page_count", pages)?)).unwrap();
    };
    let mut written = 0;
    limit(16);
    let error = loop {
        let mut big = step(written, "tap", json!({}));
        big.screen = "x".repeat(3000);
        match store.record(id, &big) {
            Ok(()) => written += 1,
            Err(error) => break error,
        }
    };
    let expected = format!(
        "memory: the disk that holds {} is full: free some space; nothing recorded before is lost",
        dir.path().display()
    );
    assert_eq!(error.to_string(), expected);
    assert!(written > 0);
    assert_eq!(store.trajectory(id).unwrap().steps.len(), written);
    limit(1_000_000);
    store.record(id, &step(written, "tap", json!({}))).unwrap();
    store.finish(id, &outcome(true)).unwrap();
}

#[track_caller]
fn check_refused(dir: &Path, expected: &str) {
    let message = Store::open(dir).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

#[test]
fn a_directory_that_cannot_be_used_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    check_refused(&file, "make it a directory that you may write to");
    check_refused(&file.join("below"), "make it a directory that you may write to");

    let closed = dir.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    check_refused(&closed, "make it a directory that you may write to");
}

#[test]
fn a_damaged_database_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let junk = b"this is not a database, however long one looks at it".repeat(100);
    fs::write(dir.path().join(FILE), &junk).unwrap();
    check_refused(dir.path(), "is damaged");
    assert_eq!(fs::read(dir.path().join(FILE)).unwrap(), junk);
}

#[test]
fn only_its_owner_may_look_into_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let inner = dir.path().join("memory");
    Store::open(&inner).unwrap();
    assert_eq!(fs::metadata(&inner).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_dead_recorder_leaves_no_file() {
    let (dir, store) = open();
    let live = dir.path().join("live");
    store.begin(&Task::new("Set an alarm")).unwrap();
    assert_eq!(fs::read_dir(&live).unwrap().count(), 1);
    drop(store);
    fs::write(live.join("left-by-a-crash"), "").unwrap();
    drop(Store::open(dir.path()).unwrap());
    assert_eq!(fs::read_dir(&live).unwrap().count(), 0);
}
