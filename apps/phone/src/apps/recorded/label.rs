//! Transitions that only the labelled steps of the tasks tell of.
//!
//! A label names an element of the screen as AutoDroid writes it (arXiv 2308.15272): `<button id=4 text='Save'>OK</button>`,
//! where the label in `text` is the view's description and the content its text, or those of the views in it with `<br>`
//! between. A screen that scrolls is written whole, and its step names all the screens that were seen in doing so.

use std::sync::LazyLock;

use regex::Regex;

use super::record::{Step, Task};
use super::recording::{Action, Transition};
use super::screen::Screen;
use crate::ui::view::Direction;

static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)<(?:button|input|checkbox|p) id=(\d+)(?: text='(.*?)')?(?: checked=\w+)? ?>(.*?)</(?:button|input|checkbox|p)>")
        .expect("the pattern is part of the program")
});

/// What AutoDroid calls the back key.
const BACK: &str = "go back";

/// An element of a screen as AutoDroid writes it.
struct Element<'a> {
    id: i64,
    description: &'a str,
    content: &'a str,
}

/// Adds what the steps of a task tell beyond the transitions that there are.
pub(super) fn add(task: &Task, steps: &[Vec<usize>], screens: &[Screen], transitions: &mut Vec<Transition>) {
    for seen in steps {
        for pair in seen.windows(2) {
            let [above, below] = pair else { continue };
            for (from, direction, to) in [(*above, Direction::Down, *below), (*below, Direction::Up, *above)]
            {
                let scrolled = Transition { from, action: Action::Scroll(None, direction), to: Some(to) };
                if !transitions.contains(&scrolled) {
                    transitions.push(scrolled);
                }
            }
        }
    }
    for ((step, here), next) in task.steps.iter().zip(steps).zip(steps.iter().skip(1)) {
        for (from, action) in actions(step, here, screens) {
            let leads = |known: &&Transition| known.to.is_some_and(|to| next.contains(&to));
            let known = |known: &Transition| known.from == from && known.action.is(&action);
            if transitions.iter().filter(leads).any(known) {
                continue;
            }
            // Where the same was done on another part of the scrolled screen, it led to the right part of the next.
            let beside = transitions.iter().filter(leads).find(|other| {
                other.from != from
                    && here.contains(&other.from)
                    && !matches!(other.action, Action::Scroll(..))
            });
            let Some(to) = beside.and_then(|other| other.to).or_else(|| next.first().copied()) else {
                continue;
            };
            transitions.push(Transition { from, action, to: Some(to) });
        }
    }
}

/// What a step does, on each of its screens where it can be done.
fn actions(step: &Step, here: &[usize], screens: &[Screen]) -> Vec<(usize, Action)> {
    let elements = elements(&step.screen);
    let Some(at) = elements.iter().position(|element| element.id == step.choice) else { return Vec::new() };
    let chosen = &elements[at];
    if chosen.content == BACK {
        return here.iter().map(|&screen| (screen, Action::Back)).collect();
    }
    let twins = |element: &&Element<'_>| {
        element.description == chosen.description && element.content == chosen.content
    };
    let nth = elements[..at].iter().filter(twins).count();
    let found = here.iter().filter_map(|&number| {
        let screen = &screens[number];
        let alike: Vec<usize> = (0..screen.views.len()).filter(|&view| chosen.is(screen, view)).collect();
        let view = screen.touched(*alike.get(nth).or(alike.last())?);
        let action = match &step.input {
            Some(text) => Action::Type(view, text.clone()),
            None => Action::Tap(view),
        };
        Some((number, action))
    });
    found.collect()
}

fn elements(screen: &str) -> Vec<Element<'_>> {
    ELEMENT
        .captures_iter(screen)
        .filter_map(|found| {
            let part = |group| found.get(group).map_or("", |part| part.as_str());
            Some(Element { id: part(1).parse().ok()?, description: part(2), content: part(3) })
        })
        .collect()
}

impl Element<'_> {
    /// A view is what this was written of, or the first part of it. AutoDroid cuts long texts short.
    fn is(&self, screen: &Screen, view: usize) -> bool {
        let placed = &screen.views[view];
        // What has a description may hold words that it does not show, but not the other way round.
        let words = if self.description.is_empty() { self.content } else { self.description };
        let wanted = words.split("<br>").next().unwrap_or_default();
        let starts = |text: &str| !wanted.is_empty() && text.starts_with(wanted);
        placed.shown && (starts(&placed.view.text) || starts(&placed.view.content_description))
    }
}
