//! The browser: an address bar, tabs, and a small web of its own. Nothing is fetched from anywhere.

mod address;
mod library;
mod page;
pub mod shop;
mod sites;
mod videos;

use std::collections::BTreeMap;

use self::address::{encoded, without_scheme};
use self::shop::Act;
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::{Extra, Intent};
use crate::ui::style::Size;
use crate::ui::widget::{
    bar, button, column, field, icon, icon_button, item, list, menu, menu_item, row, text,
};
use crate::ui::{Icon, Scene, Tone, View};

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
        setup: |cx| shop::DATABASE.open(&cx.files).map(drop),
    }
}

/// Pages that were seen one after the other.
#[derive(Debug, Clone, Default)]
struct Tab {
    /// Addresses; an empty one is the page of a new tab.
    visited: Vec<String>,
    /// The one that is shown.
    at: usize,
}

impl Tab {
    fn shown(&self) -> &str {
        self.visited.get(self.at).map_or("", String::as_str)
    }

    fn visit(&mut self, address: String) {
        self.visited.truncate(self.at + 1);
        self.visited.push(address);
        self.at = self.visited.len() - 1;
    }

    fn title(&self, cx: &Services) -> String {
        match self.shown() {
            "" => "New tab".to_owned(),
            address => sites::page(&cx.files, address).title,
        }
    }
}

/// The browser.
#[derive(Debug, Default)]
pub struct Browser {
    /// Further tabs, beside the one that is shown.
    others: Vec<Tab>,
    tab: Tab,
    /// The address as typed.
    typed: Option<String>,
    /// What was typed into the fields of the page, by their names.
    filled: BTreeMap<&'static str, String>,
    /// All tabs are shown.
    all: bool,
    /// The menu is open.
    menu: bool,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// The address as typed.
    Type(String),
    /// Go there.
    Go,
    /// Go to an address.
    Visit(String),
    /// What was typed into a field of the page.
    Fill(&'static str, String),
    /// Look for what was typed, at this address.
    Search(&'static str),
    /// A button of the page.
    Act(Act),
    /// Go to the first page.
    Home,
    /// Open the menu, or close it.
    Menu(bool),
    /// The page after.
    Forward,
    /// Load the page again.
    Reload,
    /// Share the address.
    Share,
    /// Show all tabs, or the one.
    Tabs(bool),
    /// Open a tab.
    Open,
    /// Show another tab.
    Show(usize),
    /// Close another tab.
    Close(usize),
}

impl App for Browser {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        if self.all {
            return self.tabs(cx).into();
        }
        let page = match self.tab.shown() {
            "" => sites::start(),
            address => sites::page(&cx.files, address),
        };
        let filled = |name: &str| self.filled.get(name).cloned().unwrap_or_default();
        let body = column(vec![self.toolbar(), page::view(&page, &filled)]);
        Scene::from(body).dialog(self.menu.then(|| {
            let mut items = vec![menu_item("New tab", Message::Open), menu_item("Refresh", Message::Reload)];
            if self.tab.at + 1 < self.tab.visited.len() {
                items.insert(0, menu_item("Forward", Message::Forward));
            }
            if !self.tab.shown().is_empty() {
                items.push(menu_item("Share...", Message::Share));
            }
            menu("", items)
        }))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        self.menu = false;
        match message {
            Message::Type(typed) => self.typed = Some(typed),
            Message::Go => {
                if let Some(address) = self.typed.take().as_deref().and_then(address::typed) {
                    self.visit(address);
                }
            }
            Message::Visit(address) => self.visit(address),
            Message::Fill(name, value) => drop(self.filled.insert(name, value)),
            Message::Search(to) => {
                let wanted = self.filled.remove("q").unwrap_or_default();
                if !wanted.trim().is_empty() {
                    self.visit(format!("{to}{}", encoded(wanted.trim())));
                }
            }
            Message::Act(act) => {
                let filled = |name: &str| self.filled.get(name).cloned().unwrap_or_default();
                let (to, told) = shop::act(cx, act, &filled);
                if let Some(told) = told {
                    cx.toast(told);
                }
                if let Some(to) = to {
                    self.visit(to);
                }
            }
            Message::Home => self.visit(String::new()),
            Message::Menu(open) => self.menu = open,
            Message::Forward => {
                self.leave();
                self.tab.at = (self.tab.at + 1).min(self.tab.visited.len().saturating_sub(1));
            }
            Message::Reload => self.leave(),
            Message::Share => {
                let send = Intent {
                    mime: Some("text/plain".to_owned()),
                    ..Intent::action("android.intent.action.CHOOSER")
                };
                let address = Extra::Text(self.tab.shown().to_owned());
                cx.start(send.extra("android.intent.extra.TEXT", address));
            }
            Message::Tabs(all) => {
                self.leave();
                self.all = all;
            }
            Message::Open => {
                let before = std::mem::take(&mut self.tab);
                self.others.push(before);
                self.visit(String::new());
                self.all = false;
            }
            Message::Show(nth) => {
                if let Some(other) = self.others.get_mut(nth) {
                    std::mem::swap(other, &mut self.tab);
                }
                self.all = false;
            }
            Message::Close(nth) => {
                if nth < self.others.len() {
                    self.others.remove(nth);
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, _: &mut Services) {
        let address = match intent.action.as_deref() {
            Some("android.intent.action.VIEW") => intent.data.clone(),
            Some("android.intent.action.WEB_SEARCH") => {
                intent.text("query").as_deref().and_then(address::typed)
            }
            _ => None,
        };
        (self.all, self.menu) = (false, false);
        self.leave();
        match address {
            Some(address) => self.visit(address),
            None if self.tab.visited.is_empty() => self.visit(String::new()),
            None => {}
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        if std::mem::take(&mut self.menu) || std::mem::take(&mut self.all) || self.typed.take().is_some() {
            return true;
        }
        self.filled.clear();
        let further = self.tab.at > 0;
        self.tab.at = self.tab.at.saturating_sub(1);
        further
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("{} {} {}", self.all, self.tab.at, self.tab.shown())
    }
}

impl Browser {
    /// Forgets what was typed into the page and the address bar.
    fn leave(&mut self) {
        (self.typed, self.filled) = (None, BTreeMap::new());
    }

    fn visit(&mut self, address: String) {
        self.leave();
        self.tab.visit(address);
    }

    fn toolbar(&self) -> View<Message> {
        let typed = self.typed.as_deref().unwrap_or_else(|| without_scheme(self.tab.shown()));
        let mut url = field("url_bar", "Search or type web address", typed, Message::Type)
            .submit(Message::Go)
            .pad(16, 11)
            .lines(1)
            .style(|s| s.radius = 24);
        url.flags.select_on_focus = true;
        let count = self.others.len() + 1;
        let told = format!("{count} open tab{}, tap to switch tabs", if count == 1 { "" } else { "s" });
        let square = text(count.to_string()).ink(13, Tone::Text).bold().sized(26, 26).centered();
        let tabs = column(vec![square.style(|s| (s.border, s.radius) = (Some(Tone::Text), 7))])
            .id("tab_switcher_button")
            .describe(told)
            .tap(Message::Tabs(true))
            .sized(44, 48)
            .centered();
        row(vec![
            icon_button(Icon::House, "Open the home page", Message::Home).id("home_button"),
            url,
            tabs,
            icon_button(Icon::EllipsisVertical, "More options", Message::Menu(true)).id("menu_button"),
        ])
        .id("toolbar")
        .wide()
        .pad(6, 6)
    }

    fn tabs(&self, cx: &Services) -> View<Message> {
        let lead =
            || icon(Icon::Globe, 22, Tone::OnContainer).sized(44, 44).centered().fill(Tone::Container, 22);
        let shown = item(Some(lead()), &self.tab.title(cx), without_scheme(self.tab.shown()), None)
            .tap(Message::Tabs(false))
            .selected(true);
        let others = self.others.iter().enumerate().map(|(nth, tab)| {
            let title = tab.title(cx);
            let close = icon_button(Icon::X, &format!("Close {title} tab"), Message::Close(nth));
            item(Some(lead()), &title, without_scheme(tab.shown()), Some(close)).tap(Message::Show(nth))
        });
        let new = button("New tab", Message::Open).id("new_tab_view").style(|s| s.height = Size::Dp(44));
        let rows = [shown].into_iter().chain(others).collect();
        column(vec![bar(None, "Tabs", vec![new]), list("tab_list_view", rows)])
    }
}
