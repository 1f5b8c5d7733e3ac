//! Whole dumps, kept to see what changes.

use super::Probe;

/// One line a node: class, id, text, description, what it can do, bounds.
fn outline(xml: &str) -> String {
    let document = roxmltree::Document::parse(xml).expect("well-formed");
    let mut out = String::new();
    for node in document.descendants().filter(|node| node.has_tag_name("node")) {
        let value = |name: &str| node.attribute(name).unwrap_or_default();
        let depth = node.ancestors().count() - 3;
        let class = value("class").rsplit('.').next().unwrap_or_default();
        out.push_str(&format!("{}{class}", " ".repeat(depth)));
        if let Some((_, id)) = value("resource-id").rsplit_once('/') {
            out.push_str(&format!("#{id}"));
        }
        for name in ["text", "content-desc"] {
            if !value(name).is_empty() {
                out.push_str(&format!(" {:?}", value(name)));
            }
        }
        for name in ["checked", "clickable", "scrollable", "long-clickable", "focused", "selected"] {
            if value(name) == "true" {
                out.push_str(&format!(" {name}"));
            }
        }
        out.push_str(&format!(" {}\n", value("bounds")));
    }
    out
}

#[test]
fn home_screen() {
    insta::assert_snapshot!(outline(&Probe::new().dump()));
}

#[test]
fn alarm_list() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.intent.action.SET_ALARM --ei android.intent.extra.alarm.HOUR 7");
    insta::assert_snapshot!(outline(&probe.dump()));
}

#[test]
fn empty_field_as_xml() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.intent.action.INSERT -t vnd.android.cursor.dir/contact");
    probe.tap("Phone");
    let xml = probe.dump();
    let start = xml.find("<node index=\"1\" text=\"Phone\"").expect("the field");
    let end = xml[start..].find("/>").expect("its end");
    insta::assert_snapshot!(&xml[start..start + end + 2]);
}

#[test]
fn the_same_seed_gives_the_same_phone() {
    let (mut one, mut other) = (Probe::new(), Probe::new());
    for package in
        ["com.android.contacts", "com.google.android.apps.messaging", "com.google.android.calendar"]
    {
        for probe in [&mut one, &mut other] {
            probe.ok(&format!("monkey -p {package} 1"));
        }
        assert_eq!(one.dump(), other.dump());
        assert_eq!(one.run_bytes(&["screencap", "-p"]), other.run_bytes(&["screencap", "-p"]));
    }
}
