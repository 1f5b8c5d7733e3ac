//! What an app is: a state, what it shows, and how it answers.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::Services;
use super::intent::Intent;
use crate::ui::{Icon, Scene};

/// An app in the manner of Elm: the state decides what is seen, messages change the state.
///
/// What is worth keeping lies in the app's database, not in the state: the state is only where the person is in the app.
pub trait App: Send + 'static {
    /// What its views send.
    type Message: Clone + Send + Sync + 'static;

    /// What is on its screen.
    fn view(&self, cx: &Services) -> Scene<Self::Message>;

    /// Answers a message.
    fn update(&mut self, message: Self::Message, cx: &mut Services);

    /// Answers the intent that started it, or that came while it ran.
    fn open(&mut self, intent: &Intent, cx: &mut Services);

    /// Goes one screen back; `false` if this was the first, and the app is left.
    fn back(&mut self, cx: &mut Services) -> bool;

    /// The activity of the manifest that the screen belongs to: the class name.
    fn activity(&self) -> &str;

    /// The package that the screen belongs to, where it is not the app's own: a recording shows other apps, too.
    fn package(&self) -> Option<&str> {
        None
    }

    /// Tells one screen of the app from another: where it changes, scrolling starts anew.
    fn place(&self) -> String {
        self.activity().to_owned()
    }
}

/// A message of whatever app is in front.
pub type Message = Arc<dyn Any + Send + Sync>;

/// An app whose message type is forgotten, so that all kinds fit in one list.
pub trait Running: Send {
    /// As [`App::view`].
    fn scene(&self, cx: &Services) -> Scene<Message>;
    /// As [`App::update`]; messages of other apps are ignored.
    fn deliver(&mut self, message: &Message, cx: &mut Services);
    /// As [`App::open`].
    fn open(&mut self, intent: &Intent, cx: &mut Services);
    /// As [`App::back`].
    fn back(&mut self, cx: &mut Services) -> bool;
    /// As [`App::activity`].
    fn activity(&self) -> &str;
    /// As [`App::package`].
    fn package(&self) -> Option<&str>;
    /// As [`App::place`].
    fn place(&self) -> String;
}

impl fmt::Debug for dyn Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running({})", self.place())
    }
}

impl<A: App> Running for A {
    fn scene(&self, cx: &Services) -> Scene<Message> {
        let forget: Arc<dyn Fn(A::Message) -> Message + Send + Sync> = Arc::new(|message| Arc::new(message));
        self.view(cx).map(&forget)
    }

    fn deliver(&mut self, message: &Message, cx: &mut Services) {
        if let Some(message) = message.downcast_ref::<A::Message>() {
            self.update(message.clone(), cx);
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        App::open(self, intent, cx);
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        App::back(self, cx)
    }

    fn activity(&self) -> &str {
        App::activity(self)
    }

    fn package(&self) -> Option<&str> {
        App::package(self)
    }

    fn place(&self) -> String {
        App::place(self)
    }
}

/// Makes a running app.
pub type Launch = Arc<dyn Fn() -> Box<dyn Running> + Send + Sync>;

/// The [`Manifest::launch`] of an app that starts from its default state.
pub fn launch<A: App + Default>() -> Launch {
    Arc::new(|| Box::new(A::default()))
}

/// What an app says about itself.
pub struct Manifest {
    /// `com.google.android.deskclock`
    pub package: String,
    /// The name below its icon.
    pub label: String,
    /// Its icon.
    pub icon: Icon,
    /// It came with the phone.
    pub system: bool,
    /// Its icon's colour: red, green, blue.
    pub color: (u8, u8, u8),
    /// `7.6`
    pub version: String,
    /// Its activities.
    pub activities: Vec<Activity>,
    /// Permissions that it asks for.
    pub permissions: &'static [&'static str],
    /// Starts it.
    pub launch: Launch,
    /// Prepares its databases on a new disk; called at every boot and after its data were cleared.
    pub setup: fn(&Services) -> rusqlite::Result<()>,
}

impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest").field("package", &self.package).finish_non_exhaustive()
    }
}

/// An activity, and the intents that it answers.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Class name: `com.android.deskclock.DeskClock`.
    pub name: String,
    /// What it answers.
    pub filters: Vec<Filter>,
}

/// What an activity answers: one of these actions, with such data.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Actions.
    pub actions: &'static [&'static str],
    /// Categories besides `DEFAULT`.
    pub categories: &'static [&'static str],
    /// Schemes of the data; none: it has no data.
    pub schemes: &'static [&'static str],
    /// MIME types of the data.
    pub types: &'static [&'static str],
}

impl Filter {
    /// Started from the launcher.
    pub const LAUNCHER: Filter = Filter {
        categories: &["android.intent.category.LAUNCHER"],
        ..Filter::action(&["android.intent.action.MAIN"])
    };

    /// Actions without data.
    pub const fn action(actions: &'static [&'static str]) -> Filter {
        Filter { actions, categories: &[], schemes: &[], types: &[] }
    }

    /// Actions on data of these schemes.
    pub const fn data(actions: &'static [&'static str], schemes: &'static [&'static str]) -> Filter {
        Filter { actions, categories: &["android.intent.category.BROWSABLE"], schemes, types: &[] }
    }

    /// Actions on data of these types; `image/*` is any picture.
    pub const fn typed(actions: &'static [&'static str], types: &'static [&'static str]) -> Filter {
        Filter { actions, categories: &[], schemes: &["content"], types }
    }

    /// Answers this intent, by Android's rules for actions, categories and data.
    pub fn matches(&self, intent: &Intent) -> bool {
        let scheme = intent.data.as_deref().and_then(|data| data.split_once(':')).map(|(scheme, _)| scheme);
        let action = intent.action.as_deref().is_none_or(|action| self.actions.contains(&action));
        let categories = intent.categories.iter().all(|category| {
            category == "android.intent.category.DEFAULT" || self.categories.contains(&category.as_str())
        });
        let kind = match intent.mime.as_deref() {
            Some(mime) => self.types.iter().any(|known| is_of(mime, known)),
            None => self.types.is_empty() || scheme == Some("content"),
        };
        let data = match scheme {
            Some(scheme) => self.schemes.contains(&scheme),
            None => self.schemes.is_empty() || intent.mime.is_some(),
        };
        action && categories && kind && data
    }
}

/// A MIME type is of a kind: the same one, or one of `image/*`.
fn is_of(mime: &str, kind: &str) -> bool {
    match kind.strip_suffix('*') {
        Some(family) => mime.starts_with(family),
        None => mime == kind,
    }
}
