//! The camera: what it sees, a shutter, a way to turn it round. What it sees is drawn, and kept as the last picture of its
//! cache, so that the photo is what stood on the screen.

use super::photos::camera_name;
use super::photos::draw::{Subject, photo};
use crate::files::reason;
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::content::media;
use crate::system::intent::Intent;
use crate::system::random::Random;
use crate::ui::style::Size;
use crate::ui::widget::{column, icon_button, picture, row, space, text};
use crate::ui::{Icon, Scene, Tone, View};

const MAIN: &str = "com.android.camera.CameraLauncher";
/// Where photos go.
const FOLDER: &str = "/sdcard/DCIM/Camera";
/// What it sees.
const SIGHT: &str = "/data/data/com.android.camera2/cache/sight.png";
/// What lies before the back of the phone.
const BEFORE: [Subject; 8] = [
    Subject::Beach,
    Subject::Mountains,
    Subject::City,
    Subject::Flower,
    Subject::Bicycle,
    Subject::Coffee,
    Subject::Cat,
    Subject::Forest,
];

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.android.camera2".to_owned(),
        label: "Camera".to_owned(),
        icon: Icon::Camera,
        system: true,
        color: (0x45, 0x4b, 0x55),
        version: "2.0.002".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![
                Filter::LAUNCHER,
                Filter::action(&[
                    "android.media.action.IMAGE_CAPTURE",
                    "android.media.action.STILL_IMAGE_CAMERA",
                ]),
            ],
        }],
        permissions: &["android.permission.CAMERA"],
        launch: launch::<Camera>(),
        setup: |_| Ok(()),
    }
}

/// The camera.
#[derive(Debug, Default)]
pub struct Camera {
    /// It looks at who holds it.
    front: bool,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Take a photo.
    Shoot,
    /// Look the other way.
    Turn,
    /// Show the last photo.
    Last,
}

impl App for Camera {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let white = Tone::Rgb(0xff, 0xff, 0xff);
        let side = if self.front { "Front camera" } else { "Back camera" };
        let sight = picture(cx.files.host_path("/", SIGHT).ok())
            .id("preview_content")
            .describe(format!("{side} preview"))
            .wide()
            .tall();
        let shutter = column(vec![View::new("android.view.View").sized(60, 60).fill(white, 30)])
            .id("shutter_button")
            .describe("Shutter")
            .tap(Message::Shoot)
            .sized(78, 78)
            .centered()
            .style(|s| (s.border, s.radius) = (Some(white), 39));
        let last = match media::images(&cx.files).first() {
            Some(image) => picture(cx.files.host_path("/", &image.path).ok())
                .id("rounded_thumbnail_view")
                .describe("Most recent photo")
                .tap(Message::Last)
                .sized(56, 56)
                .style(|s| s.radius = 28),
            None => space(56).style(|s| s.width = Size::Dp(56)),
        };
        let turn = icon_button(Icon::SwitchCamera, "Switch camera", Message::Turn)
            .id("camera_toggle_button")
            .ink(28, white)
            .sized(56, 56)
            .fill(Tone::Rgb(0x33, 0x36, 0x3b), 28);
        let middle = |view: View<Message>| column(vec![view]).wide().level();
        let controls = row(vec![middle(last), middle(shutter), middle(turn)]).wide().pad(16, 28);
        let mode = text("Photo").id("mode").ink(15, white).bold();
        let all = column(vec![
            space(16),
            sight,
            column(vec![mode]).wide().level().style(|s| s.padding = [0, 16, 0, 0]),
            controls,
        ]);
        // The status bar above keeps the colours of the theme, as its icons do.
        column(vec![all.wide().tall().fill(Tone::Rgb(0, 0, 0), 0)]).into()
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Shoot => self.shoot(cx),
            Message::Turn => {
                self.front = !self.front;
                self.look(cx);
            }
            Message::Last => {
                if let Some(image) = media::images(&cx.files).first() {
                    cx.start(Intent {
                        mime: Some("image/png".to_owned()),
                        ..Intent::data("android.intent.action.VIEW", media::image_uri(image.id))
                    });
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, cx: &mut Services) {
        self.look(cx);
    }

    fn back(&mut self, _: &mut Services) -> bool {
        false
    }

    fn activity(&self) -> &'static str {
        MAIN
    }
}

impl Camera {
    /// Looks at something else than at the photo before.
    fn look(&self, cx: &Services) {
        let taken = cx.files.list(FOLDER).unwrap_or_default().len();
        let mut random = Random::new(cx.seed, &format!("camera {taken}"));
        let subject = if self.front {
            Subject::Portrait
        } else {
            BEFORE.get(random.below(BEFORE.len())).copied().unwrap_or(Subject::Beach)
        };
        if let Err(error) = cx.files.write(SIGHT, &photo(subject, random.number())) {
            tracing::warn!(path = SIGHT, %error, "cannot write");
        }
    }

    fn shoot(&self, cx: &mut Services) {
        let now = cx.clock.millis();
        let name = camera_name(now);
        let names = (0..).map(|nth| if nth == 0 { name.clone() } else { format!("{name}_{nth}") });
        let free = names.map(|name| format!("{FOLDER}/{name}.png")).find(|path| !cx.files.exists(path));
        let Some(path) = free else { return };
        match cx.files.read(SIGHT).and_then(|bytes| cx.files.write_at(&path, &bytes, now)) {
            Ok(()) => self.look(cx),
            Err(error) => cx.toast(format!("Cannot save the photo: {}", reason(&error))),
        }
    }
}
