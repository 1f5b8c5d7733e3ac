//! Typing into the field that has the focus.

use super::System;
use super::app::Message;
use super::key::KeyCode;
use super::window::Focus;
use crate::ui::View;
use crate::ui::view::Make;

/// Where the focused field stands: its text, what an edit of it sends, and what enter sends.
struct Editor {
    text: String,
    focus: Focus,
    on_text: Make<String, Message>,
    on_submit: Option<Message>,
    multiline: bool,
}

impl System {
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

    /// Puts `text` in place of all that a field holds, as an accessibility service does; `false` if nothing of this key
    /// can be typed into.
    pub fn set_text(&mut self, field: &str, text: &str) -> bool {
        let layers = self.layers();
        let Some(edit) = layers.active().field(field).and_then(|node| node.view.on_text.clone()) else {
            return false;
        };
        self.deliver(&edit(text.to_owned()));
        if let Some(focus) = self.activities.front_mut().and_then(|front| front.window.focus.as_mut())
            && focus.field == field
        {
            (focus.cursor, focus.all) = (usize::MAX, false);
        }
        self.settle();
        true
    }

    pub(super) fn insert(&mut self, typed: &str) {
        let Some(editor) = self.editor() else { return };
        let (before, after) =
            if editor.focus.all { ("", "") } else { halves(&editor.text, editor.focus.cursor) };
        let text = format!("{before}{typed}{after}");
        let cursor = before.chars().count() + typed.chars().count();
        self.change(&editor, text, cursor);
    }

    pub(super) fn enter(&mut self) {
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

    pub(super) fn edit(&mut self, key: KeyCode) {
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

    pub(super) fn next_field(&mut self) {
        let layers = self.layers();
        let fields: Vec<&View<Message>> =
            layers.active().nodes.iter().map(|node| &node.view).filter(|view| view.editable()).collect();
        let now = self.activities.focused().and_then(|id| fields.iter().position(|field| field.key() == id));
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
