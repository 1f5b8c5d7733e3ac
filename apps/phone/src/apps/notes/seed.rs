//! The notes of a new phone.

use super::store::{self, Note};
use crate::files::Files;
use crate::system::random::Random;

const HOUR: i64 = 3_600_000;

/// Notebook, title, body; a title that starts with `*` is a to-do.
const NOTES: [(&str, &str, &str); 14] = [
    ("Personal", "Wi-Fi for guests", "Network: Maple-Guest\nPassword: sunny-otter-42"),
    ("Personal", "Books to read", "- The Left Hand of Darkness\n- Circe\n- The Overstory\n- Piranesi"),
    (
        "Personal",
        "Gift ideas",
        "Mum: gardening gloves\nDad: noise-cancelling headphones\nSister: pottery class",
    ),
    ("Personal", "Running log", "Mon 5 km, 28:40\nWed 5 km, 28:05\nSat 8 km, 47:30"),
    ("Personal", "Doctor's questions", "- Knee hurts after long runs\n- Renew the allergy prescription"),
    ("Personal", "*Return library books", "Due on Friday. The drop box is open until 9 pm."),
    (
        "Recipes",
        "Pancakes",
        "2 eggs\n300 ml milk\n200 g flour\n1 pinch of salt\n\nRest the batter for 20 minutes.",
    ),
    (
        "Recipes",
        "Lentil soup",
        "250 g red lentils, 1 onion, 2 carrots, cumin, lemon.\nSimmer for 25 minutes.",
    ),
    ("Recipes", "Pesto", "Basil, pine nuts, parmesan, garlic, olive oil. Toast the nuts first."),
    ("Work", "Team meeting", "Agenda\n1. Release date\n2. Open support questions\n3. Who is away in April?"),
    ("Work", "Onboarding checklist", "- Laptop and badge\n- Accounts\n- Lunch with the team on day one"),
    (
        "Work",
        "Ideas for the newsletter",
        "Interview with the warehouse crew\nFive years in numbers\nReader photos",
    ),
    ("Work", "*Book the meeting room", "Room 4B, Thursday 10:00 to 12:00, eight people."),
    ("Work", "*Send the travel receipts", "Train 84.20, hotel 139.00, taxi 18.50."),
];

/// Fills a new database.
pub fn fill(files: &Files, seed: u64, now: i64) {
    let mut random = Random::new(seed, "notes");
    let mut notes = NOTES;
    random.shuffle(&mut notes);
    let begun = now - 400 * HOUR;
    let folders =
        ["Personal", "Recipes", "Work"].map(|title| (title, store::add_folder(files, seed, title, begun)));
    for ((folder, title, body), nth) in notes.into_iter().take(9).zip(1..) {
        let id = folders.iter().find(|(title, _)| *title == folder).map(|(_, id)| id.clone());
        let note = Note {
            folder: id.unwrap_or_default(),
            title: title.trim_start_matches('*').to_owned(),
            body: body.to_owned(),
            todo: title.starts_with('*'),
            ..Note::default()
        };
        let hours = 20 * nth + i64::try_from(random.below(12)).unwrap_or(0);
        store::add_note(files, seed, &note, now - hours * HOUR);
    }
}
