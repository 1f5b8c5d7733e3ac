//! What is on a new phone: people, conversations, calls and events that follow from its seed, and what apps add.

use super::content::{calendar, calls, contacts, telephony};
use super::database::Database;
use super::random::Random;
use crate::apps::{bank, documents, mail, music, notes, photo_note, photos, stock_trainer, tasks};
use crate::files::Files;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

const FIRST: [&str; 24] = [
    "Aisha", "Ben", "Carla", "Daniel", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kenji", "Laura",
    "Maria", "Nadia", "Oliver", "Priya", "Quentin", "Rosa", "Samuel", "Tara", "Umar", "Vera", "William",
    "Yuki",
];
const LAST: [&str; 20] = [
    "Adams", "Bauer", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Haddad", "Ivanova", "Jensen", "Kim",
    "Lopez", "Moreau", "Novak", "Okafor", "Patel", "Rossi", "Sato", "Turner", "Weber",
];
const COMPANIES: [&str; 6] =
    ["Northwind Design", "Harbor Clinic", "Maple Street School", "Lindgren & Sons", "City Library", ""];

/// Conversations: lines that came in start with `<`, those sent from here with `>`; the last was not read if it has a `!`.
const TALKS: [&[&str]; 6] = [
    &["<Are we still on for lunch tomorrow?", ">Yes! 12:30 at the usual place", "<Perfect, see you there"],
    &[
        "<I left the keys with the neighbor",
        ">Thanks, I'll pick them up tonight",
        "<!Don't forget to water the plants",
    ],
    &[">Happy birthday! 🎉", "<Thank you so much!", "<We should celebrate this weekend"],
    &[
        "<Can you send me the report when it's ready?",
        ">Sure, I'll finish it this afternoon",
        "<!Great, no rush",
    ],
    &[">How was the trip?", "<Amazing, I'll show you the pictures soon", ">Can't wait"],
    &["<Practice is moved to Thursday 6 pm", ">Ok, noted. Who brings the balls?", "<Coach does"],
];
const SERVICE: (&str, &str) = ("72975", "Your package will be delivered today between 14:00 and 16:00.");
const EVENTS: [(&str, &str, i64, i64, i64); 5] = [
    ("Team meeting", "Room 4B", 0, 14, 1),
    ("Dentist", "Harbor Clinic", 2, 9, 1),
    ("Dinner with the family", "", 4, 19, 2),
    ("Gym", "", 1, 18, 1),
    ("Project review", "Northwind Design", 7, 11, 2),
];

/// Fills an app's database: the disk, the seed, the time.
type Fill = fn(&Files, u64, i64);

/// Databases of apps that have something in them on a new phone.
const APPS: &[(Database, Fill)] = &[
    (notes::store::DATABASE, notes::fill),
    (tasks::store::DATABASE, tasks::fill),
    (mail::store::DATABASE, mail::fill),
    (bank::store::DATABASE, bank::fill),
    (photo_note::store::DATABASE, photo_note::fill),
    (stock_trainer::store::DATABASE, stock_trainer::fill),
];

/// Fills the databases that do not exist yet. `now` is in milliseconds since 1970.
///
/// # Errors
/// A database cannot be written.
pub(super) fn fill(files: &Files, seed: u64, now: i64) -> rusqlite::Result<()> {
    let people = people(seed);
    let new = fresh(files, contacts::DATABASE.path);
    if new {
        contacts::DATABASE.open(files)?;
        for person in &people {
            contacts::save(files, person);
        }
    }
    if fresh(files, telephony::DATABASE.path) {
        telephony::DATABASE.open(files)?;
        conversations(files, seed, &people, now);
    }
    if fresh(files, calls::DATABASE.path) {
        calls::DATABASE.open(files)?;
        let kinds =
            [(calls::INCOMING, 184), (calls::OUTGOING, 65), (calls::MISSED, 0), (calls::OUTGOING, 412)];
        for ((person, (kind, duration)), nth) in people.iter().zip(kinds).zip(1..) {
            let call = calls::Call { number: person.phone.clone(), date: now - nth * 9 * HOUR, kind };
            calls::add(files, &call, duration, &person.name);
        }
    }
    if fresh(files, calendar::DATABASE.path) {
        calendar::DATABASE.open(files)?;
        let midnight = now - now.rem_euclid(DAY);
        for (title, place, day, hour, hours) in EVENTS {
            let start = midnight + day * DAY + hour * HOUR;
            let (title, place) = (title.to_owned(), place.to_owned());
            let event = calendar::Event {
                title,
                place,
                start,
                end: start + hours * HOUR,
                ..calendar::Event::default()
            };
            calendar::save(files, &event);
        }
    }
    for (database, fill) in APPS {
        if fresh(files, database.path) {
            database.open(files)?;
            fill(files, seed, now);
        }
    }
    if new {
        documents::fill(files, seed, now);
        photos::fill(files, seed, now);
        music::fill(files, now);
    }
    Ok(())
}

fn fresh(files: &Files, path: &str) -> bool {
    !files.exists(path)
}

fn people(seed: u64) -> Vec<contacts::Contact> {
    let mut random = Random::new(seed, "people");
    let (mut first, mut last) = (FIRST, LAST);
    random.shuffle(&mut first);
    random.shuffle(&mut last);
    first
        .into_iter()
        .zip(last)
        .take(12)
        .map(|(first, last)| contacts::Contact {
            id: 0,
            name: format!("{first} {last}"),
            // 555-0100 to 555-0199 are kept free for fiction.
            phone: format!(
                "+1 {} 555 01{:02}",
                [212, 310, 415, 617, 206][random.below(5)],
                random.below(100)
            ),
            email: format!("{}.{}@example.com", first.to_lowercase(), last.to_lowercase()),
            company: COMPANIES[random.below(COMPANIES.len())].to_owned(),
            starred: random.below(4) == 0,
        })
        .collect()
}

fn conversations(files: &Files, seed: u64, people: &[contacts::Contact], now: i64) {
    let mut random = Random::new(seed, "conversations");
    let mut talks = TALKS;
    random.shuffle(&mut talks);
    let when = now - 5 * DAY;
    telephony::add(files, SERVICE.0, SERVICE.1, when, telephony::INBOX);
    for ((talk, person), nth) in talks.iter().zip(people).take(4).zip(1..) {
        let mut when = now - (5 - nth) * DAY + HOUR * (random.below(5) as i64) - 3 * HOUR;
        for line in *talk {
            when += 60_000 * (1 + random.below(40) as i64);
            let sent = line.starts_with('>');
            let body = line.trim_start_matches(['<', '>', '!']);
            let kind = if sent { telephony::SENT } else { telephony::INBOX };
            telephony::add(files, &person.phone, body, when, kind);
        }
        if !talk.iter().any(|line| line.starts_with("<!"))
            && let Some(thread) = telephony::thread_with(files, &person.phone)
        {
            telephony::mark_read(files, thread);
        }
    }
}
