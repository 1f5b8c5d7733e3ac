//! The calculator's keys, its results and its history.

use super::Probe;

const DATABASE: &str = "/data/data/com.google.android.calculator/databases/Expressions.db";

fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.google.android.calculator 1");
    probe
}

/// Presses keys: by their label, or by their name in words.
fn press(probe: &mut Probe, keys: &str) {
    for key in keys.split(' ') {
        probe.tap(key);
    }
}

#[track_caller]
fn check(probe: &mut Probe, keys: &str, id: &str, expected: &str) {
    press(probe, &format!("AC {keys}"));
    let xml = probe.dump();
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let id = format!("com.google.android.calculator:id/{id}");
    let shown = document.descendants().find(|node| node.attribute("resource-id") == Some(&id));
    assert_eq!(shown.and_then(|node| node.attribute("text")), Some(expected), "{keys}");
}

#[test]
fn keys_make_formulas() {
    let mut probe = probe();
    check(&mut probe, "2 plus 3 multiply 4 equals", "result_final", "14");
    check(&mut probe, "2 plus multiply 3", "formula", "2×3");
    check(&mut probe, "2 multiply minus 3", "result_preview", "−6");
    check(&mut probe, "parentheses 2 plus 3 parentheses multiply 4", "formula", "(2+3)×4");
    check(&mut probe, "1 2 3 4 . 5 . 6", "formula", "1,234.56");
    check(&mut probe, "1 2 0 plus 1 0 percent", "result_preview", "132");
    check(&mut probe, "7 8 delete", "formula", "7");
    check(&mut probe, "5 divide 0 equals", "result_preview", "Can't divide by 0");
    check(&mut probe, "5 plus equals", "result_preview", "Format error");
    check(&mut probe, "9 minus 4 equals multiply 2 equals", "result_final", "10");
    check(&mut probe, "9 minus 4 equals 8", "formula", "8");
}

#[test]
fn results_are_kept_used_again_and_forgotten() {
    let mut probe = probe();
    press(&mut probe, "6 multiply 7 equals AC 1 plus");
    let kept = probe.run(&["sqlite3", DATABASE, "SELECT expression, result FROM expressions"]).0;
    assert_eq!(kept, "6×7|42\n");
    probe.tap("History");
    probe.tap("42");
    press(&mut probe, "equals");
    probe.shows("43");
    probe.tap("History");
    probe.tap("Clear history");
    probe.tap("Cancel");
    probe.shows("6×7");
    probe.tap("Clear history");
    probe.tap("button1");
    probe.shows("No history");
    probe.ok("input keyevent BACK");
    probe.shows("43");
}
