//! DroidTask records as they stand in the data files.

use serde::Deserialize;

use crate::suite::{Options, rank};
use crate::{EvalError, data};

/// A line of a data file; recorded states and events belong to other uses of the data.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Record {
    Task(Task),
    #[serde(other)]
    Other,
}

/// A task in an app, with the right action at each of its screens.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Task {
    /// The app.
    pub app: String,
    /// Unique in the app.
    pub id: String,
    /// The request.
    pub task: String,
    /// In order; the last one finishes.
    pub steps: Vec<Step>,
}

/// A screen and what is right on it.
#[derive(Debug, Clone, Deserialize)]
pub struct Step {
    /// The screen in AutoDroid's form.
    pub screen: String,
    /// The element to act on, or [`FINISHED`].
    pub choice: i64,
    /// The text to put into it, if that is the action.
    pub input: Option<String>,
}

/// The choice that says that the task is done.
pub(crate) const FINISHED: i64 = -1;

impl Task {
    /// How the task is named in reports: `contacts/task1`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.app, self.id)
    }
}

/// The tasks of a file or folder in seeded order, whole ones until `limit` steps are reached.
///
/// # Errors
/// [`EvalError`] for data that cannot be read or that leaves nothing to ask.
pub(crate) fn tasks(options: &Options) -> Result<Vec<Task>, EvalError> {
    let mut tasks = Vec::new();
    for file in data::files(&options.data)? {
        let mut records = data::records::<Record>(&file)?;
        while let Some(record) = records.next() {
            let (_, Record::Task(task)) = record? else { continue };
            if task.steps.is_empty() {
                return Err(records.wrong("the task has no steps"));
            }
            if options.wants(&task.name()) {
                tasks.push(task);
            }
        }
    }
    if tasks.is_empty() {
        return Err(EvalError::Nothing(format!(
            "{} holds no task that is asked for",
            options.data.display()
        )));
    }
    tasks.sort_by_key(|task| rank(options.seed, &task.name()));
    let mut steps = 0;
    let drawn = tasks.iter().position(|task| {
        let full = options.limit.is_some_and(|limit| steps >= limit);
        steps += task.steps.len();
        full
    });
    tasks.truncate(drawn.unwrap_or(tasks.len()));
    Ok(tasks)
}
