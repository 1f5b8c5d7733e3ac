//! Was the task done? The phone's own state says, and for questions the answer that was given.

use std::time::Duration;

use super::environment::Environment;
use super::fact::{Fact, same_number};
use super::state::{Today, read};
use super::template::{Expectation, Front};
use crate::EvalError;

/// Apps write their state after the screen has moved on.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(400);

/// A phone before a task.
#[derive(Debug)]
pub(super) struct Before {
    /// When it was looked at.
    pub today: Today,
    /// What it said.
    pub facts: Vec<Fact>,
}

/// What is wrong with the phone and the answer after a task; nothing if it was done. A phone on
/// which something was done is given time to settle.
///
/// # Errors
/// [`EvalError`] if the phone cannot be read.
pub(super) async fn check(
    environment: &Environment<'_>,
    before: &Before,
    expect: &Expectation,
    answer: Option<&str>,
    acted: bool,
) -> Result<Vec<String>, EvalError> {
    let mut tries = 1;
    loop {
        let mut wrong = wrong_state(environment, before, expect).await?;
        if wrong.is_empty() || !acted || tries >= TRIES {
            let given = expect.answer.as_ref().is_none_or(|texts| is_answer(answer, texts));
            if !given {
                wrong.push(format!("the answer is {answer:?}"));
            }
            return Ok(wrong);
        }
        tries += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn wrong_state(
    environment: &Environment<'_>,
    before: &Before,
    expect: &Expectation,
) -> Result<Vec<String>, EvalError> {
    let after = read(environment, before.today).await?;
    let mut wrong = expect.change.check(&before.facts, &after).err().unwrap_or_default();
    if let Some(front) = &expect.front {
        wrong.extend(wrong_front(environment, front).await?);
    }
    Ok(wrong)
}

async fn wrong_front(environment: &Environment<'_>, front: &Front) -> Result<Option<String>, EvalError> {
    let screen = environment.device.observe().await?;
    if !front.packages.contains(&screen.package.as_str()) {
        return Ok(Some(format!("{} is in front", screen.package)));
    }
    let Some(text) = &front.text else { return Ok(None) };
    let wanted = text.to_lowercase();
    let stands = |shown: &str| shown.to_lowercase().contains(&wanted);
    let there = screen.nodes.iter().any(|node| stands(&node.text) || stands(&node.description));
    Ok((!there).then(|| format!("{text} stands nowhere on the display")))
}

/// One of the texts stands in the answer, or the answer holds its number, however written.
fn is_answer(answer: Option<&str>, texts: &[String]) -> bool {
    let Some(answer) = answer else { return false };
    let plain = |text: &str| text.to_lowercase().replace(['’', '‘'], "'");
    let said = plain(answer);
    texts.iter().any(|text| {
        let number = text.starts_with('+') && same_number(text, answer);
        number || stands_in(&said, &plain(text))
    })
}

/// As words of their own: `1:30` does not stand in `11:30`.
fn stands_in(said: &str, text: &str) -> bool {
    let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    said.match_indices(text).any(|(start, found)| {
        let (before, after) = (&said[..start], &said[start + found.len()..]);
        apart(before.chars().next_back()) && apart(after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: Option<&str>, texts: &[&str], right: bool) {
        let texts: Vec<String> = texts.iter().map(|&t| t.into()).collect();
        assert_eq!(is_answer(answer, &texts), right);
    }

    #[test]
    fn an_answer_holds_what_was_asked_for() {
        let time = ["1:30 PM", "13:30", "1:30"];
        check(Some("It rings at 1:30 pm."), &time, true);
        check(Some("13:30"), &time, true);
        check(Some("11:30"), &time, false);
        check(Some("1:305"), &time, false);
        check(None, &time, false);
        check(Some(""), &time, false);
        check(Some("Astrid Gruber wrote"), &["Astrid Gruber"], true);
        check(Some("It says: i’m running late!"), &["I'm running late"], true);
        check(Some("Astrid"), &["Astrid Gruber"], false);
    }

    #[test]
    fn a_number_is_right_however_written() {
        let number = ["+1 303 555 0142"];
        check(Some("Her number is (303) 555-0142."), &number, true);
        check(Some("+13035550142"), &number, true);
        check(Some("+13035550143"), &number, false);
        check(Some("no number"), &number, false);
    }
}
