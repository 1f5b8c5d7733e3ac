//! What runs on the phone: packages, activities, intents, settings, content providers.
//!
//! [`System`] is the whole; [`Services`] is what an app may use of it. Time passes and screens change only through
//! the methods of [`System`].

pub mod activity;
mod anr;
pub mod app;
pub mod clock;
pub mod content;
pub mod database;
mod editing;
pub mod input;
pub mod intent;
pub mod key;
pub mod log;
pub mod notification;
pub mod package;
pub mod random;
mod seed;
pub mod settings;
pub mod sound;
pub mod telephony;
pub mod window;

use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use self::activity::Activities;
use self::app::Manifest;
use self::clock::{Clock, Pace};
use self::intent::Intent;
use self::log::Log;
use self::notification::Notifications;
use self::package::Packages;
use self::settings::{Namespace, Settings};
use crate::files::Files;
use crate::phone::PhoneError;
use crate::ui::paint::Canvas;
use crate::ui::{AccessibilityNode, Theme, accessibility, dump};

/// How long a toast is seen, in milliseconds.
const TOAST: i64 = 2500;

/// What apps use.
#[derive(Debug)]
pub struct Services {
    /// The disk.
    pub files: Files,
    /// Everything random follows from it.
    pub seed: u64,
    /// The time.
    pub clock: Clock,
    /// The settings tables.
    pub settings: Settings,
    /// The packages.
    pub packages: Packages,
    /// The notifications.
    pub notifications: Notifications,
    /// The call that goes on.
    pub call: Option<telephony::Call>,
    /// Packages that run, the one used last first.
    pub recents: Vec<String>,
    /// What was copied.
    pub clipboard: String,
    /// What `logcat` prints.
    pub log: Log,
    toast: Option<(String, i64)>,
    requests: Vec<Request>,
}

/// What an app asked for while it answered something.
#[derive(Debug)]
enum Request {
    Start(Intent),
    Finish,
    Stop(String),
}

impl Services {
    /// Starts what answers an intent, once the app has answered.
    pub fn start(&mut self, intent: Intent) {
        self.requests.push(Request::Start(intent));
    }

    /// Leaves the app, once it has answered.
    pub fn finish(&mut self) {
        self.requests.push(Request::Finish);
    }

    /// Ends an app.
    pub fn stop(&mut self, package: &str) {
        self.requests.push(Request::Stop(package.to_owned()));
    }

    /// Writes a warning to the log.
    pub fn log(&mut self, package: &str, tag: &str, text: &str) {
        let process = self.packages.uid(package).saturating_sub(8000);
        let (tag, text) = (tag.to_owned(), text.to_owned());
        self.log.add(log::Line { at: self.clock.now(), process, level: 'W', tag, text });
    }

    /// The short message that is seen.
    pub fn toasted(&self) -> Option<&str> {
        self.toast.as_ref().filter(|(_, until)| self.clock.millis() < *until).map(|(text, _)| text.as_str())
    }

    /// Shows a short message at the foot of the screen.
    pub fn toast(&mut self, text: impl Into<String>) {
        self.toast = Some((text.into(), self.clock.millis() + TOAST));
    }
}

/// The phone's framework and apps. Everything durable lies in [`Files`]: a system that is booted again from the
/// same files continues where it was, except for its clock, which starts anew.
#[derive(Debug)]
pub struct System {
    /// What apps use.
    pub services: Services,
    activities: Activities,
    awake: bool,
    /// The app that does not respond, once its dialog is up.
    stuck: Option<Arc<Manifest>>,
    /// Where a finger came down, and when, in milliseconds since boot.
    finger: Option<(i32, i32, i64)>,
}

impl System {
    /// Starts the framework and the apps from what lies in `files`; an empty disk gets the factory state.
    ///
    /// # Errors
    /// A file or database cannot be read or written.
    pub fn boot(files: &Files, seed: u64, apps: Arc<[Arc<Manifest>]>) -> Result<System, PhoneError> {
        let broken = |error| PhoneError::io("prepare the phone's databases")(io::Error::other(error));
        let clock = Clock::default();
        seed::fill(files, seed, clock.millis()).map_err(broken)?;
        let services = Services {
            files: files.clone(),
            seed,
            clock,
            settings: Settings::load(files).map_err(broken)?,
            packages: Packages::load(files, apps),
            notifications: Notifications::default(),
            call: None,
            recents: Vec::new(),
            clipboard: String::new(),
            log: Log::default(),
            toast: None,
            requests: Vec::new(),
        };
        for app in services.packages.known().iter() {
            (app.setup)(&services).map_err(broken)?;
        }
        let mut system =
            System { services, activities: Activities::default(), awake: true, stuck: None, finger: None };
        system.home();
        Ok(system)
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.services.clock.now()
    }

    /// Sets the time, in milliseconds since 1970.
    pub fn set_time(&mut self, millis: i64) {
        self.services.clock.set(millis);
    }

    /// Lets time pass, as `sleep` does.
    pub fn advance(&mut self, millis: i64) {
        self.services.clock.advance(millis);
    }

    /// Lets time pass by hand, though the clock be frozen.
    pub fn step(&mut self, millis: i64) {
        self.services.clock.step(millis);
    }

    /// Changes what makes time pass.
    pub fn set_pace(&mut self, pace: Pace) {
        self.services.clock.set_pace(pace);
    }

    /// The display is on.
    pub fn awake(&self) -> bool {
        self.awake
    }

    /// A message comes in.
    pub fn receive_sms(&mut self, from: &str, body: &str) {
        self.services.receive_sms(from, body);
    }

    /// Somebody calls.
    pub fn incoming_call(&mut self, number: &str) {
        self.services.begin_call(number, true);
        self.start(Intent {
            package: Some(telephony::DIALER.to_owned()),
            ..Intent::action("android.intent.action.ANSWER")
        });
    }

    /// The call is taken.
    pub fn accept_call(&mut self) {
        self.services.accept_call();
    }

    /// The other side hangs up.
    pub fn cancel_call(&mut self) {
        self.services.lose_call();
    }

    /// Light or dark, as set.
    pub fn theme(&self) -> Theme {
        let dark = self.services.settings.get(Namespace::Secure, "ui_night_mode").as_deref() == Some("2");
        if dark { Theme::Dark } else { Theme::Light }
    }

    /// The nodes of the window in front; `None` while the display is off.
    pub fn nodes(&self) -> Option<Vec<AccessibilityNode>> {
        let layers = self.layers();
        let front = self.activities.front().map(|front| front.component().package);
        let package = match self.stuck() {
            Some(_) => "android",
            None => front.as_deref().unwrap_or(activity::HOME),
        };
        self.awake.then(|| accessibility::nodes(layers.active(), package, self.activities.focused()))
    }

    /// The window in front as uiautomator XML; `None` while the display is off.
    pub fn dump(&self) -> Option<String> {
        self.nodes().map(|nodes| dump::dump(&nodes, usize::MAX))
    }

    /// A picture of the display.
    pub fn picture(&self) -> Canvas {
        window::picture(self)
    }
}
