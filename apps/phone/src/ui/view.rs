//! A screen as a value: what is on it, how it is arranged, and the message each touch sends.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::style::{Align, Arrange, Art, Size, Style};
use super::theme::Tone;

/// What the accessibility tree says about a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    /// Has a checked state.
    pub checkable: bool,
    /// Is checked.
    pub checked: bool,
    /// Reacts to taps, in the dump's eyes; the text in a clickable row, for instance, does not.
    pub clickable: bool,
    /// Cannot be used.
    pub disabled: bool,
    /// Can take the input focus.
    pub focusable: bool,
    /// Takes the input focus when it appears.
    pub autofocus: bool,
    /// Reacts to long presses.
    pub long_clickable: bool,
    /// Hides what is typed.
    pub password: bool,
    /// Is selected.
    pub selected: bool,
    /// Takes line breaks.
    pub multiline: bool,
    /// A list that shows its end first, as a conversation does.
    pub from_end: bool,
    /// Can be scrolled, though it holds no more than is seen: what comes then is another screen.
    pub scrollable: bool,
    /// All of its text is selected when it gets the focus, so that typing replaces it.
    pub select_on_focus: bool,
    /// Is typed into without the keyboard on the screen.
    pub no_keyboard: bool,
}

/// Where a finger moves what is scrolled to see more: `Down` shows what lies below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What lies above.
    Up,
    /// What lies below.
    Down,
    /// What lies on the left.
    Left,
    /// What lies on the right.
    Right,
}

/// Makes a message of a value: the text of a field, the position of a slider.
pub type Make<T, M> = Arc<dyn Fn(T) -> M + Send + Sync>;

/// A part of a screen. `M` is the app's message type.
#[derive(Clone)]
pub struct View<M> {
    /// Android's class: `android.widget.Button`.
    pub class: Cow<'static, str>,
    /// Resource id: `fab`, meaning the app's own, or a full `android:id/button1`.
    pub id: String,
    /// Text.
    pub text: String,
    /// Content description.
    pub description: String,
    /// Shown in an empty field.
    pub hint: String,
    /// Painted where there is no text, and no part of the dump: what a picture would show.
    pub caption: String,
    /// Tells fields that have the same id apart; empty: the id does.
    pub key: String,
    /// Flags of the accessibility tree.
    pub flags: Flags,
    /// How children are arranged.
    pub arrange: Arrange,
    /// Looks.
    pub style: Style,
    /// Drawn besides text.
    pub art: Art,
    /// Sent on a tap.
    pub on_tap: Option<M>,
    /// Sent on a long press.
    pub on_hold: Option<M>,
    /// Sent when the enter key is pressed in it.
    pub on_submit: Option<M>,
    /// Sent when its text is edited.
    pub on_text: Option<Make<String, M>>,
    /// Sent when the slider is moved; 0 is left, 1 right.
    pub on_slide: Option<Make<f32, M>>,
    /// Sent when it is scrolled, where no layout does it.
    pub on_scroll: Option<Make<Direction, M>>,
    /// Parts.
    pub children: Vec<View<M>>,
}

impl<M> fmt::Debug for View<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("class", &self.class)
            .field("id", &self.id)
            .field("text", &self.text)
            .field("children", &self.children)
            .finish_non_exhaustive()
    }
}

impl<M> View<M> {
    /// An empty view of a class.
    pub fn new(class: impl Into<Cow<'static, str>>) -> View<M> {
        View {
            class: class.into(),
            id: String::new(),
            text: String::new(),
            description: String::new(),
            hint: String::new(),
            caption: String::new(),
            key: String::new(),
            flags: Flags::default(),
            arrange: Arrange::Column,
            style: Style::default(),
            art: Art::None,
            on_tap: None,
            on_hold: None,
            on_submit: None,
            on_text: None,
            on_slide: None,
            on_scroll: None,
            children: Vec::new(),
        }
    }

    /// Sets the resource id.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the content description.
    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Sends a message on a tap.
    pub fn tap(mut self, message: M) -> Self {
        self.on_tap = Some(message);
        self.flags.clickable = true;
        self.flags.focusable = true;
        self
    }

    /// Sends a message on a long press.
    pub fn hold(mut self, message: M) -> Self {
        self.on_hold = Some(message);
        self.flags.long_clickable = true;
        self
    }

    /// Sends a message when enter is pressed in it.
    pub fn submit(mut self, message: M) -> Self {
        self.on_submit = Some(message);
        self
    }

    /// Takes the focus as soon as it appears.
    pub fn autofocus(mut self) -> Self {
        self.flags.autofocus = true;
        self
    }

    /// Is selected.
    pub fn selected(mut self, selected: bool) -> Self {
        self.flags.selected = selected;
        self
    }

    /// Can be used.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.flags.disabled = !enabled;
        self
    }

    /// Changes its looks.
    pub fn style(mut self, change: impl FnOnce(&mut Style)) -> Self {
        change(&mut self.style);
        self
    }

    /// Takes the whole width.
    pub fn wide(self) -> Self {
        self.style(|s| s.width = Size::Fill)
    }

    /// Takes the whole height.
    pub fn tall(self) -> Self {
        self.style(|s| s.height = Size::Fill)
    }

    /// Takes the width and height given, in density-independent pixels.
    pub fn sized(self, width: i32, height: i32) -> Self {
        self.style(|s| (s.width, s.height) = (Size::Dp(width), Size::Dp(height)))
    }

    /// Leaves room inside: horizontal, vertical.
    pub fn pad(self, horizontal: i32, vertical: i32) -> Self {
        self.style(|s| s.padding = [horizontal, vertical, horizontal, vertical])
    }

    /// Leaves room between children.
    pub fn gap(self, gap: i32) -> Self {
        self.style(|s| s.gap = gap)
    }

    /// Puts its content in the middle of both axes.
    pub fn centered(self) -> Self {
        self.style(|s| (s.main, s.cross) = (Align::Center, Align::Center))
    }

    /// Puts its children in the middle across the axis.
    pub fn level(self) -> Self {
        self.style(|s| s.cross = Align::Center)
    }

    /// Fills its background, with corners of this radius.
    pub fn fill(self, tone: Tone, radius: i32) -> Self {
        self.style(|s| (s.background, s.radius) = (Some(tone), radius))
    }

    /// Sets text size and colour.
    pub fn ink(self, size: i32, tone: Tone) -> Self {
        self.style(|s| (s.text_size, s.tone) = (size, tone))
    }

    /// Heavier letters.
    pub fn bold(self) -> Self {
        self.style(|s| s.bold = true)
    }

    /// Lines at most.
    pub fn lines(self, max: usize) -> Self {
        self.style(|s| s.max_lines = max)
    }

    /// Adds a child.
    pub fn child(mut self, child: View<M>) -> Self {
        self.children.push(child);
        self
    }

    /// Adds children.
    pub fn children(mut self, children: impl IntoIterator<Item = View<M>>) -> Self {
        self.children.extend(children);
        self
    }

    /// What tells it from the other fields and lists of its screen.
    pub fn key(&self) -> &str {
        if self.key.is_empty() { &self.id } else { &self.key }
    }

    /// Text can be typed into it.
    pub fn editable(&self) -> bool {
        self.on_text.is_some() && !self.flags.disabled
    }

    /// The same view with messages of another type.
    pub fn map<N: 'static>(self, wrap: &Arc<dyn Fn(M) -> N + Send + Sync>) -> View<N>
    where
        M: 'static,
    {
        fn make<T: 'static, M: 'static, N: 'static>(
            inner: Make<T, M>,
            wrap: &Arc<dyn Fn(M) -> N + Send + Sync>,
        ) -> Make<T, N> {
            let wrap = wrap.clone();
            Arc::new(move |value| wrap(inner(value)))
        }
        View {
            class: self.class,
            id: self.id,
            text: self.text,
            description: self.description,
            hint: self.hint,
            caption: self.caption,
            key: self.key,
            flags: self.flags,
            arrange: self.arrange,
            style: self.style,
            art: self.art,
            on_tap: self.on_tap.map(|m| wrap(m)),
            on_hold: self.on_hold.map(|m| wrap(m)),
            on_submit: self.on_submit.map(|m| wrap(m)),
            on_text: self.on_text.map(|m| make(m, wrap)),
            on_slide: self.on_slide.map(|m| make(m, wrap)),
            on_scroll: self.on_scroll.map(|m| make(m, wrap)),
            children: self.children.into_iter().map(|child| child.map(wrap)).collect(),
        }
    }
}
