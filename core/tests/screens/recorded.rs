//! Our lines against AutoDroid's own, on every labelled step of DroidTask whose screen was
//! recorded as a view tree. Needs the data: `POCKETPILOT_SHARED` or `../shared`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use flate2::read::GzDecoder;
use pocketpilot_core::screen::{Node, Rect, Screen, describe};
use serde_json::Value;

#[test]
fn most_recorded_lines_are_reproduced() {
    let shared =
        std::env::var_os("POCKETPILOT_SHARED").map_or_else(|| PathBuf::from("../../shared"), PathBuf::from);
    let folder = shared.join("data/droidtask");
    if !folder.is_dir() {
        eprintln!("skipped: there is no {}", folder.display());
        return;
    }
    let (mut lines, mut found, mut screens, mut exact) = (0, 0, 0, 0);
    for app in ["applauncher", "calendar", "camera", "contacts", "dialer", "filemanager", "musicplayer"] {
        let file = File::open(folder.join(format!("{app}.jsonl.gz"))).expect("the app's file");
        let rows: Vec<Value> = BufReader::new(GzDecoder::new(file))
            .lines()
            .map(|l| serde_json::from_str(&l.expect("text")).expect("JSON"))
            .collect();
        let states: HashMap<&str, &Value> = rows
            .iter()
            .filter(|r| r["kind"] == "state")
            .map(|r| (r["state"].as_str().unwrap_or_default(), r))
            .collect();
        for step in rows
            .iter()
            .filter(|r| r["kind"] == "task")
            .flat_map(|r| r["steps"].as_array().into_iter().flatten())
        {
            let Some(state) = step["state"].as_str().and_then(|s| states.get(s)) else { continue };
            let ours: Vec<String> = describe(&screen(state)).iter().map(|l| body(&l.to_string())).collect();
            let theirs: Vec<String> = step["screen"].as_str().unwrap_or_default().lines().map(body).collect();
            screens += 1;
            exact += usize::from(ours == theirs);
            lines += theirs.len();
            found += theirs.iter().filter(|t| ours.contains(t)).count();
            if std::env::var_os("SHOW").is_some() && ours != theirs {
                println!("--- {app}\n{}\n---ours\n{}", theirs.join("\n"), ours.join("\n"));
            }
        }
    }
    println!("{found} of {lines} lines, {exact} of {screens} screens exactly");
    assert!(found * 100 >= lines * 85, "{found} of {lines} lines");
}

/// A line without its number, and with the characters that we replace replaced.
fn body(line: &str) -> String {
    let line = line.trim();
    match line.split_once(" id=") {
        Some((tag, rest)) => format!("{tag}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit())),
        None => line.to_owned(),
    }
    .replace(" >", ">")
    .replace('’', "'")
}

fn screen(state: &Value) -> Screen {
    let views = state["views"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
    let flag = |v: &Value, key: &str| v[key].as_bool().unwrap_or(false);
    let nodes = views.iter().map(|v| {
        let at = |i: usize, j: usize| v["bounds"][i][j].as_i64().unwrap_or(0) as i32;
        Node {
            parent: v["parent"].as_u64().map(|p| p as usize),
            class: text(v, "class"),
            package: text(v, "package"),
            resource_id: text(v, "resource_id"),
            text: text(v, "text"),
            description: text(v, "content_description"),
            bounds: Rect { left: at(0, 0), top: at(0, 1), right: at(1, 0), bottom: at(1, 1) },
            clickable: flag(v, "clickable"),
            long_clickable: flag(v, "long_clickable"),
            checkable: flag(v, "checkable"),
            checked: flag(v, "checked"),
            selected: flag(v, "selected"),
            enabled: flag(v, "enabled"),
            focusable: flag(v, "focusable"),
            focused: flag(v, "focused"),
            scrollable: flag(v, "scrollable"),
            password: flag(v, "is_password"),
        }
    });
    Screen { nodes: nodes.collect(), ..Screen::default() }
}
