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

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Whole hours.
    #[schemars(range(min = 0, max = 23))]
    hours: Option<u32>,
    /// Minutes beside the hours.
    #[schemars(range(min = 0, max = 59))]
    minutes: Option<u32>,
    /// Seconds beside the minutes.
    #[schemars(range(min = 0, max = 59))]
    seconds: Option<u32>,
    /// What the timer is for.
    #[schemars(length(min = 1, max = 60))]
    label: Option<String>,
}

#[async_trait]
impl Action for SetTimer {
    type Args = Args;
    const NAME: &'static str = "set_timer";
    const DESCRIPTION: &'static str = "Start a timer that counts down hours, minutes and seconds.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Set a timer for 10 minutes",
        "Count down 90 seconds",
        "Remind me in half an hour to turn the oven off",
        "Start a 5 minute tea timer",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let part = |value: Option<u32>| value.unwrap_or_default();
        let length = part(args.hours) * 3600 + part(args.minutes) * 60 + part(args.seconds);
        if length == 0 {
            return Err(ToolError::Rejected("a timer needs hours, minutes or seconds".into()));
        }
        let mut intent = Intent::action("android.intent.action.SET_TIMER")
            .int("android.intent.extra.alarm.LENGTH", length.into())
            .flag("android.intent.extra.alarm.SKIP_UI", true);
        if let Some(label) = &args.label {
            intent = intent.text("android.intent.extra.alarm.MESSAGE", label);
        }
        let before = running(context.device, length).await?;
        intent.send(context.device).await?;
        let evidence = match before {
            Some(before) => read_back(async || evidence(context.device, length, before).await).await?,
            None => None,
        };
        Ok(ToolOutput { evidence, ..ToolOutput::default() })
    }
}

async fn evidence(device: &dyn Device, length: u32, before: u32) -> Result<Option<Evidence>, ToolError> {
    let Some(now) = running(device, length).await? else { return Ok(None) };
    let holds = now > before;
    let fact = if holds { "a new timer runs" } else { "no new timer runs" };
    Ok(Some(Evidence { holds, fact: format!("{fact} for {length} seconds") }))
}

/// How many timers of this length run; `None` if the clock keeps its timers elsewhere (Google's does, in
/// preferences that only it can read).
async fn running(device: &dyn Device, length: u32) -> Result<Option<u32>, ToolError> {
    let millis = u64::from(length) * 1000;
    let sql = format!("SELECT count(*) FROM timers WHERE length = {millis} AND state = 'running'");
    let lines = database::select(device, CLOCK, &sql).await?;
    Ok(lines.and_then(|lines| lines.first()?.trim().parse().ok()))
}
