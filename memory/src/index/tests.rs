use pocketpilot_core::memory::{Memory, Recall};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::testing::{episode, everyday, open};
use crate::{Store, StoreError};

const QUERIES: [&str; 5] = [
    "set an alarm for 7:30 please",
    "texting Maria",
    "alarm",
    "muller dentist call me",
    "add a timer to my notes",
];

fn answers(store: &Store) -> Vec<Vec<Recall>> {
    QUERIES.iter().map(|q| store.recall(q, 5).unwrap()).collect()
}

#[track_caller]
fn check_first(store: &Store, query: &str, expected: &str) {
    let goals: Vec<String> = store.recall(query, 3).unwrap().into_iter().map(|r| r.goal).collect();
    assert_eq!(goals.first().map(String::as_str), Some(expected), "{goals:?}");
}

#[test]
fn the_goal_that_is_most_alike_comes_first() {
    let (_dir, store) = open();
    everyday(&store);
    check_first(&store, "set alarms for 7:30", "Set an alarm for 7:30");
    check_first(&store, "TEXT MARIA: running late", "Text Maria that I'm late");
    check_first(&store, "message to Jónas", "Text Jonas that dinner is ready");
    check_first(&store, "ten minute timer", "Start a timer of ten minutes");
    // Found by the words of its call alone.
    check_first(&store, "Müller", "Call the dentist");
}

#[test]
fn only_successes_are_recalled_and_equal_ones_once() {
    let (_dir, store) = open();
    everyday(&store);
    assert!(store.recall("airplane noon", 5).unwrap().is_empty());
    let alarms = store.recall("set an alarm for 7:30", 5).unwrap();
    assert_eq!(alarms.iter().filter(|r| r.goal == "Set an alarm for 7:30").count(), 1);
    assert_eq!(alarms[0].episode.0, 10, "the newest of its equals");
    assert_eq!(alarms[0].calls[0].arguments, json!({"hour": 7, "minute": 30}));
    let found = store.search("airplane", 5).unwrap();
    assert_eq!((found.len(), found[0].state), (1, crate::State::Failure));
}

#[test]
fn nothing_is_recalled_for_nothing() {
    let (_dir, store) = open();
    assert!(store.recall("alarm", 5).unwrap().is_empty());
    everyday(&store);
    assert!(store.recall("", 5).unwrap().is_empty());
    assert!(store.recall("?!", 5).unwrap().is_empty());
    assert!(store.recall("alarm", 0).unwrap().is_empty());
}

#[test]
fn equal_scores_are_ordered_newest_first() {
    let (_dir, store) = open();
    for hour in 0..6 {
        episode(&store, "Set an alarm", "set_alarm", json!({"h": hour}), true);
    }
    let ids: Vec<i64> = store.recall("alarm", 4).unwrap().iter().map(|r| r.episode.0).collect();
    assert_eq!(ids, [6, 5, 4, 3]);
}

/// The same answers, to the last bit of each score, however the index came to be.
#[test]
fn a_rebuilt_index_answers_identically() {
    let (dir, store) = open();
    everyday(&store);
    let at_once = answers(&store);
    assert!(at_once.iter().all(|a| !a.is_empty()));

    drop(store);
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(answers(&store), at_once);
    assert_eq!(store.rebuild().unwrap(), 10);
    assert_eq!(answers(&store), at_once);

    // Indexed episode by episode, in many segments.
    let (_other, piecemeal) = open();
    for n in 0..40 {
        episode(&piecemeal, &format!("Set alarm {}", n % 7), "set_alarm", json!({"hour": n}), n % 5 != 0);
        piecemeal.recall("alarm", 1).unwrap();
    }
    let query = "set the alarm 3 or 4 or 5 hour";
    let in_segments = piecemeal.search(query, 40).unwrap();
    piecemeal.rebuild().unwrap();
    assert_eq!(piecemeal.search(query, 40).unwrap(), in_segments);
}

#[test]
fn every_damage_to_the_index_is_mended() {
    type Damage = fn(&Path);
    let damages: [Damage; 3] = [
        |file| fs::remove_file(file).unwrap(),
        |file| fs::write(file, b"").unwrap(),
        |file| {
            let mut bytes = fs::read(file).unwrap();
            let middle = bytes.len() / 2;
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 0x55;
            }
            fs::write(file, bytes).unwrap();
        },
    ];
    let (dir, store) = open();
    everyday(&store);
    let sound = answers(&store);
    drop(store);
    let index_dir = || fs::read_dir(dir.path().join("index")).unwrap().flatten().find(|e| e.path().is_dir());
    let names: Vec<_> =
        fs::read_dir(index_dir().unwrap().path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(names.len() > 5);
    for name in 0..names.len() {
        for damage in damages {
            let files = fs::read_dir(index_dir().unwrap().path()).unwrap().flatten();
            let mut paths: Vec<_> = files.map(|e| e.path()).collect();
            paths.sort();
            damage(&paths[name % paths.len()]);
            assert_eq!(answers(&Store::open(dir.path()).unwrap()), sound, "{}", paths[name].display());
        }
    }
}

#[test]
fn an_index_that_another_process_is_writing_changes_no_answer() {
    let (dir, store) = open();
    everyday(&store);
    let expected = answers(&store);
    episode(&store, "Text Ana", "send_sms", json!({}), true);

    let lock = File::create(dir.path().join("index/lock")).unwrap();
    lock.lock().unwrap();
    let other = Store::open(dir.path()).unwrap();
    assert_eq!(store.recall("Ana", 1).unwrap()[0].goal, "Text Ana");
    let while_locked = answers(&other);
    drop(lock);
    assert_eq!(while_locked, answers(&Store::open(dir.path()).unwrap()));
    assert_ne!(while_locked, expected, "a document more changes the scores");
}

#[test]
fn an_index_directory_that_cannot_be_made_changes_no_answer() {
    let (dir, store) = open();
    everyday(&store);
    let expected = answers(&store);
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    fs::write(dir.path().join("index"), "in the way").unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(answers(&store), expected);
    assert!(matches!(store.rebuild(), Err(StoreError::Directory { .. })));
}

#[test]
fn an_index_that_is_ahead_of_a_restored_database_is_built_anew() {
    let (dir, store) = open();
    episode(&store, "Set an alarm", "set_alarm", json!({}), true);
    drop(store);
    let copy = fs::read(dir.path().join(crate::store::FILE)).unwrap();
    let store = Store::open(dir.path()).unwrap();
    episode(&store, "Set an alarm early", "set_alarm", json!({}), true);
    assert_eq!(store.recall("alarm", 5).unwrap().len(), 2);
    drop(store);
    fs::write(dir.path().join(crate::store::FILE), copy).unwrap();
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.recall("alarm", 5).unwrap().len(), 1);
    assert_eq!(store.rebuild().unwrap(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_query_is_an_error(query in "\\PC{0,60}|[\\x00-\\x7f]{0,60}|(AND|OR|NOT|\\(|\\)|\"|\\*|:|goal:|\\[| TO ){0,20}") {
        thread_local! {
            static STORE: (tempfile::TempDir, Store) = {
                let opened = open();
                everyday(&opened.1);
                opened
            };
        }
        STORE.with(|(_, store)| {
            store.recall(&query, 3).unwrap();
            store.search(&query, 3).unwrap();
        });
    }
}

#[test]
fn a_huge_query_is_answered() {
    let (_dir, store) = open();
    everyday(&store);
    let query: String = (0..100_000).map(|n| format!("alarm word{n} ")).collect();
    assert!(!store.recall(&query, 1).unwrap().is_empty());
}
