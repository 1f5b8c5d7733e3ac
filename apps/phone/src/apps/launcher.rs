//! The launcher: home screen, drawer with all apps, recent apps.

use std::sync::Arc;

use crate::system::Services;
use crate::system::activity::HOME;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::style::{Align, Size};
use crate::ui::view::Direction;
use crate::ui::widget::{app_bar, column, empty, field, icon, list, row, space, stack, text, text_button};
use crate::ui::{Icon, Scene, Tone, View};

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: HOME.to_owned(),
        label: "Pixel Launcher".to_owned(),
        icon: Icon::House,
        system: true,
        color: (0x3a, 0x5b, 0xa9),
        version: "14".to_owned(),
        activities: vec![Activity {
            name: "com.google.android.apps.nexuslauncher.NexusLauncherActivity".to_owned(),
            filters: vec![Filter {
                categories: &["android.intent.category.HOME"],
                ..Filter::action(&["android.intent.action.MAIN"])
            }],
        }],
        permissions: &[],
        launch: launch::<Launcher>(),
        setup: |_| Ok(()),
    }
}

/// Packages in the dock, if they are there.
const DOCK: [&str; 4] = [
    "com.google.android.dialer",
    "com.google.android.apps.messaging",
    "com.android.chrome",
    "com.android.settings",
];
/// Apps side by side.
const COLUMNS: usize = 4;
/// Apps on a page of the home screen.
const PAGE: usize = 4 * COLUMNS;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Home,
    Drawer,
    Recents,
}

/// The launcher.
#[derive(Debug, Default)]
pub struct Launcher {
    page: Page,
    /// The page of the home screen, from 0.
    turned: usize,
    search: String,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Start a package.
    Launch(String),
    /// Show all apps.
    Drawer,
    /// A finger moved over the pages of the home screen.
    Turn(Direction),
    /// Show the apps that run.
    Recents,
    /// Look for apps.
    Search(String),
    /// Start the first app that was found.
    First,
    /// End a package.
    Close(String),
    /// End all that run.
    CloseAll,
}

impl App for Launcher {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        match self.page {
            Page::Home => self.home(cx).into(),
            Page::Drawer => self.drawer(cx).into(),
            Page::Recents => recents(cx).into(),
        }
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Launch(package) => {
                self.page = Page::Home;
                cx.start(Intent::launch(&package));
            }
            Message::Drawer => (self.page, self.search) = (Page::Drawer, String::new()),
            Message::Turn(Direction::Down) => (self.page, self.search) = (Page::Drawer, String::new()),
            Message::Turn(Direction::Right) => self.turned = (self.turned + 1).min(pages(cx).len() - 1),
            Message::Turn(Direction::Left) => self.turned = self.turned.saturating_sub(1),
            Message::Turn(Direction::Up) => {}
            Message::Recents => self.page = Page::Recents,
            Message::Search(text) => self.search = text,
            Message::First => {
                if let Some(first) = self.found(cx).first().map(|app| Intent::launch(&app.package)) {
                    self.page = Page::Home;
                    cx.start(first);
                }
            }
            Message::Close(package) => cx.stop(&package),
            Message::CloseAll => {
                for package in std::mem::take(&mut cx.recents) {
                    cx.stop(&package);
                }
                self.page = Page::Home;
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {
        *self = Launcher::default();
    }

    fn back(&mut self, _: &mut Services) -> bool {
        *self = Launcher::default();
        true
    }

    fn activity(&self) -> &'static str {
        "com.google.android.apps.nexuslauncher.NexusLauncherActivity"
    }

    fn place(&self) -> String {
        format!("{:?}", self.page)
    }
}

fn startable(cx: &Services) -> Vec<&Arc<Manifest>> {
    let mut apps: Vec<_> =
        cx.packages.apps().filter(|app| cx.packages.launch_target(&app.package).is_some()).collect();
    apps.sort_by(|a, b| a.label.cmp(&b.label));
    apps
}

fn app_icon(app: &Manifest, size: i32, labelled: bool) -> View<Message> {
    let (r, g, b) = app.color;
    let picture = icon(app.icon, size / 2, Tone::Rgb(255, 255, 255))
        .sized(size, size)
        .centered()
        .fill(Tone::Rgb(r, g, b), size / 2);
    if !labelled {
        let mut picture = picture.tap(Message::Launch(app.package.clone())).describe(app.label.clone());
        picture.class = "android.widget.TextView".into();
        return column(vec![picture]).wide().level();
    }
    // Android's icon is one text view with picture and label; here the parts are only drawn apart.
    let label = text(app.label.clone()).ink(13, Tone::Text).lines(1).id("label");
    column(vec![picture, label])
        .id("icon")
        .describe(app.label.clone())
        .tap(Message::Launch(app.package.clone()))
        .wide()
        .centered()
        .gap(6)
        .pad(0, 10)
}

fn grid(apps: &[&Arc<Manifest>]) -> Vec<View<Message>> {
    apps.chunks(COLUMNS)
        .map(|line| {
            let missing = COLUMNS - line.len();
            let icons = line.iter().map(|app| app_icon(app, 60, true));
            row(icons.chain((0..missing).map(|_| View::new("android.widget.Space").wide())).collect()).wide()
        })
        .collect()
}

/// The apps on each page of the home screen; there is always one.
fn pages(cx: &Services) -> Vec<Vec<&Arc<Manifest>>> {
    let apps: Vec<_> =
        startable(cx).into_iter().filter(|app| !DOCK.contains(&app.package.as_str())).collect();
    let pages: Vec<_> = apps.chunks(PAGE).map(<[_]>::to_vec).collect();
    if pages.is_empty() { vec![Vec::new()] } else { pages }
}

impl Launcher {
    fn home(&self, cx: &Services) -> View<Message> {
        let now = cx.clock.now();
        let apps = startable(cx);
        let pages = pages(cx);
        let turned = self.turned.min(pages.len() - 1);
        let dock = DOCK.iter().filter_map(|package| apps.iter().find(|app| app.package == *package));
        let clock = column(vec![
            text(now.format("%-I:%M").to_string()).id("clock").ink(64, Tone::Text),
            text(now.format("%a, %b %-d").to_string()).id("date").ink(18, Tone::Dim),
        ])
        .id("search_container_workspace")
        .wide()
        .pad(28, 24);
        let handle = text_button("All apps", Message::Drawer).id("all_apps").ink(14, Tone::Dim);
        let search = row(vec![icon(Icon::Search, 20, Tone::Dim), text("Search").ink(16, Tone::Dim)])
            .id("search_container_hotseat")
            .describe("Search")
            .tap(Message::Drawer)
            .wide()
            .gap(14)
            .pad(20, 14)
            .fill(Tone::SurfaceHigh, 28);
        let mut workspace = column(grid(&pages[turned])).id("workspace").wide().tall().pad(12, 8).gap(8);
        let mut foot = vec![handle];
        if pages.len() > 1 {
            workspace.on_scroll = Some(Arc::new(Message::Turn));
            workspace.flags.scrollable = true;
            foot.insert(0, dots(turned, pages.len()));
        }
        column(vec![
            clock,
            workspace,
            column(foot).wide().level(),
            row(dock.map(|app| app_icon(app, 60, false)).collect()).id("hotseat").wide().pad(12, 8),
            column(vec![search]).wide().pad(24, 14),
        ])
        .fill(Tone::Container, 0)
    }

    fn found<'a>(&self, cx: &'a Services) -> Vec<&'a Arc<Manifest>> {
        let wanted = self.search.trim().to_lowercase();
        startable(cx).into_iter().filter(|app| app.label.to_lowercase().contains(&wanted)).collect()
    }

    fn drawer(&self, cx: &Services) -> View<Message> {
        let found = self.found(cx);
        let search = field("fallback_search_view", "Search apps", &self.search, Message::Search)
            .submit(Message::First);
        let results = if found.is_empty() {
            empty(Icon::Search, "No apps found")
        } else {
            list("apps_list_view", grid(&found)).pad(12, 8)
        };
        column(vec![column(vec![search]).wide().pad(20, 14), results])
    }
}

/// Which of so many pages is shown.
fn dots(shown: usize, count: usize) -> View<Message> {
    let dot = |nth| {
        let tone = if nth == shown { Tone::Primary } else { Tone::Outline };
        View::new("android.view.View").sized(8, 8).fill(tone, 4)
    };
    row((0..count).map(dot).collect())
        .id("page_indicator")
        .describe(format!("Page {} of {count}", shown + 1))
        .gap(8)
        .pad(0, 4)
}

fn recents(cx: &Services) -> View<Message> {
    let apps: Vec<_> = cx.recents.iter().filter_map(|package| cx.packages.app(package)).collect();
    if apps.is_empty() {
        return empty(Icon::Square, "No recent items");
    }
    let cards = apps.into_iter().map(|app| {
        let (r, g, b) = app.color;
        let picture = icon(app.icon, 20, Tone::Rgb(255, 255, 255))
            .sized(40, 40)
            .centered()
            .fill(Tone::Rgb(r, g, b), 20);
        let name = text(app.label.clone()).ink(18, Tone::Text).wide();
        let close = text_button("Close", Message::Close(app.package.clone()))
            .describe(format!("Close {}", app.label));
        let card = row(vec![picture, name, close])
            .id("task")
            .describe(app.label.clone())
            .tap(Message::Launch(app.package.clone()))
            .wide()
            .gap(16)
            .pad(20, 12)
            .fill(Tone::Surface, 24);
        column(vec![card, space(12)]).wide()
    });
    let clear = text_button("Clear all", Message::CloseAll)
        .id("clear_all")
        .style(|s| s.place = (Align::Center, Align::End));
    column(vec![
        app_bar(None, "Recent apps", Vec::new()),
        list("overview_panel", cards.collect()).pad(20, 8),
        stack(vec![clear]).style(|s| s.height = Size::Dp(64)),
    ])
}
