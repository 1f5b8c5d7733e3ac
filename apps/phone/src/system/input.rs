//! Fingers and keys.

use std::sync::Arc;

use super::System;
use super::app::Message;
use super::window::Focus;
use crate::ui::geometry::{HEIGHT, NAVIGATION_BAR, STATUS_BAR, WIDTH};
use crate::ui::hit::{self, Touch};
use crate::ui::keyboard::{self, Key, Page};
use crate::ui::view::Make;

/// How long a touch is held until it is a long press, in milliseconds.
const LONG_PRESS: i64 = 500;
/// How far a finger may stray and still tap, in pixels.
const SLOP: i32 = 24;
/// How long an input takes, in milliseconds, besides its own duration.
const PAUSE: i64 = 500;

/// Keys that do something here, by Android's codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCode {
    /// 3
    Home,
    /// 4, and 111 (escape)
    Back,
    /// 5
    Call,
    /// 6
    EndCall,
    /// 26
    Power,
    /// 224
    Wakeup,
    /// 223
    Sleep,
    /// 187
    AppSwitch,
    /// 66, and 160 (of the number pad)
    Enter,
    /// 67
    Delete,
    /// 112
    ForwardDelete,
    /// 61
    Tab,
    /// 21
    Left,
    /// 22
    Right,
    /// 122
    MoveHome,
    /// 123
    MoveEnd,
    /// 277
    Cut,
    /// 278
    Copy,
    /// 279
    Paste,
    /// Selects everything: 29 with 113.
    SelectAll,
    /// Types a letter: 7 to 16, 29 to 54 and the signs.
    Letter(char),
}

/// Where the focused field stands: its text, what an edit of it sends, and what enter sends.
struct Editor {
    text: String,
    focus: Focus,
    on_text: Make<String, Message>,
    on_submit: Option<Message>,
    multiline: bool,
}

impl System {
    /// A short touch.
    pub fn tap(&mut self, x: i32, y: i32) {
        self.touch(x, y, 0);
    }

    /// A touch held for some milliseconds.
    pub fn touch(&mut self, x: i32, y: i32, millis: i64) {
        self.services.clock.advance(PAUSE + millis);
        if !self.awake {
            return;
        }
        if y >= HEIGHT - NAVIGATION_BAR {
            match x * 4 / WIDTH {
                0 => {}
                1 if x < 405 => self.back(),
                1 | 2 if x < 675 => self.home(),
                2 | 3 if x < 945 => self.recents(),
                _ => {}
            }
            return;
        }
        let page =
            self.activities.front().filter(|front| front.window.keyboard).map(|front| front.window.page);
        if let Some(page) = page {
            let tree = keyboard::lay_out(page);
            if tree.nodes.first().is_some_and(|root| root.bounds.contains(x, y)) {
                if let Some(key) = hit::hit(&tree, x, y, Touch::Press).and_then(|node| node.view.on_tap) {
                    self.keyboard_key(key, page);
                }
                return;
            }
        }
        self.touch_app(x, y, millis);
        self.settle();
    }

    fn touch_app(&mut self, x: i32, y: i32, millis: i64) {
        let layers = self.layers();
        let tree = layers.active();
        let Some(node) = hit::hit(tree, x, y, Touch::Press) else {
            // A touch beside a dialog closes it.
            let outside = tree.nodes.first().is_some_and(|root| !root.bounds.contains(x, y));
            if layers.dialog.is_some() && outside {
                self.back();
            }
            return;
        };
        let view = &node.view;
        if view.flags.disabled {
            return;
        }
        let held = millis >= LONG_PRESS;
        let message = match (&view.on_hold, &view.on_slide) {
            (Some(hold), _) if held => Some(hold.clone()),
            (_, Some(slide)) => Some(slide(hit::along(node, x))),
            _ => view.on_tap.clone(),
        };
        if view.editable()
            && let Some(front) = self.activities.front_mut()
        {
            front.window.focus_on(&view.id);
        }
        if let Some(message) = message {
            self.deliver(&message);
        }
    }

    /// A straight movement. One that stays in place is a touch; one from the upper edge opens the notifications.
    pub fn swipe(&mut self, from: (i32, i32), to: (i32, i32), millis: i64) {
        let (dx, dy) = (to.0.saturating_sub(from.0), to.1.saturating_sub(from.1));
        if dx.saturating_abs() <= SLOP && dy.saturating_abs() <= SLOP {
            return self.touch(from.0, from.1, millis);
        }
        self.services.clock.advance(PAUSE + millis);
        if !self.awake {
            return;
        }
        if from.1 < STATUS_BAR && dy > 0 {
            self.start(crate::apps::shade::intent());
            return;
        }
        let layers = self.layers();
        let tree = layers.active();
        let slider = hit::hit(tree, from.0, from.1, Touch::Press)
            .and_then(|node| Some(node.view.on_slide.as_ref()?(hit::along(node, to.0))));
        if let Some(message) = slider {
            self.deliver(&message);
        } else if let Some(node) = hit::hit(tree, from.0, from.1, Touch::Scroll)
            && let Some((offset, most)) = node.scroll
            && let Some(front) = self.activities.front_mut()
        {
            front.window.offsets.insert(node.view.id.clone(), offset.saturating_sub(dy).clamp(0, most));
        } else if dx.abs() <= dy.abs() && dy < 0 {
            // Where nothing scrolls, only the launcher answers: with its drawer.
            self.deliver(&(Arc::new(crate::apps::launcher::Message::Drawer) as Message));
        }
        self.settle();
    }

    /// A finger comes down.
    pub fn finger_down(&mut self, x: i32, y: i32) {
        self.finger = Some((x, y, self.services.clock.up()));
    }

    /// The finger moves: time passes.
    pub fn finger_move(&mut self) {
        self.services.clock.advance(16);
    }

    /// The finger leaves: it has tapped, held or swiped.
    pub fn finger_up(&mut self, x: i32, y: i32) {
        if let Some((from_x, from_y, since)) = self.finger.take() {
            let held = self.services.clock.up() - since;
            self.swipe((from_x, from_y), (x, y), held);
        }
    }

    /// What the finger did does not count.
    pub fn finger_cancel(&mut self) {
        self.finger = None;
    }

    /// Types text into the focused field.
    pub fn type_text(&mut self, text: &str) {
        self.services.clock.advance(PAUSE);
        for part in text.split_inclusive('\n') {
            let line = part.strip_suffix('\n');
            self.insert(line.unwrap_or(part));
            if line.is_some() {
                self.enter();
            }
        }
    }

    fn keyboard_key(&mut self, key: Key, page: Page) {
        let next = match key {
            Key::Letter(letter) => {
                self.insert(&letter.to_string());
                if page == Page::Capitals { Page::Small } else { page }
            }
            Key::Shift if page == Page::Small => Page::Capitals,
            Key::Shift => Page::Small,
            Key::Symbols if page == Page::Symbols => Page::Small,
            Key::Symbols => Page::Symbols,
            Key::Delete => {
                self.key(KeyCode::Delete);
                page
            }
            Key::Enter => {
                self.enter();
                page
            }
        };
        if let Some(front) = self.activities.front_mut().filter(|front| front.window.keyboard) {
            front.window.page = next;
        }
    }

    /// Presses a key.
    pub fn key(&mut self, key: KeyCode) {
        self.services.clock.advance(PAUSE);
        match key {
            KeyCode::Power => self.awake = !self.awake,
            KeyCode::Wakeup => self.awake = true,
            KeyCode::Sleep => self.awake = false,
            _ if !self.awake => {}
            KeyCode::Home => self.home(),
            KeyCode::Back => self.back(),
            KeyCode::AppSwitch => self.recents(),
            KeyCode::Call => self.services.accept_call(),
            KeyCode::EndCall => self.services.end_call(),
            KeyCode::Enter => self.enter(),
            KeyCode::Tab => self.next_field(),
            KeyCode::Letter(letter) => self.insert(&letter.to_string()),
            KeyCode::Paste => {
                let copied = self.services.clipboard.clone();
                self.insert(&copied);
            }
            _ => self.edit(key),
        }
        self.settle();
    }

    fn recents(&mut self) {
        self.home();
        self.deliver(&(Arc::new(crate::apps::launcher::Message::Recents) as Message));
        self.settle();
    }

    fn editor(&self) -> Option<Editor> {
        let focus = self.activities.front()?.window.focus.clone()?;
        let layers = self.layers();
        let node = layers.active().field(&focus.field)?;
        Some(Editor {
            text: node.view.text.clone(),
            focus,
            on_text: node.view.on_text.clone()?,
            on_submit: node.view.on_submit.clone(),
            multiline: node.view.flags.multiline,
        })
    }

    /// Sends the edited text, and keeps the cursor.
    fn change(&mut self, editor: &Editor, text: String, cursor: usize) {
        if text != editor.text {
            self.deliver(&(editor.on_text)(text));
        }
        if let Some(front) = self.activities.front_mut() {
            front.window.focus = Some(Focus { cursor, all: false, ..editor.focus.clone() });
        }
        self.settle();
    }

    fn insert(&mut self, typed: &str) {
        let Some(editor) = self.editor() else { return };
        let (before, after) =
            if editor.focus.all { ("", "") } else { halves(&editor.text, editor.focus.cursor) };
        let text = format!("{before}{typed}{after}");
        let cursor = before.chars().count() + typed.chars().count();
        self.change(&editor, text, cursor);
    }

    fn enter(&mut self) {
        let Some(editor) = self.editor() else { return };
        if editor.multiline {
            self.insert("\n");
        } else if let Some(submit) = &editor.on_submit {
            self.deliver(submit);
        } else {
            self.next_field();
        }
        self.settle();
    }

    fn edit(&mut self, key: KeyCode) {
        let Some(editor) = self.editor() else { return };
        let (before, after) = halves(&editor.text, editor.focus.cursor);
        let at = before.chars().count();
        let end = editor.text.chars().count();
        match key {
            KeyCode::Delete | KeyCode::ForwardDelete if editor.focus.all => {
                self.change(&editor, String::new(), 0)
            }
            KeyCode::Delete if at > 0 => {
                let text = before.chars().take(at - 1).collect::<String>() + after;
                self.change(&editor, text, at - 1);
            }
            KeyCode::ForwardDelete if at < end => {
                let text = before.chars().chain(after.chars().skip(1)).collect();
                self.change(&editor, text, at);
            }
            KeyCode::Left => self.change(&editor, editor.text.clone(), at.saturating_sub(1)),
            KeyCode::Right => self.change(&editor, editor.text.clone(), (at + 1).min(end)),
            KeyCode::MoveHome => self.change(&editor, editor.text.clone(), 0),
            KeyCode::MoveEnd => self.change(&editor, editor.text.clone(), end),
            KeyCode::SelectAll => {
                if let Some(focus) = self.activities.front_mut().and_then(|front| front.window.focus.as_mut())
                {
                    focus.all = true;
                }
            }
            KeyCode::Copy | KeyCode::Cut if editor.focus.all => {
                self.services.clipboard.clone_from(&editor.text);
                if key == KeyCode::Cut {
                    self.change(&editor, String::new(), 0);
                }
            }
            _ => {}
        }
    }

    fn next_field(&mut self) {
        let layers = self.layers();
        let fields: Vec<&str> = layers
            .active()
            .nodes
            .iter()
            .filter(|node| node.view.editable())
            .map(|node| node.view.id.as_str())
            .collect();
        let now = self.activities.focused().and_then(|id| fields.iter().position(|field| *field == id));
        let next = now.map_or(0, |at| (at + 1) % fields.len());
        if let (Some(field), Some(front)) = (fields.get(next), self.activities.front_mut()) {
            front.window.focus_on(field);
        }
    }
}

/// What stands before and after the cursor.
fn halves(text: &str, cursor: usize) -> (&str, &str) {
    let at = text.char_indices().nth(cursor).map_or(text.len(), |(at, _)| at);
    text.split_at(at)
}

impl KeyCode {
    /// By Android's number or name, with or without `KEYCODE_`. `Some(None)` is a key that does nothing here.
    pub fn parse(text: &str) -> Option<Option<KeyCode>> {
        let name = text.strip_prefix("KEYCODE_").unwrap_or(text);
        if let Ok(code) = name
            .parse::<u32>()
            .or_else(|_| u32::from_str_radix(name.trim_start_matches("0x"), 16).map_err(|_| ()))
            && (name.len() > 1 || name.chars().all(|c| c.is_ascii_digit()))
            && name.chars().next().is_some_and(|c| c.is_ascii_digit())
        {
            return (code <= 320).then(|| KeyCode::of(code));
        }
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
        let single = match name.as_bytes() {
            [letter @ b'A'..=b'Z'] => Some(u32::from(letter - b'A') + 29),
            [digit @ b'0'..=b'9'] => Some(u32::from(digit - b'0') + 7),
            _ => None,
        };
        known.or(single).map(KeyCode::of)
    }

    fn of(code: u32) -> Option<KeyCode> {
        let letter = |first: char, code: u32| char::from_u32(u32::from(first) + code).map(KeyCode::Letter);
        Some(match code {
            3 => KeyCode::Home,
            4 | 111 => KeyCode::Back,
            5 => KeyCode::Call,
            6 => KeyCode::EndCall,
            7..=16 => return letter('0', code - 7),
            17 => KeyCode::Letter('*'),
            18 => KeyCode::Letter('#'),
            21 => KeyCode::Left,
            22 => KeyCode::Right,
            26 => KeyCode::Power,
            29..=54 => return letter('a', code - 29),
            55 => KeyCode::Letter(','),
            56 => KeyCode::Letter('.'),
            61 => KeyCode::Tab,
            62 => KeyCode::Letter(' '),
            66 | 160 => KeyCode::Enter,
            67 => KeyCode::Delete,
            69 => KeyCode::Letter('-'),
            70 => KeyCode::Letter('='),
            74 => KeyCode::Letter(';'),
            75 => KeyCode::Letter('\''),
            76 => KeyCode::Letter('/'),
            77 => KeyCode::Letter('@'),
            81 => KeyCode::Letter('+'),
            112 => KeyCode::ForwardDelete,
            122 => KeyCode::MoveHome,
            123 => KeyCode::MoveEnd,
            187 => KeyCode::AppSwitch,
            223 => KeyCode::Sleep,
            224 => KeyCode::Wakeup,
            277 => KeyCode::Cut,
            278 => KeyCode::Copy,
            279 => KeyCode::Paste,
            _ => return None,
        })
    }
}

/// Names of keys and their codes, as `KeyEvent` has them; digits and letters apart.
const NAMES: [(&str, u32); 62] = [
    ("SOFT_LEFT", 1),
    ("SOFT_RIGHT", 2),
    ("HOME", 3),
    ("BACK", 4),
    ("CALL", 5),
    ("ENDCALL", 6),
    ("STAR", 17),
    ("POUND", 18),
    ("DPAD_UP", 19),
    ("DPAD_DOWN", 20),
    ("DPAD_LEFT", 21),
    ("DPAD_RIGHT", 22),
    ("DPAD_CENTER", 23),
    ("VOLUME_UP", 24),
    ("VOLUME_DOWN", 25),
    ("POWER", 26),
    ("CAMERA", 27),
    ("CLEAR", 28),
    ("COMMA", 55),
    ("PERIOD", 56),
    ("ALT_LEFT", 57),
    ("SHIFT_LEFT", 59),
    ("SHIFT_RIGHT", 60),
    ("TAB", 61),
    ("SPACE", 62),
    ("ENTER", 66),
    ("DEL", 67),
    ("MINUS", 69),
    ("EQUALS", 70),
    ("SEMICOLON", 74),
    ("APOSTROPHE", 75),
    ("SLASH", 76),
    ("AT", 77),
    ("PLUS", 81),
    ("MENU", 82),
    ("NOTIFICATION", 83),
    ("SEARCH", 84),
    ("MEDIA_PLAY_PAUSE", 85),
    ("MEDIA_STOP", 86),
    ("MEDIA_NEXT", 87),
    ("MEDIA_PREVIOUS", 88),
    ("PAGE_UP", 92),
    ("PAGE_DOWN", 93),
    ("ESCAPE", 111),
    ("FORWARD_DEL", 112),
    ("CTRL_LEFT", 113),
    ("CTRL_RIGHT", 114),
    ("MOVE_HOME", 122),
    ("MOVE_END", 123),
    ("MEDIA_PLAY", 126),
    ("MEDIA_PAUSE", 127),
    ("NUMPAD_ENTER", 160),
    ("VOLUME_MUTE", 164),
    ("APP_SWITCH", 187),
    ("ASSIST", 219),
    ("BRIGHTNESS_DOWN", 220),
    ("BRIGHTNESS_UP", 221),
    ("SLEEP", 223),
    ("WAKEUP", 224),
    ("CUT", 277),
    ("COPY", 278),
    ("PASTE", 279),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<Option<KeyCode>>) {
        assert_eq!(KeyCode::parse(text), expected, "{text}");
    }

    #[test]
    fn keys_have_names_and_numbers() {
        check("4", Some(Some(KeyCode::Back)));
        check("BACK", Some(Some(KeyCode::Back)));
        check("KEYCODE_BACK", Some(Some(KeyCode::Back)));
        check("KEYCODE_A", Some(Some(KeyCode::Letter('a'))));
        check("KEYCODE_5", Some(Some(KeyCode::Letter('5'))));
        check("VOLUME_UP", Some(None));
        check("113", Some(None));
        check("BOGUS", None);
        check("9999", None);
    }
}
