//! Days and times as people say them, on the phone's own clock.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::ToolError;

/// The phone's date.
pub(super) async fn today(device: &dyn Device) -> Result<NaiveDate, ToolError> {
    let answer = device.shell("date +%Y-%m-%d").await?.text;
    answer
        .trim()
        .parse()
        .map_err(|_| ToolError::Failed(format!("the phone's date cannot be read: {:?}", answer.trim())))
}

/// A moment on the phone's clock in milliseconds since 1970, which only the phone can tell: it knows
/// its time zone and when summer time begins.
pub(super) async fn millis(device: &dyn Device, moment: NaiveDateTime) -> Result<i64, ToolError> {
    let command = format!("date -d '{}' +%s", moment.format("%Y-%m-%d %H:%M:%S"));
    let answer = device.shell(&command).await?.text;
    let seconds: i64 = answer.trim().parse().map_err(|_| {
        ToolError::Failed(format!("the phone cannot tell when {moment} is: {:?}", answer.trim()))
    })?;
    Ok(seconds.saturating_mul(1000))
}

/// `today`, `tomorrow`, the next day of that name (`monday`; today's name means in a week), the next
/// `november 30`, or `november 30, 2026`.
pub(super) fn day(said: &str, today: NaiveDate) -> Option<NaiveDate> {
    match said.trim().to_lowercase().as_str() {
        "today" => Some(today),
        "tomorrow" => today.succ_opt(),
        word => date(word, today).or_else(|| {
            let wanted: Weekday = word.parse().ok()?;
            let days = (wanted.num_days_from_monday() + 7 - today.weekday().num_days_from_monday()) % 7;
            today.checked_add_days(Days::new(if days == 0 { 7 } else { days.into() }))
        }),
    }
}

fn date(said: &str, today: NaiveDate) -> Option<NaiveDate> {
    if said.contains(',') {
        return NaiveDate::parse_from_str(said, "%B %d, %Y").ok();
    }
    // Four years hold every date, the 29th of February among them.
    (0..=4)
        .filter_map(|n| NaiveDate::parse_from_str(&format!("{said}, {}", today.year() + n), "%B %d, %Y").ok())
        .find(|date| *date >= today)
}

/// `15:00` or `3:00 pm`. After noon by both (`15:00 pm`) is taken for what it must mean.
pub(super) fn time(said: &str) -> Option<NaiveTime> {
    let said = said.trim().to_lowercase().replace('.', "");
    let (clock, half) = match (said.strip_suffix("am"), said.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (said.as_str(), None),
    };
    let time = NaiveTime::parse_from_str(clock.trim(), "%H:%M").ok()?;
    match half {
        Some(noon) if time.hour() <= 12 => time.with_hour(time.hour() % 12 + noon),
        Some(0) => None,
        _ => Some(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_day(said: &str, expected: Option<&str>) {
        let sunday: NaiveDate = "2026-11-22".parse().unwrap();
        assert_eq!(day(said, sunday).map(|d| d.to_string()).as_deref(), expected);
    }

    #[test]
    fn days() {
        check_day("today", Some("2026-11-22"));
        check_day("Tomorrow", Some("2026-11-23"));
        check_day("monday", Some("2026-11-23"));
        check_day("saturday", Some("2026-11-28"));
        check_day("sunday", Some("2026-11-29"));
        check_day("November 30", Some("2026-11-30"));
        check_day("november 22", Some("2026-11-22"));
        check_day("november 21", Some("2027-11-21"));
        check_day("february 29", Some("2028-02-29"));
        check_day("february 28, 2027", Some("2027-02-28"));
        check_day("february 30", None);
        check_day("someday", None);
    }

    #[track_caller]
    fn check_time(said: &str, expected: Option<(u32, u32)>) {
        assert_eq!(time(said).map(|t| (t.hour(), t.minute())), expected, "{said}");
    }

    #[test]
    fn times() {
        check_time("07:30", Some((7, 30)));
        check_time("7:30", Some((7, 30)));
        check_time("7:30 pm", Some((19, 30)));
        check_time("7:30PM", Some((19, 30)));
        check_time("12:05 AM", Some((0, 5)));
        check_time("12:05 p.m.", Some((12, 5)));
        check_time("19:30 pm", Some((19, 30)));
        check_time("0:15 am", Some((0, 15)));
        check_time("19:30 am", None);
        check_time("24:00", None);
        check_time("noon", None);
        check_time("", None);
    }
}
