//! `date`, `sleep`: the phone's own clock, whose zone is UTC.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};

use super::options::Options;
use crate::shell::Context;

/// Longest `sleep`, in seconds.
const MAX_SLEEP: f64 = 86_400.0;

pub(super) fn date(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "date", args, "ud:s:r:D:")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let now = ctx.device().system().now();
    let (mut format, mut set) = ("%a %b %e %H:%M:%S UTC %Y", options.value('s'));
    for word in &options.rest {
        match word.strip_prefix('+') {
            Some(text) => format = text,
            None => set = Some(word),
        }
    }
    if let Some(text) = set {
        let Some(time) = parse(text, now) else { return bad_date(ctx, text) };
        if ctx.shell.uid != 0 {
            writeln!(ctx.err, "date: cannot set date: Operation not permitted")?;
            return Ok(1);
        }
        ctx.device().system().set_time(time.timestamp_millis());
        return show(ctx, format, time);
    }
    let time = match (options.value('d'), options.value('r')) {
        (Some(text), _) => match parse(text, now) {
            Some(time) => time,
            None => return bad_date(ctx, text),
        },
        (None, Some(path)) => match ctx.host_path(path).and_then(|host| host.metadata()?.modified()) {
            Ok(time) => time.into(),
            Err(error) => {
                writeln!(ctx.err, "date: '{path}': {}", crate::files::reason(&error))?;
                return Ok(1);
            }
        },
        (None, None) => now,
    };
    show(ctx, format, time)
}

fn bad_date(ctx: &mut Context<'_>, text: &str) -> io::Result<i32> {
    writeln!(ctx.err, "date: bad date '{text}'")?;
    Ok(1)
}

fn show(ctx: &mut Context<'_>, format: &str, time: DateTime<Utc>) -> io::Result<i32> {
    let mut text = String::new();
    if write!(text, "{}", time.format(format)).is_err() {
        writeln!(ctx.err, "date: bad format '{format}'")?;
        return Ok(1);
    }
    writeln!(ctx.out, "{text}")?;
    Ok(0)
}

/// `MMDDhhmm[[CC]YY][.SS]`, `@seconds`, `YYYYMMDD.hhmmss` and what ISO 8601 allows.
fn parse(text: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if let Some(seconds) = text.strip_prefix('@') {
        return DateTime::from_timestamp(seconds.split('.').next()?.parse().ok()?, 0);
    }
    let formats =
        ["%Y%m%d.%H%M%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M"];
    if let Some(time) = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()) {
        return Some(time.and_utc());
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day.and_hms_opt(0, 0, 0)?.and_utc());
    }
    let (digits, seconds) = text.split_once('.').unwrap_or((text, "00"));
    if !digits.is_ascii() {
        return None;
    }
    let (start, year) = digits.split_at_checked(8)?;
    let year = match year.len() {
        0 => now.year().to_string(),
        2 => format!("20{year}"),
        _ => year.to_owned(),
    };
    let time = NaiveDateTime::parse_from_str(&format!("{year}{start}{seconds}"), "%Y%m%d%H%M%S").ok()?;
    Some(time.and_utc())
}

/// Lets the phone's time pass. Nobody waits: on this phone time is what the clock says.
pub(super) fn sleep(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut millis = 0;
    for arg in args {
        let Some(seconds) = seconds(arg) else {
            writeln!(ctx.err, "sleep: bad time '{arg}'")?;
            return Ok(1);
        };
        millis += (seconds.min(MAX_SLEEP) * 1000.0) as i64;
    }
    ctx.device().system().advance(millis);
    Ok(0)
}

/// `1.5`, `2m`
fn seconds(text: &str) -> Option<f64> {
    let (digits, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(digits) => (digits, text.chars().last()?),
        None => (text, 's'),
    };
    let factor = match unit {
        'm' => 60.0,
        'h' => 3600.0,
        'd' => 86_400.0,
        _ => 1.0,
    };
    digits
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && *number >= 0.0)
        .map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let now = parse("2026-03-02 10:00:00", DateTime::UNIX_EPOCH).unwrap();
        let time = parse(text, now).map_or("bad".to_owned(), |time| time.format("%F %T").to_string());
        assert_eq!(time, expected);
    }

    #[test]
    fn dates_are_read() {
        check("101512302023.45", "2023-10-15 12:30:45");
        check("1015123023", "2023-10-15 12:30:00");
        check("10151230", "2026-10-15 12:30:00");
        check("@86400", "1970-01-02 00:00:00");
        check("2024-02-29 01:02:03", "2024-02-29 01:02:03");
        check("20231015.123045", "2023-10-15 12:30:45");
        check("99999999", "bad");
        check("é1015123", "bad");
        check("", "bad");
    }

    #[test]
    fn times_are_read() {
        assert_eq!(seconds("0.5"), Some(0.5));
        assert_eq!(seconds("2m"), Some(120.0));
        assert_eq!(seconds("-1"), None);
        assert_eq!(seconds("inf"), None);
    }
}
