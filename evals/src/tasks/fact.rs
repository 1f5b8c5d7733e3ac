//! What can be true of a phone, and what a task changes of it.

use serde::Serialize;

/// One thing that a phone's own state says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An alarm of the clock.
    Alarm(Alarm),
    /// A timer of the clock, running or not.
    Timer {
        /// Its whole length.
        seconds: u32,
    },
    /// A switch of the settings.
    Switch {
        /// Which one.
        switch: Switch,
        /// Its state.
        on: bool,
    },
    /// The brightness of the display.
    Brightness {
        /// From 0 to 255.
        level: u32,
    },
    /// A person with a phone number.
    Contact {
        /// The whole name.
        name: String,
        /// The number, however written.
        number: String,
    },
    /// A message that was sent.
    Sent {
        /// The number it went to.
        to: String,
        /// What it says.
        text: String,
    },
    /// An event of the calendar.
    Event {
        /// What.
        title: String,
        /// Days from today.
        day: i64,
        /// Minutes from midnight, in the phone's time zone.
        minute: i64,
    },
}

/// An alarm of the clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Alarm {
    /// Hour of the day.
    pub hour: u32,
    /// Minute of the hour.
    pub minute: u32,
    /// Set to ring.
    pub on: bool,
    /// Weekdays as the clock app keeps them: bit 0 is Monday, bit 6 Sunday; 0 rings once.
    pub days: u32,
    /// Its label. An expected alarm without one may have any.
    pub label: String,
}

/// A switch of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    /// Wi-Fi.
    Wifi,
    /// Bluetooth.
    Bluetooth,
    /// Airplane mode.
    AirplaneMode,
    /// Do not disturb.
    DoNotDisturb,
    /// The dark theme.
    DarkMode,
}

impl Switch {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Wifi, Self::Bluetooth, Self::AirplaneMode, Self::DoNotDisturb, Self::DarkMode];
}

/// Levels of brightness that look alike.
const ALIKE: u32 = 5;

impl Fact {
    /// Whether `found` is what this fact asks for: numbers however written, texts without regard to
    /// case and to punctuation at the end, any label where none is asked for, any words around a
    /// number that is to be sent.
    pub fn is_met_by(&self, found: &Self) -> bool {
        match (self, found) {
            (Self::Alarm(a), Self::Alarm(b)) => {
                let label = a.label.is_empty() || same_text(&a.label, &b.label);
                label && (a.hour, a.minute, a.on, a.days) == (b.hour, b.minute, b.on, b.days)
            }
            (Self::Brightness { level: a }, Self::Brightness { level: b }) => a.abs_diff(*b) <= ALIKE,
            (Self::Contact { name: a, number: m }, Self::Contact { name: b, number: n }) => {
                same_text(a, b) && same_number(m, n)
            }
            (Self::Sent { to: m, text: a }, Self::Sent { to: n, text: b }) => {
                let is_number = a.starts_with('+') && same_number(a, b);
                same_number(m, n) && (is_number || same_text(a, b))
            }
            (Self::Event { title: a, day: d, minute: m }, Self::Event { title: b, day: e, minute: n }) => {
                same_text(a, b) && (d, m) == (e, n)
            }
            (a, b) => a == b,
        }
    }
}

/// The same words, however they begin and end.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    let plain = |text: &str| {
        let text = text.trim().trim_end_matches(['.', '!']).to_lowercase();
        text.replace(['’', '‘'], "'")
    };
    plain(a) == plain(b)
}

/// Digits that tell numbers apart: a country's prefix may be there or not.
const DIGITS: usize = 9;

/// The same phone number, however it is written.
pub(super) fn same_number(a: &str, b: &str) -> bool {
    let digits =
        |text: &str| -> Vec<char> { text.chars().rev().filter(char::is_ascii_digit).take(DIGITS).collect() };
    !digits(a).is_empty() && digits(a) == digits(b)
}

/// What a task is to change, and nothing else.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Change {
    /// Facts that become true.
    pub added: Vec<Fact>,
    /// Facts that stop being true.
    pub removed: Vec<Fact>,
}

impl Change {
    /// Compares what a phone says before and after with this change.
    ///
    /// # Errors
    /// Everything that is missing and everything that nobody asked for, in words.
    pub fn check(&self, before: &[Fact], after: &[Fact]) -> Result<(), Vec<String>> {
        let added = without(after, before);
        let removed = without(before, after);
        let mut wrong = differences(&self.added, &added, "not there", "there, but nobody asked for it");
        wrong.extend(differences(&self.removed, &removed, "still there", "gone, but nobody asked for it"));
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// The facts of `a` that are not in `b`, as often as they are more often there.
fn without(a: &[Fact], b: &[Fact]) -> Vec<Fact> {
    let mut left = b.to_vec();
    let mut rest = Vec::new();
    for fact in a {
        match left.iter().position(|other| other == fact) {
            Some(place) => drop(left.swap_remove(place)),
            None => rest.push(fact.clone()),
        }
    }
    rest
}

fn differences(expected: &[Fact], found: &[Fact], missing: &str, surplus: &str) -> Vec<String> {
    let mut left = found.to_vec();
    let mut wrong = Vec::new();
    for fact in expected {
        match left.iter().position(|other| fact.is_met_by(other)) {
            Some(place) => drop(left.swap_remove(place)),
            None => wrong.push(format!("{fact:?} is {missing}")),
        }
    }
    wrong.extend(left.iter().map(|fact| format!("{fact:?} is {surplus}")));
    wrong
}

#[cfg(test)]
mod tests;
