//! Settings. What is on each page stands in a table ([`pages`]); all of it is in the settings provider.

mod app_info;
mod pages;

use self::pages::{Page, Row};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::style::Art;
use crate::ui::widget::{
    app_bar, choice, column, dialog, dialog_button, icon, item, scroll, slider, space, switch, text,
};
use crate::ui::{Scene, Tone, View};

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.android.settings".to_owned(),
        label: "Settings".to_owned(),
        icon: crate::ui::Icon::Settings,
        system: true,
        color: (0x5f, 0x63, 0x68),
        version: "14".to_owned(),
        activities: pages::activities(),
        permissions: &["android.permission.WRITE_SECURE_SETTINGS"],
        launch: launch::<Settings>(),
        setup: |_| Ok(()),
    }
}

pub(crate) const fn filter(actions: &'static [&'static str]) -> Filter {
    Filter::action(actions)
}

pub(crate) fn activity(name: &str, filters: Vec<Filter>) -> Activity {
    Activity { name: name.to_owned(), filters }
}

/// The settings.
#[derive(Debug, Default)]
pub struct Settings {
    /// Pages visited; the last is shown; none is the first page.
    pages: Vec<Page>,
    /// The row of the page whose values are offered.
    choosing: Option<usize>,
    /// Something to do to an app that is asked about first.
    asking: Option<app_info::Action>,
    search: String,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show a page.
    Open(Page),
    /// Look for a page.
    Search(String),
    /// Turn the switch in a row.
    Toggle(usize),
    /// Move the slider in a row; 0 is left, 1 right.
    Slide(usize, f32),
    /// Offer the values of a row.
    Choose(usize),
    /// Take a value.
    Take(&'static str),
    /// Do something to the app that is shown.
    Act(app_info::Action),
    /// The answer to a question.
    Answer(bool),
    /// One page back.
    Up,
}

impl App for Settings {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let page = self.page();
        let rows = pages::rows(&page, cx);
        let mut parts = Vec::new();
        if page == Page::Home {
            parts.push(space(12));
            parts.push(
                column(vec![text("Settings").id("homepage_title").ink(32, Tone::Text)]).wide().pad(20, 8),
            );
            let search = crate::ui::widget::field(
                "search_action_bar",
                "Search settings",
                &self.search,
                Message::Search,
            );
            parts.push(column(vec![search.style(|s| s.radius = 26)]).wide().pad(16, 8));
        }
        let wanted = self.search.trim().to_lowercase();
        let found = rows.iter().enumerate().filter(|(_, row)| {
            page != Page::Home
                || row.title().to_lowercase().contains(&wanted)
                || row.summary(cx).to_lowercase().contains(&wanted)
        });
        parts.extend(found.map(|(at, row)| view_row(at, row, cx)));
        if let Page::App(package) = &page {
            parts.extend(app_info::actions(package, cx));
        }
        parts.push(space(24));
        let list = scroll("recycler_view", parts);
        let body = match page {
            Page::Home => column(vec![list]),
            _ => column(vec![app_bar(Some(Message::Up), &page.title(cx), Vec::new()), list]),
        };
        let offered = self.choosing.and_then(|at| rows.get(at)).map(|row| offer(row, cx));
        let question = self.asking.map(app_info::question);
        Scene::from(body).dialog(offered.or(question))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let rows = pages::rows(&self.page(), cx);
        match message {
            Message::Open(page) => self.pages.push(page),
            Message::Search(wanted) => self.search = wanted,
            Message::Toggle(at) => {
                if let Some(Row::Switch { table, key, on, off, .. }) = rows.get(at) {
                    let is_on = cx.settings.get(*table, key).as_deref() == Some(on);
                    cx.settings.put(*table, key, if is_on { off } else { on });
                }
            }
            Message::Slide(at, to) => {
                if let Some(Row::Slider { table, key, most, .. }) = rows.get(at) {
                    cx.settings.put(*table, key, &format!("{}", (to * *most as f32).round() as i64));
                }
            }
            Message::Choose(at) => self.choosing = Some(at),
            Message::Take(value) => {
                if let Some(Row::Choice { table, key, .. }) = self.choosing.take().and_then(|at| rows.get(at))
                {
                    cx.settings.put(*table, key, value);
                }
            }
            Message::Act(app_info::Action::Open) => {
                if let Page::App(package) = self.page() {
                    cx.start(Intent::launch(&package));
                }
            }
            Message::Act(action) => self.asking = Some(action),
            Message::Answer(yes) => {
                let action = self.asking.take().filter(|_| yes);
                if let (Some(action), Page::App(package)) = (action, self.page()) {
                    app_info::act(action, &package, cx);
                    if !cx.packages.exists(&package) {
                        self.pages.pop();
                    }
                }
                self.choosing = None;
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, _: &mut Services) {
        if let Some(page) = pages::asked_for(intent) {
            *self = Settings {
                pages: if page == Page::Home { Vec::new() } else { vec![page] },
                ..Settings::default()
            };
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        if self.choosing.take().is_some() || self.asking.take().is_some() {
            return true;
        }
        if self.pages.pop().is_some() {
            return true;
        }
        !std::mem::take(&mut self.search).is_empty()
    }

    fn activity(&self) -> &'static str {
        if self.pages.is_empty() {
            "com.android.settings.Settings"
        } else {
            "com.android.settings.SubSettings"
        }
    }

    fn place(&self) -> String {
        format!("{:?}", self.page())
    }
}

impl Settings {
    fn page(&self) -> Page {
        self.pages.last().cloned().unwrap_or(Page::Home)
    }
}

fn view_row(at: usize, row: &Row, cx: &Services) -> View<Message> {
    let summary = row.summary(cx);
    match row {
        Row::Page { icon: picture, title, page, tone, .. } => {
            let (r, g, b) = *tone;
            let lead = icon(*picture, 20, Tone::Rgb(255, 255, 255))
                .id("android:id/icon")
                .sized(40, 40)
                .centered()
                .fill(Tone::Rgb(r, g, b), 20);
            item(Some(lead), title, &summary, None).tap(Message::Open(page.clone()))
        }
        Row::Switch { title, table, key, on, .. } => {
            let is_on = cx.settings.get(*table, key).as_deref() == Some(on);
            let mut end = switch("android:id/switch_widget", is_on, Message::Toggle(at)).describe(*title);
            // The row is what is tapped; its switch only shows the state.
            end.on_tap = None;
            end.flags.clickable = false;
            end.flags.focusable = false;
            item(None, title, &summary, Some(end)).tap(Message::Toggle(at))
        }
        Row::Slider { title, table, key, most } => {
            let value = cx.settings.number(*table, key) as f32 / (*most).max(1) as f32;
            let bar = slider("seekbar", value, move |to| Message::Slide(at, to)).describe(*title);
            column(vec![text(*title).id("android:id/title").ink(17, Tone::Text), bar])
                .wide()
                .gap(4)
                .pad(20, 12)
        }
        Row::Choice { title, .. } => item(None, title, &summary, None).tap(Message::Choose(at)),
        Row::Info { title, .. } => item(None, title, &summary, None),
    }
}

fn offer(row: &Row, cx: &Services) -> View<Message> {
    let Row::Choice { title, table, key, values } = row else { return dialog("", Vec::new(), Vec::new()) };
    let now = cx.settings.get(*table, key);
    let choices = values
        .iter()
        .map(|(value, label)| {
            choice(Art::Radio, label, now.as_deref() == Some(*value), Message::Take(value))
                .id("android:id/text1")
        })
        .collect();
    dialog(title, choices, vec![dialog_button("android:id/button2", "Cancel", Message::Answer(false))])
}
