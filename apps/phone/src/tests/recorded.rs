//! A recorded app on the phone: found, started, touched, typed into.

use std::io::Write;

use serde_json::Value;

use super::Probe;
use crate::apps::recorded::fixture::{PACKAGE, records, text};
use crate::apps::recorded::load;

/// A phone with the notebook.
fn notebook() -> Probe {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.jsonl.gz");
    let file = std::fs::File::create(&path).expect("is created");
    let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packed.write_all(text(&records()).as_bytes()).expect("is written");
    packed.finish().expect("is written");
    Probe::with(load(&[folder.path().to_owned()]).expect("is a recording"))
}

fn started() -> Probe {
    let mut probe = notebook();
    probe.ok(&format!("monkey -p {PACKAGE} 1"));
    probe
}

#[track_caller]
fn logs(probe: &mut Probe, text: &str) {
    let log = probe.ok("logcat -d");
    assert!(log.lines().any(|line| line.ends_with(&format!("W Recorded: {text}"))), "{log}");
}

#[test]
fn it_is_an_app_like_any_other() {
    let mut probe = notebook();
    assert!(probe.ok("pm list packages -3").contains("package:org.example.notes\n"));
    assert!(probe.ok("pm path org.example.notes").contains("/data/app/"));
    assert!(
        probe
            .ok(&format!("dumpsys package {PACKAGE}"))
            .contains("org.example.notes/org.example.notes.Main filter")
    );
    probe.ok("input swipe 540 1500 540 400");
    probe.tap("Notes");
    probe.shows("Shopping");
    assert!(probe.ok("dumpsys window").contains("mCurrentFocus=Window{"));
    assert!(probe.ok("dumpsys activity activities").contains("org.example.notes/.ListActivity"));
    probe.tap("New note");
    assert!(probe.ok("dumpsys activity top").contains("org.example.notes/.EditActivity"));
    probe.ok(&format!("am force-stop {PACKAGE}"));
    probe.ok("am start -n org.example.notes/.Main");
    probe.shows("Shopping");
    probe.ok("pm uninstall org.example.notes");
    assert!(!probe.ok("pm list packages").contains(PACKAGE));
}

#[test]
fn screens_are_dumped_at_our_size() {
    let xml = started().dump();
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let node = |text: &str| {
        let mut nodes = document.descendants();
        nodes
            .find(|node| node.attribute("text") == Some(text))
            .unwrap_or_else(|| panic!("no {text} in {xml}"))
    };
    assert_eq!(node("Notes").attribute("bounds"), Some("[40,120][600,180]"));
    assert_eq!(node("Notes").attribute("class"), Some("android.widget.TextView"));
    assert_eq!(node("Shopping").attribute("long-clickable"), Some("true"));
    assert_eq!(
        (node("Sync").attribute("checkable"), node("Sync").attribute("checked")),
        (Some("true"), Some("false"))
    );
    assert!(xml.contains("scrollable=\"true\"") && xml.contains("package=\"org.example.notes\""));
    assert!(!xml.contains("Hidden"));
}

#[test]
fn touches_follow_the_recording() {
    let mut probe = started();
    probe.tap("Sync");
    assert_eq!(probe.find("Sync").map(|(_, checked)| checked), Some(true));
    probe.tap("Sync");
    assert_eq!(probe.find("Sync").map(|(_, checked)| checked), Some(false));
    let ((x, y), _) = probe.find("Shopping").expect("is there");
    probe.ok(&format!("input swipe {x} {y} {x} {y} 900"));
    probe.shows("Delete the note?");
    assert!(!probe.dump().contains("Shopping"), "only the dialog's window is dumped");
    probe.tap("Yes");
    probe.shows("Delete it really?");
    probe.tap("Yes");
    probe.shows("Shopping");
}

#[test]
fn what_is_typed_is_recorded_or_stays_a_draft() {
    let mut probe = started();
    probe.tap("New note");
    probe.type_into("Write something", "Bread");
    probe.shows("Bread");
    logs(
        &mut probe,
        "no recorded transition for typing \"Bread\" into \"Write something\" on screen edit: it stays",
    );
    probe.type_into("Bread", "Mil");
    probe.ok("input text k");
    probe.shows("Milk");
    assert!(!probe.ok("logcat").contains("\"Milk\""));
    probe.tap("SAVE");
    probe.shows("Shopping");
}

#[test]
fn fields_of_one_id_are_two_fields() {
    let mut probe = started();
    probe.tap("New note");
    let xml = probe.dump();
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let fields =
        document.descendants().filter(|node| node.attribute("class") == Some("android.widget.EditText"));
    assert_eq!(fields.count(), 2);
    probe.ok("input tap 540 460");
    probe.ok("input text Second");
    probe.shows("Second");
    probe.shows("Write something");
}

#[test]
fn where_nothing_was_recorded_the_screen_stays() {
    let mut probe = started();
    let before = probe.dump();
    probe.tap("Notes");
    probe.tap("Shopping");
    probe.ok("input swipe 540 400 540 1500");
    assert_eq!(probe.dump(), before);
    logs(
        &mut probe,
        "no recorded transition for a tap on \"android.widget.FrameLayout\" on screen list: it stays",
    );
    logs(&mut probe, "no recorded transition for a tap on \"Shopping\" on screen list: it stays");
    logs(&mut probe, "no recorded transition for scrolling up on screen list: it stays");
    probe.ok("logcat -c");
    assert_eq!(probe.ok("logcat"), "--------- beginning of main\n");
    probe.tap("New note");
    probe.ok("input keyevent BACK");
    logs(&mut probe, "no recorded transition for the back key on screen edit: it stays");
}

#[test]
fn the_recorded_launcher_is_our_launcher() {
    let mut probe = started();
    probe.ok("input keyevent BACK");
    assert!(probe.ok("dumpsys activity activities").contains("topResumedActivity=ActivityRecord"));
    probe.shows("All apps");
}

#[test]
fn the_recording_goes_on_where_it_is() {
    let mut probe = started();
    probe.tap("New note");
    probe.type_into("Write something", "Milk");
    probe.tap("SAVE");
    probe.tap("New note");
    probe.shows("Milk");
    probe.ok("input keyevent BACK");
    probe.tap("New note");
    probe.shows("Write something");
}

#[test]
fn tasks_set_their_screen_and_outcomes_up() {
    let mut probe = notebook();
    probe.ok("am start -n org.example.notes/.Main --es task again");
    probe.tap("New note");
    probe.shows("Milk");
    probe.ok("am start -n org.example.notes/.Main --es task old");
    probe.ok("input swipe 540 1500 540 400");
    probe.tap("Old note");
    probe.shows("Milk");
    probe.ok("am start -n org.example.notes/.Main --es task unknown");
    probe.shows("Shopping");
    logs(&mut probe, "no task \"unknown\" was recorded");
}

#[test]
fn pictures_and_dumps_agree() {
    let mut probe = started();
    let look = |probe: &mut Probe| {
        let canvas = probe.shell.device.system().picture();
        let xml = probe.dump();
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        for node in document.descendants() {
            let says = |name| node.attribute(name).is_some_and(|value| !value.is_empty());
            if !says("text") && !says("content-desc") {
                continue;
            }
            let edges: Vec<i32> = node
                .attribute("bounds")
                .expect("has bounds")
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|part| part.parse().ok())
                .collect();
            let [left, top, right, bottom] = edges[..] else { panic!("four edges") };
            let at = |x: i32, y: i32| {
                let pixel = usize::try_from(4 * (y * 1080 + x)).expect("on the display");
                canvas.rgba()[pixel..pixel + 3].to_owned()
            };
            let colors: std::collections::BTreeSet<_> = (top..bottom)
                .flat_map(|y| (left..right).map(move |x| (x, y)))
                .map(|(x, y)| at(x, y))
                .collect();
            assert!(colors.len() > 3, "nothing is painted at {node:?}");
        }
    };
    look(&mut probe);
    probe.tap("Sync");
    look(&mut probe);
    probe.tap("New note");
    look(&mut probe);
}

#[test]
fn a_recording_needs_no_tasks() {
    let all: Vec<Value> = records().into_iter().filter(|record| record["kind"] != "task").collect();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.jsonl");
    std::fs::write(&path, text(&all)).expect("is written");
    let mut probe = Probe::with(load(&[path]).expect("is a recording"));
    probe.ok(&format!("monkey -p {PACKAGE} 1"));
    probe.shows("Shopping");
}
