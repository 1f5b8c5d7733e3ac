//! Recorded screens and taps as they stand in DroidTask's files.

use std::collections::BTreeSet;

use pocketpilot_core::screen::{Line, Node, Rect, Screen};
use serde::Deserialize;

/// A line of a file; tasks belong to another use of the data.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Record {
    State(State),
    Event(Event),
    #[serde(other)]
    Other,
}

/// A screen. Fields that are missing are null, false or empty.
#[derive(Debug, Deserialize)]
pub(super) struct State {
    /// Its name.
    pub state: String,
    #[serde(default)]
    activity: String,
    #[serde(default)]
    width: i32,
    #[serde(default)]
    height: i32,
    #[serde(default)]
    views: Vec<View>,
}

/// A view of a screen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct View {
    class: String,
    package: String,
    resource_id: String,
    text: String,
    content_description: String,
    bounds: [[i32; 2]; 2],
    clickable: bool,
    long_clickable: bool,
    checkable: bool,
    checked: bool,
    selected: bool,
    enabled: bool,
    focusable: bool,
    focused: bool,
    scrollable: bool,
    is_password: bool,
    parent: i64,
}

/// What was done, and between which screens.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    /// The screen before.
    pub from: String,
    /// The screen after.
    pub to: String,
    /// What was done.
    pub event: Deed,
}

/// What was done.
#[derive(Debug, Deserialize)]
pub(super) struct Deed {
    /// `click`, `set_text`, `intent`, ...
    pub event_type: String,
    /// What was typed.
    pub text: Option<String>,
    view: Option<View>,
}

impl State {
    /// The screen as a device gives it.
    pub(super) fn screen(&self) -> Screen {
        let nodes = self.views.iter().enumerate().map(|(index, view)| view.node(index)).collect();
        let package = self.activity.split('/').next().unwrap_or_default().to_owned();
        Screen { package, activity: self.activity.clone(), width: self.width, height: self.height, nodes }
    }
}

impl View {
    fn node(&self, index: usize) -> Node {
        let [[left, top], [right, bottom]] = self.bounds;
        Node {
            parent: usize::try_from(self.parent).ok().filter(|_| index > 0),
            class: self.class.clone(),
            package: self.package.clone(),
            resource_id: self.resource_id.clone(),
            text: self.text.clone(),
            description: self.content_description.clone(),
            bounds: Rect { left, top, right, bottom },
            clickable: self.clickable,
            long_clickable: self.long_clickable,
            checkable: self.checkable,
            checked: self.checked,
            selected: self.selected,
            enabled: self.enabled,
            focusable: self.focusable,
            focused: self.focused,
            scrollable: self.scrollable,
            password: self.is_password,
        }
    }
}

impl Deed {
    /// The line that was acted on: that of the view, or of the one above it that takes its taps.
    pub(super) fn place(&self, screen: &Screen, lines: &[Line]) -> Option<usize> {
        let view =
            self.view.as_ref().filter(|_| ["click", "set_text"].contains(&self.event_type.as_str()))?;
        let wanted = view.node(1);
        let same = |node: &Node| {
            node.bounds == wanted.bounds
                && node.class == wanted.class
                && node.resource_id == wanted.resource_id
        };
        let mut index = Some(screen.nodes.iter().position(same)?);
        while let Some(node) = index {
            if let Some(place) = lines.iter().position(|line| line.node == Some(node)) {
                return Some(place);
            }
            index = screen.nodes[node].parent.filter(|parent| *parent < node);
        }
        None
    }
}

/// The lines that are chosen one among several.
pub(super) fn radios(screen: &Screen, lines: &[Line]) -> BTreeSet<usize> {
    let is_radio = |line: &Line| {
        line.node.is_some_and(|node| {
            let class = &screen.nodes[node].class;
            class.ends_with("RadioButton") || class.ends_with("CheckedTextView")
        })
    };
    (0..lines.len()).filter(|&index| is_radio(&lines[index])).collect()
}
