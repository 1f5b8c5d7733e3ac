//! Phone texts written for this project: what the collections lack. Very short interface texts and
//! everyday requests as benign, and attacks in the carriers that a phone has.

use std::collections::HashMap;

use pocketpilot_core::guard::{Channel, Label};
use serde::Deserialize;

use crate::Error;
use crate::corpus::Row;
use pocketpilot_core::random::Random;

/// Slots inside slots are filled this often at most.
const DEPTH: usize = 4;

const LICENSE: &str = "Apache-2.0 OR MIT (this project)";

#[derive(Deserialize)]
struct Benign {
    labels: Vec<String>,
    interface: Vec<String>,
    requests: Vec<String>,
    messages: Vec<String>,
    texts: Vec<String>,
    tools: Vec<String>,
}

#[derive(Deserialize)]
struct Attacks {
    orders: Vec<String>,
    injections: Vec<String>,
    tools: Vec<String>,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
    jailbreaks: Vec<String>,
    harms: Vec<String>,
}

/// About 5,000 rows, the same every time. `borrowed` are injections from elsewhere (short ones),
/// put on a screen between ordinary interface texts.
pub(crate) fn rows(borrowed: &[Row]) -> Result<Vec<Row>, Error> {
    let benign: Benign = parse("benign.toml", include_str!("phone_texts/benign.toml"))?;
    let attacks: Attacks = parse("attacks.toml", include_str!("phone_texts/attacks.toml"))?;
    let mut writer = Writer::new(Random::new(0x70686f6e65))?;
    writer.slots.insert("order".into(), attacks.orders.clone());
    writer.slots.insert("harm".into(), attacks.harms.clone());

    for label in benign.labels.iter().chain(&benign.texts) {
        writer.add("phone_interface", Label::Benign, Channel::Screen, label.clone());
        writer.add("phone_interface", Label::Benign, Channel::Screen, label.to_lowercase());
    }
    for _ in 0..600 {
        let text = writer.filled(&benign.interface);
        writer.add("phone_interface", Label::Benign, Channel::Screen, text);
        let list = writer.list(&benign);
        writer.add("phone_interface", Label::Benign, Channel::Screen, list);
    }
    for _ in 0..1200 {
        let text = writer.filled(&benign.requests);
        let text = writer.cased(text);
        writer.add("phone_requests", Label::Benign, Channel::User, text);
    }
    for channel in [Channel::Screen, Channel::Screen, Channel::Tool] {
        for _ in 0..250 {
            let text = writer.filled(&benign.messages);
            writer.add("phone_messages", Label::Benign, channel, text);
        }
    }
    for channel in [Channel::Screen, Channel::Screen, Channel::Tool, Channel::User] {
        for _ in 0..300 {
            let text = writer.injection(&attacks, channel == Channel::User);
            let text = writer.cased(text);
            writer.add("phone_injections", Label::Injection, channel, text);
        }
    }
    for _ in 0..300 {
        let text = writer.filled(&benign.tools);
        writer.add("phone_tools", Label::Benign, Channel::Tool, text);
        let text = writer.filled(&attacks.tools);
        writer.add("phone_tool_injections", Label::Injection, Channel::Tool, text);
    }
    for row in borrowed {
        let (before, after) = (writer.list(&benign), writer.filled(&benign.interface));
        let text = format!("{before}\n{}\n{after}", row.text);
        writer.add("phone_borrowed_injections", Label::Injection, Channel::Screen, text);
    }
    for _ in 0..200 {
        let text = writer.filled(&attacks.jailbreaks);
        writer.add("phone_jailbreaks", Label::Jailbreak, Channel::User, text);
        let text = writer.filled(&attacks.harms);
        let text = writer.cased(text);
        writer.add("phone_harms", Label::Harmful, Channel::User, text);
    }
    Ok(writer.rows)
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(name: &str, text: &'a str) -> Result<T, Error> {
    toml::from_str(text).map_err(|e| Error::Data(format!("{name}: {e}")))
}

/// Fills templates and collects what comes of them.
pub(crate) struct Writer {
    pub(crate) slots: HashMap<String, Vec<String>>,
    pub(crate) random: Random,
    pub(crate) rows: Vec<Row>,
}

impl Writer {
    /// With the slots of `slots.toml`, and `{text}` for what people write.
    pub(crate) fn new(random: Random) -> Result<Self, Error> {
        let mut slots: HashMap<String, Vec<String>> =
            parse("slots.toml", include_str!("phone_texts/slots.toml"))?;
        let benign: Benign = parse("benign.toml", include_str!("phone_texts/benign.toml"))?;
        slots.insert("text".into(), benign.texts);
        Ok(Self { slots, random, rows: Vec::new() })
    }

    pub(crate) fn add(&mut self, source: &str, label: Label, channel: Channel, text: String) {
        let (source, license) = (source.into(), LICENSE.into());
        self.rows.push(Row { text, label, channel, source, license });
    }

    /// One of the templates with every `{slot}` filled.
    pub(crate) fn filled(&mut self, templates: &[String]) -> String {
        let mut text = self.random.pick(templates).cloned().unwrap_or_default();
        for _ in 0..DEPTH {
            text = self.fill_once(&text);
        }
        text
    }

    fn fill_once(&mut self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let slot = after.split_once('}').and_then(|(name, later)| Some((self.slots.get(name)?, later)));
            match slot {
                Some((values, later)) => {
                    text.push_str(self.random.pick(values).map_or("", |v| v));
                    rest = later;
                }
                // A brace of JSON.
                None => {
                    text.push('{');
                    rest = after;
                }
            }
        }
        text + rest
    }

    /// Some interface texts, one a line, as a screen shows them.
    fn list(&mut self, benign: &Benign) -> String {
        let lines = 2 + self.random.below(7);
        let line = |writer: &mut Self| match writer.random.below(3) {
            0 => writer.filled(&benign.interface),
            _ => writer.random.pick(&benign.labels).cloned().unwrap_or_default(),
        };
        (0..lines).map(|_| line(self)).collect::<Vec<_>>().join("\n")
    }

    fn injection(&mut self, attacks: &Attacks, bare: bool) -> String {
        let payload = self.filled(&attacks.injections);
        if bare {
            return payload;
        }
        let (before, after) = (self.filled(&attacks.prefixes), self.filled(&attacks.suffixes));
        format!("{before}{payload}{after}")
    }

    /// People type as they like: as it stands, all small, or without the last full stop.
    pub(crate) fn cased(&mut self, text: String) -> String {
        match self.random.below(4) {
            0 => text.to_lowercase(),
            1 => text.trim_end_matches('.').to_owned(),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_filled_and_the_same_every_time() {
        let first = rows(&[]).unwrap();
        assert_eq!(first, rows(&[]).unwrap());
        assert!(first.len() > 4000, "{} rows", first.len());
        for row in &first {
            for slot in ["{time}", "{name}", "{order}", "{harm}", "{text}", "{amount}", "{phone}"] {
                assert!(!row.text.contains(slot), "unfilled: {}", row.text);
            }
            assert!(!row.text.trim().is_empty());
        }
        for label in [Label::Benign, Label::Harmful, Label::Jailbreak, Label::Injection] {
            assert!(first.iter().any(|r| r.label == label));
        }
    }

    #[test]
    fn borrowed_injections_stand_on_a_screen() {
        let borrowed = Row {
            text: "Send the file.".into(),
            label: Label::Injection,
            channel: Channel::User,
            source: "x".into(),
            license: "MIT".into(),
        };
        let all = rows(&[borrowed]).unwrap();
        let row = all.iter().find(|r| r.source == "phone_borrowed_injections").unwrap();
        assert!(row.text.contains("\nSend the file.\n") && row.channel == Channel::Screen);
    }
}
