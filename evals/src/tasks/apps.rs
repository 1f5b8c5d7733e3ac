//! Getting an app, a page or a place on the display.

use serde_json::json;

use super::template::{Act, Expectation, Instance, Template};

/// Apps by name and packages: Google's and AOSP's.
const APPS: &[(&str, &[&str])] = &[
    ("Clock", &["com.google.android.deskclock", "com.android.deskclock"]),
    ("Contacts", &["com.google.android.contacts", "com.android.contacts"]),
    ("Calendar", &["com.google.android.calendar", "com.android.calendar"]),
    ("Messages", &["com.google.android.apps.messaging", "com.android.messaging"]),
    ("Settings", &["com.android.settings"]),
];

const BROWSERS: &[&str] = &["com.android.chrome", "org.chromium.webview_shell", "com.android.browser"];
const MAPS: &[&str] = &["com.google.android.apps.maps"];

const PAGES: &[&str] = &["wikipedia.org", "example.org", "openstreetmap.org", "rust-lang.org"];
const PLACES: &[&str] = &["Lisbon", "Kyoto", "Reykjavik", "Zanzibar", "Cusco"];

/// The tasks of getting somewhere.
pub(super) const TEMPLATES: &[Template] = &[
    Template {
        id: "apps/open_app",
        wordings: &["Open the {app} app", "Start {app}", "Show me the {app} app"],
        actions: 1,
        make: |draw| {
            let (app, packages) = draw.pick(APPS);
            Instance {
                words: vec![("app", app.into())],
                expect: Expectation::shown(packages, None),
                oracle: vec![Act::open(app)],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "apps/open_page",
        wordings: &["Open {page} in the browser", "Go to the website {page}", "Show me the page {page}"],
        actions: 3,
        make: |draw| {
            let page = draw.pick(PAGES);
            Instance {
                words: vec![("page", page.into())],
                expect: Expectation::shown(BROWSERS, Some(page.into())),
                oracle: vec![Act::call("open_url", json!({ "url": page }))],
                ..Instance::default()
            }
        },
    },
    Template {
        id: "apps/find_on_map",
        wordings: &["Show {place} on the map", "Find {place} in Maps", "Where is {place}? Show it on a map"],
        actions: 3,
        make: |draw| {
            let place = draw.pick(PLACES);
            Instance {
                words: vec![("place", place.into())],
                expect: Expectation::shown(MAPS, Some(place.into())),
                oracle: vec![Act::call("map_search", json!({ "query": place }))],
                ..Instance::default()
            }
        },
    },
];
