//! Is the episode getting anywhere?

use super::situation::Attempt;
use crate::memory::{Call, StepResult};
use crate::prompt::Origin;
use crate::tool::Effect;

/// A call that ran this often in a row leads nowhere, even if the screen changes.
const REPEATS: usize = 3;

/// What the history says about a call that the model proposes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing against it.
    Fresh,
    /// The same call was made before, and the phone's state showed that it worked, or a foreign tool gave its result, or
    /// the call would switch back what was just switched: what it was meant to do is done.
    Fulfilled,
    /// The same call was just made and changed nothing.
    Stuck,
}

/// Judges a proposed call by what was done. `idle` counts the latest steps in a row that changed
/// nothing on the screen; of a `foreign` tool, nothing of what it does shows there.
pub(super) fn standing(call: &Call, history: &[Attempt], idle: usize, foreign: bool) -> Standing {
    let same = |a: &&Attempt| a.call == *call;
    if foreign && history.iter().rfind(same).is_some_and(|a| matches!(a.result, StepResult::Done { .. })) {
        return Standing::Fulfilled;
    }
    let undone = |a: &&Attempt| a.call != *call && without_switches(&a.call) == without_switches(call);
    if history.iter().rfind(same).is_some_and(held) || history.iter().rfind(undone).is_some_and(held) {
        return Standing::Fulfilled;
    }
    let in_a_row = history.iter().rev().take_while(same).count();
    if in_a_row >= REPEATS || (in_a_row > 0 && idle > 0) { Standing::Stuck } else { Standing::Fresh }
}

/// Would the call do once more what cannot be undone and has been done as it should, with words that are not the person's?
/// A small model that has sent a message goes on to send what it then reads on the screen.
pub(super) fn is_encore(call: &Call, effect: Effect, origin: Origin, history: &[Attempt]) -> bool {
    effect > Effect::Write
        && origin != Origin::User
        && history.iter().any(|a| a.call.tool == call.tool && held(a))
}

/// The call without its true and false, its on and off: two calls that differ in nothing else undo each other.
fn without_switches(call: &Call) -> Call {
    let mut call = call.clone();
    if let Some(arguments) = call.arguments.as_object_mut() {
        arguments.retain(|_, value| !value.is_boolean() && value != "on" && value != "off");
    }
    call
}

/// The phone's state confirmed the attempt.
pub(super) fn held(attempt: &Attempt) -> bool {
    matches!(&attempt.result, StepResult::Done { output } if output.evidence.as_ref().is_some_and(|e| e.holds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tool::{Evidence, ToolOutput};

    fn attempt(name: &str, holds: Option<bool>) -> Attempt {
        let evidence = holds.map(|holds| Evidence { holds, fact: "read back".into() });
        Attempt {
            call: Call { tool: name.into(), arguments: json!({}) },
            target: None,
            result: StepResult::Done { output: ToolOutput { evidence, ..ToolOutput::default() } },
        }
    }

    #[track_caller]
    fn check(history: &[Attempt], idle: usize, expected: Standing) {
        assert_eq!(standing(&attempt("next", None).call, history, idle, false), expected);
    }

    #[test]
    fn what_was_switched_is_not_switched_back() {
        let toggle = |setting: &str, on: bool, holds| {
            let mut attempt = attempt("toggle", holds);
            attempt.call.arguments = json!({"setting": setting, "turn": if on { "on" } else { "off" }});
            attempt
        };
        let history = [toggle("wifi", false, Some(true))];
        let next = |setting: &str, on| standing(&toggle(setting, on, None).call, &history, 0, false);
        assert_eq!(next("wifi", true), Standing::Fulfilled);
        assert_eq!(next("bluetooth", false), Standing::Fresh);
    }

    #[test]
    fn a_foreign_tool_need_not_be_asked_twice() {
        let failed = Attempt { result: StepResult::Failed { reason: "no".into() }, ..attempt("next", None) };
        for (last, expected) in [(attempt("next", None), Standing::Fulfilled), (failed, Standing::Fresh)] {
            assert_eq!(standing(&last.call.clone(), &[last], 0, true), expected);
        }
    }

    #[test]
    fn what_was_sent_is_not_sent_again_in_other_words() {
        let next = attempt("next", None).call;
        let sent = [attempt("next", Some(true))];
        let check = |effect, origin, history: &[Attempt], expected| {
            assert_eq!(is_encore(&next, effect, origin, history), expected, "{effect:?} {origin:?}");
        };
        check(Effect::Send, Origin::Screen, &sent, true);
        check(Effect::Delete, Origin::Model, &sent, true);
        check(Effect::Send, Origin::User, &sent, false);
        check(Effect::Write, Origin::Screen, &sent, false);
        check(Effect::Send, Origin::Screen, &[attempt("next", Some(false))], false);
        check(Effect::Send, Origin::Screen, &[attempt("other", Some(true))], false);
    }

    #[test]
    fn a_repeated_call_is_done_or_stuck() {
        check(&[], 0, Standing::Fresh);
        check(&[attempt("other", Some(true))], 0, Standing::Fresh);
        check(&[attempt("next", Some(true)), attempt("other", None)], 0, Standing::Fulfilled);
        check(&[attempt("next", Some(false))], 1, Standing::Stuck);
        check(&[attempt("next", None)], 0, Standing::Fresh);
        check(&[attempt("next", None), attempt("next", None), attempt("next", None)], 0, Standing::Stuck);
    }
}
