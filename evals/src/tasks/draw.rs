//! Parameters of tasks: every draw follows from the seed, the task's id and how many were made before.

use crate::suite::rank;

/// Names that no new phone has among its contacts.
const FIRST: &[&str] = &[
    "Astrid", "Bruno", "Chiara", "Dmitri", "Edda", "Felipe", "Greta", "Hakim", "Irina", "Joost", "Keiko",
    "Lionel",
];
const LAST: &[&str] = &[
    "Achterberg",
    "Brandt",
    "Castellano",
    "Delacroix",
    "Eriksen",
    "Fontaine",
    "Gruber",
    "Hoffmann",
    "Ishikawa",
    "Janssen",
    "Kowalski",
    "Lindqvist",
];

/// Area codes of numbers in the range that is kept free for fiction, 555-0100 to 555-0199.
const AREAS: &[&str] = &["303", "503", "702", "808", "904"];

/// Messages that people send.
const MESSAGES: &[&str] = &[
    "I'm running ten minutes late",
    "Can you pick up some bread",
    "The meeting moved to Friday",
    "Happy birthday, see you tonight",
    "I left the keys under the mat",
    "Dinner is at eight",
    "Please call me when you can",
    "The train leaves at 9:40",
];

/// A stream of draws.
#[derive(Debug)]
pub struct Draw {
    seed: u64,
    id: &'static str,
    count: usize,
}

impl Draw {
    /// The draws for a task.
    pub fn new(seed: u64, id: &'static str) -> Self {
        Self { seed, id, count: 0 }
    }

    /// A number from 0 to below `n`, which is above 0.
    pub fn below(&mut self, n: u32) -> u32 {
        self.count += 1;
        (rank(self.seed, &format!("{}#{}", self.id, self.count)) % u64::from(n)) as u32
    }

    /// One of several, of which there is at least one.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
        items[self.below(count) as usize]
    }

    /// An hour from `from` to below `to` and a minute in steps of five.
    pub fn time(&mut self, from: u32, to: u32) -> Time {
        Time { hour: from + self.below(to - from), minute: 5 * self.below(12) }
    }

    /// A person: whole name and number.
    pub fn person(&mut self) -> Person {
        let name = format!("{} {}", self.pick(FIRST), self.pick(LAST));
        let number = format!("+1 {} 555 01{:02}", self.pick(AREAS), self.below(100));
        Person { name, number }
    }

    /// Two persons without a name in common.
    pub fn two_people(&mut self) -> (Person, Person) {
        let (one, mut other) = (self.person(), self.person());
        let parts: Vec<&str> = one.name.split(' ').collect();
        while parts.iter().any(|part| other.name.contains(part)) || other.number == one.number {
            other = self.person();
        }
        (one, other)
    }

    /// Something that people send.
    pub fn message(&mut self) -> String {
        self.pick(MESSAGES).to_owned()
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// First and last name.
    pub name: String,
    /// Phone number.
    pub number: String,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// From 0 to 23.
    pub hour: u32,
    /// From 0 to 59.
    pub minute: u32,
}

impl Time {
    /// `7:30 AM`, as the phone and people write it.
    pub fn twelve(self) -> String {
        let half = if self.hour < 12 { "AM" } else { "PM" };
        format!("{}:{:02} {half}", (self.hour + 11) % 12 + 1, self.minute)
    }

    /// `07:30`
    pub fn twenty_four(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }

    /// As it may stand in an answer.
    pub fn ways_to_say(self) -> [String; 3] {
        let twelve = self.twelve();
        let bare = twelve.split(' ').next().unwrap_or_default().to_owned();
        [twelve, self.twenty_four(), bare]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hour: u32, minute: u32, twelve: &str, twenty_four: &str) {
        let time = Time { hour, minute };
        assert_eq!((time.twelve().as_str(), time.twenty_four().as_str()), (twelve, twenty_four));
    }

    #[test]
    fn times_are_written_both_ways() {
        check(0, 5, "12:05 AM", "00:05");
        check(7, 30, "7:30 AM", "07:30");
        check(12, 0, "12:00 PM", "12:00");
        check(23, 55, "11:55 PM", "23:55");
    }

    #[test]
    fn draws_follow_from_seed_and_id() {
        let people = |seed, id| Draw::new(seed, id).two_people();
        assert_eq!(people(1, "a"), people(1, "a"));
        assert_ne!(people(1, "a"), people(2, "a"));
        assert_ne!(people(1, "a"), people(1, "b"));
    }

    #[test]
    fn two_people_are_never_taken_for_each_other() {
        for seed in 0..200 {
            let (one, other) = Draw::new(seed, "x").two_people();
            assert!(one.name.split(' ').all(|part| !other.name.contains(part)) && one.number != other.number);
        }
    }
}
