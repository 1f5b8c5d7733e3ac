//! Fingers and keys.

use std::sync::Arc;

use super::System;
use super::app::Message;
use super::key::KeyCode;
use crate::faults::Fault;
use crate::ui::geometry::{HEIGHT, NAVIGATION_BAR, STATUS_BAR};
use crate::ui::hit::{self, Touch};
use crate::ui::keyboard::{self, Key, Page};
use crate::ui::view::Direction;

/// How long a touch is held until it is a long press, in milliseconds.
const LONG_PRESS: i64 = 500;
/// How far a finger may stray and still tap, in pixels.
const SLOP: i32 = 24;
/// How long an input takes, in milliseconds, besides its own duration.
const PAUSE: i64 = 500;

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
            match x {
                135..405 => self.back(),
                405..675 => self.home(),
                675..945 => self.recents(),
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
            front.window.focus_on(view);
            if self.services.files.faults().has(&Fault::LostFocus) {
                front.window.focus = None;
            }
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
        } else if let Some(scroll) = hit::hit(tree, from.0, from.1, Touch::Scroll)
            .and_then(|node| Some(node.view.on_scroll.as_ref()?(direction(dx, dy))))
        {
            self.deliver(&scroll);
        } else if let Some(node) = hit::hit(tree, from.0, from.1, Touch::Scroll)
            && let Some((offset, most)) = node.scroll
            && let Some(front) = self.activities.front_mut()
        {
            front.window.offsets.insert(node.view.key().to_owned(), offset.saturating_sub(dy).clamp(0, most));
        } else if dx.saturating_abs() <= dy.saturating_abs() && dy < 0 {
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
}

/// Where a finger that moves so far scrolls to: the other way, as what lies under it moves along.
fn direction(dx: i32, dy: i32) -> Direction {
    match dx.saturating_abs() > dy.saturating_abs() {
        true if dx < 0 => Direction::Right,
        true => Direction::Left,
        false if dy < 0 => Direction::Down,
        false => Direction::Up,
    }
}
