//! Setting an alarm.

use async_trait::async_trait;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::database::{self, CLOCK};
use super::evidence::read_back;
use crate::action::Action;
use crate::am::Intent;

pub(super) struct SetAlarm;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Hour of the day, from 0 to 23.
    #[schemars(range(min = 0, max = 23))]
    hour: u8,
    /// Minute of the hour.
    #[schemars(range(min = 0, max = 59))]
    minute: u8,
    /// What the alarm is for.
    #[schemars(length(min = 1, max = 60))]
    label: Option<String>,
    /// Weekdays on which the alarm repeats; left out, it rings once.
    #[schemars(length(min = 1, max = 7))]
    days: Option<Vec<Day>>,
}

/// In the order of Java's `Calendar`, which counts from Sunday = 1.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Day {
    Sunday = 1,
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
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
        let mut intent = Intent::action("android.intent.action.SET_ALARM")
            .int("android.intent.extra.alarm.HOUR", args.hour.into())
            .int("android.intent.extra.alarm.MINUTES", args.minute.into())
            .flag("android.intent.extra.alarm.SKIP_UI", true);
        if let Some(label) = &args.label {
            intent = intent.text("android.intent.extra.alarm.MESSAGE", label);
        }
        if let Some(days) = &args.days {
            let days: Vec<i64> = days.iter().map(|&day| day as i64).collect();
            intent = intent.ints("android.intent.extra.alarm.DAYS", &days);
        }
        intent.send(context.device).await?;
        let evidence = read_back(async || evidence(context.device, args.hour, args.minute).await).await?;
        Ok(ToolOutput { evidence, ..ToolOutput::default() })
    }
}

async fn evidence(device: &dyn Device, hour: u8, minute: u8) -> Result<Option<Evidence>, ToolError> {
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
    Ok((clock_time(&next) == Some((hour, minute)))
        .then(|| Evidence { holds: true, fact: format!("the next alarm is {}", next.trim()) }))
}

/// The time in `Mon 7:30 AM` or `Mon 07:30`.
fn clock_time(text: &str) -> Option<(u8, u8)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (hour, minute) = words.iter().find_map(|word| word.split_once(':'))?;
    let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match words.last()?.to_ascii_lowercase().as_str() {
        "am" | "a.m." => hour % 12,
        "pm" | "p.m." => hour % 12 + 12,
        _ => hour,
    };
    Some((hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(u8, u8)>) {
        assert_eq!(clock_time(text), expected, "{text}");
    }

    #[test]
    fn clock_times() {
        check("Mon 7:30 AM\n", Some((7, 30)));
        check("Mon 7:30 PM", Some((19, 30)));
        check("Tue 12:05 AM", Some((0, 5)));
        check("Tue 12:05 p.m.", Some((12, 5)));
        check("Mo. 07:30", Some((7, 30)));
        check("null", None);
        check("", None);
    }
}
