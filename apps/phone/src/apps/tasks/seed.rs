//! The tasks of a new phone.

use chrono::TimeDelta;

use super::store::{self, Task};
use crate::files::Files;
use crate::system::clock::at;
use crate::system::random::Random;

/// List, title, what else is written, importance, days until it is due.
const TASKS: [(&str, &str, &str, i64, Option<i64>); 12] = [
    ("Home", "Call the plumber", "The kitchen tap drips.", 1, Some(1)),
    ("Home", "Change the air filter", "", 3, Some(9)),
    ("Home", "Take out the recycling", "", 3, Some(0)),
    ("Home", "Water the plants", "Not the cactus.", 3, None),
    ("Shopping", "Coffee beans", "Dark roast, 1 kg", 3, None),
    ("Shopping", "Birthday card", "For Saturday.", 2, Some(5)),
    ("Shopping", "Light bulbs", "E27, warm white", 3, None),
    ("Default list", "Renew the library card", "", 2, Some(12)),
    ("Default list", "Pay the electricity bill", "Customer number is on the letter.", 0, Some(3)),
    ("Default list", "Book train tickets", "Two adults, window seats", 1, Some(-1)),
    ("Default list", "Back up the photos", "", 3, Some(20)),
    ("Default list", "Return the parcel", "", 2, Some(2)),
];

/// Fills a new database.
pub fn fill(files: &Files, seed: u64, now: i64) {
    for name in ["Home", "Shopping"] {
        store::add_list(files, seed, name, now);
    }
    let lists = store::lists(files);
    let mut tasks = TASKS;
    Random::new(seed, "tasks").shuffle(&mut tasks);
    for (list, title, notes, importance, days) in tasks.into_iter().take(8) {
        let list = lists.iter().find(|known| known.name == list).map(|known| known.uuid.clone());
        let mut task = Task::new(list.unwrap_or_default());
        task.title = title.to_owned();
        task.notes = notes.to_owned();
        task.importance = importance;
        task.set_day(days.map(|days| (at(now) + TimeDelta::days(days)).date_naive()));
        store::save(files, seed, &task, now - 86_400_000);
    }
}
