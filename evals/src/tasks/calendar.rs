//! Events of the calendar.

use serde_json::json;

use super::draw::Draw;
use super::fact::Fact;
use super::prepare::Setup;
use super::template::{Act, Expectation, Instance, Template};

/// Titles that no new phone has in its calendar.
const TITLES: &[&str] =
    &["Choir practice", "Plumber visit", "Book club", "Chess evening", "Parent meeting", "Piano lesson"];

/// The tasks of the calendar.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "calendar/add_event",
        wordings: &[
            "Add an event {title} tomorrow at {time}",
            "Put {title} into my calendar for tomorrow, {time}",
            "Schedule {title} at {time} tomorrow",
        ],
        actions: 7,
        make: |draw| {
            let (title, time) = (draw.pick(TITLES), draw.time(8, 21));
            let event = event(title, 1, time.hour, time.minute);
            Instance {
                words: vec![("title", title.into()), ("time", time.twelve())],
                expect: Expectation::added(event),
                oracle: vec![Act::call(
                    "add_event",
                    json!({"title": title, "day": "tomorrow", "time": time.twenty_four()}),
                )],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "calendar/when_is_event",
        wordings: &[
            "At what time is the {title} tomorrow?",
            "When does {title} start tomorrow?",
            "What time is my {title} tomorrow?",
        ],
        actions: 3,
        make: |draw| asked(draw),
    },
];

fn asked(draw: &mut Draw) -> Instance {
    let (title, time) = (draw.pick(TITLES), draw.time(8, 21));
    Instance {
        words: vec![("title", title.into())],
        prepare: vec![Setup::Holds(event(title, 1, time.hour, time.minute))],
        expect: Expectation::answered(time.ways_to_say()),
        oracle: vec![Act::open("Calendar"), Act::answer(&time.twelve())],
    }
}

fn event(title: &str, day: i64, hour: u32, minute: u32) -> Fact {
    Fact::Event { title: title.into(), day, minute: i64::from(60 * hour + minute) }
}
