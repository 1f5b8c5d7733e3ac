//! Starting a timer.

use async_trait::async_trait;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::database::{self, CLOCK};
use super::evidence::read_back;
use crate::action::Action;
use crate::am::Intent;

pub(super) struct SetTimer;

/// The longest timer that Android's clock takes, in seconds.
const LONGEST: u32 = 99 * 3600 + 59 * 60 + 59;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    // Words, not three numbers: a small model copies "10 minutes" without fault, and puts 10 into the first of
    // three numbers that it is offered.
    /// How long, as 10 minutes, or 1 hour 30 minutes.
    #[schemars(regex(pattern = r"^[0-9]{1,4} (second|minute|hour)s?( [0-9]{1,4} (second|minute)s?){0,2}$"))]
    duration: String,
    /// What the timer is for.
    #[schemars(length(min = 1, max = 60))]
    label: Option<String>,
}

#[async_trait]
impl Action for SetTimer {
    type Args = Args;
    const NAME: &'static str = "set_timer";
    const DESCRIPTION: &'static str = "Start a timer that counts down.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Set a timer for 10 minutes",
        "Count down 90 seconds",
        "Remind me in half an hour to turn the oven off",
        "Start a 5 minute tea timer",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let length = length(&args.duration)?;
        let mut intent = Intent::action("android.intent.action.SET_TIMER")
            .int("android.intent.extra.alarm.LENGTH", length.into())
            .flag("android.intent.extra.alarm.SKIP_UI", true);
        if let Some(label) = &args.label {
            intent = intent.text("android.intent.extra.alarm.MESSAGE", label);
        }
        let before = running(context.device, length).await?;
        intent.send(context.device).await?;
        let evidence = match before {
            Some(before) => {
                read_back(async || evidence(context.device, &args.duration, length, before).await).await?
            }
            None => None,
        };
        Ok(ToolOutput { evidence, ..ToolOutput::default() })
    }
}

/// Seconds of a duration in words.
fn length(said: &str) -> Result<u32, ToolError> {
    let seconds = humantime::parse_duration(said).map_or(0, |d| d.as_secs());
    match u32::try_from(seconds) {
        Ok(seconds @ 1..=LONGEST) => Ok(seconds),
        _ => Err(ToolError::Rejected(format!(
            "{said:?} is no time from 1 second to 99 hours; write it as 1 hour 30 minutes"
        ))),
    }
}

async fn evidence(
    device: &dyn Device,
    said: &str,
    length: u32,
    before: u32,
) -> Result<Option<Evidence>, ToolError> {
    let Some(now) = running(device, length).await? else { return Ok(None) };
    let holds = now > before;
    let fact = if holds { "a new timer runs" } else { "no new timer runs" };
    Ok(Some(Evidence { holds, fact: format!("{fact} for {said}") }))
}

/// How many timers of this length run; `None` if the clock keeps its timers elsewhere (Google's does, in
/// preferences that only it can read).
async fn running(device: &dyn Device, length: u32) -> Result<Option<u32>, ToolError> {
    let millis = u64::from(length) * 1000;
    let sql = format!("SELECT count(*) FROM timers WHERE length = {millis} AND state = 'running'");
    let lines = database::select(device, CLOCK, &sql).await?;
    Ok(lines.and_then(|lines| lines.first()?.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, expected: Option<u32>) {
        assert_eq!(length(said).ok(), expected, "{said}");
    }

    #[test]
    fn durations_in_words() {
        check("10 minutes", Some(600));
        check("1 minute", Some(60));
        check("1 hour 30 minutes", Some(5400));
        check("2 hours 5 minutes 1 second", Some(7501));
        check("90 seconds", Some(90));
        check("99 hours", Some(99 * 3600));
        check("100 hours", None);
        check("0 seconds", None);
        check("10", None);
        check("soon", None);
        check("9999999999999999999 hours", None);
    }
}
