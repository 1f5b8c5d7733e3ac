//! Photos: the pictures of the shared storage by day, one of them large, shared and deleted.

pub mod draw;
mod seed;

pub use seed::{camera_name, fill};

use std::sync::Arc;

use crate::files::reason;
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::clock::at;
use crate::system::content::media::{self, Item};
use crate::system::intent::{Extra, Intent};
use crate::ui::style::{Art, Size};
use crate::ui::view::Direction;
use crate::ui::widget::{
    app_bar, column, confirm, dialog, dialog_button, empty, heading, icon, icon_button, list, picture, row,
    space, text,
};
use crate::ui::{Icon, Scene, Tone, View};

const HOME: &str = "com.google.android.apps.photos.home.HomeActivity";
const ONE: &str = "com.google.android.apps.photos.pager.HostPhotoPagerActivity";
/// Pictures side by side.
const COLUMNS: usize = 3;

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.apps.photos".to_owned(),
        label: "Photos".to_owned(),
        icon: Icon::Images,
        system: true,
        color: (0x2f, 0x7d, 0xc4),
        version: "6.66".to_owned(),
        activities: vec![
            Activity { name: HOME.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity {
                name: ONE.to_owned(),
                filters: vec![Filter::typed(&["android.intent.action.VIEW"], &["image/*"])],
            },
        ],
        permissions: &["android.permission.READ_MEDIA_IMAGES"],
        launch: launch::<Photos>(),
        setup: |_| Ok(()),
    }
}

/// A question over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether to delete the picture shown.
    Delete,
    /// No question: what is known of it.
    Details,
}

/// The photos.
#[derive(Debug, Default)]
pub struct Photos {
    /// The row of the picture that is shown alone.
    shown: Option<i64>,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show a picture alone.
    Show(i64),
    /// A finger moved over the picture.
    Swipe(Direction),
    /// Share the picture shown.
    Share,
    /// Ask or tell something about it.
    Ask(Question),
    /// The answer.
    Answer(bool),
    /// One screen back.
    Up,
}

impl App for Photos {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let images = media::images(&cx.files);
        let shown = images.iter().find(|image| Some(image.id) == self.shown);
        let body = match shown {
            Some(image) => one(cx, image),
            None => grid(cx, &images),
        };
        Scene::from(body).dialog(shown.zip(self.asking).map(|(image, question)| match question {
            Question::Delete => confirm(
                "Delete this photo?",
                &format!("{} will be removed from this device.", image.name),
                "Delete",
                Message::Answer(false),
                Message::Answer(true),
            ),
            Question::Details => details(image),
        }))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Show(id) => self.shown = Some(id),
            Message::Swipe(direction) => self.turn(cx, direction),
            Message::Share => {
                if let Some(id) = self.shown {
                    let send = Intent {
                        mime: Some("image/png".to_owned()),
                        ..Intent::action("android.intent.action.CHOOSER")
                    };
                    cx.start(send.extra("android.intent.extra.STREAM", Extra::Text(media::image_uri(id))));
                }
            }
            Message::Ask(question) => self.asking = Some(question),
            Message::Answer(yes) => {
                if self.asking.take() == Some(Question::Delete) && yes {
                    self.delete(cx);
                }
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, _: &mut Services) {
        if intent.is("android.intent.action.VIEW") {
            let row = intent.data.as_deref().and_then(|data| data.rsplit('/').next()?.parse().ok());
            *self = Photos { shown: row, asking: None };
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        self.asking.take().is_some() || self.shown.take().is_some()
    }

    fn activity(&self) -> &'static str {
        if self.shown.is_some() { ONE } else { HOME }
    }
}

impl Photos {
    /// Shows the picture before or after the one shown.
    fn turn(&mut self, cx: &Services, direction: Direction) {
        let images = media::images(&cx.files);
        let Some(at) = images.iter().position(|image| Some(image.id) == self.shown) else { return };
        let next = match direction {
            Direction::Right => images.get(at + 1),
            Direction::Left => at.checked_sub(1).and_then(|before| images.get(before)),
            Direction::Up | Direction::Down => None,
        };
        if let Some(next) = next {
            self.shown = Some(next.id);
        }
    }

    fn delete(&mut self, cx: &mut Services) {
        let images = media::images(&cx.files);
        let Some(image) = images.iter().find(|image| Some(image.id) == self.shown) else { return };
        self.shown = None;
        match cx.files.remove(&image.path) {
            Ok(()) => cx.toast("Photo deleted"),
            Err(error) => cx.toast(format!("Cannot delete: {}", reason(&error))),
        }
    }
}

/// What a picture is called when it is read out.
fn told(image: &Item) -> String {
    format!("Photo {}, taken on {}", image.name, at(image.taken).format("%b %-d, %Y %-I:%M %p"))
}

fn grid(cx: &Services, images: &[Item]) -> View<Message> {
    let day = |image: &Item| at(image.taken).format("%a, %b %-d, %Y").to_string();
    let mut rows = Vec::new();
    for of_day in images.chunk_by(|one, other| day(one) == day(other)) {
        rows.push(heading(&of_day.first().map(day).unwrap_or_default()).ink(15, Tone::Text));
        for line in of_day.chunks(COLUMNS) {
            let tiles = line.iter().map(|image| {
                picture(cx.files.host_path("/", &image.path).ok())
                    .id("photo")
                    .describe(told(image))
                    .tap(Message::Show(image.id))
                    .wide()
                    .style(|s| s.height = Size::Dp(134))
            });
            let rest = (line.len()..COLUMNS).map(|_| View::new("android.widget.Space").wide());
            rows.push(row(tiles.chain(rest).collect()).wide().gap(3).pad(0, 2));
        }
    }
    let body = if rows.is_empty() {
        empty(Icon::Images, "Photos that you take appear here")
    } else {
        rows.push(space(24));
        list("recycler_view", rows)
    };
    column(vec![app_bar(None, "Photos", Vec::new()), body])
}

fn one(cx: &Services, image: &Item) -> View<Message> {
    let mut large = picture(cx.files.host_path("/", &image.path).ok())
        .id("photo_view")
        .describe(told(image))
        .wide()
        .tall();
    if let Art::Picture { whole, .. } = &mut large.art {
        *whole = true;
    }
    large.on_scroll = Some(Arc::new(Message::Swipe));
    let taken = at(image.taken).format("%a, %b %-d · %-I:%M %p").to_string();
    let action = |picture, label: &str, message| {
        column(vec![icon(picture, 24, Tone::Text), text(label).ink(13, Tone::Text)])
            .describe(label)
            .tap(message)
            .wide()
            .centered()
            .gap(6)
            .pad(8, 14)
    };
    let actions = row(vec![
        action(Icon::Share2, "Share", Message::Share),
        action(Icon::Info, "Details", Message::Ask(Question::Details)),
        action(Icon::Trash2, "Delete", Message::Ask(Question::Delete)),
    ]);
    let up = icon_button(Icon::ArrowLeft, "Navigate up", Message::Up);
    let top = row(vec![up, text(taken).ink(16, Tone::Text).wide()]).wide().gap(4).pad(8, 8);
    column(vec![top, large, actions.wide().pad(12, 8)])
}

fn details(image: &Item) -> View<Message> {
    let line = |what: &str, value: String| {
        column(vec![text(what).ink(13, Tone::Dim), text(value).ink(16, Tone::Text)]).wide().gap(2)
    };
    let (width, height) = image.pixels;
    let facts = vec![
        line("File name", image.name.clone()),
        line("Taken", at(image.taken).format("%b %-d, %Y, %-I:%M %p").to_string()),
        line("Folder", image.folder.clone()),
        line("Size", format!("{width} × {height}, {} kB", image.size.div_euclid(1000))),
    ];
    dialog("Details", facts, vec![dialog_button("android:id/button1", "Close", Message::Answer(false))])
}
