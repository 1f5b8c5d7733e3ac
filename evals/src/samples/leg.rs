//! A way through an app: what is seen and done, leg by leg, and what is seen at its end.

use pocketpilot_core::screen::{Line, LineKind};

/// What a leg is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    /// Opens a menu or the settings: on the way to many things, seldom named.
    Menu,
    /// Opens something, or does what its words say.
    Open,
    /// Turns a switch.
    Toggle {
        /// Which way.
        on: bool,
    },
    /// Chooses one of several values.
    Choice,
    /// Fills a field.
    Type {
        /// With what.
        text: String,
    },
    /// Confirms what the legs before chose.
    Confirm,
}

/// One act on one screen.
#[derive(Debug, Clone)]
pub(super) struct Leg {
    /// What is seen.
    pub screen: Vec<Line>,
    /// Index in it of the element that is acted on.
    pub at: usize,
    /// What the act is for.
    pub role: Role,
}

/// A way.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    /// The app's name, as people call it.
    pub app: String,
    /// In order; at least one.
    pub legs: Vec<Leg>,
    /// What is seen at the end; `None` where nobody saw it.
    pub end: Option<Vec<Line>>,
    /// Wordings of the goal that were written for it.
    pub wishes: Vec<String>,
    /// What is wished for is so already, which the end of the way shows.
    pub settled: bool,
}

impl Leg {
    /// The words of the element.
    pub(super) fn name(&self) -> &str {
        name(&self.screen[self.at])
    }

    /// No other element of the screen has these words.
    pub(super) fn is_plain(&self) -> bool {
        let name = self.name();
        self.screen.iter().filter(|line| self::name(line) == name).count() == 1
    }
}

/// The words that people call an element by: the first line of its content, or its description where the content
/// is a sign.
pub(super) fn name(line: &Line) -> &str {
    let first = line.content.split("<br>").next().unwrap_or_default();
    let says_little = first.chars().filter(|c| c.is_alphabetic()).count() < 2;
    if says_little && !line.label.is_empty() { &line.label } else { first }
}

/// The screen after a tap on a switch.
pub(super) fn flipped(screen: &[Line], at: usize) -> Vec<Line> {
    with(screen, at, |line| line.checked = !line.checked)
}

/// The screen after a text went into a field.
pub(super) fn filled(screen: &[Line], at: usize, text: &str) -> Vec<Line> {
    with(screen, at, |line| text.clone_into(&mut line.content))
}

/// The screen after one of several values was chosen: no other box of the same sort stays checked.
pub(super) fn chosen(screen: &[Line], at: usize) -> Vec<Line> {
    let mut lines = screen.to_vec();
    lines.iter_mut().filter(|l| l.kind == LineKind::Checkbox).for_each(|l| l.checked = false);
    lines[at].checked = true;
    lines
}

fn with(screen: &[Line], at: usize, change: impl FnOnce(&mut Line)) -> Vec<Line> {
    let mut lines = screen.to_vec();
    change(&mut lines[at]);
    lines
}
