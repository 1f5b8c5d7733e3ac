//! The page about one app, and what can be done to it there.

use super::Message;
use super::pages::Row;
use crate::system::Services;
use crate::ui::widget::{column, dialog, dialog_button, text, text_button};
use crate::ui::{Tone, View};

/// Something to do to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Start it.
    Open,
    /// End it.
    Stop,
    /// Disable it, or enable it again.
    Disable,
    /// Remove it.
    Uninstall,
}

pub(super) fn rows(package: &str, cx: &Services) -> Vec<Row> {
    let version = cx.packages.app(package).map_or("1.0", |app| &app.version);
    let allowed = cx.packages.permissions(package).into_iter().filter(|(_, granted)| *granted).count();
    vec![
        Row::Info { title: "Package", value: package.to_owned() },
        Row::Info { title: "Version", value: version.to_owned() },
        Row::Info { title: "Permissions", value: format!("{allowed} permissions granted") },
    ]
}

pub(super) fn actions(package: &str, cx: &Services) -> Vec<View<Message>> {
    let mut offered = vec![("Open", Action::Open), ("Force stop", Action::Stop)];
    if cx.packages.is_system(package) {
        offered.push(("Disable", Action::Disable));
    }
    offered.push(("Uninstall", Action::Uninstall));
    offered
        .into_iter()
        .map(|(label, action)| column(vec![text_button(label, Message::Act(action))]).wide().pad(4, 0))
        .collect()
}

pub(super) fn question(action: Action) -> View<Message> {
    let (title, message) = match action {
        Action::Open => ("Open app?", ""),
        Action::Stop => ("Force stop?", "If you force stop an app, it may misbehave."),
        Action::Disable => (
            "Disable app?",
            "If you disable this app, Android and other apps may no longer function as intended.",
        ),
        Action::Uninstall => ("Do you want to uninstall this app?", "Its data will be deleted."),
    };
    dialog(
        title,
        vec![text(message).id("android:id/message").ink(15, Tone::Dim)],
        vec![
            dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
            dialog_button("android:id/button1", "OK", Message::Answer(true)),
        ],
    )
}

pub(super) fn act(action: Action, package: &str, cx: &mut Services) {
    match action {
        Action::Open => {}
        Action::Stop => cx.stop(package),
        Action::Disable => {
            cx.stop(package);
            cx.packages.enable(package, false);
        }
        Action::Uninstall => {
            cx.stop(package);
            cx.packages.uninstall(package);
            cx.toast("App uninstalled");
        }
    }
}
