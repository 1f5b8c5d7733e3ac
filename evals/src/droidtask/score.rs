//! AutoDroid's scoring (arXiv 2308.15272, section 7; `evaluator.py` of its artifacts).
//!
//! A step is right when the element is right and the text is right, where tapping and typing are
//! different actions: a tap on a field that wants text is wrong, and so is text for a button.
//! Saying "finished" needs no more. A task is complete when all its steps are right; the lenient
//! figure, which the paper reports, forgives a wrong last "finished" step.

use serde::Serialize;

use super::record::{FINISHED, Step};
use crate::Metrics;
use crate::report::{mean, metrics, share};

/// An action in the form of the labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Action {
    /// The element, or [`FINISHED`].
    pub choice: i64,
    /// The text, if the action is typing.
    pub input: Option<String>,
}

impl From<&Step> for Action {
    fn from(step: &Step) -> Self {
        Self { choice: step.choice, input: step.input.clone() }
    }
}

/// Whether an action is the labelled one.
pub fn is_right(label: &Action, action: Option<&Action>) -> bool {
    match action {
        None => false,
        Some(action) if label.choice == FINISHED => action.choice == FINISHED,
        Some(action) => action == label,
    }
}

/// A judged step.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The task that it belongs to.
    pub task: String,
    /// What is right.
    pub label: Action,
    /// It was done.
    pub right: bool,
}

impl Outcome {
    fn finishes(&self) -> bool {
        self.label.choice == FINISHED
    }
}

/// The figures of judged steps, the steps of a task one after the other.
pub fn figures(outcomes: &[&Outcome]) -> Metrics {
    let tasks: Vec<&[&Outcome]> = outcomes.chunk_by(|a, b| a.task == b.task).collect();
    let completed = |strict: bool| {
        let complete = |steps: &&[&Outcome]| {
            let (last, before) = steps.split_last()?;
            let end = last.right || (!strict && last.finishes());
            Some(f64::from(u8::from(end && before.iter().all(|s| s.right))))
        };
        mean(tasks.iter().filter_map(complete))
    };
    metrics([
        ("action_accuracy", share(outcomes, |o| Some(o.right))),
        ("completion", completed(false)),
        ("completion_strict", completed(true)),
        ("tap_accuracy", share(outcomes, |o| (!o.finishes() && o.label.input.is_none()).then_some(o.right))),
        ("input_accuracy", share(outcomes, |o| o.label.input.as_ref().map(|_| o.right))),
        ("finish_accuracy", share(outcomes, |o| o.finishes().then_some(o.right))),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn action(choice: i64, input: Option<&str>) -> Action {
        Action { choice, input: input.map(Into::into) }
    }

    #[track_caller]
    fn check(label: (i64, Option<&str>), given: Option<(i64, Option<&str>)>, right: bool) {
        let given = given.map(|(choice, input)| action(choice, input));
        assert_eq!(is_right(&action(label.0, label.1), given.as_ref()), right);
    }

    #[test]
    fn a_tap_is_right_by_its_element() {
        check((4, None), Some((4, None)), true);
        check((4, None), Some((5, None)), false);
        check((4, None), Some((4, Some("x"))), false);
        check((4, None), Some((FINISHED, None)), false);
        check((4, None), None, false);
    }

    #[test]
    fn typing_is_right_by_element_and_text() {
        check((2, Some("Stephen")), Some((2, Some("Stephen"))), true);
        check((2, Some("Stephen")), Some((2, Some("stephen"))), false);
        check((2, Some("Stephen")), Some((3, Some("Stephen"))), false);
        check((2, Some("Stephen")), Some((2, None)), false);
    }

    #[test]
    fn finished_is_right_by_itself() {
        check((FINISHED, None), Some((FINISHED, None)), true);
        check((FINISHED, None), Some((0, None)), false);
    }

    /// Tasks as rows of (label, right).
    #[track_caller]
    fn check_figures(tasks: &[&[(Action, bool)]], expected: Value) {
        let outcomes: Vec<Outcome> = tasks
            .iter()
            .enumerate()
            .flat_map(|(number, steps)| {
                steps.iter().map(move |(label, right)| Outcome {
                    task: number.to_string(),
                    label: label.clone(),
                    right: *right,
                })
            })
            .collect();
        assert_eq!(Value::from(figures(&outcomes.iter().collect::<Vec<_>>())), expected);
    }

    #[test]
    fn a_wrong_last_finish_is_forgiven_and_nothing_else() {
        let (tap, text, end) = (action(1, None), action(2, Some("x")), action(FINISHED, None));
        check_figures(
            &[
                &[(tap.clone(), true), (text.clone(), true), (end.clone(), true)],
                &[(tap.clone(), true), (end.clone(), false)],
                &[(tap.clone(), false), (end.clone(), true)],
                &[(tap.clone(), false), (text.clone(), false), (end.clone(), false)],
            ],
            json!({
                "action_accuracy": 0.5, "completion": 0.5, "completion_strict": 0.25,
                "tap_accuracy": 0.5, "input_accuracy": 0.5, "finish_accuracy": 0.5,
            }),
        );
        // The last step of a task that was cut short is no "finished": it is not forgiven.
        check_figures(
            &[&[(tap.clone(), true), (tap, false)]],
            json!({"action_accuracy": 0.5, "completion": 0.0, "completion_strict": 0.0, "tap_accuracy": 0.5}),
        );
        check_figures(&[], json!({}));
    }
}
