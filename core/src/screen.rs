//! A screen as a view tree, and as the numbered lines that the model reads.

use serde::{Deserialize, Serialize};

mod describe;
mod parse;

pub use describe::{HIDDEN, Line, LineKind, describe};
pub use parse::LineError;

/// A rectangle in screen pixels; right and bottom are exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rect {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// Column after the last.
    pub right: i32,
    /// Row after the last.
    pub bottom: i32,
}

impl Rect {
    /// The middle, where a tap goes.
    pub fn center(&self) -> (i32, i32) {
        (self.left.midpoint(self.right), self.top.midpoint(self.bottom))
    }

    /// Covers no pixel.
    pub fn is_empty(&self) -> bool {
        self.right <= self.left || self.bottom <= self.top
    }
}

/// A view, as Android's accessibility tree shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Node {
    /// Index of the parent in [`Screen::nodes`]; parents come before children.
    pub parent: Option<usize>,
    /// `android.widget.Button`
    pub class: String,
    /// `com.google.android.deskclock`
    pub package: String,
    /// `com.google.android.deskclock:id/fab`
    pub resource_id: String,
    /// Visible text.
    pub text: String,
    /// Content description.
    pub description: String,
    /// Where it is drawn.
    pub bounds: Rect,
    /// Reacts to taps.
    pub clickable: bool,
    /// Reacts to long presses.
    pub long_clickable: bool,
    /// Has a checked state.
    pub checkable: bool,
    /// Is checked.
    pub checked: bool,
    /// Is selected.
    pub selected: bool,
    /// Can be used.
    pub enabled: bool,
    /// Can take the input focus.
    pub focusable: bool,
    /// Has the input focus.
    pub focused: bool,
    /// Its content moves.
    pub scrollable: bool,
    /// Hides what is typed.
    pub password: bool,
}

impl Node {
    /// Text can be typed into it.
    pub fn editable(&self) -> bool {
        self.class.ends_with("EditText") || self.class.ends_with("AutoCompleteTextView")
    }
}

/// What is on the phone's display.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// Package in front.
    pub package: String,
    /// Activity in front, without the package.
    pub activity: String,
    /// Display width in pixels.
    pub width: i32,
    /// Display height in pixels.
    pub height: i32,
    /// The view tree in document order; parents come before children.
    pub nodes: Vec<Node>,
}
