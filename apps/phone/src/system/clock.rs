//! The phone's clock.

use std::str::FromStr;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// 2026-03-02 10:00:00 UTC, a Monday: when every phone boots, in milliseconds since 1970.
const BOOT: i64 = 1_772_445_600_000;

/// What makes time pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// `frozen`: nothing but [`Clock::step`]. What waits for time, such as `sleep`, does not wait.
    Frozen,
    /// `stepped`: what is done to the phone. A tap takes half a second, `sleep 5` five. The same inputs meet the same times.
    #[default]
    Stepped,
    /// `real`: the host's clock, too.
    Real,
}

/// A text that names no pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a clock is frozen, stepped or real")]
pub struct UnknownPace;

impl FromStr for Pace {
    type Err = UnknownPace;

    fn from_str(text: &str) -> Result<Pace, UnknownPace> {
        match text {
            "frozen" => Ok(Pace::Frozen),
            "stepped" => Ok(Pace::Stepped),
            "real" => Ok(Pace::Real),
            _ => Err(UnknownPace),
        }
    }
}

/// A clock that starts at the same moment on every phone. Its zone is UTC.
#[derive(Debug, Clone)]
pub struct Clock {
    millis: i64,
    up: i64,
    frozen: bool,
    real_since: Option<Instant>,
}

impl Default for Clock {
    fn default() -> Clock {
        Clock { millis: BOOT, up: 0, frozen: false, real_since: None }
    }
}

impl Clock {
    /// Milliseconds since 1970.
    pub fn millis(&self) -> i64 {
        self.millis + self.real()
    }

    /// Milliseconds since boot.
    pub fn up(&self) -> i64 {
        self.up + self.real()
    }

    fn real(&self) -> i64 {
        self.real_since.map_or(0, |since| i64::try_from(since.elapsed().as_millis()).unwrap_or(0))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        at(self.millis())
    }

    /// Something takes time, which passes unless the clock is frozen.
    pub fn advance(&mut self, millis: i64) {
        if !self.frozen {
            self.step(millis);
        }
    }

    /// Lets time pass by hand.
    pub fn step(&mut self, millis: i64) {
        self.millis = self.millis.saturating_add(millis.max(0));
        self.up = self.up.saturating_add(millis.max(0));
    }

    /// Sets the time, in milliseconds since 1970.
    pub fn set(&mut self, millis: i64) {
        self.millis = millis - self.real();
    }

    /// Changes what makes time pass.
    pub fn set_pace(&mut self, pace: Pace) {
        (self.millis, self.up) = (self.millis(), self.up());
        self.frozen = pace == Pace::Frozen;
        self.real_since = (pace == Pace::Real).then(Instant::now);
    }

    /// What makes time pass.
    pub fn pace(&self) -> Pace {
        match (self.frozen, self.real_since) {
            (true, _) => Pace::Frozen,
            (false, None) => Pace::Stepped,
            (false, Some(_)) => Pace::Real,
        }
    }
}

/// A moment, from milliseconds since 1970; the epoch itself if there is no such moment.
pub fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// `10:05 AM`
pub fn time_of_day(hour: u32, minute: u32) -> String {
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
}

/// `10:05 AM` today, `Yesterday`, `Sun`, or `Feb 20`, as lists of messages and calls show it.
pub fn ago(millis: i64, now: DateTime<Utc>) -> String {
    let when = at(millis);
    let days = (now.date_naive() - when.date_naive()).num_days();
    match days {
        0 => when.format("%-I:%M %p").to_string(),
        1 => "Yesterday".to_owned(),
        2..7 => when.format("%a").to_string(),
        _ => when.format("%b %-d").to_string(),
    }
}

/// `1:05:09` or `05:09`.
pub fn duration(millis: i64) -> String {
    let seconds = TimeDelta::milliseconds(millis.max(0)).num_seconds();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boots_on_a_monday_morning() {
        assert_eq!(Clock::default().now().format("%a %F %T").to_string(), "Mon 2026-03-02 10:00:00");
    }

    #[test]
    fn time_passes_with_events_until_it_is_frozen() {
        let mut clock = Clock::default();
        clock.advance(1500);
        assert_eq!((clock.millis(), clock.up(), clock.pace()), (BOOT + 1500, 1500, Pace::Stepped));
        clock.set_pace(Pace::Frozen);
        clock.advance(1000);
        assert_eq!((clock.millis(), clock.up(), clock.pace()), (BOOT + 1500, 1500, Pace::Frozen));
        clock.step(100);
        assert_eq!((clock.millis(), clock.up()), (BOOT + 1600, 1600));
        clock.set_pace("stepped".parse().unwrap());
        clock.advance(-1);
        clock.advance(i64::MAX);
        assert_eq!(clock.up(), i64::MAX);
        assert_eq!("events".parse::<Pace>().unwrap_err().to_string(), "a clock is frozen, stepped or real");
    }

    #[test]
    fn the_time_can_be_set() {
        let mut clock = Clock::default();
        clock.advance(1500);
        clock.set(0);
        assert_eq!((clock.millis(), clock.up()), (0, 1500));
    }

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(time_of_day(0, 5), "12:05 AM");
        assert_eq!(time_of_day(12, 30), "12:30 PM");
        assert_eq!(time_of_day(19, 0), "7:00 PM");
        let now = Clock::default().now();
        assert_eq!(ago(BOOT - 60_000, now), "9:59 AM");
        assert_eq!(ago(BOOT - 86_400_000, now), "Yesterday");
        assert_eq!(ago(BOOT - 3 * 86_400_000, now), "Fri");
        assert_eq!(ago(BOOT - 10 * 86_400_000, now), "Feb 20");
        assert_eq!(duration(65_000), "01:05");
        assert_eq!(duration(3_665_000), "1:01:05");
    }
}
