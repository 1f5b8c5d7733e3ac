//! What people type and say, drawn from lists and from rules.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::random::Random;

/// Values by kind.
#[derive(Debug, Deserialize)]
pub(super) struct Values {
    /// Words in the names of fields, and the kind that such a field takes.
    fields: Vec<(String, String)>,
    #[serde(flatten)]
    lists: BTreeMap<String, Vec<String>>,
}

impl Values {
    pub(super) fn new() -> Self {
        toml::from_str(include_str!("values.toml")).expect("the values are part of the program")
    }

    /// A value of that kind.
    pub(super) fn draw(&self, kind: &str, random: &mut Random) -> String {
        match kind {
            "person" => format!("{} {}", self.draw("first", random), self.draw("last", random)),
            "phone" => phone(random),
            "amount" => match random.below(3) {
                0 => format!("{}.{:02}", 1 + random.below(400), random.below(100)),
                _ => (1 + random.below(999)).to_string(),
            },
            "code" => (0..5 + random.below(7)).map(|_| *random.pick(&CODE)).collect(),
            "date" => format!("{} {}", random.pick(&MONTHS), 1 + random.below(28)),
            "clock" => format!("{}:{:02}", random.below(24), 5 * random.below(12)),
            _ => self.lists.get(kind).map_or_else(|| kind.to_owned(), |list| random.pick(list).clone()),
        }
    }

    /// A value for the field of that name.
    pub(super) fn field(&self, name: &str, random: &mut Random) -> String {
        let name = name.to_lowercase();
        let named = |word: &str| {
            name.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word))
                || (word.contains(' ') && name.contains(word))
        };
        let kind = self.fields.iter().find(|(word, _)| named(word)).map_or("word", |(_, kind)| kind);
        self.draw(kind, random)
    }
}

const CODE: [char; 24] = [
    'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T', '2', '3', '4', '5', '6',
    '7', '8', '9',
];

/// As they are written in dates.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A number in one of the ways in which people write them, in ranges kept free for fiction.
fn phone(random: &mut Random) -> String {
    let (area, last) = (200 + random.below(780), 100 + random.below(100));
    match random.below(7) {
        0 => format!("555-0{last}"),
        1 => format!("+1 {area} 555 0{last}"),
        2 => format!("({area}) 555-0{last}"),
        3 => format!("{area}5550{last}"),
        4 => format!("+44 7700 900{last}"),
        5 => format!("020 7946 0{last}"),
        _ => format!("{area} 555 0{last}"),
    }
}
