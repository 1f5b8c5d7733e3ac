//! The mail of a new phone.

use super::store::{self, Folder, Mail, OWNER};
use crate::files::Files;
use crate::system::content::contacts;
use crate::system::random::Random;

const HOUR: i64 = 3_600_000;

/// Subject and body of what people write; `{}` is the writer's first name.
const LETTERS: [(&str, &str); 7] = [
    (
        "Minutes of Monday's meeting",
        "Hi,\n\nattached to the wall, not to this mail: the plan for the next two weeks. In short, we start with the \
         archive and leave the shop for later. Tell me if I forgot something.\n\n{}",
    ),
    (
        "Saturday?",
        "Are you free on Saturday evening? We want to try the new place by the river, around seven.\n\n{}",
    ),
    (
        "Photos from the hike",
        "I sorted them at last. The one at the lake is my favourite. Shall I bring prints next time?\n\n{}",
    ),
    (
        "Draft of the flyer",
        "Could you look over the text before Thursday? Names and dates are right, I am not sure about the tone.\n\n{}",
    ),
    (
        "Borrowed drill",
        "I still have your drill. I can drop it off tomorrow after work, if that suits you.\n\n{}",
    ),
    (
        "Choir rehearsal",
        "The hall is closed this week, we meet at the school. Same time, the side entrance is open.\n\n{}",
    ),
    ("Thank you!", "The cake was wonderful, and so was the evening. Next time it is our turn.\n\n{}"),
];

/// Who, address, subject and body of what comes from firms.
const FIRMS: [(&str, &str, &str, &str); 3] = [
    (
        "City Library",
        "library@example.org",
        "Two items are due soon",
        "Dear reader,\n\nplease return or renew these items by March 6:\n\n- Circe\n- The Overstory\n\nYour City Library",
    ),
    (
        "Northwind Rail",
        "tickets@example.net",
        "Your booking NW-48213",
        "Thank you for your booking.\n\nSaturday, March 14\nDeparture 08:12, platform 5\nArrival 10:47\n2 adults, seats 61 \
         and 62, coach 4",
    ),
    (
        "Maple Energy",
        "service@example.com",
        "Your bill for February",
        "Your bill for February is 74.30. We will collect it on March 10. You need not do anything.",
    ),
];

/// Fills a new database.
pub fn fill(files: &Files, seed: u64, now: i64) {
    let mut random = Random::new(seed, "mail");
    let mut people = contacts::all(files);
    let mut letters = LETTERS;
    random.shuffle(&mut people);
    random.shuffle(&mut letters);
    let from_people = people.iter().zip(letters).take(5).map(|(person, (subject, body))| {
        let first = person.name.split(' ').next().unwrap_or_default();
        (person.name.clone(), person.email.clone(), subject, body.replace("{}", first))
    });
    let from_firms =
        FIRMS.map(|(name, from, subject, body)| (name.to_owned(), from.to_owned(), subject, body.to_owned()));
    let mut all: Vec<_> = from_people.chain(from_firms).collect();
    random.shuffle(&mut all);
    for ((name, from, subject, body), nth) in all.into_iter().zip(0..) {
        let mail = Mail {
            name,
            from,
            to: OWNER.to_owned(),
            date: now - HOUR * (2 + 17 * nth) - 60_000 * i64::try_from(random.below(60)).unwrap_or(0),
            subject: subject.to_owned(),
            body,
            unread: nth < 3,
            ..Mail::default()
        };
        store::save(files, &mail);
    }
    if let Some(person) = people.first() {
        let mail = Mail {
            folder: Folder::Sent,
            name: "me".to_owned(),
            from: OWNER.to_owned(),
            to: person.email.clone(),
            date: now - 50 * HOUR,
            subject: "The address".to_owned(),
            body: "It is 12 Mill Lane, second floor. Ring twice.".to_owned(),
            ..Mail::default()
        };
        store::save(files, &mail);
    }
}
