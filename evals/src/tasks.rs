//! Whole tasks on a phone.
//!
//! Each [`Template`] draws a task from the seed: a wording, parameters, what is prepared and what
//! must come of it. Phones are prepared and checked through ADB's shell and the emulator's console
//! alone, so the same tasks run on the virtual phone and on an emulator. A check compares what the
//! phone's own state says before and after: what was asked for has changed, and nothing else has.
//! Questions are checked by the answer.
//!
//! | family | file |
//! |---|---|
//! | alarms and timers | `clock.rs` |
//! | switches and levels | `settings.rs` |
//! | people and their numbers | `contacts.rs` |
//! | text messages | `messages.rs` |
//! | events | `calendar.rs` |
//! | apps, pages and places | `apps.rs` |

mod apps;
mod calendar;
mod check;
mod clock;
mod console;
mod contacts;
mod draw;
mod environment;
mod fact;
mod messages;
mod oracle;
mod prepare;
mod settings;
mod state;
mod template;

use std::time::Instant;

use pocketpilot_core::event::{Done, Event};
use pocketpilot_core::generate::Usage;
use pocketpilot_core::planner::{Episode, Parts};
use pocketpilot_core::task::Task as Request;
use pocketpilot_memory::Store;
use serde_json::json;

use crate::report::{Collector, Subject, mean, metrics, share};
use crate::{Agent, Case, EvalError, Metrics, Options, Report, Suite, Watch};
use check::{Before, check};
use oracle::Oracle;
use state::{Today, read};
use template::{Act, Task};

pub use console::Console;
pub use environment::Environment;
pub(crate) use oracle::Deed;
pub use template::Template;

/// All kinds of tasks, family by family.
pub fn templates() -> Vec<&'static Template> {
    let families = [
        clock::TEMPLATES,
        settings::TEMPLATES,
        contacts::TEMPLATES,
        messages::TEMPLATES,
        calendar::TEMPLATES,
        apps::TEMPLATES,
    ];
    families.into_iter().flatten().collect()
}

/// Runs the suite on a phone. The planner's device must be the environment's; its memory is left alone, for each task
/// begins with an empty one, so that none hinders or helps the next.
///
/// # Errors
/// [`EvalError`] for a phone that cannot be prepared or checked.
pub async fn run(
    mut agent: Agent<Parts<'_>>,
    environment: &Environment<'_>,
    options: &Options,
    watch: &mut Watch<'_>,
) -> Result<Report, EvalError> {
    let templates: Vec<_> = templates().into_iter().filter(|t| options.wants(t.id)).collect();
    let total = templates.len().min(options.limit.unwrap_or(usize::MAX));
    if total == 0 {
        return Err(EvalError::Nothing("--only leaves no task".into()));
    }
    let mut collector = Collector::new(subject(&agent), options);
    for (done, template) in templates.into_iter().take(total).enumerate() {
        if watch.cancel.is_cancelled() {
            collector.complete = false;
            break;
        }
        let (case, outcome) = one(&mut agent, environment, template, options.seed).await?;
        (watch.on_case)(done + 1, total, &case);
        collector.add(case, vec![template.app().to_owned()], outcome);
    }
    // The last task's traces go, too: whoever comes next finds the phone as it was.
    environment.reset().await?;
    Ok(collector.report(figures))
}

fn subject(agent: &Agent<Parts<'_>>) -> Subject {
    let (model, adapters) = match agent {
        Agent::Planner(parts) => (Some(parts.engine.model().to_owned()), Subject::adapters(parts.adapters)),
        Agent::Oracle | Agent::Null => (None, Vec::new()),
    };
    Subject { suite: Suite::Tasks, agent: agent.name(), model, adapters }
}

/// What an agent did.
#[derive(Debug, Default)]
struct Attempt {
    steps: usize,
    model_calls: usize,
    seconds: f64,
    tokens: Usage,
    answer: Option<String>,
    /// How it ended, in the agent's own words.
    reason: String,
}

#[derive(Debug)]
struct Outcome {
    success: bool,
    steps: usize,
    model_calls: usize,
    seconds: f64,
    tokens: Usage,
}

async fn one(
    agent: &mut Agent<Parts<'_>>,
    environment: &Environment<'_>,
    template: &Template,
    seed: u64,
) -> Result<(Case, Outcome), EvalError> {
    let task = template.draw(seed);
    let before = prepare(environment, &task).await?;
    let attempt = attempt(agent, environment, template, &task, seed).await;
    let answer = attempt.answer.as_deref();
    let wrong = check(environment, &before, &task.instance.expect, answer, attempt.steps > 0).await?;
    let success = wrong.is_empty();
    let detail = json!({
        "goal": task.goal,
        "wrong": wrong,
        "answer": attempt.answer,
        "ended": attempt.reason,
        "steps": attempt.steps,
        "model_calls": attempt.model_calls,
        "seconds": attempt.seconds,
        "tokens": attempt.tokens,
    });
    let case = Case { id: template.id.to_owned(), ok: success, score: f64::from(u8::from(success)), detail };
    let Attempt { steps, model_calls, seconds, tokens, .. } = attempt;
    Ok((case, Outcome { success, steps, model_calls, seconds, tokens }))
}

/// What the oracle did for a task.
#[derive(Debug)]
pub(crate) struct Demonstration {
    /// The request.
    pub goal: String,
    /// Every call, oldest first.
    pub deeds: Vec<Deed>,
}

/// Lets the oracle do a task asked for in a wording; `None` if it is done by what is no tool, or the phone's state does not show it done.
///
/// # Errors
/// [`EvalError`] for a phone that cannot be prepared or checked.
pub(crate) async fn demonstrate(
    environment: &Environment<'_>,
    template: &Template,
    wording: &str,
    seed: u64,
) -> Result<Option<Demonstration>, EvalError> {
    let task = template.draw_as(seed, wording);
    let script = &task.instance.oracle;
    if script.iter().any(|act| matches!(act, Act::Shell(_))) {
        return Ok(None);
    }
    let before = prepare(environment, &task).await?;
    let oracle = Oracle::new(environment.device);
    let Ok(answer) = oracle.run(script).await else { return Ok(None) };
    let wrong = check(environment, &before, &task.instance.expect, answer.as_deref(), true).await?;
    let deeds = oracle.into_deeds();
    Ok(wrong.is_empty().then_some(Demonstration { goal: task.goal, deeds }))
}

async fn prepare(environment: &Environment<'_>, task: &Task) -> Result<Before, EvalError> {
    environment.reset().await?;
    let today = Today::of(environment).await?;
    for setup in &task.instance.prepare {
        setup.apply(environment, today).await?;
    }
    environment.leave_apps().await?;
    Ok(Before { today, facts: read(environment, today).await? })
}

async fn attempt(
    agent: &mut Agent<Parts<'_>>,
    environment: &Environment<'_>,
    template: &Template,
    task: &Task,
    seed: u64,
) -> Attempt {
    let started = Instant::now();
    match agent {
        Agent::Null => Attempt::default(),
        Agent::Oracle => {
            let script = &task.instance.oracle;
            let answer = Oracle::new(environment.device).run(script).await;
            Attempt {
                steps: script.len(),
                seconds: started.elapsed().as_secs_f64(),
                reason: answer.as_ref().err().cloned().unwrap_or_default(),
                answer: answer.unwrap_or_default(),
                ..Attempt::default()
            }
        }
        Agent::Planner(parts) => {
            let request = Request { goal: task.goal.clone(), budget: template.budget(), seed };
            match episode(parts, request).await {
                Ok(Done { steps, model_calls, seconds, tokens, answer, reason, .. }) => {
                    Attempt { steps, model_calls, seconds, tokens, answer, reason }
                }
                Err(reason) => Attempt { reason, ..Attempt::default() },
            }
        }
    }
}

/// Runs an episode of the planner to its last event.
async fn episode(parts: &mut Parts<'_>, request: Request) -> Result<Done, String> {
    let dir = tempfile::tempdir().map_err(|e| e.to_string())?;
    let memory = Store::open(dir.path()).map_err(|e| e.to_string())?;
    let mut episode = Episode::new(request, parts.with_memory(&memory));
    let mut done = Err("the episode ended without a last event".into());
    while let Some(event) = episode.step().await {
        if let Event::Done(outcome) = event {
            done = Ok(outcome);
        }
    }
    done
}

fn figures(outcomes: &[&Outcome]) -> Metrics {
    let steps: usize = outcomes.iter().map(|o| o.steps).sum();
    let seconds: f64 = outcomes.iter().map(|o| o.seconds).sum();
    let reused: usize = outcomes.iter().map(|o| o.tokens.reused).sum();
    let prompts = reused + outcomes.iter().map(|o| o.tokens.prefilled).sum::<usize>();
    metrics([
        ("success", share(outcomes, |o| Some(o.success))),
        ("steps", mean(outcomes.iter().map(|o| o.steps as f64))),
        ("model_calls", mean(outcomes.iter().map(|o| o.model_calls as f64))),
        ("seconds_per_step", (steps > 0).then(|| seconds / steps as f64)),
        // Of the prompts' tokens, those that were computed before.
        ("tokens_reused", (prompts > 0).then(|| reused as f64 / prompts as f64)),
    ])
}

#[cfg(test)]
mod tests;
