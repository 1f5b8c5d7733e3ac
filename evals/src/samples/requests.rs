//! Requests for our own tools, written as wordings with slots: the right call, the end after it, and two requests in one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::planner::{ALWAYS, Attempt};
use pocketpilot_core::screen::Line;
use pocketpilot_core::tool::{Evidence, ToolOutput};
use pocketpilot_core::train::Sample;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::goal::framed;
use super::random::Random;
use super::slots::{Slots, Voice};
use super::steps::{Label, finish};
use super::tools::Tools;
use super::values::Values;
use crate::droidtask::screen::lines;

static REQUESTS: LazyLock<Vec<Request>> = LazyLock::new(|| {
    let list: List =
        toml::from_str(include_str!("requests.toml")).expect("the requests are part of the program");
    list.request
});

/// Of so many wordings, one is held out.
const HELD_OUT: u64 = 6;

/// Between what was said first and what is meant.
const CORRECTIONS: &[&str] = &[
    ". No, ",
    ". Sorry, I meant: ",
    " - no wait, ",
    ". Actually, ",
    ", or rather ",
    ". No no: ",
    ". Correction: ",
];

/// The licence of what was written for this project.
pub(super) const OWN: &str = "Apache-2.0 OR MIT";

#[derive(Deserialize)]
struct List {
    request: Vec<Request>,
}

/// A request in several wordings.
#[derive(Deserialize)]
struct Request {
    tool: String,
    say: Vec<String>,
    arguments: Template,
    #[serde(default)]
    text: String,
    fact: Option<String>,
    after: Option<String>,
    /// The call fulfils the request.
    #[serde(default = "yes")]
    finish: bool,
}

/// Arguments with slots.
pub(super) type Template = BTreeMap<String, toml::Value>;

fn yes() -> bool {
    true
}

/// What every request is drawn with.
#[derive(Debug)]
pub(super) struct Stock<'a> {
    pub tools: &'a Tools,
    pub values: &'a Values,
    /// Screens that may be in front when somebody asks.
    pub backgrounds: &'a [Vec<Line>],
}

/// Is the wording of that name held out?
pub(super) fn is_held_out(seed: u64, name: &str) -> bool {
    crate::suite::rank(seed, name).is_multiple_of(HELD_OUT)
}

/// The samples for training and those with wordings that are held out.
pub(super) fn samples(stock: &Stock<'_>, seed: u64) -> (Vec<Sample>, Vec<Sample>) {
    let (mut train, mut dev) = (Vec::new(), Vec::new());
    for (number, request) in REQUESTS.iter().enumerate() {
        for (wording, say) in request.say.iter().enumerate() {
            let group = format!("requests/{}/{number}-{wording}", request.tool);
            let held = is_held_out(seed, &group);
            let times = if held {
                1
            } else if say.contains('{') {
                5
            } else {
                2
            };
            for time in 0..times {
                let id = format!("{group}/{time}");
                let mut random = Random::new(seed, &id);
                let label = Label { id, group: group.clone(), source: "requests", license: OWN };
                let made = request.samples(say, &label, stock, &mut random);
                if held { dev.extend(made) } else { train.extend(made) }
            }
        }
    }
    for number in 0..160 {
        train.extend(pair(number, stock, seed));
    }
    (train, dev)
}

impl Request {
    fn samples(&self, say: &str, label: &Label, stock: &Stock<'_>, random: &mut Random) -> Vec<Sample> {
        let mut slots = Slots::new(stock.values);
        let mut goal = framed(&slots.fill(say, Voice::Said, random), random);
        if say.contains('{') && !say.contains('?') && random.chance(10) {
            let before = framed(&Slots::new(stock.values).fill(say, Voice::Said, random), random);
            goal = format!("{before}{}{goal}", random.pick(CORRECTIONS));
        }
        let arguments = arguments(&self.arguments, stock.tools, &self.tool, &mut slots, random);
        let screen = random.pick(stock.backgrounds).clone();
        let tools = stock.tools.near(&goal, Some(&self.tool), random);
        let mut samples =
            vec![label.sample(&goal, tools.clone(), &[], screen.clone(), (&self.tool, arguments.clone()))];
        if self.finish && random.chance(45) {
            let history = [self.attempt(arguments, &mut slots, random)];
            let after = self.after(&screen, &mut slots, random);
            samples.push(label.sample(&goal, tools, &history, after, finish(true)));
        }
        samples
    }

    /// The call, done.
    fn attempt(&self, arguments: Value, slots: &mut Slots<'_>, random: &mut Random) -> Attempt {
        let evidence = self
            .fact
            .as_ref()
            .map(|fact| Evidence { holds: true, fact: slots.fill(fact, Voice::Fact, random) });
        let output =
            ToolOutput { text: slots.fill(&self.text, Voice::Fact, random), control: None, evidence };
        let call = Call { tool: self.tool.clone(), arguments };
        Attempt { call, target: None, result: StepResult::Done { output } }
    }

    fn after(&self, screen: &[Line], slots: &mut Slots<'_>, random: &mut Random) -> Vec<Line> {
        self.after
            .as_ref()
            .map_or_else(|| screen.to_vec(), |after| lines(&slots.fill(after, Voice::Fact, random)))
    }

    /// It can stand beside another request, before it or after it.
    fn is_part(&self, say: &str) -> bool {
        self.finish && self.fact.is_some() && !say.contains(['?', '.', ':']) && !say.contains("{message}")
    }
}

/// Arguments with their slots filled, in the types of the tool's schema.
pub(super) fn arguments(
    template: &Template,
    tools: &Tools,
    tool: &str,
    slots: &mut Slots<'_>,
    random: &mut Random,
) -> Value {
    let schema = tools.named(tool).map_or(Value::Null, |t| t.parameters.clone());
    let mut arguments = Map::new();
    // In the schema's order, as the model would have written them.
    let names = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name);
    let strange = template.keys().filter(|name| schema["properties"].get(name.as_str()).is_none());
    for name in names.chain(strange) {
        let Some(value) = template.get(name) else { continue };
        let value = match value {
            toml::Value::String(text) => {
                let text = slots.fill(text, Voice::Meant, random);
                let wants_number = schema["properties"][name]["type"] == "integer";
                wants_number
                    .then(|| text.parse::<i64>().ok())
                    .flatten()
                    .map_or(Value::from(text), Value::from)
            }
            toml::Value::Boolean(truth) => Value::from(*truth),
            other => Value::from(other.to_string()),
        };
        arguments.insert(name.clone(), value);
    }
    Value::Object(arguments)
}

/// Two requests in one: the first call, the second, and the end.
fn pair(number: usize, stock: &Stock<'_>, seed: u64) -> Vec<Sample> {
    let id = format!("requests/pair/{number}");
    let mut random = Random::new(seed, &id);
    let random = &mut random;
    let parts: Vec<(&Request, &str)> = REQUESTS
        .iter()
        .enumerate()
        .filter(|(_, r)| !ALWAYS.contains(&r.tool.as_str()))
        .flat_map(|(number, request)| {
            let group = move |wording: usize| format!("requests/{}/{number}-{wording}", request.tool);
            let open = request.say.iter().enumerate().filter(move |(w, _)| !is_held_out(seed, &group(*w)));
            open.map(move |(_, say)| (request, say.as_str()))
        })
        .filter(|(request, say)| request.is_part(say))
        .collect();
    let (first, say_first) = *random.pick(&parts);
    let others: Vec<&(&Request, &str)> = parts.iter().filter(|(other, _)| other.tool != first.tool).collect();
    let (second, say_second) = **random.pick(&others);
    let mut slots = Slots::new(stock.values);
    let (one, two) =
        (slots.fill(say_first, Voice::Said, random), slots.fill(say_second, Voice::Said, random));
    let joined = *random.pick(&[" and ", ", then ", " and then ", ", and also ", ". Then "]);
    let goal = format!("{one}{joined}{two}");
    let label = Label { id, group: "requests/pair".into(), source: "requests", license: OWN };
    let mut tools = stock.tools.near(&goal, Some(&first.tool), random);
    tools.extend(stock.tools.named(&second.tool).filter(|o| tools.iter().all(|t| t.name != o.name)).cloned());
    let mut samples = Vec::new();
    let mut history = Vec::new();
    let mut screen = random.pick(stock.backgrounds).clone();
    for request in [first, second] {
        let arguments = arguments(&request.arguments, stock.tools, &request.tool, &mut slots, random);
        samples.push(label.sample(
            &goal,
            tools.clone(),
            &history,
            screen.clone(),
            (&request.tool, arguments.clone()),
        ));
        history.push(request.attempt(arguments, &mut slots, random));
        screen = request.after(&screen, &mut slots, random);
    }
    samples.push(label.sample(&goal, tools, &history, screen, finish(true)));
    samples
}
