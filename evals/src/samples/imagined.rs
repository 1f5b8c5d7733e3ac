//! Apps that do not exist. Those that were recorded are few, and a model learns their words by heart; these have other
//! words on screens of the same build.

mod dialog;
mod screen;

use std::sync::LazyLock;

use pocketpilot_core::screen::{Line, LineKind};
use serde::Deserialize;

use super::leg::{Leg, Role, Walk, filled, flipped};
use super::random::Random;
use super::values::Values;
use screen::{Screen, line};

static APPS: LazyLock<Vec<App>> = LazyLock::new(|| {
    let list: List = toml::from_str(include_str!("imagined.toml")).expect("the apps are part of the program");
    list.app
});

#[derive(Deserialize)]
struct List {
    app: Vec<App>,
}

/// What an app consists of.
#[derive(Deserialize)]
struct App {
    name: String,
    tabs: Vec<String>,
    icons: Vec<String>,
    items: Vec<String>,
    acts: Vec<String>,
    menu: Vec<String>,
    toggles: Vec<[String; 3]>,
    choices: Vec<Choice>,
    sort: Vec<String>,
    fab: String,
    fields: Vec<String>,
    save: String,
}

/// A setting, its values, and a wish for one.
type Choice = (String, Vec<String>, String);

/// The names of all apps.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    APPS.iter().map(|app| app.name.as_str())
}

/// Ways through the app of that name, in other states each time.
pub(super) fn walks(name: &str, values: &Values, random: &mut Random) -> Vec<Walk> {
    let Some(app) = APPS.iter().find(|app| app.name == name) else { return Vec::new() };
    let mut walks = Vec::new();
    for index in 0..app.toggles.len() {
        walks.push(app.toggle(index, false, random));
        walks.push(app.toggle(index, true, random));
    }
    for index in 0..app.choices.len() {
        walks.push(app.choice(index, random));
        walks.push(app.choice(index, random));
    }
    for item in 0..app.items.len() {
        walks.push(app.item(item, random));
    }
    for tab in 1..app.tabs.len() {
        walks.push(app.tab(tab, random));
    }
    for entry in 0..app.menu.len() {
        walks.push(app.entry(entry, random));
    }
    for _ in 0..3 {
        walks.push(app.sorting(random));
        walks.push(app.form(values, random));
        walks.push(app.search(values, random));
    }
    walks
}

impl App {
    fn main(&self) -> Screen {
        let mut screen = Screen::default();
        if let Some(hint) = self.icons.iter().find(|icon| icon.starts_with("Search")) {
            screen.add(LineKind::Input, "", hint);
        }
        for icon in self.icons.iter().filter(|icon| !icon.starts_with("Search")) {
            screen.add(LineKind::Button, icon, "");
        }
        screen.add(LineKind::Button, "Sort", "");
        for item in &self.items {
            screen.add(LineKind::Button, "", item);
        }
        for tab in &self.tabs {
            let kind = if *tab == self.tabs[0] { LineKind::Text } else { LineKind::Button };
            screen.add(kind, "", tab);
        }
        screen.add(LineKind::Button, &self.fab, "");
        screen
    }

    /// Menu and settings, from the main screen.
    fn to_settings(&self, random: &mut Random) -> Vec<Leg> {
        let mut menu = Screen::default();
        for entry in self.menu.iter().take(2) {
            menu.add(LineKind::Button, "", entry);
        }
        menu.add(LineKind::Button, "", "Settings");
        for entry in self.menu.iter().skip(2) {
            menu.add(LineKind::Button, "", entry);
        }
        let legs = [self.main().leg("More options", Role::Menu), menu.leg("Settings", Role::Menu)];
        // A person may be half way there when they ask.
        let from = random.below(5).min(2);
        legs[from..].to_vec()
    }

    fn settings(&self, random: &mut Random) -> Screen {
        let mut screen = Screen::default();
        screen.add(LineKind::Button, "Navigate up", "");
        screen.add(LineKind::Text, "", "Settings");
        let mut rows: Vec<Result<&[String; 3], &Choice>> =
            self.toggles.iter().map(Ok).chain(self.choices.iter().map(Err)).collect();
        random.shuffle(&mut rows);
        for row in rows {
            match row {
                Ok([words, ..]) => {
                    screen.add(LineKind::Checkbox, "", words);
                    if let Some(line) = screen.0.last_mut() {
                        line.checked = random.chance(50);
                    }
                }
                Err((what, options, _)) => {
                    screen.add(LineKind::Button, "", &format!("{what}<br>{}", random.pick(options)));
                }
            }
        }
        screen
    }

    fn toggle(&self, index: usize, on: bool, random: &mut Random) -> Walk {
        let [words, wish_on, wish_off] = &self.toggles[index];
        let mut legs = self.to_settings(random);
        let mut screen = self.settings(random);
        let at = screen.place(words);
        // One in eight is already as it should be, when there is a way behind that makes a beginning.
        let already = !legs.is_empty() && random.chance(12);
        screen.0[at].checked = on == already;
        let end = if already { screen.lines() } else { flipped(&screen.lines(), at) };
        if !already {
            legs.push(Leg { screen: screen.lines(), at, role: Role::Toggle { on } });
        }
        let wish = if on { wish_on } else { wish_off };
        let mut walk = self.walk(legs, Some(end), vec![wish.clone()]);
        if already {
            // The legs do not speak of the switch; the wishes must.
            let how = if on { "turn on" } else { "turn off" };
            walk.wishes =
                vec![wish.clone(), format!("{how} {words}"), format!("{how} {}", words.to_lowercase())];
            walk.legs.iter_mut().for_each(|leg| leg.role = Role::Menu);
            walk.settled = true;
        }
        walk
    }

    fn item(&self, index: usize, random: &mut Random) -> Walk {
        let item = &self.items[index];
        let title = item.split("<br>").next().unwrap_or(item);
        let mut detail = Screen::default();
        detail.add(LineKind::Button, "Navigate up", "");
        item.split("<br>").for_each(|part| detail.add(LineKind::Text, "", part));
        let icons = random.chance(50);
        for act in &self.acts {
            let (label, content) = if icons { (act.as_str(), "") } else { ("", act.as_str()) };
            detail.add(LineKind::Button, label, content);
        }
        let mut legs = vec![self.main().leg(title, Role::Open)];
        if random.chance(35) {
            return self.walk(legs, Some(detail.lines()), Vec::new());
        }
        let act = random.pick(&self.acts);
        legs.push(detail.leg(act, Role::Open));
        let low = act.to_lowercase();
        let wishes = vec![
            format!("{low} for {title}"),
            format!("{title}: {low}"),
            format!("open {title} and use {low}"),
        ];
        let mut walk = self.walk(legs, Some(detail.lines()), wishes);
        if random.chance(40) {
            walk.end = None;
        }
        walk
    }

    fn tab(&self, index: usize, random: &mut Random) -> Walk {
        let leg = self.main().leg(&self.tabs[index], Role::Open);
        let mut end = Screen::default();
        self.icons.iter().for_each(|icon| end.add(LineKind::Button, icon, ""));
        if random.chance(50) {
            end.add(LineKind::Text, "", "Nothing here yet");
        }
        for (place, tab) in self.tabs.iter().enumerate() {
            end.add(if place == index { LineKind::Text } else { LineKind::Button }, "", tab);
        }
        self.walk(vec![leg], Some(end.lines()), Vec::new())
    }

    fn entry(&self, index: usize, random: &mut Random) -> Walk {
        let mut legs = self.to_settings(random);
        if legs.len() < 2 {
            legs = vec![self.main().leg("More options", Role::Menu)];
        }
        legs.truncate(1);
        let mut menu = Screen::default();
        menu.add(LineKind::Button, "", "Settings");
        self.menu.iter().for_each(|entry| menu.add(LineKind::Button, "", entry));
        legs.push(menu.leg(&self.menu[index], Role::Open));
        let mut end = Screen::default();
        end.add(LineKind::Button, "Navigate up", "");
        end.add(LineKind::Text, "", &self.menu[index]);
        self.walk(legs, Some(end.lines()), Vec::new())
    }

    fn form(&self, values: &Values, random: &mut Random) -> Walk {
        let mut form = Screen::default();
        form.add(LineKind::Button, "Close", "");
        let top = random.chance(50);
        if top {
            form.add(LineKind::Button, "", &self.save);
        }
        self.fields.iter().for_each(|field| form.add(LineKind::Input, "", field));
        if !top {
            form.add(LineKind::Button, "", &self.save);
        }
        let mut legs = vec![self.main().leg(&self.fab, Role::Open)];
        let mut screen = form.lines();
        for field in self.fields.iter().take(1 + random.below(self.fields.len())) {
            let text = values.field(field, random);
            let at = form.place(field);
            legs.push(Leg { screen: screen.clone(), at, role: Role::Type { text: text.clone() } });
            screen = filled(&screen, at, &text);
        }
        if random.chance(30) {
            legs.remove(0);
        }
        if random.chance(60) {
            legs.push(Leg { screen, at: form.place(&self.save), role: Role::Confirm });
            screen = self.main().lines();
        }
        self.walk(legs, Some(screen), Vec::new())
    }

    fn search(&self, values: &Values, random: &mut Random) -> Walk {
        let mut main = self.main();
        if !main.0.iter().any(|line| line.kind == LineKind::Input) {
            main.0.insert(0, line(LineKind::Input, "", "Search"));
        }
        let screen = main.lines();
        let at = screen.iter().position(|line| line.kind == LineKind::Input).unwrap_or_default();
        let text = values.draw("topic", random);
        let end = filled(&screen, at, &text);
        self.walk(vec![Leg { screen, at, role: Role::Type { text } }], Some(end), Vec::new())
    }

    fn walk(&self, legs: Vec<Leg>, end: Option<Vec<Line>>, wishes: Vec<String>) -> Walk {
        Walk { app: self.name.clone(), legs, end, wishes, settled: false }
    }
}
