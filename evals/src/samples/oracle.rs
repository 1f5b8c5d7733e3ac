//! The oracle's calls on a phone, each with the situation that the planner would have been in.

use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::planner::Attempt;
use pocketpilot_core::screen::{Line, describe};
use pocketpilot_core::tool::ToolOutput;
use pocketpilot_core::train::Sample;
use serde_json::{Value, json};

use super::Made;
use super::random::Random;
use super::requests::OWN;
use super::steps::Label;
use super::tools::Tools;
use crate::EvalError;
use crate::tasks::{Demonstration, Environment, demonstrate, templates};

/// Kinds of tasks that are held out with all their wordings: one or two of each family.
const HELD_OUT: &[&str] = &[
    "apps/find_on_map",
    "calendar/add_event",
    "clock/set_alarm_on_weekdays",
    "clock/turn_alarm_off",
    "contacts/change_number",
    "messages/send_to_number",
    "settings/bluetooth_off",
    "settings/do_not_disturb_on",
    "settings/wifi_off_and_bluetooth_on",
];

/// Seeds that no evaluation uses.
const FIRST_SEED: u64 = 1_000;

/// How often each kind of task is drawn.
const DRAWS: u64 = 5;

/// Arguments whose values are words of the schema, not of the request.
const CHOSEN: &[&str] = &["setting", "turn", "days", "day", "direction"];

/// Lets the oracle do tasks of every kind and keeps what it saw and did.
///
/// # Errors
/// [`EvalError`] for a phone that cannot be prepared or checked.
pub async fn record(
    environment: &Environment<'_>,
    seed: u64,
    progress: &mut dyn FnMut(usize, usize, &str),
) -> Result<Made, EvalError> {
    let (templates, tools, mut made) = (templates(), Tools::new(Vec::new()), Made::default());
    let total = templates.len() * DRAWS as usize;
    for (number, template) in templates.iter().enumerate() {
        let held = HELD_OUT.contains(&template.id);
        for draw in 0..DRAWS {
            progress(number * DRAWS as usize + draw as usize, total, template.id);
            let task_seed = FIRST_SEED + seed * DRAWS + draw;
            let Some(shown) = demonstrate(environment, template, task_seed).await? else { continue };
            let end = describe(&environment.device.observe().await?);
            let group = format!("tasks/{}", template.id);
            let label = Label { id: format!("{group}/{draw}"), group, source: "oracle", license: OWN };
            let mut random = Random::new(seed, &label.id);
            made.add(samples(&shown, end, &label, &tools, &mut random), held);
        }
    }
    environment.reset().await?;
    Ok(made)
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
    let mut samples = Vec::new();
    let mut history: Vec<Attempt> = Vec::new();
    for deed in &shown.deeds {
        let Some(arguments) = seen(&deed.call, goal, &deed.screen, &history) else { return samples };
        let call = Call { tool: deed.call.tool.clone(), arguments: arguments.clone() };
        let offered = tools.near(goal, Some(&call.tool), &[], &deed.screen, &history, random);
        samples.push(label.sample(goal, offered, &history, deed.screen.clone(), (&call.tool, arguments)));
        if deed.output.control.is_some() {
            return samples;
        }
        let element = call.arguments["element"].as_u64();
        let target = element.and_then(|id| deed.screen.iter().find(|line| line.id as u64 == id));
        let output = ToolOutput { control: None, ..deed.output.clone() };
        let target = target.map(ToString::to_string);
        history.push(Attempt { call, target, result: StepResult::Done { output } });
    }
    let near = shown.deeds.last().map(|deed| deed.call.tool.as_str());
    let offered = tools.near(goal, near, &[], &end, &history, random);
    samples.push(label.sample(goal, offered, &history, end, ("finish", json!({"success": true}))));
    samples
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

    #[test]
    fn every_held_out_kind_of_task_is_there() {
        let ids: Vec<&str> = templates().iter().map(|t| t.id).collect();
        assert!(HELD_OUT.iter().all(|id| ids.contains(id)));
        assert!(HELD_OUT.len() * 5 >= ids.len() && HELD_OUT.len() * 3 <= ids.len(), "about a quarter");
    }
}
