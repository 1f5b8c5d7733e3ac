//! Nothing that is done to the phone breaks it.

use proptest::prelude::*;

use super::{Probe, STARTED};

fn action() -> impl Strategy<Value = Vec<String>> {
    let words = |line: String| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let keys =
        prop::sample::select(vec!["3", "4", "66", "67", "61", "123", "187", "82", "TAB", "279", "26", "224"]);
    let apps = prop::sample::select(STARTED.as_slice());
    prop_oneof![
        8 => (0..1080i32, 0..2400i32).prop_map(move |(x, y)| words(format!("input tap {x} {y}"))),
        1 => (any::<i32>(), any::<i32>()).prop_map(move |(x, y)| words(format!("input tap {x} {y}"))),
        1 => (0..1080i32, 60..2300i32).prop_map(move |(x, y)| words(format!("input swipe {x} {y} {x} {y} 900"))),
        2 => (0..1080i32, 0..2400i32, 0..2400i32).prop_map(move |(x, y, to)| words(format!("input swipe {x} {y} {x} {to}"))),
        2 => keys.prop_map(move |key| words(format!("input keyevent {key}"))),
        2 => any::<String>().prop_map(|text| vec!["input".into(), "text".into(), text]),
        2 => apps.prop_map(move |app| words(format!("monkey -p {app} 1"))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_input_leaves_a_screen(actions in prop::collection::vec(action(), 1..40)) {
        let mut probe = Probe::new();
        for action in actions {
            let words: Vec<&str> = action.iter().map(String::as_str).collect();
            probe.run(&words);
            if let Some(xml) = probe.shell.device.system().dump() {
                roxmltree::Document::parse(&xml).expect("well-formed");
            }
        }
        probe.shell.device.system().picture();
    }

    #[test]
    fn any_intent_leaves_a_screen(
        action in prop::sample::select(vec!["VIEW", "INSERT", "SENDTO", "CALL", "DIAL", "SET_ALARM", "SET_TIMER", "EDIT"]),
        data in prop::option::of("(tel|sms|smsto|geo|http|content|mailto):.{0,20}"),
        extra in any::<String>(),
        number in any::<i64>(),
    ) {
        let mut probe = Probe::new();
        let (action, number) = (format!("android.intent.action.{action}"), number.to_string());
        let mut words = vec!["am", "start", "-a", &action, "--es", "name", &extra, "--es", "sms_body", &extra];
        for name in ["android.intent.extra.alarm.HOUR", "android.intent.extra.alarm.LENGTH", "beginTime", "endTime"] {
            words.extend(["--el", name, &number]);
        }
        words.extend(data.iter().flat_map(|data| ["-d", data]));
        probe.run(&words);
        probe.run(&["content", "insert", "--uri", "content://sms", "--bind", &format!("body:s:{extra}"), "--bind", &format!("date:l:{number}")]);
        probe.run(&["monkey", "-p", "com.google.android.apps.messaging", "1"]);
        probe.dump();
    }
}

#[test]
fn broken_databases_show_empty_lists() {
    let mut probe = Probe::new();
    let files = probe.shell.device.files.clone();
    files.write(crate::system::content::telephony::DATABASE.path, b"no database").expect("writes");
    files.write(crate::apps::clock::store::DATABASE.path, b"no database").expect("writes");
    probe.ok("monkey -p com.google.android.apps.messaging 1");
    probe.shows("Start chat");
    probe.ok("monkey -p com.google.android.deskclock 1");
    probe.shows("No alarms");
    probe.tap("Add alarm");
    probe.tap("OK");
    probe.shows("No alarms");
}
