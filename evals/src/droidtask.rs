//! DroidTask: the next action in recorded screens of real apps (AutoDroid, arXiv 2308.15272).
//!
//! Each labelled step is put to the planner's own [`Decider`]: the recorded screen, the task, the
//! labelled actions before it as history, and the tools `tap`, `type_text` and `finish`, of which those can be chosen that
//! make sense ([`Situation::choices`]). The answers are scored as AutoDroid scores them ([`score`]).

pub(crate) mod record;
pub mod score;
pub(crate) mod screen;

use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::planner::{Attempt, Decider, FINISH, Offered, Situation};
use pocketpilot_core::screen::Line;
use pocketpilot_core::tool::{ToolOutput, ToolSpec};
use pocketpilot_tools::phone_tools;
use serde_json::json;

use crate::decision::{Decision, decision};
use crate::report::{Collector, Subject};
use crate::{Agent, Case, EvalError, Options, Report, Suite, Watch};
use record::{FINISHED, Step, Task};
use score::{Action, Outcome, figures, is_right};

const TAP: &str = "tap";
const TYPE_TEXT: &str = "type_text";

/// Runs the suite on the file or folder `options.data`. The limit counts steps; tasks are drawn whole.
///
/// # Errors
/// [`EvalError`] for data that cannot be read and for a model that cannot go on.
pub fn run(
    mut agent: Agent<&mut Decider<'_>>,
    options: &Options,
    watch: &mut Watch<'_>,
) -> Result<Report, EvalError> {
    let tasks = record::tasks(options)?;
    let total = tasks.iter().map(|t| t.steps.len()).sum();
    let tools = specs();
    let mut collector = Collector::new(Subject::asked(Suite::DroidTask, &agent), options);
    let mut done = 0;
    'tasks: for task in &tasks {
        let mut history = Vec::new();
        for (index, step) in task.steps.iter().enumerate() {
            if watch.cancel.is_cancelled() {
                collector.complete = false;
                break 'tasks;
            }
            let lines = screen::lines(&step.screen);
            let action = match act(&mut agent, task, step, &lines, &history, &tools) {
                Err(EvalError::Cancelled) => {
                    collector.complete = false;
                    break 'tasks;
                }
                action => action?,
            };
            let label = Action::from(step);
            let right = is_right(&label, action.as_ref().ok().and_then(Option::as_ref));
            let case = case(task, index, &label, &action, right);
            done += 1;
            (watch.on_case)(done, total, &case);
            collector.add(case, vec![task.app.clone()], Outcome { task: task.name(), label, right });
            history.push(attempt(step, &lines));
        }
    }
    Ok(collector.report(figures))
}

/// The planner's own tools that DroidTask's actions map to.
pub(crate) fn specs() -> Vec<ToolSpec> {
    let tools = phone_tools();
    let named = |name: &&str| tools.iter().map(|t| t.spec()).find(|s| s.name == *name).cloned();
    [TAP, TYPE_TEXT, FINISH].iter().filter_map(named).collect()
}

fn act(
    agent: &mut Agent<&mut Decider<'_>>,
    task: &Task,
    step: &Step,
    screen: &[Line],
    history: &[Attempt],
    tools: &[ToolSpec],
) -> Result<Decision<Option<Action>>, EvalError> {
    let decider = match agent {
        Agent::Null => return Ok(Ok(None)),
        Agent::Oracle => return Ok(Ok(action(&call(step)))),
        Agent::Planner(decider) => decider,
    };
    let tools: Vec<Offered<'_>> = tools.iter().map(Offered::from).collect();
    let situation = Situation { goal: &task.task, tools: &tools, memories: &[], history, screen };
    let tool = match decision(decider.select(&situation))? {
        Ok(tool) => tool,
        Err(reason) => return Ok(Err(reason)),
    };
    if tool == FINISH {
        return Ok(Ok(Some(Action { choice: FINISHED, input: None })));
    }
    let Some(spec) = tools.iter().map(|offered| offered.tool).find(|t| t.name == tool) else {
        return Ok(Err(format!("there is no tool `{tool}`")));
    };
    Ok(decision(decider.arguments(&situation, spec))?.map(|call| action(&call)))
}

/// The call that a label stands for.
pub(crate) fn call(step: &Step) -> Call {
    let (tool, arguments) = match (&step.input, step.choice) {
        (_, FINISHED) => (FINISH, json!({"success": true})),
        (None, element) => (TAP, json!({"element": element})),
        (Some(text), element) => (TYPE_TEXT, json!({"element": element, "text": text})),
    };
    Call { tool: tool.into(), arguments }
}

/// The action that a call stands for; `None` if it is no action of DroidTask.
fn action(call: &Call) -> Option<Action> {
    let element = || call.arguments.get("element")?.as_i64();
    match call.tool.as_str() {
        FINISH => Some(Action { choice: FINISHED, input: None }),
        TAP => Some(Action { choice: element()?, input: None }),
        TYPE_TEXT => {
            let text = call.arguments.get("text")?.as_str()?;
            Some(Action { choice: element()?, input: Some(text.to_owned()) })
        }
        _ => None,
    }
}

/// A labelled step as history.
pub(crate) fn attempt(step: &Step, screen: &[Line]) -> Attempt {
    Attempt::new(call(step), screen, StepResult::Done { output: ToolOutput::default() })
}

fn case(task: &Task, index: usize, label: &Action, action: &Decision<Option<Action>>, right: bool) -> Case {
    let got = match action {
        Ok(action) => json!(action),
        Err(reason) => json!({ "error": reason }),
    };
    Case {
        id: format!("{}/{index}", task.name()),
        ok: right,
        score: f64::from(u8::from(right)),
        detail: json!({"task": task.task, "expected": label, "got": got}),
    }
}

#[cfg(test)]
mod tests;
