//! Apps that do not exist. Those that were recorded are few, and a model learns their words by heart; these have other
//! words on screens of the same build.

use std::sync::LazyLock;

use pocketpilot_core::screen::{Line, LineKind};
use serde::Deserialize;

use super::goal::{fill, role};
use super::leg::{Leg, Role, Walk, chosen, filled, flipped};
use super::random::Random;
use super::values::Values;

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

    fn choice(&self, index: usize, random: &mut Random) -> Walk {
        let (what, options, wish) = &self.choices[index];
        let mut legs = self.to_settings(random);
        let mut settings = self.settings(random);
        let mut dialog = Screen::default();
        if random.chance(60) {
            dialog.add(LineKind::Text, "", what);
        }
        let (old, new) = two(options.len(), random);
        let row = settings.place(what);
        settings.0[row].content = format!("{what}<br>{}", options[old]);
        for (place, option) in options.iter().enumerate() {
            dialog.add(LineKind::Checkbox, "", option);
            if let Some(line) = dialog.0.last_mut() {
                line.checked = place == old;
            }
        }
        let confirmed = random.chance(40);
        dialog.add(LineKind::Button, "", "Cancel");
        if confirmed {
            dialog.add(LineKind::Button, "", "OK");
        }
        let value = &options[new];
        legs.push(settings.leg(what, Role::Open));
        legs.push(dialog.leg(value, Role::Choice));
        if confirmed {
            let screen = chosen(&dialog.lines(), dialog.place(value));
            legs.push(Leg { at: dialog.place("OK"), screen, role: Role::Confirm });
        }
        let mut end = settings;
        end.0[row].content = format!("{what}<br>{value}");
        let said = if random.chance(50) { value.clone() } else { value.to_lowercase() };
        self.walk(legs, Some(end.lines()), vec![fill(wish, &[("v", &said)])])
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

    fn sorting(&self, random: &mut Random) -> Walk {
        let mut dialog = Screen::default();
        self.sort.iter().for_each(|way| dialog.add(LineKind::Checkbox, "", way));
        ["Ascending", "Descending"].iter().for_each(|way| dialog.add(LineKind::Checkbox, "", way));
        ["Cancel", "OK"].iter().for_each(|button| dialog.add(LineKind::Button, "", button));
        let (old, new) = two(self.sort.len(), random);
        let up = random.below(2);
        let ways = self.sort.len();
        dialog.0[old].checked = true;
        dialog.0[ways + up].checked = true;
        let mut after = dialog.lines();
        after[old].checked = false;
        after[new].checked = true;
        let mut legs = vec![
            self.main().leg("Sort", Role::Open),
            Leg { screen: dialog.lines(), at: new, role: Role::Choice },
        ];
        if random.chance(50) {
            legs.push(Leg { screen: after.clone(), at: ways + 1 - up, role: Role::Choice });
            after[ways + up].checked = false;
            after[ways + 1 - up].checked = true;
        }
        legs.push(Leg { screen: after, at: dialog.place("OK"), role: Role::Confirm });
        self.walk(legs, Some(self.main().lines()), Vec::new())
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

/// Two different numbers below `n`, which is above 1.
fn two(n: usize, random: &mut Random) -> (usize, usize) {
    let old = random.below(n);
    (old, (old + 1 + random.below(n - 1)) % n)
}

/// A screen in the making; `go back` is put at its end.
#[derive(Debug, Clone, Default)]
struct Screen(Vec<Line>);

impl Screen {
    fn add(&mut self, kind: LineKind, label: &str, content: &str) {
        self.0.push(line(kind, label, content));
    }

    fn lines(&self) -> Vec<Line> {
        let back = line(LineKind::Button, "", "go back");
        let all = self.0.iter().chain([&back]).enumerate();
        let last = self.0.len();
        all.map(|(id, line)| Line { id, node: (id < last).then_some(id), ..line.clone() }).collect()
    }

    /// Where the element with these words is.
    fn place(&self, name: &str) -> usize {
        self.0.iter().position(|line| super::leg::name(line) == name).unwrap_or_default()
    }

    fn leg(&self, name: &str, usual: Role) -> Leg {
        let role = match role(name) {
            Some(Role::Menu) => Role::Menu,
            _ => usual,
        };
        Leg { screen: self.lines(), at: self.place(name), role }
    }
}

fn line(kind: LineKind, label: &str, content: &str) -> Line {
    Line { id: 0, kind, node: None, checked: false, label: label.into(), content: content.into() }
}
