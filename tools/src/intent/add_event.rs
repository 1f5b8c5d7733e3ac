//! Adding an event to the calendar.

use async_trait::async_trait;
use chrono::TimeDelta;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::evidence::read_back;
use super::press::{field_holds, press};
use super::{content, when};
use crate::action::Action;
use crate::am::Intent;

pub(super) struct AddEvent;

const EVENTS: &str = "content://com.android.calendar/events";
/// Minutes of an event whose length nobody gave.
const USUAL_LENGTH: u32 = 60;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// What the event is.
    #[schemars(length(min = 1, max = 100))]
    title: String,
    // No digits first: a small model begins with whatever number the request holds.
    /// Day: today, tomorrow, a weekday, or a date as november 30.
    #[schemars(regex(
        pattern = r"^(today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday|(january|february|march|april|may|june|july|august|september|october|november|december) [0-9]{1,2}(, [0-9]{4})?)$"
    ))]
    day: String,
    /// Start, as 3:00 pm or 15:00.
    #[schemars(regex(pattern = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]( ([ap]m|[AP]M))?$"))]
    time: String,
    /// Length in minutes.
    #[schemars(range(min = 5, max = 1440))]
    minutes: Option<u32>,
    /// Where it takes place.
    #[schemars(length(min = 1, max = 100))]
    place: Option<String>,
}

#[async_trait]
impl Action for AddEvent {
    type Args = Args;
    const NAME: &'static str = "add_event";
    const DESCRIPTION: &'static str = "Add an event to the calendar.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Add a dentist appointment tomorrow at 3 pm",
        "Schedule a meeting with Ana on Monday at 10",
        "Put lunch with mom in my calendar for Friday noon",
        "Create an event: team call, December 1, 9:30",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let device = context.device;
        let today = when::today(device).await?;
        let day = when::day(&args.day, today).ok_or_else(|| {
            ToolError::Rejected(format!(
                "{:?} is no day; write it as {}",
                args.day,
                today.format("%B %-d").to_string().to_lowercase()
            ))
        })?;
        let time = when::time(&args.time)
            .ok_or_else(|| ToolError::Rejected(format!("{:?} is no time; write it as 15:00", args.time)))?;
        let begin = day.and_time(time);
        let end = begin + TimeDelta::minutes(args.minutes.unwrap_or(USUAL_LENGTH).into());
        let begin_millis = when::millis(device, begin).await?;
        let end_millis = when::millis(device, end).await?;
        let mut intent = Intent::action("android.intent.action.INSERT")
            .data(EVENTS)
            .text("title", &args.title)
            .long("beginTime", begin_millis)
            .long("endTime", end_millis);
        if let Some(place) = &args.place {
            intent = intent.text("eventLocation", place);
        }
        intent.send(device).await?;
        press(device, "save", |screen| field_holds(screen, &args.title)).await?;
        let evidence = read_back(async || evidence(device, &args.title, begin_millis).await).await?;
        Ok(ToolOutput { text: format!("{} on {begin}", args.title), evidence, control: None })
    }
}

async fn evidence(device: &dyn Device, title: &str, begin: i64) -> Result<Option<Evidence>, ToolError> {
    let Some(rows) = content::query(device, EVENTS, &["dtstart", "title"]).await? else { return Ok(None) };
    let begin = begin.to_string();
    let holds = rows.iter().any(|row| row.first() == Some(&begin) && row.get(1).is_some_and(|t| t == title));
    let is = if holds { "is" } else { "is not" };
    Ok(Some(Evidence { holds, fact: format!("{title:?} {is} in the calendar at that time") }))
}
