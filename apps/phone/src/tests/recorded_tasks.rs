//! Every task of DroidTask's recordings, done by who follows its labels on the phone's own dumps.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use super::Probe;
use crate::apps::recorded::load;

/// The recordings beside the project; tells that the test is skipped if they are not there.
fn recordings() -> Option<Vec<PathBuf>> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("POCKETPILOT_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("data/droidtask");
    if !folder.exists() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    let entries =
        std::fs::read_dir(folder).expect("can be read").map(|entry| entry.expect("can be read").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "gz")).collect();
    files.sort();
    Some(files)
}

/// The records of a kind.
fn records(path: &Path, kind: &str) -> Vec<Value> {
    let mut text = String::new();
    let file = std::fs::File::open(path).expect("opens");
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).expect("unpacks");
    let all = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("is JSON"));
    all.filter(|record| record["kind"] == kind).collect()
}

/// What a screen says: text, description and whether it is checked of all nodes that say anything.
type Said = Vec<(String, String, bool)>;

/// One who follows labels.
struct Oracle {
    probe: Probe,
    element: Regex,
    /// What each recorded screen says.
    screens: HashMap<String, Said>,
}

/// A node of a dump.
struct Node {
    text: String,
    description: String,
    checked: bool,
    center: (i32, i32),
}

impl Node {
    fn begins(&self, words: &str) -> bool {
        self.text.starts_with(words) || self.description.starts_with(words)
    }
}

/// What a recorded screen says, of what lies on the display.
fn said(state: &Value) -> Said {
    let views = state["views"].as_array().expect("has views");
    let edge = |view: &Value, corner: usize, axis: usize| {
        view["bounds"][corner][axis].as_i64().expect("is a number")
    };
    let (width, height) =
        (state["width"].as_i64().expect("a number"), state["height"].as_i64().expect("a number"));
    let text = |view: &Value, name: &str| view[name].as_str().unwrap_or_default().to_owned();
    let mut shown: Vec<bool> = Vec::new();
    for view in views {
        let parent = view["parent"].as_i64().unwrap_or(0);
        let around =
            usize::try_from(parent).ok().filter(|_| !shown.is_empty()).is_none_or(|parent| shown[parent]);
        shown.push(around && view["visible"] == true);
    }
    let sight = views.iter().zip(shown).filter(|(view, shown)| {
        let (left, top) = (edge(view, 0, 0).max(0), edge(view, 0, 1).max(0));
        let (right, bottom) = (edge(view, 1, 0).min(width), edge(view, 1, 1).min(height));
        *shown && right - left > 1 && bottom - top > 1
    });
    sight
        .map(|(view, _)| (text(view, "text"), text(view, "content_description"), view["checked"] == true))
        .filter(|(text, description, checked)| !text.is_empty() || !description.is_empty() || *checked)
        .collect()
}

impl Oracle {
    fn nodes(&mut self) -> Vec<Node> {
        let xml = self.probe.dump();
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        let nodes = document.descendants().filter(|node| node.has_tag_name("node")).map(|node| {
            let value = |name| node.attribute(name).unwrap_or_default().to_owned();
            let bounds = value("bounds");
            let edges: Vec<i32> =
                bounds.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
            let center = (edges[0].midpoint(edges[2]), edges[1].midpoint(edges[3]));
            let checked = node.attribute("checked") == Some("true");
            Node { text: value("text"), description: value("content-desc"), checked, center }
        });
        nodes.collect()
    }

    /// Does a step; an error tells what stands in the way.
    fn act(&mut self, step: &Value) -> Result<(), String> {
        let screen = step["screen"].as_str().expect("is text");
        let elements: Vec<(i64, String, String)> = self
            .element
            .captures_iter(screen)
            .map(|found| {
                let part = |group| found.get(group).map_or("", |part: regex::Match<'_>| part.as_str());
                let words = if part(3).is_empty() { part(4) } else { part(3) };
                let words = words.split("<br>").next().unwrap_or_default();
                (part(2).parse().expect("is a number"), words.to_owned(), format!("{} {}", part(3), part(4)))
            })
            .collect();
        let choice = step["choice"].as_i64();
        let at = elements.iter().position(|(id, ..)| Some(*id) == choice).ok_or("no such element")?;
        let (_, words, whole) = &elements[at];
        if whole == " go back" {
            self.probe.ok("input keyevent BACK");
            return Ok(());
        }
        let nth = elements[..at].iter().filter(|(.., other)| other == whole).count();
        let (x, y) = self.find(words, nth).ok_or_else(|| format!("{words:?} is not in sight"))?;
        self.probe.ok(&format!("input tap {x} {y}"));
        if let Some(text) = step["input"].as_str() {
            self.probe.run(&["input", "text", text]);
        }
        Ok(())
    }

    /// The middle of a node that begins with such words; scrolls down and then up for it.
    fn find(&mut self, words: &str, nth: usize) -> Option<(i32, i32)> {
        for swipe in ["input swipe 540 1500 540 700", "input swipe 540 700 540 1500"] {
            loop {
                let nodes = self.nodes();
                let alike: Vec<&Node> = nodes.iter().filter(|node| node.begins(words)).collect();
                if let Some(node) = alike.get(nth).or(alike.last()) {
                    return Some(node.center);
                }
                let before = self.probe.dump();
                self.probe.ok(swipe);
                if self.probe.dump() == before {
                    break;
                }
            }
        }
        None
    }

    /// The screen in sight is one of a step's.
    fn is_on(&mut self, step: &Value) -> Result<(), String> {
        let nodes = self.nodes();
        let seen: Said = nodes
            .into_iter()
            .map(|node| (node.text, node.description, node.checked))
            .filter(|(text, description, checked)| !text.is_empty() || !description.is_empty() || *checked)
            .collect();
        let names: Vec<&str> = match &step["state"] {
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            name => name.as_str().into_iter().collect(),
        };
        if names.iter().any(|name| self.screens.get(*name) == Some(&seen)) {
            return Ok(());
        }
        Err(format!("it sees {seen:?}\n  instead of {:?}", self.screens.get(names[0])))
    }

    /// Does a task; an error names the step that it cannot do.
    fn follow(&mut self, task: &Value) -> Result<(), String> {
        let steps = task["steps"].as_array().expect("has steps");
        for (nth, step) in steps.iter().enumerate() {
            let told = |error: String| format!("step {nth} ({}): {error}", step["choice"]);
            self.is_on(step).map_err(told)?;
            if let Ok(directory) = std::env::var("PHONE_PICTURES") {
                let (png, _) = self.probe.run_bytes(&["screencap", "-p"]);
                let name = format!("{directory}/{}-{}-{nth}.png", task["app"], task["id"]).replace('"', "");
                std::fs::write(name, png).expect("the directory is there");
            }
            if step["choice"] != -1 {
                self.act(step).map_err(told)?;
            }
        }
        Ok(())
    }
}

#[test]
fn every_recorded_task_can_be_done() {
    let Some(files) = recordings() else { return };
    let element = r"(?s)<(button|input|checkbox|p) id=(\d+)(?: text='(.*?)')?(?: checked=\w+)? ?>(.*?)</(?:button|input|checkbox|p)>";
    let mut oracle = Oracle {
        probe: Probe::with(load(&files).expect("are recordings")),
        element: Regex::new(element).expect("is a pattern"),
        screens: HashMap::new(),
    };
    let (mut all, mut plain, mut failed) = (0, 0, Vec::new());
    for file in &files {
        oracle.screens = records(file, "state")
            .iter()
            .map(|state| (state["state"].as_str().expect("has a name").to_owned(), said(state)))
            .collect();
        let start = records(file, "event").into_iter().find_map(|event| {
            event["event"]["intent"].as_str()?.strip_prefix("am start ").map(str::to_owned)
        });
        let start = start.expect("the app was started");
        let (package, _) = start.split_once('/').expect("is a component");
        for task in records(file, "task") {
            all += 1;
            let id = task["id"].as_str().expect("has an id");
            oracle.probe.ok(&format!("am force-stop {package}"));
            oracle.probe.ok(&format!("am start -n {start}"));
            match oracle.follow(&task) {
                Ok(()) => plain += 1,
                Err(error) => {
                    eprintln!("from the start: {package} {id}: {}", error.lines().next().unwrap_or_default())
                }
            }
            oracle.probe.ok(&format!("am start -n {start} --es task {id}"));
            if let Err(error) = oracle.follow(&task) {
                failed.push(format!("{package} {id}: {error}"));
            }
        }
    }
    eprintln!("{} of {all} tasks done when set up, {plain} from the app's start", all - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
