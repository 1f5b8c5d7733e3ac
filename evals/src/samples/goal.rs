//! From a way through an app to a request that asks for it, in everyday words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::leg::{Leg, Role, Walk};
use super::random::Random;

static WORDINGS: LazyLock<Wordings> = LazyLock::new(|| {
    toml::from_str(include_str!("goals.toml")).expect("the wordings are part of the program")
});
static PARAPHRASES: LazyLock<Paraphrases> = LazyLock::new(|| {
    toml::from_str(include_str!("paraphrase.toml")).expect("the wordings are part of the program")
});

#[derive(Deserialize)]
struct Wordings {
    menus: Vec<String>,
    settings: Vec<String>,
    confirms: Vec<String>,
    denials: Vec<String>,
    verbs: Vec<String>,
    open: Vec<String>,
    press: Vec<String>,
    on: Vec<String>,
    off: Vec<String>,
    choose: Vec<String>,
    choose_bare: Vec<String>,
    sort: Vec<String>,
    r#type: Vec<String>,
    search: Vec<String>,
    inside: Vec<String>,
    via: Vec<String>,
    make: Vec<String>,
    twice: Vec<String>,
    save: Vec<String>,
}

#[derive(Deserialize)]
struct Paraphrases {
    frames: Vec<String>,
    own_frames: Vec<String>,
    verbs: BTreeMap<String, Vec<String>>,
}

/// What a button is for, by its words alone; `None` for one that leads back.
pub(super) fn role(name: &str) -> Option<Role> {
    let name = name.to_lowercase();
    let one_of = |list: &[String]| list.contains(&name);
    if one_of(&WORDINGS.denials) {
        None
    } else if one_of(&WORDINGS.menus) || one_of(&WORDINGS.settings) {
        Some(Role::Menu)
    } else if one_of(&WORDINGS.confirms) {
        Some(Role::Confirm)
    } else {
        Some(Role::Open)
    }
}

/// A request for the way.
pub(super) fn goal(walk: &Walk, random: &mut Random) -> String {
    let mut goal = match walk.wishes.is_empty() || (!walk.settled && random.chance(55)) {
        true => plain(walk, random),
        false => random.pick(&walk.wishes).clone(),
    };
    if random.chance(22) {
        goal = fill(random.pick(&WORDINGS.inside), &[("g", &goal), ("a", &walk.app)]);
    }
    paraphrase(&goal, random)
}

/// The legs that a request speaks of, put into words.
fn plain(walk: &Walk, random: &mut Random) -> String {
    let told: Vec<&Leg> =
        walk.legs.iter().filter(|leg| !matches!(leg.role, Role::Menu | Role::Confirm)).collect();
    let Some((last, before)) = told.split_last() else {
        let last = walk.legs.last().map_or("", Leg::name);
        return fill(random.pick(&WORDINGS.open), &[("x", &mention(last, random))]);
    };
    let mut goal = match &last.role {
        Role::Toggle { on } => {
            let list = if *on { &WORDINGS.on } else { &WORDINGS.off };
            fill(random.pick(list), &[("x", &mention(last.name(), random))])
        }
        Role::Choice => choice(&told, random),
        Role::Type { .. } => typing(&told, random),
        Role::Open | Role::Menu | Role::Confirm => act(last, random),
    };
    // Where the way leads through, if the goal does not say so already.
    let opened = before.iter().rev().find(|leg| leg.role == Role::Open);
    let says = |name: &str| goal.to_lowercase().contains(&name.to_lowercase());
    if let Some(way) = opened.map(|leg| leg.name()).filter(|name| !says(name)) {
        let named = mention(way, random);
        match last.role {
            Role::Open if starts_with_verb(last.name()) => goal = format!("{goal} of {named}"),
            Role::Type { .. } if starts_with_verb(way) || way.starts_with("New ") => {
                goal = fill(random.pick(&WORDINGS.make), &[("g", &goal), ("m", &lower_first(way))]);
            }
            Role::Choice if way.to_lowercase().starts_with("sort") => {}
            _ if random.chance(55) => {
                goal = fill(random.pick(&WORDINGS.via), &[("g", &goal), ("m", &named)]);
            }
            _ => {}
        }
    }
    if let Some(button) = walk.legs.last().filter(|leg| leg.role == Role::Confirm) {
        goal = fill(random.pick(&WORDINGS.save), &[("g", &goal), ("c", button.name())]);
    }
    goal
}

/// A button's words as an order, if they are one; else that it is opened or pressed.
fn act(leg: &Leg, random: &mut Random) -> String {
    let name = leg.name();
    if starts_with_verb(name) && random.chance(92) {
        return lower_first(name);
    }
    let list = if random.chance(85) && !starts_with_verb(name) { &WORDINGS.open } else { &WORDINGS.press };
    fill(random.pick(list), &[("x", &mention(name, random))])
}

/// `set the font size to large`, with all values that were chosen one after the other.
fn choice(told: &[&Leg], random: &mut Random) -> String {
    let first = told.iter().rposition(|leg| leg.role != Role::Choice);
    let values: Vec<String> =
        told[first.map_or(0, |f| f + 1)..].iter().map(|leg| mention(leg.name(), random)).collect();
    let joint: &str = random.pick::<&str>(&[", ", " and ", " "]);
    let value = values.join(joint);
    match first.map(|f| told[f].name()) {
        Some(what) if what.to_lowercase().starts_with("sort") => {
            fill(random.pick(&WORDINGS.sort), &[("v", &value)])
        }
        Some(what) => fill(random.pick(&WORDINGS.choose), &[("x", &mention(what, random)), ("v", &value)]),
        None => fill(random.pick(&WORDINGS.choose_bare), &[("v", &value)]),
    }
}

/// Every field that was filled, in order.
fn typing(told: &[&Leg], random: &mut Random) -> String {
    let mut goal = String::new();
    for leg in told {
        let Role::Type { text } = &leg.role else { continue };
        let quoted = match random.below(4) {
            0 => format!("'{text}'"),
            1 => format!("\"{text}\""),
            _ => text.clone(),
        };
        let name = leg.name();
        let list = if name.to_lowercase().contains("search") { &WORDINGS.search } else { &WORDINGS.r#type };
        let part = fill(random.pick(list), &[("x", &mention(name, random)), ("t", &quoted)]);
        goal = match goal.is_empty() {
            true => part,
            false => fill(random.pick(&WORDINGS.twice), &[("g", &goal), ("h", &part)]),
        };
    }
    goal
}

/// The same request in other words.
pub(super) fn paraphrase(goal: &str, random: &mut Random) -> String {
    let mut goal = goal.to_owned();
    let found = PARAPHRASES
        .verbs
        .iter()
        .filter(|(verb, _)| starts_with_word(&goal, verb))
        .max_by_key(|(verb, _)| verb.len());
    let is_order = found.is_some() || starts_with_verb(&goal);
    if let Some((verb, others)) = found.filter(|_| random.chance(35)) {
        goal = format!("{}{}", random.pick(others), &goal[verb.len()..]);
    }
    if is_order { framed(&goal, random) } else { cased(&goal, random) }
}

/// The same request, now and then with more words around it: politeness, wishes.
pub(super) fn framed(goal: &str, random: &mut Random) -> String {
    let is_order =
        starts_with_verb(goal) && !goal.contains(['?', '.', ':']) && !starts_with_word(goal, "let me");
    if is_order && random.chance(30) {
        // "I want to wake me" is nobody's English.
        let about_me = format!("{goal} ").contains(" me ");
        let frames = if about_me { &PARAPHRASES.frames } else { &PARAPHRASES.own_frames };
        let frame = if random.chance(50) { random.pick(frames) } else { random.pick(&PARAPHRASES.frames) };
        return cased(&fill(frame, &[("g", &lower_first(goal))]), random);
    }
    cased(goal, random)
}

fn cased(goal: &str, random: &mut Random) -> String {
    if random.chance(35) { upper_first(goal) } else { goal.to_owned() }
}

/// The words of an element as a person says them.
fn mention(name: &str, random: &mut Random) -> String {
    match random.below(10) {
        0 => format!("'{name}'"),
        1 => format!("\"{name}\""),
        2..=5 => name.to_owned(),
        _ => name.split(' ').map(lower_word).collect::<Vec<_>>().join(" "),
    }
}

/// `Font` becomes `font`; names with capitals inside and numbers stay.
fn lower_word(word: &str) -> String {
    if word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit()) {
        word.into()
    } else {
        word.to_lowercase()
    }
}

pub(super) fn fill(wording: impl AsRef<str>, slots: &[(&str, &str)]) -> String {
    slots
        .iter()
        .fold(wording.as_ref().to_owned(), |text, (slot, value)| text.replace(&format!("{{{slot}}}"), value))
}

fn starts_with_verb(text: &str) -> bool {
    WORDINGS.verbs.iter().any(|verb| starts_with_word(text, verb))
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let start = text.get(..word.len());
    start.is_some_and(|s| s.eq_ignore_ascii_case(word)) && text[word.len()..].starts_with(' ')
}

fn lower_first(text: &str) -> String {
    let mut words = text.splitn(2, ' ');
    let first = words.next().map(|w| if w == "I" { w.to_owned() } else { lower_word(w) }).unwrap_or_default();
    words.next().map_or(first.clone(), |rest| format!("{first} {rest}"))
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
