//! Setting an alarm.

use async_trait::async_trait;
use chrono::{NaiveTime, Timelike, Weekday};
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::database::{self, CLOCK};
use super::evidence::read_back;
use super::when;
use crate::action::Action;
use crate::am::Intent;

pub(super) struct SetAlarm;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    // As said: a small model copies "7:30 pm" without fault, and forgets to add twelve.
    /// Time of day, as 7:30 pm or 19:30.
    #[schemars(regex(pattern = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]( ([ap]m|[AP]M))?$"))]
    time: String,
    /// What the alarm is for.
    #[schemars(length(min = 1, max = 60))]
    label: Option<String>,
    /// Days on which the alarm repeats, as weekdays, or monday, friday; left out, it rings once.
    #[schemars(regex(
        pattern = r"^(every day|(every )?weekdays?|(every )?weekends?|(monday|tuesday|wednesday|thursday|friday|saturday|sunday)(, (monday|tuesday|wednesday|thursday|friday|saturday|sunday)){0,5})$"
    ))]
    days: Option<String>,
}

#[async_trait]
impl Action for SetAlarm {
    type Args = Args;
    const NAME: &'static str = "set_alarm";
    const DESCRIPTION: &'static str = "Set an alarm for a time of day.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Set an alarm for 7:30",
        "Wake me up at 6 tomorrow",
        "Wake me at quarter past seven on weekdays",
        "I need to get up at 5:45 am",
        "Alarm at 14:00 called medicine",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let time = when::time(&args.time)
            .ok_or_else(|| ToolError::Rejected(format!("{:?} is no time; write it as 19:30", args.time)))?;
        let mut intent = Intent::action("android.intent.action.SET_ALARM")
            .int("android.intent.extra.alarm.HOUR", time.hour().into())
            .int("android.intent.extra.alarm.MINUTES", time.minute().into())
            .flag("android.intent.extra.alarm.SKIP_UI", true);
        if let Some(label) = &args.label {
            intent = intent.text("android.intent.extra.alarm.MESSAGE", label);
        }
        if let Some(days) = &args.days {
            let days = calendar_days(days).ok_or_else(|| {
                ToolError::Rejected(format!("{days:?} are no days; write weekdays, or monday, friday"))
            })?;
            intent = intent.ints("android.intent.extra.alarm.DAYS", &days);
        }
        intent.send(context.device).await?;
        let evidence = read_back(async || evidence(context.device, time).await).await?;
        Ok(ToolOutput { evidence, ..ToolOutput::default() })
    }
}

/// Days as numbers of Java's `Calendar`, which counts from Sunday = 1.
fn calendar_days(said: &str) -> Option<Vec<i64>> {
    match said.trim_start_matches("every ").trim_end_matches('s') {
        "day" => Some((1..=7).collect()),
        "weekday" => Some((2..=6).collect()),
        "weekend" => Some(vec![1, 7]),
        _ => {
            let day = |name: &str| Some(i64::from(name.parse::<Weekday>().ok()?.number_from_sunday()));
            said.split(", ").map(day).collect()
        }
    }
}

async fn evidence(device: &dyn Device, time: NaiveTime) -> Result<Option<Evidence>, ToolError> {
    let (hour, minute) = (time.hour(), time.minute());
    let sql = format!(
        "SELECT count(*) FROM alarm_templates WHERE hour = {hour} AND minutes = {minute} AND enabled = 1"
    );
    if let Some(lines) = database::select(device, CLOCK, &sql).await? {
        let holds = lines.first().is_some_and(|count| count.trim() != "0");
        let has = if holds { "has an" } else { "has no" };
        let fact = format!("the clock {has} alarm that is on at {hour:02}:{minute:02}");
        return Ok(Some(Evidence { holds, fact }));
    }
    // Without root only the next alarm shows. Another one may come first, so it can prove only that
    // ours is set, never that it is not.
    let next = device.shell("settings get system next_alarm_formatted").await?.text;
    Ok((alarm_time(&next) == Some(time))
        .then(|| Evidence { holds: true, fact: format!("the next alarm is {}", next.trim()) }))
}

/// The time in `Mon 7:30 AM` or `Mon 07:30`.
fn alarm_time(text: &str) -> Option<NaiveTime> {
    when::time(text.trim().split_once(' ')?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u32, u32)>) {
        assert_eq!(alarm_time(text).map(|t| (t.hour(), t.minute())), expected, "{text}");
    }

    #[test]
    fn days_in_words() {
        assert_eq!(calendar_days("weekdays"), Some(vec![2, 3, 4, 5, 6]));
        assert_eq!(calendar_days("every weekday"), Some(vec![2, 3, 4, 5, 6]));
        assert_eq!(calendar_days("weekends"), Some(vec![1, 7]));
        assert_eq!(calendar_days("every day"), Some(vec![1, 2, 3, 4, 5, 6, 7]));
        assert_eq!(calendar_days("sunday, monday"), Some(vec![1, 2]));
        assert_eq!(calendar_days("monday, someday"), None);
        assert_eq!(calendar_days(""), None);
    }

    #[test]
    fn next_alarms() {
        check("Mon 7:30 AM\n", Some((7, 30)));
        check("Tue 12:05 p.m.", Some((12, 5)));
        check("Mo. 07:30", Some((7, 30)));
        check("null", None);
        check("", None);
    }
}
