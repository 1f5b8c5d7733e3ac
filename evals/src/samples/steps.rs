//! From a way through an app to samples: each leg is a decision, and that the end is reached is one.

use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::planner::{Attempt, FINISH};
use pocketpilot_core::screen::Line;
use pocketpilot_core::tool::{ToolOutput, ToolSpec};
use pocketpilot_core::train::{Lesson, Sample};
use serde_json::{Value, json};

use super::leg::{Leg, Role, Walk};
use super::random::Random;
use super::scatter::Scatter;
use super::tools::Tools;
use crate::words::words;

/// Whose a sample is.
#[derive(Debug, Clone)]
pub(super) struct Label {
    /// Begins the samples' ids.
    pub id: String,
    /// What must not be on both sides of a split.
    pub group: String,
    /// The data set.
    pub source: &'static str,
    /// Its licence.
    pub license: &'static str,
}

impl Label {
    /// A sample of it; the call's arguments are put in order.
    pub(super) fn sample(
        &self,
        goal: &str,
        tools: Vec<ToolSpec>,
        history: &[Attempt],
        screen: Vec<Line>,
        (tool, arguments): (&str, Value),
    ) -> Sample {
        let mut sample = Sample {
            id: format!("{}/{}", self.id, history.len()),
            group: self.group.clone(),
            source: self.source.into(),
            license: self.license.into(),
            lesson: Lesson::Call,
            goal: goal.into(),
            tools,
            memories: Vec::new(),
            history: history.to_vec(),
            screen,
            call: Call { tool: tool.into(), arguments },
        };
        sample.order_arguments();
        sample
    }
}

/// The call that ends a task.
pub(super) fn finish(success: bool) -> (&'static str, Value) {
    (FINISH, json!({ "success": success }))
}

/// Intents that could do what is asked for on the screen of some app, so that offering them would make the label wrong.
const RIVALS: &[&str] = &[
    "toggle_setting",
    "add_contact",
    "call",
    "send_sms",
    "open_url",
    "add_event",
    "set_alarm",
    "set_timer",
    "map_search",
];

/// The samples of a way under a request. Legs far from the end recur in many ways, so only some of them are taken.
pub(super) fn samples(
    walk: &Walk,
    goal: &str,
    label: &Label,
    tools: &Tools,
    random: &mut Random,
) -> Vec<Sample> {
    let scatter = Scatter::draw(random);
    let as_recorded = random.chance(60);
    let offered = if as_recorded {
        tools.stepping.clone()
    } else {
        let shared = |t: &ToolSpec| RIVALS.contains(&t.name.as_str()) && related(goal, walk, t);
        tools.near(goal, None, random).into_iter().filter(|t| !shared(t)).collect()
    };
    let mut samples = Vec::new();
    let mut history: Vec<Attempt> = Vec::new();
    let count = walk.legs.len();
    for (index, leg) in walk.legs.iter().enumerate() {
        let (screen, place) = scatter.apply(&leg.screen, Some(leg.at));
        let Some(line) = place.and_then(|place| screen.get(place)) else { continue };
        let (tool, arguments) = call(leg, line);
        if index + 2 >= count || random.chance(40) {
            samples.push(label.sample(
                goal,
                offered.clone(),
                &history,
                screen.clone(),
                (tool, arguments.clone()),
            ));
        }
        let result = StepResult::Done { output: ToolOutput::default() };
        history.push(Attempt::new(Call { tool: tool.into(), arguments }, &screen, result));
    }
    if let Some(end) = walk.end.as_ref().filter(|_| walk.settled || random.chance(65)) {
        let (screen, _) = scatter.apply(end, None);
        samples.push(label.sample(goal, offered, &history, screen, finish(true)));
    }
    samples
}

fn call(leg: &Leg, line: &Line) -> (&'static str, Value) {
    match &leg.role {
        Role::Type { text } => ("type_text", json!({"element": line.id, "text": text})),
        _ => ("tap", json!({"element": line.id})),
    }
}

/// The tool is about what the request or the app is about.
fn related(goal: &str, walk: &Walk, tool: &ToolSpec) -> bool {
    let about = words(&format!("{goal} {}", walk.app));
    let said =
        words(&format!("{} {} {}", tool.name.replace('_', " "), tool.description, tool.examples.join(" ")));
    tool.name == "toggle_setting" || !about.is_disjoint(&said)
}
