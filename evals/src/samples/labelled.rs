//! DroidTask's labelled steps: exactly the situations that the suite puts to the model, and each once more in other
//! words on a changed screen.

use std::path::Path;

use pocketpilot_core::planner::Attempt;
use pocketpilot_core::train::Sample;

use super::goal::paraphrase;
use super::random::Random;
use super::scatter::Scatter;
use super::steps::Label;
use crate::droidtask::record::{Task, tasks};
use crate::droidtask::screen::lines;
use crate::droidtask::{attempt, call, specs};
use crate::{EvalError, Options};

/// How often each step comes again in other words.
const AGAIN: usize = 2;

/// The tasks of an app.
///
/// # Errors
/// [`EvalError`] for a file that cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<Task>, EvalError> {
    let mut tasks = tasks(&Options { data: path.to_owned(), ..Options::default() })?;
    tasks.sort_by_key(Task::name);
    Ok(tasks)
}

/// The steps of a task as they were labelled; `again`, in other words and on changed screens.
pub(super) fn samples(task: &Task, label: &Label, again: bool, random: &mut Random) -> Vec<Sample> {
    let mut samples = steps(task, &task.task, label, None);
    for number in 0..if again { AGAIN } else { 0 } {
        let label = Label { id: format!("{}~{number}", label.id), ..label.clone() };
        let scatter = Scatter::draw(random);
        samples.extend(steps(task, &paraphrase(&task.task, random), &label, Some(&scatter)));
    }
    samples
}

fn steps(task: &Task, goal: &str, label: &Label, scatter: Option<&Scatter>) -> Vec<Sample> {
    let specs = specs();
    let mut history: Vec<Attempt> = Vec::new();
    let mut samples = Vec::new();
    for step in &task.steps {
        let mut screen = lines(&step.screen);
        let mut step = step.clone();
        if let Some(scatter) = scatter {
            let at = screen.iter().position(|l| i64::try_from(l.id) == Ok(step.choice));
            let (changed, place) = scatter.apply(&screen, at);
            screen = changed;
            step.choice = place.and_then(|p| i64::try_from(p).ok()).unwrap_or(step.choice);
        }
        let right = call(&step);
        samples.push(label.sample(
            goal,
            specs.clone(),
            &history,
            screen.clone(),
            (&right.tool, right.arguments),
        ));
        history.push(attempt(&step, &screen));
    }
    samples
}
