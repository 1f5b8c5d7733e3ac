//! Records as they stand in a file. What is missing is false or empty.

use serde::Deserialize;

/// A line.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Record {
    State(State),
    Event(Event),
    Task(Task),
}

/// A screen.
#[derive(Debug, Deserialize)]
pub(super) struct State {
    #[serde(default)]
    pub(super) app: String,
    pub(super) state: String,
    pub(super) activity: String,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) views: Vec<View>,
}

/// A view of a screen, in pixels of the phone that it was recorded on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct View {
    pub(super) class: String,
    pub(super) resource_id: String,
    pub(super) text: String,
    pub(super) content_description: String,
    pub(super) bounds: [[i32; 2]; 2],
    pub(super) visible: bool,
    pub(super) checkable: bool,
    pub(super) checked: bool,
    pub(super) clickable: bool,
    pub(super) editable: bool,
    pub(super) enabled: bool,
    pub(super) focusable: bool,
    pub(super) focused: bool,
    pub(super) is_password: bool,
    pub(super) long_clickable: bool,
    pub(super) scrollable: bool,
    pub(super) selected: bool,
    pub(super) children: Vec<usize>,
}

/// Something done on one screen, and the screen that came then.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) event: Deed,
}

/// What was done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Deed {
    pub(super) event_type: String,
    pub(super) view: Option<Box<View>>,
    pub(super) text: String,
    /// Of a key.
    pub(super) name: String,
    /// Of a scroll.
    pub(super) direction: String,
    /// `am start PACKAGE/CLASS`
    pub(super) intent: String,
}

/// Something asked for, and the steps to it.
#[derive(Debug, Deserialize)]
pub(super) struct Task {
    pub(super) id: String,
    pub(super) steps: Vec<Step>,
}

/// A step of a task.
#[derive(Debug, Deserialize)]
pub(super) struct Step {
    /// The screen as AutoDroid writes it.
    pub(super) screen: String,
    /// The element of it to act on; negative: the task is done.
    pub(super) choice: i64,
    /// What to type into it.
    pub(super) input: Option<String>,
    /// The recorded screens that it was written of.
    pub(super) state: Names,
}

/// One name, or several: of one screen that was scrolled to its end.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Names::One(name) => std::slice::from_ref(name),
            Names::Many(names) => names,
        }
    }
}
