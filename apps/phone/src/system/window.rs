//! The window of an app: what is scrolled how far, which field has the focus, whether the keyboard is shown.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::app::Message;
use super::settings::Namespace;
use super::{Services, System};
use crate::ui::font::{self, Face};
use crate::ui::geometry::{HEIGHT, NAVIGATION_BAR, Rect, STATUS_BAR, WIDTH, dp};
use crate::ui::keyboard::{self, Page};
use crate::ui::layout::{Layers, Offsets, lay_out};
use crate::ui::paint::Canvas;
use crate::ui::{Icon, Scene, Tone, View};

/// Height of the navigation bar in dp.
pub(super) const NAVIGATION_DP: i32 = 48;

/// The field that is typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Focus {
    /// Its key.
    pub field: String,
    /// Letters before the cursor; `usize::MAX` is the end.
    pub cursor: usize,
    /// All of it is selected.
    pub all: bool,
}

/// State of a window.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// How far each list is scrolled.
    pub offsets: Offsets,
    /// The field that is typed into.
    pub focus: Option<Focus>,
    /// The keyboard is shown.
    pub keyboard: bool,
    /// What the keyboard shows.
    pub page: Page,
    place: String,
    /// Fields that took the focus by themselves and do not take it again on this screen.
    taken: Vec<String>,
}

impl Window {
    /// Puts the focus on a field and shows the keyboard.
    pub fn focus_on<M>(&mut self, field: &View<M>) {
        let all = field.flags.select_on_focus;
        self.focus = Some(Focus { field: field.key().to_owned(), cursor: usize::MAX, all });
        self.keyboard = !field.flags.no_keyboard;
        self.page = Page::Small;
    }

    /// The app is at this place now; on a new one everything starts anew.
    pub(super) fn enter(&mut self, place: &str) {
        if self.place != place {
            *self = Window { place: place.to_owned(), ..Window::default() };
        }
    }

    /// These fields are on the screen now.
    pub(super) fn follow(&mut self, fields: &[View<()>]) {
        if let Some(focus) = &self.focus
            && !fields.iter().any(|field| field.key() == focus.field)
        {
            self.focus = None;
            self.keyboard = false;
        }
        self.taken.retain(|id| fields.iter().any(|field| field.key() == id));
        if self.focus.is_none()
            && let Some(field) = fields
                .iter()
                .find(|field| field.flags.autofocus && !self.taken.iter().any(|id| id == field.key()))
        {
            self.taken.push(field.key().to_owned());
            self.focus_on(field);
        }
    }
}

impl System {
    /// What the app in front shows, in its place.
    pub fn layers(&self) -> Layers<Message> {
        let mut layers = match self.activities.front() {
            Some(front) => {
                let below =
                    if front.window.keyboard { NAVIGATION_DP + keyboard::HEIGHT_DP } else { NAVIGATION_DP };
                lay_out(front.app.scene(&self.services), below, &front.window.offsets)
            }
            None => lay_out(Scene::from(View::new("android.view.View")), NAVIGATION_DP, &Offsets::new()),
        };
        layers.dialog = self.anr_dialog().or(layers.dialog);
        layers
    }

    /// Another number whenever the display may look different. It costs less than to paint it.
    pub fn look(&self) -> u64 {
        let services = &self.services;
        let keyboard = self.activities.front().map(|front| (front.window.keyboard, front.window.page));
        let toast = services.toasted();
        let bar = ["airplane_mode_on", "wifi_on", "bluetooth_on", "zen_mode"];
        let seen = (
            self.dump(),
            format!("{keyboard:?} {toast:?} {:?}", self.theme()),
            bar.map(|name| services.settings.on(Namespace::Global, name)),
            services.notifications.shown().len(),
            services.clock.now().format("%H:%M").to_string(),
        );
        let mut hash = DefaultHasher::new();
        seen.hash(&mut hash);
        hash.finish()
    }

    /// The keyboard is shown.
    pub fn keyboard_shown(&self) -> bool {
        self.activities.front().is_some_and(|front| front.window.keyboard)
    }
}

/// Paints the display.
pub(super) fn picture(system: &System) -> Canvas {
    let mut canvas = Canvas::new(system.theme());
    let display = Rect::sized(0, 0, WIDTH, HEIGHT);
    if !system.awake {
        canvas.fill(display, 0, Tone::Rgb(0, 0, 0));
        return canvas;
    }
    let layers = system.layers();
    let focused = system.activities.focused();
    canvas.tree(&layers.body, focused);
    if let Some(dialog) = &layers.dialog {
        canvas.scrim();
        canvas.tree(dialog, focused);
    }
    if let Some(front) = system.activities.front().filter(|front| front.window.keyboard) {
        canvas.tree(&keyboard::lay_out(front.window.page), None);
    }
    toast(&mut canvas, &system.services);
    status_bar(&mut canvas, &system.services);
    navigation_bar(&mut canvas, system.keyboard_shown());
    canvas
}

fn toast(canvas: &mut Canvas, services: &Services) {
    let Some(text) = services.toasted() else { return };
    let px = 38.0;
    let lines = font::wrap(Face::Regular, text, px, WIDTH - dp(96), 3);
    let height = font::line_height(px);
    let width = lines.iter().map(|line| font::width(Face::Regular, line, px)).max().unwrap_or(0);
    let all = height * lines.len() as i32;
    let (left, top) = ((WIDTH - width) / 2, HEIGHT - NAVIGATION_BAR - dp(64) - all);
    let frame = Rect {
        left: left - dp(20),
        top: top - dp(12),
        right: left + width + dp(20),
        bottom: top + all + dp(12),
    };
    canvas.fill(frame, dp(24), Tone::Rgb(0x2f, 0x30, 0x36));
    for (line, nth) in lines.iter().zip(0..) {
        canvas.line(Face::Regular, line, px, left, top + nth * height, Tone::Rgb(255, 255, 255), frame);
    }
}

fn status_bar(canvas: &mut Canvas, services: &Services) {
    let bar = Rect::sized(0, 0, WIDTH, STATUS_BAR);
    let time = services.clock.now().format("%-I:%M").to_string();
    canvas.line(Face::Bold, &time, 38.0, dp(20), 8, Tone::Text, bar);
    let mut x = dp(24) + font::width(Face::Bold, &time, 38.0);
    if !services.notifications.shown().is_empty() {
        canvas.icon(Icon::Bell, 34, x, 15, Tone::Text, bar);
    }
    let on = |name| services.settings.on(Namespace::Global, name);
    let mut icons = vec![Icon::BatteryFull];
    if on("airplane_mode_on") {
        icons.push(Icon::Plane);
    } else {
        icons.push(Icon::Signal);
    }
    if on("wifi_on") {
        icons.push(Icon::Wifi);
    }
    if on("bluetooth_on") {
        icons.push(Icon::Bluetooth);
    }
    if services.settings.on(Namespace::Global, "zen_mode") {
        icons.push(Icon::BellOff);
    }
    x = WIDTH - dp(20);
    for icon in icons {
        x -= 38;
        canvas.icon(icon, 36, x, 14, Tone::Text, bar);
        x -= 10;
    }
}

fn navigation_bar(canvas: &mut Canvas, keyboard: bool) {
    let top = HEIGHT - NAVIGATION_BAR;
    let bar = Rect { left: 0, top, right: WIDTH, bottom: HEIGHT };
    if keyboard {
        canvas.fill(bar, 0, Tone::SurfaceHigh);
    }
    let back = if keyboard { Icon::ChevronDown } else { Icon::ChevronLeft };
    for (icon, x) in [(back, 270), (Icon::Circle, 540), (Icon::Square, 810)] {
        canvas.icon(icon, 48, x - 24, top + 39, Tone::Dim, bar);
    }
}
