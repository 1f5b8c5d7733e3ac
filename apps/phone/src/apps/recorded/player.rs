//! A recorded app that runs: which of its screens is shown, and what answers what is done.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::look;
use super::recording::{Action, Recording};
use crate::system::Services;
use crate::system::app::App;
use crate::system::intent::Intent;
use crate::ui::view::Direction;
use crate::ui::{Scene, View};

/// What its lines in the log are about.
const TAG: &str = "Recorded";
/// The extra of an intent that sets a task up.
const TASK: &str = "task";

/// A recorded app that runs.
#[derive(Debug)]
pub(super) struct Player {
    recording: Arc<Recording>,
    /// The screen that is shown.
    screen: usize,
    /// The screen behind a window that does not fill the display.
    behind: Option<usize>,
    /// What was typed into fields without being part of the recording.
    drafts: BTreeMap<usize, String>,
    /// Where the recording goes on: the transition after the last that was followed.
    next: usize,
    /// The task that was set up, and its present step.
    task: Option<(String, usize)>,
    /// The intent that started it was answered.
    opened: bool,
}

/// What views send; they are named by their numbers.
#[derive(Debug, Clone)]
pub(super) enum Message {
    Tap(usize),
    Hold(usize),
    Type(usize, String),
    Scroll(usize, Direction),
}

impl Player {
    /// The app as it starts.
    pub(super) fn new(recording: Arc<Recording>) -> Player {
        let screen = recording.start;
        Player {
            recording,
            screen,
            behind: None,
            drafts: BTreeMap::new(),
            next: 0,
            task: None,
            opened: false,
        }
    }

    /// The transition that answers an action.
    fn answer(&self, done: &Action) -> Option<usize> {
        let all = || {
            self.recording
                .transitions
                .iter()
                .enumerate()
                .filter(|(_, known)| known.from == self.screen && known.action.is(done))
        };
        let leads = |step: usize| {
            let screens = self.steps()?.get(step)?;
            let found = all().find(|(_, known)| known.to.is_some_and(|to| screens.contains(&to)));
            found.map(|(at, _)| at)
        };
        let labelled = self.task.as_ref().and_then(|(_, step)| leads(step + 1).or_else(|| leads(*step)));
        let later = || all().map(|(at, _)| at).find(|at| *at >= self.next);
        labelled.or_else(later).or_else(|| all().map(|(at, _)| at).next())
    }

    /// The screens of each step of the task that was set up.
    fn steps(&self) -> Option<&Vec<Vec<usize>>> {
        self.recording.tasks.get(&self.task.as_ref()?.0)
    }

    /// Does what the recording answers to an action, or says in the log that it answers nothing. `false`: the app is to
    /// be left.
    fn follow(&mut self, done: &Action, cx: &mut Services) -> bool {
        let Some(at) = self.answer(done) else {
            let text = format!(
                "no recorded transition for {} on screen {:.12}: it stays",
                self.told(done),
                self.recording.screens[self.screen].name
            );
            cx.log(&self.recording.package, TAG, &text);
            return true;
        };
        self.next = at + 1;
        let Some(to) = self.recording.transitions[at].to else { return false };
        let scrolls = matches!(done, Action::Scroll(..));
        let reached = self.task.as_ref().is_some_and(|(_, step)| {
            self.steps().and_then(|steps| steps.get(step + 1)).is_some_and(|screens| screens.contains(&to))
        });
        if let Some((_, step)) = self.task.as_mut().filter(|_| reached && !scrolls) {
            *step += 1;
        }
        self.show(to);
        true
    }

    fn show(&mut self, screen: usize) {
        if screen == self.screen {
            return;
        }
        if self.recording.screens[screen].whole {
            self.behind = None;
        } else if self.recording.screens[self.screen].whole {
            self.behind = Some(self.screen);
        }
        self.drafts.clear();
        self.screen = screen;
    }

    /// An action in words.
    fn told(&self, action: &Action) -> String {
        let name = |view: usize| {
            let view = &self.recording.screens[self.screen].views[view].view;
            let texts = [&view.text, &view.content_description, &view.resource_id, &view.class];
            texts
                .into_iter()
                .find(|text| !text.is_empty())
                .map_or_else(String::new, |text| format!("{text:.60?}"))
        };
        match action {
            Action::Tap(view) => format!("a tap on {}", name(*view)),
            Action::Hold(view) => format!("a long touch of {}", name(*view)),
            Action::Type(view, text) => format!("typing {text:.60?} into {}", name(*view)),
            Action::Scroll(_, direction) => format!("scrolling {direction:?}").to_lowercase(),
            Action::Back => "the back key".to_owned(),
            Action::Start(component) => format!("the start of {component}"),
        }
    }

    /// Any screen of a recording.
    #[cfg(test)]
    pub(super) fn at(recording: &Arc<Recording>, screen: usize) -> Scene<Message> {
        Player { screen, ..Player::new(Arc::clone(recording)) }.scene()
    }

    fn scene(&self) -> Scene<Message> {
        let front = self.view_of(self.screen, 0);
        if self.recording.screens[self.screen].whole {
            return Scene::placed(front, None);
        }
        let behind = match self.behind {
            Some(behind) => self.view_of(behind, 0),
            None => View::new("android.widget.FrameLayout"),
        };
        Scene::placed(behind, Some(front))
    }

    /// A view with what lies in it.
    fn view_of(&self, screen: usize, at: usize) -> View<Message> {
        let recorded = &self.recording.screens[screen];
        let from = &recorded.views[at].view;
        let mut view = View::new(from.class.clone()).id(from.resource_id.clone());
        let draft = self.drafts.get(&at).filter(|_| screen == self.screen);
        view.text = draft.unwrap_or(&from.text).clone();
        view.description.clone_from(&from.content_description);
        view.key = format!("view {at}");
        let flags = &mut view.flags;
        flags.checkable = from.checkable;
        flags.checked = from.checked;
        flags.clickable = from.clickable;
        flags.focusable = from.focusable;
        flags.long_clickable = from.long_clickable;
        flags.password = from.is_password;
        flags.selected = from.selected;
        flags.scrollable = from.scrollable;
        // The recorded screen keeps its place; a keyboard of ours would cover what cannot move away.
        (flags.select_on_focus, flags.no_keyboard) = (true, true);
        flags.autofocus = from.focused && from.editable;
        let done = |is: fn(&Action, usize) -> bool| {
            let mut known = self.recording.transitions.iter();
            known.any(|transition| transition.from == screen && is(&transition.action, at))
        };
        let tapped = done(|action, at| *action == Action::Tap(at));
        // What was touched could be used, though the screen may have been taken down when it could not yet.
        view.flags.disabled = !from.enabled && !tapped;
        // What nothing else takes is done to the window, so that the log can tell.
        let window = at == 0;
        if window || from.reacts() || tapped {
            view.on_tap = Some(Message::Tap(at));
        }
        if from.long_clickable || done(|action, at| *action == Action::Hold(at)) {
            view.on_hold = Some(Message::Hold(at));
        }
        if from.editable {
            view.on_text = Some(Arc::new(move |text| Message::Type(at, text)));
        }
        if window || from.scrollable {
            view.on_scroll = Some(Arc::new(move |direction| Message::Scroll(at, direction)));
        }
        look::dress(&mut view, recorded, at);
        let shown = from.children.iter().filter(|child| recorded.views[**child].shown);
        view.children = shown.map(|child| self.view_of(screen, *child)).collect();
        view
    }
}

impl App for Player {
    type Message = Message;

    fn view(&self, _: &Services) -> Scene<Message> {
        self.scene()
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let action = match message {
            Message::Tap(view) => Action::Tap(view),
            Message::Hold(view) => Action::Hold(view),
            Message::Scroll(view, direction) => Action::Scroll(Some(view), direction),
            Message::Type(view, text) => {
                self.drafts.insert(view, text.clone());
                Action::Type(view, text)
            }
        };
        // A field takes the focus when it is touched, whether or not that was recorded.
        let field = |view: usize| self.recording.screens[self.screen].views[view].view.editable;
        if matches!(action, Action::Tap(view) if field(view)) && self.answer(&action).is_none() {
            return;
        }
        if !self.follow(&action, cx) {
            cx.finish();
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        let started = std::mem::replace(&mut self.opened, true);
        if let Some(task) = intent.text(TASK) {
            *self = Player { opened: true, ..Player::new(Arc::clone(&self.recording)) };
            match self.recording.tasks.get(&task).and_then(|steps| steps.first()?.first()) {
                Some(&screen) => (self.screen, self.task) = (screen, Some((task, 0))),
                None => cx.log(&self.recording.package, TAG, &format!("no task {task:.60?} was recorded")),
            }
        } else if let Some(component) = intent.component.clone().filter(|_| started) {
            self.follow(&Action::Start(component), cx);
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        self.follow(&Action::Back, cx)
    }

    fn activity(&self) -> &str {
        &self.recording.screens[self.screen].component.class
    }

    fn package(&self) -> Option<&str> {
        Some(&self.recording.screens[self.screen].component.package)
    }

    fn place(&self) -> String {
        self.screen.to_string()
    }
}
