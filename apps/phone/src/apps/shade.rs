//! The notification shade.

use crate::system::Services;
use crate::system::app::{Activity, App, Manifest, launch};
use crate::system::clock::ago;
use crate::system::intent::{Component, Intent};
use crate::system::notification::Notification;
use crate::system::settings::Namespace;
use crate::ui::widget::{avatar, column, empty, icon, item, list, row, space, text, text_button};
use crate::ui::{Icon, Scene, Tone, View};

/// Its package.
pub const PACKAGE: &str = "com.android.systemui";

const ACTIVITY: &str = "com.android.systemui.NotificationShade";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: PACKAGE.to_owned(),
        label: "System UI".to_owned(),
        icon: Icon::Bell,
        system: true,
        color: (0x54, 0x70, 0x7f),
        version: "14".to_owned(),
        activities: vec![Activity { name: ACTIVITY.to_owned(), filters: Vec::new() }],
        permissions: &[],
        launch: launch::<Shade>(),
        setup: |_| Ok(()),
    }
}

/// What opens it.
pub fn intent() -> Intent {
    let component = Component { package: PACKAGE.to_owned(), class: ACTIVITY.to_owned() };
    Intent { component: Some(component), ..Intent::default() }
}

/// Quick settings: label, icon, table, key, value when on.
const TILES: [(&str, Icon, Namespace, &str, &str); 4] = [
    ("Internet", Icon::Wifi, Namespace::Global, "wifi_on", "1"),
    ("Bluetooth", Icon::Bluetooth, Namespace::Global, "bluetooth_on", "1"),
    ("Do Not Disturb", Icon::BellOff, Namespace::Global, "zen_mode", "1"),
    ("Airplane mode", Icon::Plane, Namespace::Global, "airplane_mode_on", "1"),
];

/// The shade.
#[derive(Debug, Default)]
pub struct Shade;

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Follow a notification.
    Open(Box<Notification>),
    /// Take all away.
    Clear,
    /// Turn a quick setting.
    Tile(usize),
}

impl App for Shade {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let tiles = TILES.iter().enumerate().map(|(at, (label, picture, table, key, on))| {
            let is_on = cx.settings.get(*table, key).as_deref() == Some(on);
            let (back, ink) =
                if is_on { (Tone::Primary, Tone::OnPrimary) } else { (Tone::SurfaceHigh, Tone::Text) };
            let mut tile = row(vec![icon(*picture, 20, ink), text(*label).ink(14, ink).bold().lines(1)])
                .describe(*label)
                .tap(Message::Tile(at))
                .wide()
                .gap(10)
                .pad(16, 18)
                .fill(back, 28);
            tile.class = "android.widget.Switch".into();
            tile.flags.checkable = true;
            tile.flags.checked = is_on;
            tile
        });
        let mut tiles: Vec<View<Message>> = tiles.collect();
        let second = tiles.split_off(2);
        let mut parts = vec![
            text(cx.clock.now().format("%a, %b %-d").to_string()).id("date").ink(16, Tone::Text).bold(),
            row(tiles).wide().gap(10),
            row(second).wide().gap(10),
        ];
        let shown = cx.notifications.shown();
        if shown.is_empty() {
            parts.push(empty(Icon::Bell, "No notifications"));
        } else {
            let rows = shown.iter().rev().map(|shown| notification(shown, cx)).collect();
            parts.push(list("notification_stack_scroller", rows));
            parts.push(text_button("Clear all", Message::Clear).id("dismiss_text"));
        }
        column(parts).gap(12).pad(16, 16).into()
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Open(notification) => {
                cx.notifications.cancel(&notification.package, notification.id);
                cx.finish();
                cx.start(Intent { flags: 0x1000_0000, ..notification.intent });
            }
            Message::Clear => {
                cx.notifications.clear(None);
                cx.finish();
            }
            Message::Tile(at) => {
                if let Some((_, _, table, key, on)) = TILES.get(at) {
                    let off = cx.settings.get(*table, key).as_deref() == Some(on);
                    cx.settings.put(*table, key, if off { "0" } else { on });
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, cx: &mut Services) -> bool {
        cx.finish();
        true
    }

    fn activity(&self) -> &'static str {
        ACTIVITY
    }
}

fn notification(shown: &Notification, cx: &Services) -> View<Message> {
    let when = text(ago(shown.when, cx.clock.now())).id("android:id/time").ink(12, Tone::Dim);
    let card = item(Some(avatar(&shown.title, 40)), &shown.title, &shown.text, Some(when))
        .id("expandableNotificationRow")
        .tap(Message::Open(Box::new(shown.clone())))
        .fill(Tone::Surface, 24);
    column(vec![card, space(8)]).wide()
}
