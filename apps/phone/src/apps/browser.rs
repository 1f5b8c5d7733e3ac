//! The browser: an address bar, and the address it shows. Pages themselves are not fetched.

use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::widget::{column, empty, field, icon_button, row};
use crate::ui::{Icon, Scene};

const MAIN: &str = "com.google.android.apps.chrome.Main";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.android.chrome".to_owned(),
        label: "Chrome".to_owned(),
        icon: Icon::Globe,
        system: true,
        color: (0xd9, 0x5b, 0x2b),
        version: "113.0.5672.136".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![
                Filter::LAUNCHER,
                Filter::data(&["android.intent.action.VIEW"], &["http", "https"]),
                Filter::action(&["android.intent.action.WEB_SEARCH"]),
            ],
        }],
        permissions: &["android.permission.INTERNET"],
        launch: launch::<Browser>(),
        setup: |_| Ok(()),
    }
}

/// The browser.
#[derive(Debug, Default)]
pub struct Browser {
    /// Addresses visited; the last is shown.
    visited: Vec<String>,
    typed: Option<String>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// The address as typed.
    Type(String),
    /// Go there.
    Go,
    /// Go to the first page.
    Home,
}

impl App for Browser {
    type Message = Message;

    fn view(&self, _: &Services) -> Scene<Message> {
        let shown = self.visited.last().map_or("", String::as_str);
        let bar = row(vec![
            icon_button(Icon::House, "Open the home page", Message::Home).id("home_button"),
            field(
                "url_bar",
                "Search or type web address",
                self.typed.as_deref().unwrap_or_else(|| without_scheme(shown)),
                Message::Type,
            )
            .submit(Message::Go)
            .style(|s| s.radius = 24),
        ])
        .id("toolbar")
        .wide()
        .gap(4)
        .pad(8, 8);
        let page = if shown.is_empty() {
            empty(Icon::Globe, "New tab")
        } else {
            let mut page = empty(Icon::Globe, host(shown)).describe(shown);
            page.class = "android.webkit.WebView".into();
            page
        };
        column(vec![bar, page]).into()
    }

    fn update(&mut self, message: Message, _: &mut Services) {
        match message {
            Message::Type(typed) => self.typed = Some(typed),
            Message::Go => {
                if let Some(typed) = self.typed.take() {
                    self.visited.extend(address(&typed));
                }
            }
            Message::Home => *self = Browser::default(),
        }
    }

    fn open(&mut self, intent: &Intent, _: &mut Services) {
        self.typed = None;
        match intent.action.as_deref() {
            Some("android.intent.action.VIEW") => self.visited.extend(intent.data.clone()),
            Some("android.intent.action.WEB_SEARCH") => {
                self.visited.extend(intent.text("query").as_deref().and_then(address));
            }
            _ => {}
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        self.typed.take().is_some() || (self.visited.pop().is_some() && !self.visited.is_empty())
    }

    fn activity(&self) -> &'static str {
        MAIN
    }
}

/// Where typed text leads: to an address, or to a search for it.
fn address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let is_address = typed.contains("://") || (typed.contains('.') && !typed.contains(' '));
    match (typed.is_empty(), is_address, typed.contains("://")) {
        (true, ..) => None,
        (_, true, true) => Some(typed.to_owned()),
        (_, true, false) => Some(format!("https://{typed}")),
        (_, false, _) => Some(format!("https://www.google.com/search?q={}", typed.replace(' ', "+"))),
    }
}

fn without_scheme(address: &str) -> &str {
    address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or(address)
}

fn host(address: &str) -> &str {
    without_scheme(address).split(['/', '?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        assert_eq!(address(typed).as_deref(), expected);
    }

    #[test]
    fn typed_text_leads_to_an_address_or_a_search() {
        check("wikipedia.org", Some("https://wikipedia.org"));
        check(" http://a.b/c ", Some("http://a.b/c"));
        check("best pizza", Some("https://www.google.com/search?q=best+pizza"));
        check("  ", None);
    }
}
