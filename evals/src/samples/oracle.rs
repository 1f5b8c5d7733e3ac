//! The oracle's calls on a phone, each with the situation that the planner would have been in. The tasks are the suite's,
//! but never in the wordings that the suite measures with.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::planner::{ALWAYS, Attempt};
use pocketpilot_core::screen::{Line, describe};
use pocketpilot_core::tool::ToolOutput;
use pocketpilot_core::train::Sample;
use serde::Deserialize;
use serde_json::Value;

use super::Made;
use super::random::Random;
use super::requests::{OWN, is_held_out};
use super::steps::{Label, finish};
use super::tools::Tools;
use crate::EvalError;
use crate::tasks::{Demonstration, Environment, Template, demonstrate, templates};

static LIST: LazyLock<List> = LazyLock::new(|| {
    toml::from_str(include_str!("oracle.toml")).expect("the wordings are part of the program")
});

/// Wordings by the ids of the templates.
static WORDINGS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let wordings = LIST.wordings.iter();
    wordings.map(|(id, say)| (id.as_str(), say.iter().map(String::as_str).collect())).collect()
});

/// Seeds that no evaluation uses.
const FIRST_SEED: u64 = 1_000;

/// Seeds of tasks for one seed of the samples: more than there are draws of a kind of task.
const SEEDS: u64 = 100;

/// From a task's seed to that of one whose thing is not on the phone.
const OTHER: u64 = 50;

/// Kinds of tasks whose first word names something that is there before.
const PICKED: &[&str] = &[
    "clock/turn_alarm_off",
    "clock/turn_alarm_on",
    "clock/delete_alarm",
    "contacts/change_number",
    "contacts/delete",
];

/// How often each kind of task is drawn to train on, in one wording after the other. One that is held out is drawn once.
const DRAWS: usize = 12;

/// Arguments whose values are words of the schema, not of the request.
const CHOSEN: &[&str] = &["setting", "turn", "days", "day", "direction"];

#[derive(Deserialize)]
struct List {
    wordings: BTreeMap<String, Vec<String>>,
}

/// A task that is drawn in one wording.
#[derive(Debug)]
struct Drawn {
    template: &'static Template,
    wording: &'static str,
    group: String,
    /// Counts within the kind of task.
    number: u64,
    held: bool,
}

/// Lets the oracle do tasks of every kind and keeps what it saw and did.
///
/// # Errors
/// [`EvalError`] for a phone that cannot be prepared or checked.
pub async fn record(
    environment: &Environment<'_>,
    seed: u64,
    progress: &mut dyn FnMut(usize, usize, &str),
) -> Result<Made, EvalError> {
    let (tools, mut made) = (Tools::new(Vec::new()), Made::default());
    let all: Vec<Drawn> = templates().into_iter().flat_map(|template| drawn(template, seed)).collect();
    for (done, Drawn { template, wording, group, number, held }) in all.iter().enumerate() {
        progress(done, all.len(), template.id);
        let task_seed = FIRST_SEED + seed * SEEDS + number;
        let Some(shown) = demonstrate(environment, template, wording, task_seed).await? else { continue };
        let end = describe(&environment.device.observe().await?);
        let label =
            Label { id: format!("{group}/{number}"), group: group.clone(), source: "oracle", license: OWN };
        let mut random = Random::new(seed, &label.id);
        let other = template.draw_as(task_seed + OTHER, wording);
        let wanted = other.instance.words.first().filter(|_| PICKED.contains(&template.id));
        let absent =
            wanted.and_then(|(_, wanted)| absent(&shown, &other.goal, wanted, &label, &tools, &mut random));
        made.add(samples(&shown, end, &label, &tools, &mut random), *held);
        made.add(absent.into_iter().collect(), *held);
    }
    environment.reset().await?;
    Ok(made)
}

/// How a kind of task is drawn: wordings to train on in turn, then each that is held out.
fn drawn(template: &'static Template, seed: u64) -> Vec<Drawn> {
    let say: &'static [&'static str] = WORDINGS.get(template.id).map(Vec::as_slice).unwrap_or_default();
    let is_held = |&wording: &usize| is_held_out(seed, &format!("oracle/{}/{wording}", template.id));
    let (held, open): (Vec<usize>, Vec<usize>) = (0..say.len()).partition(is_held);
    let open = open.iter().cycle().take(DRAWS).map(|&wording| (wording, false));
    let held = held.iter().map(|&wording| (wording, true));
    let all = (0..).zip(open.chain(held));
    all.map(|(number, (wording, held))| Drawn {
        template,
        wording: say[wording],
        group: format!("tasks/{}/{wording}", template.id),
        number,
        held,
    })
    .collect()
}

/// The samples of a demonstration, as far as its calls follow from what could be seen: the oracle knows more.
fn samples(
    shown: &Demonstration,
    end: Vec<Line>,
    label: &Label,
    tools: &Tools,
    random: &mut Random,
) -> Vec<Sample> {
    let goal = &shown.goal;
    let near =
        shown.deeds.iter().rev().map(|deed| deed.call.tool.as_str()).find(|tool| !ALWAYS.contains(tool));
    let offered = tools.near(goal, near, random);
    let mut samples = Vec::new();
    let mut history: Vec<Attempt> = Vec::new();
    for deed in &shown.deeds {
        let Some(arguments) = seen(&deed.call, goal, &deed.screen, &history) else { return samples };
        let call = Call { tool: deed.call.tool.clone(), arguments: arguments.clone() };
        samples.push(label.sample(
            goal,
            offered.clone(),
            &history,
            deed.screen.clone(),
            (&call.tool, arguments),
        ));
        if deed.output.control.is_some() {
            return samples;
        }
        let output = ToolOutput { control: None, ..deed.output.clone() };
        history.push(Attempt::new(call, &deed.screen, StepResult::Done { output }));
    }
    samples.push(label.sample(goal, offered, &history, end, finish(true)));
    samples
}

/// The same request for something that is not there: what the app shows has nothing of that name, so nothing can be done.
fn absent(
    shown: &Demonstration,
    goal: &str,
    wanted: &str,
    label: &Label,
    tools: &Tools,
    random: &mut Random,
) -> Option<Sample> {
    let [first, second, ..] = &shown.deeds[..] else { return None };
    let mut texts = second.screen.iter().flat_map(|line| [&line.label, &line.content]);
    let is_there = texts.any(|text| fold(text).contains(&fold(wanted)));
    if is_there || !is_app(&first.call) || !random.chance(40) {
        return None;
    }
    let output = ToolOutput { control: None, ..first.output.clone() };
    let history = [Attempt::new(first.call.clone(), &first.screen, StepResult::Done { output })];
    let offered = tools.near(goal, None, random);
    let mut sample = label.sample(goal, offered, &history, second.screen.clone(), finish(false));
    sample.id.push_str("/absent");
    Some(sample)
}

/// The call's arguments in words that the request, the screen or a result holds; `None` if they are nowhere.
fn seen(call: &Call, goal: &str, screen: &[Line], history: &[Attempt]) -> Option<Value> {
    let shown = screen.iter().map(|line| format!("{} {}", line.label, line.content));
    let told = history.iter().map(|attempt| format!("{:?}", attempt.result));
    let known: String =
        std::iter::once(goal.to_owned()).chain(shown).chain(told).map(|text| fold(&text)).collect();
    let mut arguments = call.arguments.clone();
    for (name, value) in arguments.as_object_mut()? {
        let Some(text) = value.as_str() else { continue };
        // A time is taught as it was said.
        if let Some(said) = twelve(text).filter(|time| known.contains(&fold(time))) {
            *value = Value::from(said);
        } else if !CHOSEN.contains(&name.as_str()) && !known.contains(&fold(text)) && !is_app(call) {
            return None;
        }
    }
    Some(arguments)
}

/// Which app a request is about is understood, not copied.
fn is_app(call: &Call) -> bool {
    call.tool == "open_app"
}

/// `7:30 PM` of `19:30`.
fn twelve(time: &str) -> Option<String> {
    let (hour, minute) = time.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let half = if hour < 12 { "AM" } else { "PM" };
    Some(format!("{}:{minute} {half}", (hour + 11) % 12 + 1))
}

fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(tool: &str, arguments: Value, expected: Option<Value>) {
        let call = Call { tool: tool.into(), arguments };
        let screen =
            crate::droidtask::screen::lines("<button id=0>Astrid Gruber<br>+1 303 555 0123</button>");
        assert_eq!(seen(&call, "Wake me at 7:30 PM for Gym", &screen, &[]), expected);
    }

    #[test]
    fn only_what_could_be_seen_is_taught() {
        check("set_alarm", json!({"time": "19:30"}), Some(json!({"time": "7:30 PM"})));
        check(
            "set_alarm",
            json!({"time": "19:30", "days": "weekdays"}),
            Some(json!({"time": "7:30 PM", "days": "weekdays"})),
        );
        check("set_alarm", json!({"time": "7:30 pm"}), Some(json!({"time": "7:30 pm"})));
        check("send_sms", json!({"to": "+13035550123"}), Some(json!({"to": "+13035550123"})));
        check("answer", json!({"text": "It is +1 303 555 0199."}), None);
        check("open_app", json!({"name": "Clock"}), Some(json!({"name": "Clock"})));
    }

    /// The slots of a wording, in order.
    fn slots(wording: &str) -> Vec<&str> {
        let mut slots: Vec<&str> =
            wording.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        slots.sort_unstable();
        slots
    }

    #[test]
    fn every_kind_of_task_has_wordings_of_its_own_to_train_on() {
        for template in templates().into_iter().filter(|t| t.id != "settings/brightness_max") {
            let id = template.id;
            let words = template.draw(0).instance.words;
            let own: Vec<String> = template.wordings.iter().map(|w| w.to_lowercase()).collect();
            let say = &WORDINGS[id];
            assert!(say.len() >= 6, "{id}");
            for wording in say {
                assert!(!own.contains(&wording.to_lowercase()), "{id} is measured with {wording:?}");
                let asked = slots(wording);
                assert_eq!(asked, slots(template.wordings[0]), "{id}: {wording}");
                let filled = asked.iter().all(|slot| words.iter().any(|(word, _)| word == slot));
                assert!(filled, "{id}: {wording}");
                let goal = template.draw_as(0, wording).goal;
                assert!(!goal.contains(['{', '}']), "{id}: {goal}");
            }
        }
        let ids: Vec<&str> = templates().iter().map(|t| t.id).collect();
        assert!(WORDINGS.keys().all(|id| ids.contains(id)), "a kind of task that there is not");
    }

    #[test]
    fn no_wording_is_both_held_out_and_trained_on() {
        for template in templates() {
            let all = drawn(template, 0);
            let (held, open): (Vec<&Drawn>, Vec<&Drawn>) = all.iter().partition(|d| d.held);
            let apart = held.iter().all(|one| open.iter().all(|other| other.group != one.group));
            assert!(apart, "{}", template.id);
            assert!(open.is_empty() || open.len() == DRAWS, "{}", template.id);
            assert!((all.len() as u64) < SEEDS, "{}", template.id);
        }
    }
}
