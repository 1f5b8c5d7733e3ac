//! Situations in which the right step is to ask, to tell, or to try another way after something failed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::planner::Attempt;
use pocketpilot_core::screen::Line;
use pocketpilot_core::tool::{Effect, ToolOutput, ToolSpec};
use pocketpilot_core::train::Sample;
use serde::Deserialize;
use serde_json::json;

use super::goal::framed;
use super::random::Random;
use super::requests::{OWN, Stock, Template, arguments, is_held_out};
use super::slots::{Slots, Voice};
use super::steps::{Label, finish};
use crate::droidtask::screen::lines;

static REPLIES: LazyLock<Replies> = LazyLock::new(|| {
    toml::from_str(include_str!("replies.toml")).expect("the replies are part of the program")
});

#[derive(Deserialize)]
struct Replies {
    ask: Vec<Ask>,
    answer: Vec<Answer>,
    failure: Vec<Failure>,
}

/// Something is missing that only the person knows.
#[derive(Deserialize)]
struct Ask {
    say: Vec<String>,
    question: String,
    reply: String,
    then: Deed,
}

/// What is asked for stands there, or cannot be done as nothing of the kind does.
#[derive(Deserialize)]
struct Answer {
    say: Vec<String>,
    #[serde(default)]
    done: Vec<Deed>,
    screen: Option<String>,
    spec: Option<Foreign>,
    text: Option<String>,
}

/// A call that did not work.
#[derive(Deserialize)]
struct Failure {
    say: Vec<String>,
    call: Deed,
    rejected: Option<String>,
    failed: Option<String>,
    then: Deed,
    reply: Option<String>,
    last: Option<Deed>,
}

/// A call, and what it gave.
#[derive(Deserialize)]
struct Deed {
    tool: String,
    arguments: Template,
    #[serde(default)]
    text: String,
}

/// A tool of somebody else with one argument.
#[derive(Deserialize)]
struct Foreign {
    name: String,
    description: String,
    argument: String,
}

/// The samples for training and those with wordings that are held out.
pub(super) fn samples(stock: &Stock<'_>, seed: u64) -> (Vec<Sample>, Vec<Sample>) {
    let (mut train, mut dev) = (Vec::new(), Vec::new());
    let mut make =
        |kind: &str, number: usize, say: &[String], times: usize, draw: &dyn Fn(&str, &mut Scene<'_>)| {
            for (wording, say) in say.iter().enumerate() {
                let group = format!("{kind}/{number}-{wording}");
                let held = is_held_out(seed, &group);
                for time in 0..if held { 1 } else { times } {
                    let id = format!("{group}/{time}");
                    let label =
                        Label { id: id.clone(), group: group.clone(), source: "requests", license: OWN };
                    let mut scene = Scene::new(label, stock, Random::new(seed, &id));
                    draw(say, &mut scene);
                    if held { dev.extend(scene.samples) } else { train.extend(scene.samples) }
                }
            }
        };
    for (number, ask) in REPLIES.ask.iter().enumerate() {
        make("ask", number, &ask.say, 3, &|say, scene| ask.play(say, scene));
    }
    for (number, answer) in REPLIES.answer.iter().enumerate() {
        make("answer", number, &answer.say, 4, &|say, scene| answer.play(say, scene));
    }
    for (number, failure) in REPLIES.failure.iter().enumerate() {
        make("failure", number, &failure.say, 4, &|say, scene| failure.play(say, scene));
    }
    (train, dev)
}

/// What is known while one small story is told.
struct Scene<'s> {
    label: Label,
    stock: &'s Stock<'s>,
    slots: Slots<'s>,
    random: Random,
    goal: String,
    screen: Vec<Line>,
    foreign: Option<ToolSpec>,
    /// Drawn for the first decision.
    tools: Vec<ToolSpec>,
    history: Vec<Attempt>,
    samples: Vec<Sample>,
}

impl<'s> Scene<'s> {
    fn new(label: Label, stock: &'s Stock<'s>, mut random: Random) -> Self {
        Self {
            label,
            slots: Slots::new(stock.values),
            screen: random.pick(stock.backgrounds).clone(),
            stock,
            random,
            goal: String::new(),
            foreign: None,
            tools: Vec::new(),
            history: Vec::new(),
            samples: Vec::new(),
        }
    }

    fn begin(&mut self, say: &str) {
        let said = self.slots.fill(say, Voice::Said, &mut self.random);
        self.goal = framed(&said, &mut self.random);
    }

    fn call(&mut self, deed: &Deed) -> Call {
        let arguments =
            arguments(&deed.arguments, self.stock.tools, &deed.tool, &mut self.slots, &mut self.random);
        Call { tool: deed.tool.clone(), arguments }
    }

    /// `call` is right now; `near` is the tool that the request is about.
    fn decide(&mut self, call: &Call, near: &str) {
        if self.tools.is_empty() {
            self.tools = self.stock.tools.near(&self.goal, Some(near), &mut self.random);
            self.tools.extend(self.foreign.take());
        }
        let right = (call.tool.as_str(), call.arguments.clone());
        self.samples.push(self.label.sample(
            &self.goal,
            self.tools.clone(),
            &self.history,
            self.screen.clone(),
            right,
        ));
    }

    fn done(&mut self, call: Call, result: StepResult) {
        self.history.push(Attempt { call, target: None, result });
    }

    /// A question, its reply, and what follows from it.
    fn ask(&mut self, question: &Call, reply: &str, then: &Deed, said: Voice) {
        self.decide(question, &then.tool);
        let reply = self.slots.fill(reply, said, &mut self.random);
        self.done(question.clone(), StepResult::Done { output: ToolOutput::text(reply) });
        let call = self.call(then);
        self.decide(&call, &then.tool);
    }
}

impl Ask {
    fn play(&self, say: &str, scene: &mut Scene<'_>) {
        scene.begin(say);
        let question = scene.slots.fill(&self.question, Voice::Meant, &mut scene.random);
        let question = Call { tool: "ask".into(), arguments: json!({ "question": question }) };
        scene.ask(&question, &self.reply, &self.then, Voice::Said);
    }
}

impl Answer {
    fn play(&self, say: &str, scene: &mut Scene<'_>) {
        scene.begin(say);
        if let Some(Foreign { name, description, argument }) = &self.spec {
            let properties = BTreeMap::from([(argument, json!({"type": "string"}))]);
            scene.foreign = Some(ToolSpec {
                name: name.clone(),
                description: description.clone(),
                parameters: json!({"type": "object", "properties": properties, "required": [argument]}),
                effect: Effect::Read,
                foreign: true,
                examples: Vec::new(),
            });
        }
        for deed in &self.done {
            let call = scene.call(deed);
            scene.decide(&call, &deed.tool);
            let text = scene.slots.fill(&deed.text, Voice::Fact, &mut scene.random);
            scene.done(call, StepResult::Done { output: ToolOutput::text(text) });
        }
        if let Some(screen) = &self.screen {
            scene.screen = lines(&scene.slots.fill(screen, Voice::Fact, &mut scene.random));
        }
        let call = match &self.text {
            Some(text) => {
                let text = scene.slots.fill(text, Voice::Fact, &mut scene.random);
                Call { tool: "answer".into(), arguments: json!({ "text": text }) }
            }
            None => {
                let (tool, arguments) = finish(false);
                Call { tool: tool.into(), arguments }
            }
        };
        scene.decide(&call, &call.tool);
    }
}

impl Failure {
    fn play(&self, say: &str, scene: &mut Scene<'_>) {
        scene.begin(say);
        let call = scene.call(&self.call);
        let fill =
            |text: &String, scene: &mut Scene<'_>| scene.slots.fill(text, Voice::Fact, &mut scene.random);
        let result = match (&self.rejected, &self.failed) {
            (Some(reason), _) => StepResult::Rejected { reason: fill(reason, scene) },
            (None, reason) => {
                StepResult::Failed { reason: fill(reason.as_ref().unwrap_or(&String::new()), scene) }
            }
        };
        scene.done(call, result);
        let then = scene.call(&self.then);
        match (&self.reply, &self.last) {
            (Some(reply), Some(last)) => scene.ask(&then, reply, last, Voice::Meant),
            _ => scene.decide(&then, &self.call.tool),
        }
    }
}
