//! What stands in a request's slots: as people say it, as the tool takes it, and as the phone writes it.

use std::collections::BTreeMap;

use super::random::Random;
use super::values::{MONTHS, Values};

/// One thing in three forms.
#[derive(Debug, Clone)]
struct Slot {
    said: String,
    meant: String,
    fact: String,
}

/// Whose words a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The person's.
    Said,
    /// The tool's.
    Meant,
    /// The phone's.
    Fact,
}

/// The slots of one sample: each is drawn when it is first met and stays the same then.
#[derive(Debug)]
pub(super) struct Slots<'v> {
    values: &'v Values,
    drawn: BTreeMap<String, Slot>,
}

impl<'v> Slots<'v> {
    pub(super) fn new(values: &'v Values) -> Self {
        Self { values, drawn: BTreeMap::new() }
    }

    /// The text with its slots filled. Unknown slots cannot be: a test fills every wording.
    pub(super) fn fill(&mut self, text: &str, voice: Voice, random: &mut Random) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled += before;
            let Some((name, after)) = after.split_once('}') else { break };
            let slot = self.slot(name, random);
            filled += match voice {
                Voice::Said => &slot.said,
                Voice::Meant => &slot.meant,
                Voice::Fact => &slot.fact,
            };
            rest = after;
        }
        filled += rest;
        match voice {
            // Days bring their own preposition.
            Voice::Said => ["on", "for", "from"]
                .iter()
                .fold(filled, |t, p| t.replace(&format!(" {p} on "), &format!(" {p} "))),
            _ => filled,
        }
    }

    fn slot(&mut self, name: &str, random: &mut Random) -> Slot {
        if let Some(slot) = self.drawn.get(name) {
            return slot.clone();
        }
        let mut slot = self.draw(name, random);
        // A second thing of a kind is another one.
        while self.drawn.values().any(|other| other.meant == slot.meant) && name != "turn" {
            slot = self.draw(name, random);
        }
        self.drawn.insert(name.to_owned(), slot.clone());
        slot
    }

    fn draw(&self, name: &str, random: &mut Random) -> Slot {
        let alike = |text: String| Slot { said: text.clone(), meant: text.clone(), fact: text };
        match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "n" if name == "n10" => alike((1 + random.below(10)).to_string()),
            "n" => alike((2 + random.below(97)).to_string()),
            "time" => time(random),
            "duration" => duration(random),
            "day" => day(random),
            "days" => days(random),
            "switch" => {
                let (said, meant, fact) = random.pick(SWITCHES);
                Slot { said: (*random.pick(said)).into(), meant: (*meant).into(), fact: (*fact).into() }
            }
            "turn" => alike((*random.pick(&["on", "off"])).into()),
            "to" => self.recipient(random),
            "url" => {
                let url = self.values.draw("url", random);
                Slot { fact: url.trim_start_matches("https://").into(), ..alike(url) }
            }
            kind => alike(self.values.draw(kind, random)),
        }
    }

    /// Somebody, by a name, a word for kin, or a number.
    fn recipient(&self, random: &mut Random) -> Slot {
        let said = match random.below(10) {
            0..=4 => self.values.draw("first", random),
            5 | 6 => self.values.draw("person", random),
            7 | 8 => self.values.draw("kin", random),
            _ => self.values.draw("phone", random),
        };
        let bare = said.trim_start_matches("my ").trim_start_matches("the ").to_owned();
        Slot { said, fact: bare.clone(), meant: bare }
    }
}

/// Words for the switches, the tool's word, and the phone's.
const SWITCHES: &[(&[&str], &str, &str)] = &[
    (&["wifi", "Wi-Fi", "the wifi", "WLAN", "the wireless"], "wifi", "Wi-Fi"),
    (&["bluetooth", "Bluetooth", "BT"], "bluetooth", "Bluetooth"),
    (&["mobile data", "cellular data", "the data connection"], "mobile_data", "mobile data"),
    (&["airplane mode", "flight mode", "aeroplane mode"], "airplane_mode", "airplane mode"),
    (&["do not disturb", "DND", "do-not-disturb mode"], "do_not_disturb", "do not disturb"),
    (&["location", "GPS", "location services"], "location", "location"),
    (&["dark mode", "the dark theme", "night mode"], "dark_mode", "dark mode"),
    (&["auto-rotate", "screen rotation", "automatic rotation"], "auto_rotate", "auto-rotate"),
];

const HOURS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A time of day in everyday forms. What is meant keeps the form: `7:30 pm` is copied, not computed.
fn time(random: &mut Random) -> Slot {
    let (hour, minute) = (random.below(24), 5 * random.below(12));
    let twelve = (hour + 11) % 12 + 1;
    let half = if hour < 12 { "am" } else { "pm" };
    let fact = format!("{hour:02}:{minute:02}");
    let slot = |said: String, meant: String| Slot { said, meant, fact: fact.clone() };
    match random.below(12) {
        0 | 1 => slot(fact.clone(), fact.clone()),
        2 | 3 => slot(format!("{twelve}:{minute:02} {half}"), format!("{twelve}:{minute:02} {half}")),
        4 => slot(format!("{twelve}:{minute:02}{half}"), format!("{twelve}:{minute:02} {half}")),
        5 => slot(
            format!("{twelve}:{minute:02} {}", half.to_uppercase()),
            format!("{twelve}:{minute:02} {}", half.to_uppercase()),
        ),
        6 => plain_hour(format!("{twelve} {half}"), twelve, hour, half),
        7 => plain_hour(format!("{twelve}{half}"), twelve, hour, half),
        8 => {
            let part = if hour < 12 {
                "in the morning"
            } else if hour < 18 {
                "in the afternoon"
            } else {
                "in the evening"
            };
            plain_hour(format!("{} {part}", HOURS[twelve - 1]), twelve, hour, half)
        }
        9 => {
            let quarter = *random.pick(&[("quarter past", 15), ("half past", 30)]);
            let meant = format!("{twelve}:{}", quarter.1);
            Slot {
                said: format!("{} {}", quarter.0, HOURS[twelve - 1]),
                fact: format!("{twelve:02}:{}", quarter.1),
                meant,
            }
        }
        10 => {
            let meant = format!("{}:45", (twelve + 10) % 12 + 1);
            Slot {
                said: format!("quarter to {}", HOURS[twelve - 1]),
                fact: format!("{:02}:45", (twelve + 10) % 12 + 1),
                meant,
            }
        }
        _ => match random.below(3) {
            0 => Slot { said: "noon".into(), meant: "12:00 pm".into(), fact: "12:00".into() },
            1 => Slot { said: "midnight".into(), meant: "12:00 am".into(), fact: "00:00".into() },
            _ => Slot {
                said: format!("{twelve} o'clock"),
                meant: format!("{twelve}:00"),
                fact: format!("{twelve:02}:00"),
            },
        },
    }
}

fn plain_hour(said: String, twelve: usize, hour: usize, half: &str) -> Slot {
    Slot { said, meant: format!("{twelve}:00 {half}"), fact: format!("{hour:02}:00") }
}

fn duration(random: &mut Random) -> Slot {
    let alike = |said: &str, meant: &str| Slot { said: said.into(), meant: meant.into(), fact: meant.into() };
    let n = 2 + random.below(58);
    match random.below(12) {
        0 => alike("half an hour", "30 minutes"),
        1 => alike("an hour", "1 hour"),
        2 => alike("an hour and a half", "1 hour 30 minutes"),
        3 => alike("a quarter of an hour", "15 minutes"),
        4 => alike(&format!("{n} seconds"), &format!("{n} seconds")),
        5 => {
            let hours = 2 + random.below(4);
            alike(&format!("{hours} hours"), &format!("{hours} hours"))
        }
        6 => {
            let count = 1 + random.below(12);
            let plural = if count == 1 { "" } else { "s" };
            alike(&format!("{} minute{plural}", HOURS[count - 1]), &format!("{count} minute{plural}"))
        }
        7 => alike(&format!("1 hour and {n} minutes"), &format!("1 hour {n} minutes")),
        8 => alike(&format!("{n} min"), &format!("{n} minutes")),
        9 => alike(&format!("{n} minutes and 30 seconds"), &format!("{n} minutes 30 seconds")),
        _ => alike(&format!("{n} minutes"), &format!("{n} minutes")),
    }
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn day(random: &mut Random) -> Slot {
    let slot = |said: String, meant: String| Slot { said, fact: meant.clone(), meant };
    let weekday = *random.pick(&WEEKDAYS);
    let (month, number) = (*random.pick(&MONTHS), 1 + random.below(28));
    let date = format!("{} {number}", month.to_lowercase());
    match random.below(9) {
        0 | 1 => slot("tomorrow".into(), "tomorrow".into()),
        2 => slot("today".into(), "today".into()),
        3 => slot(format!("on {weekday}"), weekday.to_lowercase()),
        4 => slot(weekday.into(), weekday.to_lowercase()),
        5 => slot(format!("next {weekday}"), weekday.to_lowercase()),
        6 => slot(format!("on {month} {number}"), date),
        7 => slot(format!("{month} {number}"), date),
        _ => slot(format!("on the {} of {month}", ordinal(number)), date),
    }
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, n) if n != 11 => "st",
        (2, n) if n != 12 => "nd",
        (3, n) if n != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

fn days(random: &mut Random) -> Slot {
    let slot = |said: &str, meant: &str| Slot { said: said.into(), meant: meant.into(), fact: meant.into() };
    let (first, gap) = (random.below(6), 1 + random.below(3));
    let (one, two) = (WEEKDAYS[first], WEEKDAYS[(first + gap).min(6)]);
    match random.below(8) {
        0 => slot("every day", "every day"),
        1 => slot("daily", "every day"),
        2 => slot("on weekdays", "weekdays"),
        3 => slot("every working day", "weekdays"),
        4 => slot("on weekends", "weekends"),
        5 => slot(&format!("every {one}"), &one.to_lowercase()),
        6 => slot(
            &format!("every {one} and {two}"),
            &format!("{}, {}", one.to_lowercase(), two.to_lowercase()),
        ),
        _ => {
            slot(&format!("on {one}s and {two}s"), &format!("{}, {}", one.to_lowercase(), two.to_lowercase()))
        }
    }
}
