//! Maps: a search field, and the place it shows. The map itself is not drawn.

use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::{Intent, percent_decoded};
use crate::ui::widget::{button, card, column, empty, field, row, text};
use crate::ui::{Icon, Scene, Tone};

const MAIN: &str = "com.google.android.maps.MapsActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.apps.maps".to_owned(),
        label: "Maps".to_owned(),
        icon: Icon::MapPin,
        system: true,
        color: (0x2f, 0x8f, 0x5b),
        version: "11.106.0".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![
                Filter::LAUNCHER,
                Filter::data(&["android.intent.action.VIEW"], &["geo", "google.navigation"]),
            ],
        }],
        permissions: &["android.permission.ACCESS_FINE_LOCATION"],
        launch: launch::<Maps>(),
        setup: |_| Ok(()),
    }
}

/// The maps.
#[derive(Debug, Default)]
pub struct Maps {
    typed: String,
    found: Option<String>,
    navigating: bool,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// The place as typed.
    Type(String),
    /// Look for it.
    Search,
    /// Show the way there.
    Directions,
}

impl App for Maps {
    type Message = Message;

    fn view(&self, _: &Services) -> Scene<Message> {
        let search = field("search_omnibox_text_box", "Search here", &self.typed, Message::Type)
            .submit(Message::Search)
            .fill(Tone::Surface, 26);
        let map =
            empty(Icon::Map, if self.found.is_some() { "" } else { "Search for a place" }).describe("Map");
        let mut parts = vec![row(vec![search]).wide().pad(16, 10), map];
        if let Some(found) = &self.found {
            let (state, label) = if self.navigating {
                (format!("Driving mode. Start. Destination {found}"), "Exit")
            } else {
                ("Place".to_owned(), "Directions")
            };
            let sheet = card(vec![
                text(found.clone()).id("title").ink(22, Tone::Text),
                text(state).id("subtitle").ink(15, Tone::Dim),
                button(label, Message::Directions).id("directions_button"),
            ])
            .gap(10)
            .pad(24, 20);
            parts.push(sheet);
        }
        column(parts).fill(Tone::SurfaceHigh, 0).into()
    }

    fn update(&mut self, message: Message, _: &mut Services) {
        match message {
            Message::Type(typed) => self.typed = typed,
            Message::Search => {
                self.found = Some(self.typed.trim().to_owned()).filter(|typed| !typed.is_empty())
            }
            Message::Directions => self.navigating = !self.navigating,
        }
    }

    fn open(&mut self, intent: &Intent, _: &mut Services) {
        let Some((scheme, rest)) = intent.data.as_deref().and_then(|data| data.split_once(':')) else {
            return;
        };
        let query = rest.split(['?', '&']).find_map(|part| part.strip_prefix("q="));
        let place =
            query.or_else(|| rest.split('?').next()).map(|place| percent_decoded(&place.replace('+', " ")));
        if let Some(place) = place.filter(|place| !place.is_empty()) {
            let navigating = scheme == "google.navigation";
            *self = Maps { typed: place.clone(), found: Some(place), navigating };
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        if std::mem::take(&mut self.navigating) {
            return true;
        }
        self.typed.clear();
        self.found.take().is_some()
    }

    fn activity(&self) -> &'static str {
        MAIN
    }
}
