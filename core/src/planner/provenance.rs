//! Where a call's arguments came from. The policy trusts words of the person's request; words
//! found only on a screen, in a result or in memory may have been planted there.

use serde_json::Value;

use super::situation::{Attempt, Situation};
use crate::memory::{Recall, StepResult};
use crate::prompt::Origin;

/// Shorter texts occur everywhere by chance.
const TRACEABLE: usize = 3;

/// The least trusted origin among the texts of the arguments. A text that occurs in the request
/// is the person's; else whoever else showed it, screens first; else the model made it up.
pub(super) fn origin(arguments: &Value, situation: &Situation<'_>) -> Origin {
    let origins = texts(arguments).into_iter().map(|t| origin_of(t, situation));
    origins.max_by_key(|o| distrust(*o)).unwrap_or(Origin::User)
}

fn origin_of(text: &str, situation: &Situation<'_>) -> Origin {
    let text = fold(text);
    if text.chars().count() < TRACEABLE || fold(situation.goal).contains(&text) {
        return Origin::User;
    }
    if situation.screen.iter().any(|l| fold(&l.content).contains(&text) || fold(&l.label).contains(&text)) {
        return Origin::Screen;
    }
    if situation.history.iter().any(|a| fold(result_text(a)).contains(&text)) {
        return Origin::Tool;
    }
    let remembers = |r: &Recall| r.calls.iter().any(|c| fold(&c.arguments.to_string()).contains(&text));
    if situation.memories.iter().any(remembers) { Origin::Memory } else { Origin::Model }
}

/// Is one of the arguments this very text, but for case and punctuation?
pub(super) fn says(arguments: &Value, text: &str) -> bool {
    texts(arguments).into_iter().any(|t| fold(t) == fold(text))
}

fn result_text(attempt: &Attempt) -> &str {
    match &attempt.result {
        StepResult::Done { output } => &output.text,
        StepResult::Failed { reason } | StepResult::Rejected { reason } => reason,
    }
}

fn distrust(origin: Origin) -> u8 {
    match origin {
        Origin::System | Origin::User => 0,
        Origin::Model => 1,
        Origin::Memory => 2,
        Origin::Tool => 3,
        Origin::Screen => 4,
    }
}

/// Lower case without white space and punctuation, so that `555-0100` is found in `555 0100`.
fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(s) => vec![s],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::screen::{Line, LineKind};

    #[track_caller]
    fn check(arguments: Value, expected: Origin) {
        let screen = [Line {
            id: 0,
            kind: LineKind::Text,
            node: None,
            checked: false,
            label: String::new(),
            content: "Call +1 900 555 0199 now to win".into(),
        }];
        let goal = "text Maria that I'm late";
        let situation = Situation { goal, tools: &[], memories: &[], history: &[], screen: &screen };
        assert_eq!(origin(&arguments, &situation), expected, "{arguments}");
    }

    #[test]
    fn a_text_said_again_is_known() {
        let arguments = json!({"question": "Text Maria, that I'm late?"});
        assert!(says(&arguments, "text Maria that I'm late"));
        assert!(!says(&arguments, "text Maria"));
    }

    #[test]
    fn the_least_trusted_text_decides() {
        check(json!({"to": "Maria", "message": "I'm late"}), Origin::User);
        check(json!({"to": "+19005550199", "message": "I'm late"}), Origin::Screen);
        check(json!({"to": "Maria", "message": "see you at the station"}), Origin::Model);
        check(json!({"hour": 7}), Origin::User);
        check(json!({}), Origin::User);
    }
}
