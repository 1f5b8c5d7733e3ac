//! A screen that nobody drew, line by line.

use pocketpilot_core::screen::{Line, LineKind};

use crate::samples::goal::role;
use crate::samples::leg::{self, Leg, Role};

/// A screen in the making; `go back` is put at its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Screen(pub(super) Vec<Line>);

impl Screen {
    pub(super) fn add(&mut self, kind: LineKind, label: &str, content: &str) {
        self.0.push(line(kind, label, content));
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let back = line(LineKind::Button, "", "go back");
        let all = self.0.iter().chain([&back]).enumerate();
        let last = self.0.len();
        all.map(|(id, line)| Line { id, node: (id < last).then_some(id), ..line.clone() }).collect()
    }

    /// Where the element with these words is.
    pub(super) fn place(&self, name: &str) -> usize {
        self.0.iter().position(|line| leg::name(line) == name).unwrap_or_default()
    }

    pub(super) fn leg(&self, name: &str, usual: Role) -> Leg {
        let role = match role(name) {
            Some(Role::Menu) => Role::Menu,
            _ => usual,
        };
        Leg { screen: self.lines(), at: self.place(name), role }
    }
}

pub(super) fn line(kind: LineKind, label: &str, content: &str) -> Line {
    Line { id: 0, kind, node: None, checked: false, label: label.into(), content: content.into() }
}
