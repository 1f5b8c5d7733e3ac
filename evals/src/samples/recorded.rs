//! Ways through recorded apps: AutoDroid's recordings of people's and a robot's taps, put together to a graph of
//! screens. The shortest way to each transition is a task nobody wrote down ("simulated tasks", arXiv 2308.15272,
//! section 5.1).

mod record;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use pocketpilot_core::screen::{Line, LineKind, describe};

use self::record::{Event, Record};
use super::goal::role;
use super::leg::{Leg, Role, Walk, filled, flipped, name};
use super::random::Random;
use super::values::Values;
use crate::{EvalError, data};

/// Longer ways are no single request any more.
const LONGEST: usize = 6;

/// Words of an element that are longer tell of its content, not of what it is.
const LONGEST_NAME: usize = 45;

/// A recorded app.
#[derive(Debug)]
pub(super) struct Recording {
    /// The app as people call it.
    name: String,
    screens: Vec<Vec<Line>>,
    /// By screen: which elements are chosen one among several.
    radios: Vec<BTreeSet<usize>>,
    edges: Vec<Edge>,
    roots: BTreeSet<usize>,
}

#[derive(Debug)]
struct Edge {
    from: usize,
    leg: Leg,
    to: usize,
}

impl Recording {
    /// Reads the recording of an app.
    ///
    /// # Errors
    /// [`EvalError`] for a file that cannot be read.
    pub(super) fn read(path: &Path, name: &str) -> Result<Self, EvalError> {
        let (mut index, mut states, mut events) = (BTreeMap::new(), Vec::new(), Vec::new());
        for record in data::records::<Record>(path)? {
            match record?.1 {
                Record::State(state) => {
                    index.insert(state.state.clone(), states.len());
                    states.push(state.screen());
                }
                Record::Event(event) => events.push(event),
                Record::Other => {}
            }
        }
        let screens: Vec<Vec<Line>> = states.iter().map(describe).collect();
        let radios = states.iter().zip(&screens).map(|(state, lines)| record::radios(state, lines)).collect();
        let mut recording =
            Self { name: name.to_owned(), screens, radios, edges: Vec::new(), roots: BTreeSet::new() };
        for Event { from, to, event } in events {
            let (Some(&from), Some(&to)) = (index.get(&from), index.get(&to)) else { continue };
            if event.event_type == "intent" {
                recording.roots.insert(to);
            }
            let Some(at) = event.place(&states[from], &recording.screens[from]) else { continue };
            recording.connect(from, at, event.text, to);
        }
        Ok(recording)
    }

    /// Every recorded screen.
    pub(super) fn screens(&self) -> &[Vec<Line>] {
        &self.screens
    }

    fn connect(&mut self, from: usize, at: usize, text: Option<String>, to: usize) {
        let screen = &self.screens[from];
        let line = &screen[at];
        let role = match (text, line.kind) {
            (Some(text), LineKind::Input) => Role::Type { text },
            (_, LineKind::Input) => return,
            (_, LineKind::Checkbox) if self.radios[from].contains(&at) => Role::Choice,
            (_, LineKind::Checkbox) => Role::Toggle { on: !line.checked },
            _ => match role(name(line)) {
                Some(role) => role,
                None => return,
            },
        };
        let leg = Leg { screen: screen.clone(), at, role };
        if leg.is_plain() && is_speakable(leg.name()) {
            self.edges.push(Edge { from, leg, to });
        }
    }

    /// The shortest way from the app's start to each screen, as numbers of edges.
    fn ways(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut ways: BTreeMap<usize, Vec<usize>> =
            self.roots.iter().map(|&root| (root, Vec::new())).collect();
        let mut open: VecDeque<usize> = self.roots.iter().copied().collect();
        while let Some(screen) = open.pop_front() {
            let way = ways[&screen].clone();
            for (number, edge) in self.edges.iter().enumerate() {
                if edge.from == screen && way.len() < LONGEST && !ways.contains_key(&edge.to) {
                    ways.insert(edge.to, [way.as_slice(), &[number]].concat());
                    open.push_back(edge.to);
                }
            }
        }
        ways
    }

    fn legs(&self, way: &[usize]) -> Vec<Leg> {
        way.iter().map(|&number| self.edges[number].leg.clone()).collect()
    }

    /// Every different way: along recorded transitions, and to switches and fields that nobody happened to touch.
    pub(super) fn walks(&self, values: &Values, random: &mut Random) -> Vec<Walk> {
        let ways = self.ways();
        let mut walks: BTreeMap<String, Walk> = BTreeMap::new();
        let mut keep = |walk: Option<Walk>, name: String| {
            if let Some(walk) = walk {
                walks.entry(name).or_insert(walk);
            }
        };
        for edge in &self.edges {
            let Some(way) = ways.get(&edge.from) else { continue };
            let walk = self.along(way, edge);
            let names: Vec<&str> = walk.iter().flat_map(|w| &w.legs).map(Leg::name).collect();
            let names = names.join(">");
            keep(walk, names);
        }
        // The shortest way to a switch or field is the one that people take.
        let mut shortest: Vec<(&usize, &Vec<usize>)> =
            ways.iter().filter(|(_, way)| self.changes_nothing(way)).collect();
        shortest.sort_by_key(|(screen, way)| (way.len(), **screen));
        for (&screen, way) in shortest {
            for (at, line) in self.screens[screen].iter().enumerate() {
                let name = name(line);
                match line.kind {
                    LineKind::Checkbox if !self.radios[screen].contains(&at) => {
                        for on in [true, false] {
                            keep(self.switch(way, screen, at, on, random), format!("{name}={on}"));
                        }
                    }
                    LineKind::Input => {
                        keep(self.field(way, screen, at, values, random), format!("{name}=text"))
                    }
                    _ => {}
                }
            }
        }
        walks.into_values().collect()
    }

    /// Nothing is chosen, typed or confirmed on the way: who only wants to get somewhere does no such thing.
    fn changes_nothing(&self, way: &[usize]) -> bool {
        way.iter().all(|&number| matches!(self.edges[number].leg.role, Role::Menu | Role::Open))
    }

    fn along(&self, way: &[usize], edge: &Edge) -> Option<Walk> {
        let completes = matches!(edge.leg.role, Role::Choice | Role::Confirm);
        if !completes && !self.changes_nothing(way) {
            return None;
        }
        let mut legs = self.legs(way);
        legs.push(edge.leg.clone());
        // A menu alone is no wish; what is confirmed without a choice before is none that the words tell.
        let tells = |leg: &Leg| !matches!(leg.role, Role::Menu | Role::Confirm);
        let named = legs.iter().any(tells) || legs.last().is_some_and(|l| l.name() == "Settings");
        if !named || has_loop(&legs) {
            return None;
        }
        let (before, after) = (&self.screens[edge.from], &self.screens[edge.to]);
        // Back where it began, there was nothing to do.
        let returns =
            self.roots.contains(&edge.to) || legs.iter().rev().skip(1).any(|leg| leg.screen == *after);
        if edge.leg.role == Role::Open && returns {
            return None;
        }
        let mut end = Some(after.clone());
        if let Some(at) = confirmation(after).filter(|_| !matches!(edge.leg.role, Role::Open | Role::Menu)) {
            // The dialog is still open: what was chosen counts when it is confirmed. Nobody saw what comes then.
            if confirmation(before).is_some() && edge.leg.role != Role::Confirm {
                let leg = Leg { screen: after.clone(), at, role: Role::Confirm };
                legs.extend(Some(leg).filter(Leg::is_plain));
                end = None;
            }
        }
        Some(self.walk(legs, end))
    }

    /// The way to a switch, in either state.
    fn switch(&self, way: &[usize], screen: usize, at: usize, on: bool, random: &mut Random) -> Option<Walk> {
        let mut legs = self.legs(way);
        let mut lines = self.screens[screen].clone();
        let already = !legs.is_empty() && random.chance(10);
        lines[at].checked = on == already;
        let leg = Leg { screen: lines.clone(), at, role: Role::Toggle { on } };
        if !leg.is_plain() || !is_speakable(leg.name()) || has_loop(&legs) || passes(&legs, leg.name()) {
            return None;
        }
        if already {
            let how = if on { "turn on" } else { "turn off" };
            let words = leg.name().to_owned();
            let wishes = vec![format!("{how} {words}"), format!("{how} '{}'", words.to_lowercase())];
            return Some(Walk { wishes, settled: true, ..self.walk(legs, Some(lines)) });
        }
        legs.push(leg);
        let mut end = Some(flipped(&lines, at));
        if let Some(button) = confirmation(&lines) {
            let leg = Leg { screen: flipped(&lines, at), at: button, role: Role::Confirm };
            legs.extend(Some(leg).filter(Leg::is_plain));
            end = None;
        }
        Some(self.walk(legs, end))
    }

    fn field(
        &self,
        way: &[usize],
        screen: usize,
        at: usize,
        values: &Values,
        random: &mut Random,
    ) -> Option<Walk> {
        let mut legs = self.legs(way);
        let lines = &self.screens[screen];
        let hint = name(&lines[at]).to_owned();
        let text = values.field(&hint, random);
        let leg = Leg { screen: lines.clone(), at, role: Role::Type { text: text.clone() } };
        let is_hint = hint.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '…');
        if !leg.is_plain() || !is_speakable(&hint) || !is_hint || has_loop(&legs) || passes(&legs, &hint) {
            return None;
        }
        legs.push(leg);
        Some(self.walk(legs, Some(filled(lines, at, &text))))
    }

    fn walk(&self, legs: Vec<Leg>, end: Option<Vec<Line>>) -> Walk {
        Walk { app: self.name.clone(), legs, end, wishes: Vec::new(), settled: false }
    }
}

/// The button that takes over what a dialog holds.
fn confirmation(screen: &[Line]) -> Option<usize> {
    screen
        .iter()
        .position(|line| line.kind == LineKind::Button && ["OK", "Save", "SAVE"].contains(&name(line)))
}

/// One element twice on the way: it leads back to where it began.
fn has_loop(legs: &[Leg]) -> bool {
    let names: BTreeSet<&str> = legs.iter().map(Leg::name).collect();
    names.len() < legs.len()
}

/// The way leads through an element of that name: a field of the name holds a value, and no hint.
fn passes(legs: &[Leg], name: &str) -> bool {
    legs.iter().any(|leg| leg.name() == name)
}

/// People can name it.
fn is_speakable(name: &str) -> bool {
    let count = name.chars().count();
    count <= LONGEST_NAME && name.chars().filter(|c| c.is_alphabetic()).count() >= 2
}
