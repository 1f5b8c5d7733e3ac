use serde_json::json;

use super::*;

fn case(id: &str, ok: bool) -> Case {
    Case { id: id.into(), ok, score: f64::from(u8::from(ok)), detail: json!({"expected": "<b>", "got": "x"}) }
}

fn report() -> Report {
    let subject =
        Subject { suite: Suite::DroidTask, agent: "planner", model: Some("tiny".into()), adapters: vec![] };
    let mut collector = Collector::new(subject, &Options { seed: 7, ..Options::default() });
    collector.add(case("clock/1", true), vec!["clock".into()], true);
    collector.add(case("clock/2", false), vec!["clock".into()], false);
    collector.add(case("notes/1", true), vec!["notes".into(), "easy".into()], true);
    collector.notes.push("2 left out".into());
    let mut report = collector.report(|outcomes| {
        metrics([("accuracy", share(outcomes, |&right| Some(right))), ("nothing", share(outcomes, |_| None))])
    });
    report.seconds = 1.5;
    report
}

#[test]
fn a_report_has_the_form_that_others_read() {
    let value = serde_json::to_value(report()).unwrap();
    assert_eq!(
        value,
        json!({
            "suite": "droidtask", "agent": "planner", "model": "tiny", "adapters": [], "seed": 7, "n": 3,
            "complete": true, "notes": ["2 left out"],
            "metrics": {"accuracy": 2.0 / 3.0},
            "groups": {
                "clock": {"n": 2, "accuracy": 0.5},
                "easy": {"n": 1, "accuracy": 1.0},
                "notes": {"n": 1, "accuracy": 1.0},
            },
            "seconds": 1.5,
            "cases": [
                {"id": "clock/1", "ok": true, "score": 1.0, "detail": {"expected": "<b>", "got": "x"}},
                {"id": "clock/2", "ok": false, "score": 0.0, "detail": {"expected": "<b>", "got": "x"}},
                {"id": "notes/1", "ok": true, "score": 1.0, "detail": {"expected": "<b>", "got": "x"}},
            ],
        })
    );
    let back: Report = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(back).unwrap(), value);
}

#[test]
fn the_table_fits_a_screen() {
    let expected = "\
droidtask · planner · tiny · 3 cases, seed 7, 1.5 s
  accuracy     0.667
  (2 left out)

              n  accuracy
  clock       2     0.500
  easy        1     1.000
  notes       1     1.000
";
    assert_eq!(table(&report()), expected);
    let mut many = report();
    for index in 0..200 {
        many.groups.insert(format!("group {index}"), Group { n: index, ..Group::default() });
    }
    let table = table(&many);
    assert!(table.lines().count() <= 24, "{table}");
    assert!(table.contains("group 199") && table.contains("and 187 smaller groups"), "{table}");
}

#[test]
fn the_page_stands_alone_and_escapes_what_cases_hold() {
    // Slashes are escaped, too.
    let page = html(&report()).replace("&#x2f;", "/");
    assert!(page.starts_with("<!doctype html>"));
    for text in ["droidtask", "tiny", "0.667", "clock/2", "wrong", "2 left out"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<b>\""), "a case's text stands in the page as markup");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("src="));
}
