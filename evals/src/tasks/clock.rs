//! Alarms and timers.

use serde_json::json;

use super::draw::{Draw, Time};
use super::fact::{Alarm, Fact};
use super::prepare::Setup;
use super::template::{Act, Expectation, Instance, Template};

const LABELS: &[&str] = &["Gym", "Medicine", "Laundry", "Market", "Yoga", "Choir"];

/// Monday to Friday.
const WEEKDAYS: u32 = 0b001_1111;

/// The tasks of the clock.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "clock/set_alarm",
        wordings: &["Set an alarm for {time}", "Wake me up at {time}", "I need an alarm at {time}"],
        actions: 5,
        make: |draw| set(draw.time(5, 23), None, 0),
    },
    Template {
        id: "clock/set_alarm_with_label",
        wordings: &[
            "Set an alarm for {time} labelled {label}",
            "Create an alarm called {label} at {time}",
            "Remind me of {label} with an alarm at {time} that has this name",
        ],
        actions: 8,
        make: |draw| {
            let label = draw.pick(LABELS);
            set(draw.time(5, 23), Some(label), 0)
        },
    },
    Template {
        id: "clock/set_alarm_on_weekdays",
        wordings: &[
            "Set an alarm for {time} every weekday",
            "Wake me at {time} from Monday to Friday",
            "I want an alarm at {time} on all working days, but not on weekends",
        ],
        actions: 10,
        make: |draw| set(draw.time(5, 10), None, WEEKDAYS),
    },
    Template {
        id: "clock/turn_alarm_off",
        wordings: &[
            "Turn off the {time} alarm",
            "Disable my alarm at {time} but keep it",
            "The alarm for {time} should not ring; don't delete it",
        ],
        actions: 2,
        make: |draw| switch(draw, true),
    },
    Template {
        id: "clock/turn_alarm_on",
        wordings: &[
            "Turn on the {time} alarm",
            "Activate my alarm at {time} again",
            "Enable the alarm for {time}",
        ],
        actions: 2,
        make: |draw| switch(draw, false),
    },
    Template {
        id: "clock/delete_alarm",
        wordings: &[
            "Delete the {time} alarm",
            "Remove my alarm at {time}",
            "Get rid of the alarm for {time}",
        ],
        actions: 4,
        make: delete,
    },
    Template {
        id: "clock/start_timer",
        wordings: &[
            "Set a timer for {minutes} minutes",
            "Count down {minutes} minutes",
            "Start a {minutes} minute timer",
        ],
        actions: 6,
        make: |draw| {
            let minutes = 2 + draw.below(43);
            Instance {
                words: vec![("minutes", minutes.to_string())],
                expect: Expectation::added(Fact::Timer { seconds: 60 * minutes }),
                oracle: vec![Act::call("set_timer", json!({"duration": format!("{minutes} minutes")}))],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "clock/next_alarm",
        wordings: &[
            "When does my next alarm ring?",
            "What time is my next alarm?",
            "Which time is the alarm set for?",
        ],
        actions: 2,
        make: |draw| {
            let time = draw.time(5, 23);
            Instance {
                prepare: vec![
                    Setup::Holds(alarm(time, true, 0, "")),
                    Setup::Holds(alarm(earlier(time), false, 0, "")),
                ],
                expect: Expectation::answered(time.ways_to_say()),
                oracle: vec![Act::open("Clock"), Act::answer(&time.twelve())],
                ..Instance::default()
            }
        },
    },
];

fn alarm(time: Time, on: bool, days: u32, label: &str) -> Fact {
    Fact::Alarm(Alarm { hour: time.hour, minute: time.minute, on, days, label: label.into() })
}

/// Another time, which nobody takes for the first.
fn earlier(time: Time) -> Time {
    Time { hour: time.hour - 2, minute: (time.minute + 15) % 60 }
}

fn set(time: Time, label: Option<&str>, days: u32) -> Instance {
    let mut arguments = json!({"time": time.twenty_four()});
    let mut words = vec![("time", time.twelve())];
    if let Some(label) = label {
        arguments["label"] = label.into();
        words.push(("label", label.into()));
    }
    if days != 0 {
        arguments["days"] = "weekdays".into();
    }
    Instance {
        words,
        expect: Expectation::added(alarm(time, true, days, label.unwrap_or_default())),
        oracle: vec![Act::call("set_alarm", arguments)],
        ..Instance::default()
    }
}

/// Turns the one of two alarms that is as `on` says.
fn switch(draw: &mut Draw, on: bool) -> Instance {
    let time = draw.time(7, 23);
    let (old, new) = (alarm(time, on, 0, ""), alarm(time, !on, 0, ""));
    Instance {
        words: vec![("time", time.twelve())],
        prepare: vec![Setup::Holds(old.clone()), Setup::Holds(alarm(earlier(time), on, 0, ""))],
        expect: Expectation::replaced(old, new),
        oracle: vec![Act::open("Clock"), Act::Tap(format!("{} alarm", time.twelve()))],
    }
}

fn delete(draw: &mut Draw) -> Instance {
    let time = draw.time(7, 23);
    let wanted = alarm(time, true, 0, "");
    Instance {
        words: vec![("time", time.twelve())],
        prepare: vec![Setup::Holds(alarm(earlier(time), true, 0, "")), Setup::Holds(wanted.clone())],
        expect: Expectation::removed(wanted),
        oracle: vec![
            Act::open("Clock"),
            Act::TapNear { text: "Expand alarm".into(), near: time.twelve() },
            Act::tap("Delete"),
        ],
    }
}
