//! The sheet that asks which app shall get what is shared.

use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::system::package::Target;
use crate::ui::style::Align;
use crate::ui::widget::{column, icon, item, list, stack, text};
use crate::ui::{Icon, Scene, Tone, View};

const MAIN: &str = "com.android.intentresolver.ChooserActivity";
/// Its package.
pub const PACKAGE: &str = "com.android.intentresolver";

/// The app. An intent for it is the one to send, as it is or with `CHOOSER` for its action.
pub fn manifest() -> Manifest {
    Manifest {
        package: PACKAGE.to_owned(),
        label: "Share".to_owned(),
        icon: Icon::Share2,
        system: true,
        color: (0x3a, 0x5b, 0xa9),
        version: "14".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![Filter::typed(&["android.intent.action.CHOOSER"], &["*"])],
        }],
        permissions: &[],
        launch: launch::<Chooser>(),
        setup: |_| Ok(()),
    }
}

/// The sheet.
#[derive(Debug, Default)]
pub struct Chooser {
    sent: Intent,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Send it to a package.
    Take(String),
    /// Send it to nobody.
    Cancel,
}

impl App for Chooser {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let image = self.sent.mime.as_deref().is_some_and(|mime| mime.starts_with("image/"));
        let mut head = vec![
            text(if image { "Sharing image" } else { "Sharing text" }).id("headline").ink(18, Tone::Text),
        ];
        if let Some(preview) = self.sent.text("android.intent.extra.TEXT") {
            head.push(text(preview).id("content_preview_text").ink(14, Tone::Dim).lines(3));
        }
        let head = column(head).wide().gap(6).pad(24, 20);
        let mut rows: Vec<View<Message>> = cx.packages.query(&self.sent).iter().map(target).collect();
        if rows.is_empty() {
            rows.push(text("No apps can perform this action.").id("empty").ink(15, Tone::Dim).pad(24, 16));
        }
        let sheet = column(vec![head, list("chooser_recycler_view", rows)])
            .id("contentPanel")
            .wide()
            .fill(Tone::Surface, 28)
            .style(|s| (s.height, s.place) = (crate::ui::style::Size::Dp(440), (Align::Start, Align::End)));
        let behind =
            View::new("android.view.View").id("profile_tabhost").describe("Close").tap(Message::Cancel);
        stack(vec![behind.wide().tall(), sheet]).fill(Tone::SurfaceHigh, 0).into()
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        // The sheet goes first, so that what is started takes its place.
        cx.finish();
        if let Message::Take(package) = message {
            cx.start(Intent { package: Some(package), ..self.sent.clone() });
        }
    }

    fn open(&mut self, intent: &Intent, _: &mut Services) {
        self.sent = Intent {
            action: Some("android.intent.action.SEND".to_owned()),
            package: None,
            component: None,
            ..intent.clone()
        };
    }

    fn back(&mut self, _: &mut Services) -> bool {
        false
    }

    fn activity(&self) -> &'static str {
        MAIN
    }
}

fn target(target: &Target) -> View<Message> {
    let (r, g, b) = target.app.color;
    let picture = icon(target.app.icon, 22, Tone::Rgb(255, 255, 255))
        .id("android:id/icon")
        .sized(44, 44)
        .centered()
        .fill(Tone::Rgb(r, g, b), 22);
    item(Some(picture), &target.app.label, "", None)
        .describe(&target.app.label)
        .tap(Message::Take(target.app.package.clone()))
}
