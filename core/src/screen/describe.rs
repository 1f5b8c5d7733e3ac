//! Screens as text, in AutoDroid's form (arXiv 2308.15272, section 4): one numbered line for each
//! functional element, what a clickable contains merged into it.

use serde::{Deserialize, Serialize};

use super::{Node, Screen};

/// Most characters of one text in a line.
const TEXT_LIMIT: usize = 50;

/// What stands for a text that its field hides.
pub const HIDDEN: &str = "••••";

/// What an element is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// Reacts to taps.
    Button,
    /// Takes text.
    Input,
    /// Is on or off.
    Checkbox,
    /// Only tells something.
    Text,
}

/// One element of the screen; [`Line::to_string`] is its text in events and traces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number on this screen.
    pub id: usize,
    /// What it is for.
    pub kind: LineKind,
    /// Index into [`Screen::nodes`]; `None` for `go back`, which stands for a key.
    pub node: Option<usize>,
    /// Whether a checkbox is on.
    pub checked: bool,
    /// The content description.
    pub label: String,
    /// The visible text, with that of everything merged into the element.
    pub content: String,
}

impl Line {
    fn tag(&self) -> &'static str {
        match self.kind {
            LineKind::Button => "button",
            LineKind::Input => "input",
            LineKind::Checkbox => "checkbox",
            LineKind::Text => "p",
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tag = self.tag();
        write!(f, "<{tag} id={}", self.id)?;
        match (self.kind, self.checked) {
            (LineKind::Checkbox, true) => write!(f, " checked=True")?,
            (LineKind::Checkbox, false) => write!(f, " checked=False")?,
            _ => {}
        }
        if !self.label.is_empty() {
            write!(f, " text='{}'", self.label)?;
        }
        write!(f, ">{}</{tag}>", self.content)
    }
}

/// The lines of a screen, numbered from 0, with `go back` last.
pub fn describe(screen: &Screen) -> Vec<Line> {
    let tree = Tree::new(screen);
    let mut lines = Vec::new();
    for (index, node) in screen.nodes.iter().enumerate() {
        if tree.is_merged(index) || tree.is_bar(index) {
            continue;
        }
        let content = if tree.acts[index] { tree.merged_texts(index) } else { own_text(node) };
        let label = clip(&node.description);
        if content.is_empty() && label.is_empty() && !node.editable() {
            continue;
        }
        lines.push(Line {
            id: lines.len(),
            kind: kind_of(node, tree.acts[index]),
            node: Some(index),
            checked: node.checked || node.selected,
            label,
            content,
        });
    }
    lines.push(Line {
        id: lines.len(),
        kind: LineKind::Button,
        node: None,
        checked: false,
        label: String::new(),
        content: "go back".into(),
    });
    lines
}

fn kind_of(node: &Node, acts: bool) -> LineKind {
    if node.editable() {
        LineKind::Input
    } else if node.checkable {
        LineKind::Checkbox
    } else if acts {
        LineKind::Button
    } else {
        LineKind::Text
    }
}

/// The view tree with what a line needs to know of a node's family.
struct Tree<'a> {
    screen: &'a Screen,
    /// The node itself takes the taps: clickable, and no clickable below it.
    acts: Vec<bool>,
}

impl<'a> Tree<'a> {
    fn new(screen: &'a Screen) -> Self {
        let mut acts: Vec<bool> =
            screen.nodes.iter().map(|n| n.clickable || n.checkable || n.editable()).collect();
        for (index, node) in screen.nodes.iter().enumerate() {
            if node.clickable || node.checkable || node.editable() {
                let mut above = parent(screen, index);
                while let Some(p) = above {
                    acts[p] = false;
                    above = parent(screen, p);
                }
            }
        }
        Self { screen, acts }
    }

    fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(parent(self.screen, index), |&p| parent(self.screen, p))
    }

    /// Its texts stand in the line of the clickable above it.
    fn is_merged(&self, index: usize) -> bool {
        !self.acts[index] && self.ancestors(index).any(|p| self.acts[p])
    }

    fn is_bar(&self, index: usize) -> bool {
        let is = |i: usize| {
            let id = &self.screen.nodes[i].resource_id;
            id.ends_with("navigationBarBackground") || id.ends_with("statusBarBackground")
        };
        is(index) || self.ancestors(index).any(is)
    }

    fn merged_texts(&self, index: usize) -> String {
        let mut texts = vec![own_text(&self.screen.nodes[index])];
        for below in index + 1..self.screen.nodes.len() {
            if self.ancestors(below).any(|p| p == index) {
                let node = &self.screen.nodes[below];
                texts.push(if node.text.is_empty() { clip(&node.description) } else { own_text(node) });
            }
        }
        texts.retain(|t| !t.is_empty());
        texts.join("<br>")
    }
}

/// A node's parent. Parents come first; whatever a dump says otherwise could go in circles.
fn parent(screen: &Screen, index: usize) -> Option<usize> {
    screen.nodes[index].parent.filter(|&p| p < index)
}

fn own_text(node: &Node) -> String {
    if node.password && !node.text.is_empty() { HIDDEN.into() } else { clip(&node.text) }
}

/// One line, at most [`TEXT_LIMIT`] characters, with nothing that reads as our own markup.
fn clip(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|c| match c {
            '<' => '‹',
            '>' => '›',
            '\'' => '’',
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        })
        .take(TEXT_LIMIT)
        .collect();
    flat.trim().to_owned()
}
