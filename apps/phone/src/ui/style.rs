//! How a view looks and is arranged.

use std::path::Path;
use std::sync::Arc;

use super::geometry::Rect;
use super::theme::Tone;
use lucide_icons::Icon;

/// How much of the room along an axis a view takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// As much as its content.
    #[default]
    Wrap,
    /// All that its parent has left; several in one line share it.
    Fill,
    /// So many density-independent pixels.
    Dp(i32),
}

/// Where something lies along an axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// Left or top.
    #[default]
    Start,
    /// The middle.
    Center,
    /// Right or bottom.
    End,
}

/// How children are arranged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arrange {
    /// One below the other.
    #[default]
    Column,
    /// Side by side.
    Row,
    /// One upon the other.
    Stack,
    /// One below the other, as far as they are scrolled into view.
    List,
}

/// What is drawn besides background and text.
#[derive(Debug, Clone, Default)]
pub enum Art {
    /// Nothing.
    #[default]
    None,
    /// An icon as large as the text size.
    Icon(Icon),
    /// A large letter, as in a picture of a contact.
    Letter(char),
    /// A switch.
    Switch,
    /// A check box.
    Checkbox,
    /// A radio button.
    Radio,
    /// A slider; 0 is left, 1 right.
    Slider(f32),
    /// The hand of a clock face, in turns from the top.
    Hand(f32),
    /// A line through these heights, from left to right: 0 is the bottom, 1 the top.
    Curve(Vec<f32>),
    /// A picture in a PNG file of the host, over the whole view.
    Picture {
        /// The file.
        file: Arc<Path>,
        /// It is seen whole; else it fills the view and its edges are cut.
        whole: bool,
    },
}

/// Looks. Lengths are density-independent pixels, text sizes scale-independent ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Style {
    /// Width.
    pub width: Size,
    /// Height.
    pub height: Size,
    /// Room inside: left, top, right, bottom.
    pub padding: [i32; 4],
    /// Room between children.
    pub gap: i32,
    /// Along the axis of arrangement.
    pub main: Align,
    /// Across the axis of arrangement; in a stack, horizontal.
    pub cross: Align,
    /// Corner relative to the parent's, in a stack; else where `main` and `cross` of the parent put it.
    pub offset: Option<(i32, i32)>,
    /// Where this view lies in a stack: horizontal, vertical.
    pub place: (Align, Align),
    /// Colour behind it.
    pub background: Option<Tone>,
    /// Line around it.
    pub border: Option<Tone>,
    /// Radius of its corners.
    pub radius: i32,
    /// Text size.
    pub text_size: i32,
    /// Heavier letters.
    pub bold: bool,
    /// Colour of text and icon.
    pub tone: Tone,
    /// Lines at most.
    pub max_lines: usize,
    /// Its picture stands behind its text, not before it.
    pub art_last: bool,
    /// Where it lies on the display in pixels, whatever its parent.
    pub frame: Option<Rect>,
}

impl Default for Style {
    fn default() -> Style {
        Style {
            width: Size::Wrap,
            height: Size::Wrap,
            padding: [0; 4],
            gap: 0,
            main: Align::Start,
            cross: Align::Start,
            offset: None,
            place: (Align::Start, Align::Start),
            background: None,
            border: None,
            radius: 0,
            text_size: 16,
            bold: false,
            tone: Tone::Text,
            max_lines: 100,
            art_last: false,
            frame: None,
        }
    }
}
