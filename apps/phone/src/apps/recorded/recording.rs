//! A recording as it is played: screens, and the transitions between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::label;
use super::record::{Deed, Record, Task};
use super::screen::{Screen, is_name};
use crate::system::intent::Component;
use crate::ui::view::Direction;

/// Most events of a recording.
const MOST_EVENTS: usize = 20_000;
/// Most steps of all its tasks together.
const MOST_STEPS: usize = 5000;
/// Most screens of a step.
const MOST_SCREENS: usize = 20;

/// What is wrong with a recording, and in which line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: usize,
    pub(super) reason: String,
}

/// A recorded app.
#[derive(Debug)]
pub(super) struct Recording {
    /// Its package.
    pub(super) package: String,
    /// Its name for people.
    pub(super) label: String,
    /// The class of the activity that starts it.
    pub(super) main: String,
    /// Its screens.
    pub(super) screens: Vec<Screen>,
    /// The screen that it starts with: the one that most tasks start with.
    pub(super) start: usize,
    /// In the order in which they were recorded; those that only the tasks tell of come last.
    pub(super) transitions: Vec<Transition>,
    /// The screens of each step of a task, by its id.
    pub(super) tasks: BTreeMap<String, Vec<Vec<usize>>>,
}

/// What leads from one screen to another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Transition {
    pub(super) from: usize,
    pub(super) action: Action,
    /// `None` leaves the app.
    pub(super) to: Option<usize>,
}

/// What is done on a screen; views are numbers in [`Screen::views`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// A touch.
    Tap(usize),
    /// A long touch.
    Hold(usize),
    /// Text is put into a field.
    Type(usize, String),
    /// A list is scrolled; `None` is any.
    Scroll(Option<usize>, Direction),
    /// The back key.
    Back,
    /// An activity is started.
    Start(Component),
}

impl Action {
    /// What is done is what was recorded.
    pub(super) fn is(&self, done: &Action) -> bool {
        match (self, done) {
            (Action::Scroll(None, recorded), Action::Scroll(_, direction)) => recorded == direction,
            _ => self == done,
        }
    }
}

impl Recording {
    /// Puts records, each with its line, together.
    pub(super) fn new(records: Vec<(usize, Record)>) -> Result<Recording, Broken> {
        let last = records.last().map_or(1, |(line, _)| *line);
        let (mut screens, mut index, mut events, mut tasks) =
            (Vec::new(), HashMap::new(), Vec::new(), Vec::new());
        let (mut app, mut labelled) = (String::new(), 0);
        for (line, record) in records {
            let broken = |reason: String| Broken { line, reason };
            match record {
                Record::State(mut state) => {
                    app = std::mem::take(&mut state.app);
                    let screen = Screen::new(state).map_err(broken)?;
                    if index.insert(screen.name.clone(), screens.len()).is_some() {
                        return Err(broken(format!("the state {:?} is there twice", screen.name)));
                    }
                    screens.push(screen);
                }
                Record::Event(event) => {
                    events.push(event);
                    if events.len() > MOST_EVENTS {
                        return Err(broken(format!("there are more than {MOST_EVENTS} events")));
                    }
                }
                Record::Task(task) => {
                    labelled += task.steps.len();
                    if labelled > MOST_STEPS {
                        return Err(broken(format!("there are more than {MOST_STEPS} labelled steps")));
                    }
                    if task.steps.iter().any(|step| step.state.all().len() > MOST_SCREENS) {
                        return Err(broken(format!("a step has more than {MOST_SCREENS} screens")));
                    }
                    tasks.push(task);
                }
            }
        }
        // What a trace starts or ends with may not have been seen: such events lead nowhere.
        let seen = |name: &str| index.get(name).copied();
        let events: Vec<(usize, usize, Deed)> = events
            .into_iter()
            .filter_map(|event| Some((seen(&event.from)?, seen(&event.to)?, event.event)))
            .collect();
        let tasks: Vec<(Task, Vec<Vec<usize>>)> = tasks
            .into_iter()
            .map(|task| {
                let steps = task.steps.iter().map(|step| {
                    let known = step.state.all().iter().filter_map(|name| seen(name));
                    let mut screens: Vec<usize> = Vec::new();
                    known.for_each(|screen| {
                        if !screens.contains(&screen) {
                            screens.push(screen);
                        }
                    });
                    screens
                });
                let steps = steps.collect();
                (task, steps)
            })
            .collect();
        let empty =
            || Broken { line: last, reason: "until here no screen of an app was recorded".to_owned() };
        let first = first(&tasks);
        let main = events.iter().find_map(|(_, _, deed)| started(deed));
        let main =
            main.or_else(|| Some(screens.get(first.unwrap_or(0))?.component.clone())).ok_or_else(empty)?;
        let outside = outside(&screens, &events, &main.package);
        let inside = |screen: &usize| !outside.contains(&screens[*screen].component.package);
        let start = first
            .or_else(|| {
                let starts = events.iter().filter(|(_, _, deed)| deed.event_type == "intent");
                starts.map(|(_, to, _)| *to).find(|to| inside(to))
            })
            .filter(|screen| inside(screen))
            .or_else(|| (0..screens.len()).find(|screen| inside(screen)))
            .ok_or_else(empty)?;
        let mut transitions: Vec<Transition> = events
            .iter()
            .filter(|(from, _, _)| inside(from))
            .filter_map(|(from, to, deed)| {
                let action = action(deed, &screens[*from])?;
                Some(Transition { from: *from, action, to: Some(*to).filter(|to| inside(to)) })
            })
            .collect();
        let mut told = BTreeMap::new();
        for (task, steps) in tasks {
            label::add(&task, &steps, &screens, &mut transitions);
            told.insert(task.id, steps);
        }
        let label = label_of(&app, &main.package);
        let Component { package, class: main } = main;
        Ok(Recording { package, label, main, screens, start, transitions, tasks: told })
    }
}

/// The screen that most tasks start with; of several, the first in the recording.
fn first(tasks: &[(Task, Vec<Vec<usize>>)]) -> Option<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for screen in tasks.iter().filter_map(|(_, steps)| steps.first()?.first()) {
        *counts.entry(*screen).or_default() += 1;
    }
    let most = *counts.values().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(screen, _)| screen)
}

/// The activity that an event starts.
fn started(deed: &Deed) -> Option<Component> {
    let component = deed.intent.split_whitespace().find_map(Component::parse);
    component
        .filter(|_| deed.event_type == "intent")
        .filter(|found| is_name(&found.package, "") && is_name(&found.class, "$"))
}

/// The packages that were in front when the app had been killed: the phone's launcher.
fn outside(screens: &[Screen], events: &[(usize, usize, Deed)], own: &str) -> BTreeSet<String> {
    let killed = events.iter().filter(|(_, _, deed)| deed.event_type == "kill_app");
    let packages = killed.map(|(_, to, _)| screens[*to].component.package.clone());
    packages.filter(|package| package != own).collect()
}

/// What was done, if it is anything that can be done here.
fn action(deed: &Deed, from: &Screen) -> Option<Action> {
    let view = || from.find(deed.view.as_deref()?);
    Some(match deed.event_type.as_str() {
        "click" | "touch" => Action::Tap(from.touched(view()?)),
        "long_click" | "long_touch" => Action::Hold(from.touched(view()?)),
        "set_text" => Action::Type(from.touched(view()?), deed.text.clone()),
        "scroll" => {
            let direction = match deed.direction.to_ascii_lowercase().as_str() {
                "up" => Direction::Up,
                "down" => Direction::Down,
                "left" => Direction::Left,
                "right" => Direction::Right,
                _ => return None,
            };
            Action::Scroll(Some(view()?), direction)
        }
        "key" if deed.name == "BACK" => Action::Back,
        "intent" => Action::Start(started(deed)?),
        _ => return None,
    })
}

/// `voicerecorder` is Voicerecorder to people; without a name the package's last part does.
fn label_of(app: &str, package: &str) -> String {
    let name = if app.trim().is_empty() { package.rsplit('.').next().unwrap_or(package) } else { app.trim() };
    let mut letters = name.chars().filter(|letter| !letter.is_control()).take(30);
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
