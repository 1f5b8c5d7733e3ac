//! Files that are broken, on purpose or not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::file::parse;
use super::fixture::{records, state, text, view};
use super::load;
use super::player::Player;
use super::recording::{Broken, Recording};
use crate::ui::Theme;
use crate::ui::accessibility::nodes;
use crate::ui::dump::dump;
use crate::ui::layout::{Offsets, lay_out};
use crate::ui::paint::Canvas;

fn read(records: &[Value]) -> Result<Recording, Broken> {
    parse(text(records).as_bytes())
}

#[test]
fn a_recording_is_read() {
    let recording = read(&records()).expect("is one");
    assert_eq!(
        (recording.package.as_str(), recording.main.as_str(), recording.label.as_str()),
        ("org.example.notes", "org.example.notes.Main", "Notes")
    );
    assert_eq!(recording.screens[recording.start].name, "list");
    assert_eq!(recording.tasks.keys().collect::<Vec<_>>(), ["again", "old"]);
}

/// A record put in the place of the first is refused in its line.
#[track_caller]
fn check(record: Value, reason: &str) {
    let mut all = records();
    all.insert(1, record);
    let broken = read(&all).expect_err("is refused");
    assert_eq!(broken.line, 2, "{broken:?}");
    assert!(broken.reason.contains(reason), "{broken:?}");
}

#[test]
fn broken_records_are_refused() {
    let one = |views: Vec<Value>| json!({"kind": "state", "state": "x", "activity": "a.b/.C", "width": 540, "height": 1200, "views": views});
    let leaf = |children: Value| view("View", [0, 0, 9, 9], json!({ "children": children }));
    check(json!({"kind": "film"}), "unknown variant `film`");
    check(json!({"kind": "state", "state": "x"}), "missing field `activity`");
    check(json!([1, 2]), "invalid");
    check(one(vec![]), "1 to 2000 views, not 0");
    check(one(vec![leaf(json!([])); 2001]), "1 to 2000 views, not 2001");
    check(one(vec![leaf(json!([0]))]), "cannot have the child 0");
    check(one(vec![leaf(json!([1])), leaf(json!([0]))]), "cannot have the child 0");
    check(one(vec![leaf(json!([1, 1])), leaf(json!([]))]), "cannot have the child 1");
    check(one(vec![leaf(json!([7]))]), "cannot have the child 7");
    check(one(vec![leaf(json!([])), leaf(json!([]))]), "view 1 is no child");
    check(
        one((1..100).map(|next| leaf(json!([next]))).chain([leaf(json!([]))]).collect()),
        "more than 60 others",
    );
    check(one(vec![view("View", [0, 0, 9, 9], json!({"text": "x".repeat(30_000)}))]), "longer than 20000");
    let sized = |width: i64, activity: &str| json!({"kind": "state", "state": "x", "activity": activity, "width": width, "height": 1200, "views": [leaf(json!([]))]});
    check(sized(0, "a.b/.C"), "no 0 x 1200 pixels");
    check(sized(1 << 40, "a.b/.C"), "invalid value");
    check(sized(540, "../../etc/.C"), "no activity");
    check(sized(540, "../x"), "no activity");
    check(sized(540, "nothing"), "no activity");
    let step = json!({"screen": "", "choice": 0, "state": []});
    check(json!({"kind": "task", "id": "t", "steps": vec![step; 5001]}), "more than 5000 labelled steps");
    let steps = json!([{"screen": "", "choice": 0, "state": vec!["list"; 21]}]);
    check(json!({"kind": "task", "id": "t", "steps": steps}), "more than 20 screens");
}

#[test]
fn names_are_unique() {
    let mut all = records();
    all.push(state("list", "a.b/.C", [0, 0, 540, 1200], vec![]));
    let broken = read(&all).expect_err("is refused");
    assert_eq!((broken.line, broken.reason.as_str()), (all.len(), "the state \"list\" is there twice"));
}

#[test]
fn a_file_without_an_app_is_refused() {
    let home = &records()[..1];
    assert_eq!(read(&[]).expect_err("is empty").line, 1);
    let events = [
        home[0].clone(),
        json!({"kind": "event", "from": "home", "to": "home", "event": {"event_type": "kill_app"}}),
    ];
    read(&events).expect("the only app that was seen is the recorded one");
    let endless = std::io::BufReader::new(std::io::Read::take(std::io::repeat(b' '), 100 << 20));
    assert_eq!(parse(endless).expect_err("is too long").reason, "the line is longer than 1 MiB");
    let lines = std::io::BufReader::new(std::io::Read::take(std::io::repeat(b'\n'), 100 << 20));
    assert_eq!(parse(lines).expect_err("is too long").reason, "the file has more than 100000 lines");
}

#[test]
fn errors_are_one_line_with_file_line_and_mend() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jsonl");
    let told = |paths: &[&std::path::Path]| {
        let paths: Vec<_> = paths.iter().map(|path| path.to_path_buf()).collect();
        load(&paths).expect_err("is refused").to_string().replace(&folder.path().display().to_string(), "DIR")
    };
    assert_eq!(
        told(&[folder.path()]),
        "cannot show the recording DIR: the folder holds no .jsonl or .jsonl.gz file; name one that does"
    );
    std::fs::write(&path, "\n{\"kind\": \"a\\nb\"}\n").expect("writes");
    assert_eq!(
        told(&[&path]),
        "cannot show the recording DIR/a.jsonl, line 2: unknown variant `a b`, expected one of `state`, `event`, \
         `task`, column 15; mend that line or leave the file out"
    );
    std::fs::write(&path, text(&records())).expect("writes");
    assert_eq!(
        told(&[folder.path(), &path]),
        "cannot show the recording DIR/a.jsonl: there is an app org.example.notes already; leave one of the two out"
    );
    let packed = folder.path().join("b.jsonl.gz");
    std::fs::write(&packed, "no gzip").expect("writes");
    assert!(told(&[&packed]).starts_with("cannot show the recording DIR/b.jsonl.gz, line 1: "));
    assert!(told(&[&folder.path().join("none")]).ends_with("; name a file that can be read"));
}

/// Puts a value into the place that a path leads to; numbers are taken as far as there is something to choose from.
fn put(into: &mut Value, path: &[usize], value: &Value) {
    let Some((step, rest)) = path.split_first() else {
        *into = value.clone();
        return;
    };
    let parts: Vec<&mut Value> = match into {
        Value::Object(fields) => fields.values_mut().collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    };
    let count = parts.len().max(1);
    match parts.into_iter().nth(step % count) {
        Some(part) => put(part, rest, value),
        None => *into = value.clone(),
    }
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(|n| json!(n)),
        (-5..3000i64).prop_map(|n| json!(n)),
        any::<bool>().prop_map(|b| json!(b)),
        ".{0,12}".prop_map(|s| json!(s)),
        prop::collection::vec(0..9usize, 0..4).prop_map(|v| json!(v)),
        prop::collection::vec(-9..9999i32, 4).prop_map(|v| json!([[v[0], v[1]], [v[2], v[3]]])),
        Just(json!(null)),
        Just(json!({})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_can_be_shown(
        changes in prop::collection::vec((0..100usize, prop::collection::vec(0..20usize, 1..6), anything()), 1..4),
    ) {
        let mut all = records();
        let count = all.len();
        changes.iter().for_each(|(which, path, value)| put(&mut all[which % count], path, value));
        if let Ok(recording) = read(&all) {
            let recording = std::sync::Arc::new(recording);
            for screen in 0..recording.screens.len() {
                let layers = lay_out(Player::at(&recording, screen), 48, &Offsets::new());
                roxmltree::Document::parse(&dump(&nodes(layers.active(), "a.b", None), usize::MAX)).expect("well-formed");
            }
            let layers = lay_out(Player::at(&recording, recording.start), 48, &Offsets::new());
            Canvas::new(Theme::Light).tree(layers.active(), None);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(\\PC|\n|[{}\\[\\]\":,]|kind|state|views){0,60}") {
        let _ = parse(text.as_bytes());
    }
}
