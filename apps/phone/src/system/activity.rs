//! Tasks and the apps in them.

use std::sync::Arc;

use super::app::{Manifest, Message, Running};
use super::intent::{Component, Intent};
use super::package::Target;
use super::window::Window;
use super::{Request, System};
use crate::ui::View;

/// The launcher.
pub const HOME: &str = "com.google.android.apps.nexuslauncher";

use crate::apps::shade::PACKAGE as SHADE;
/// How many starts one input may lead to; apps that start each other forever are stopped there.
const MAX_STARTS: usize = 16;

/// An app that runs.
#[derive(Debug)]
pub struct Instance {
    /// What it is.
    pub manifest: Arc<Manifest>,
    /// Its state.
    pub app: Box<dyn Running>,
    /// Its window.
    pub window: Window,
}

impl Instance {
    /// The package and activity that its screen belongs to.
    pub fn component(&self) -> Component {
        let package = self.app.package().unwrap_or(&self.manifest.package).to_owned();
        Component { package, class: self.app.activity().to_owned() }
    }
}

/// A task: apps upon each other, the last in front.
#[derive(Debug)]
pub struct Task {
    /// Number.
    pub id: u32,
    /// The apps in it; never empty.
    pub stack: Vec<Instance>,
}

/// The tasks.
#[derive(Debug, Default)]
pub struct Activities {
    /// The last is in front.
    pub tasks: Vec<Task>,
    started: u32,
}

/// What came of a start.
#[derive(Debug, Clone)]
pub enum Start {
    /// It runs now.
    Ok {
        /// What answered.
        component: Component,
        /// It did not run before.
        cold: bool,
        /// It was in front already.
        delivered: bool,
    },
    /// The class that was named does not exist.
    NoClass,
    /// Nothing answers such an intent.
    Unresolved,
}

impl Activities {
    /// The app in front.
    pub fn front(&self) -> Option<&Instance> {
        self.tasks.last()?.stack.last()
    }

    /// The app in front.
    pub fn front_mut(&mut self) -> Option<&mut Instance> {
        self.tasks.last_mut()?.stack.last_mut()
    }

    /// The package in front.
    pub fn package(&self) -> &str {
        self.front().map_or(HOME, |front| &front.manifest.package)
    }

    /// The key of the field that has the input focus.
    pub fn focused(&self) -> Option<&str> {
        self.front()?.window.focus.as_ref().map(|focus| focus.field.as_str())
    }

    fn recents(&self) -> Vec<String> {
        let packages = self.tasks.iter().rev().filter_map(|task| Some(&task.stack.first()?.manifest.package));
        packages.filter(|package| *package != HOME).cloned().collect()
    }
}

impl System {
    /// The tasks.
    pub fn activities(&self) -> &Activities {
        &self.activities
    }

    /// Starts what answers an intent, as `am start` does.
    pub fn start(&mut self, intent: Intent) -> Start {
        self.services.clock.advance(1000);
        let result = self.begin(intent, true);
        self.settle();
        result
    }

    /// Shows the launcher.
    pub fn home(&mut self) {
        self.begin(
            Intent { package: Some(HOME.to_owned()), ..Intent::action("android.intent.action.MAIN") },
            true,
        );
        self.settle();
    }

    /// Ends an app.
    pub fn force_stop(&mut self, package: &str) {
        self.end(package);
        self.services.notifications.clear(Some(package));
        self.settle();
    }

    /// Removes a task; `false` if there is none of that number.
    pub fn remove_task(&mut self, id: u32) -> bool {
        let before = self.activities.tasks.len();
        self.activities
            .tasks
            .retain(|task| task.id != id || task.stack.iter().any(|it| it.manifest.package == HOME));
        self.settle();
        self.activities.tasks.len() != before
    }

    /// Forgets what an app keeps, as `pm clear` does.
    pub fn clear_data(&mut self, package: &str) -> bool {
        if !self.services.packages.exists(package) {
            return false;
        }
        self.end(package);
        for home in ["/data/data", "/data/user_de/0"] {
            if let Err(error) = self.services.files.remove(&format!("{home}/{package}")) {
                tracing::warn!(package, %error, "cannot clear");
            }
        }
        self.services.notifications.clear(Some(package));
        for app in self.services.packages.known().iter() {
            if let Err(error) = (app.setup)(&self.services) {
                tracing::warn!(package, %error, "cannot set up again");
            }
        }
        self.settle();
        true
    }

    fn end(&mut self, package: &str) {
        if package == HOME {
            return;
        }
        for task in &mut self.activities.tasks {
            task.stack.retain(|instance| instance.manifest.package != package);
        }
        self.activities.tasks.retain(|task| !task.stack.is_empty());
    }

    /// `fresh` asks for a task of its own, as the shell and the launcher do.
    fn begin(&mut self, intent: Intent, fresh: bool) -> Start {
        let Some(target) = self.services.packages.resolve(&intent) else {
            return if intent.component.is_some() { Start::NoClass } else { Start::Unresolved };
        };
        let component = target.component();
        let package = target.app.package.clone();
        // What is started takes the place of the notification shade over it.
        if package != SHADE {
            self.end(SHADE);
        }
        let delivered = self.activities.front().is_some_and(|front| front.manifest.package == package);
        let known = self
            .activities
            .tasks
            .iter()
            .position(|task| task.stack.first().is_some_and(|root| root.manifest.package == package));
        let cold = match known {
            _ if delivered => false,
            Some(at) if fresh => {
                let task = self.activities.tasks.remove(at);
                self.activities.tasks.push(task);
                self.activities.package() != package && !is_launch(&intent)
            }
            _ => true,
        };
        if cold {
            self.push(target, fresh && known.is_none());
        }
        let deliver = cold || !is_launch(&intent) || package == HOME;
        if deliver && let Some(front) = self.activities.front_mut() {
            front.app.open(&intent, &mut self.services);
        }
        Start::Ok { component, cold, delivered }
    }

    fn push(&mut self, target: Target, own_task: bool) {
        let instance =
            Instance { app: (target.app.launch)(), manifest: target.app, window: Window::default() };
        match self.activities.tasks.last_mut().filter(|_| !own_task) {
            Some(task) => task.stack.push(instance),
            None => {
                self.activities.started += 1;
                self.activities.tasks.push(Task { id: self.activities.started, stack: vec![instance] });
            }
        }
    }

    /// Goes back: hides the keyboard, or the app goes one screen back, or is left.
    pub fn back(&mut self) {
        // Only its buttons close the dialog of an app that does not respond.
        if self.stuck().is_some() {
            return;
        }
        if let Some(front) = self.activities.front_mut() {
            if front.window.keyboard {
                front.window.keyboard = false;
            } else if !front.app.back(&mut self.services) {
                self.leave();
            }
        }
        self.settle();
    }

    /// Leaves the app in front. The first app of a task stays in memory behind all others, as on Android 12 and later.
    fn leave(&mut self) {
        let Some(task) = self.activities.tasks.last_mut() else { return };
        if task.stack.len() > 1 {
            task.stack.pop();
        } else if self.activities.package() != HOME
            && let Some(task) = self.activities.tasks.pop()
        {
            self.activities.tasks.insert(0, task);
        }
    }

    /// Ends the app in front, which asked for it.
    fn finish(&mut self) {
        let Some(task) = self.activities.tasks.last_mut() else { return };
        task.stack.pop();
        if task.stack.is_empty() {
            self.activities.tasks.pop();
        }
    }

    /// Sends a message to the app in front.
    pub(super) fn deliver(&mut self, message: &Message) {
        if self.answered(message) {
            return;
        }
        if let Some(front) = self.activities.front_mut() {
            front.app.deliver(message, &mut self.services);
        }
    }

    /// Shows what changed beneath the apps.
    pub fn refresh(&mut self) {
        self.settle();
    }

    /// Does what apps asked for, and brings window and focus in line with what is on the screen now.
    pub(super) fn settle(&mut self) {
        for _ in 0..MAX_STARTS {
            let requests = std::mem::take(&mut self.services.requests);
            if requests.is_empty() {
                break;
            }
            for request in requests {
                match request {
                    Request::Start(intent) => {
                        let fresh = self.activities.package() == HOME || intent.flags & 0x1000_0000 != 0;
                        if let Start::NoClass | Start::Unresolved = self.begin(intent, fresh) {
                            self.services.toast("No app can perform this action");
                        }
                    }
                    Request::Finish => self.finish(),
                    Request::Stop(package) => self.end(&package),
                }
            }
        }
        if self.activities.tasks.is_empty() {
            self.begin(
                Intent { package: Some(HOME.to_owned()), ..Intent::action("android.intent.action.MAIN") },
                true,
            );
        }
        self.services.recents = self.activities.recents();
        self.watch_responses();
        if let Some(front) = self.activities.front_mut() {
            let place = front.app.place();
            front.window.enter(&place);
        }
        let layers = self.layers();
        let fields: Vec<View<()>> = layers
            .active()
            .nodes
            .iter()
            .filter(|node| node.view.editable())
            .map(|node| {
                let mut field = View::new("").id(node.view.key());
                field.flags = node.view.flags;
                field
            })
            .collect();
        if let Some(front) = self.activities.front_mut() {
            front.window.follow(&fields);
        }
    }
}

fn is_launch(intent: &Intent) -> bool {
    intent.is("android.intent.action.MAIN")
        && (intent.categories.iter().any(|category| category == "android.intent.category.LAUNCHER")
            || intent.component.is_some())
}
