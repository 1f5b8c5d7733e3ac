//! What the clock keeps: alarms in the table of AOSP's clock, timers and the stopwatch beside it.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use rusqlite::{Row, params};

use crate::files::Files;
use crate::system::Services;
use crate::system::clock::time_of_day;
use crate::system::database::Database;
use crate::system::settings::Namespace;

/// The file.
pub const DATABASE: Database = Database {
    path: "/data/user_de/0/com.google.android.deskclock/databases/alarms.db",
    schema: "
        CREATE TABLE IF NOT EXISTS alarm_templates (_id INTEGER PRIMARY KEY, hour INTEGER NOT NULL,
            minutes INTEGER NOT NULL, daysofweek INTEGER NOT NULL, enabled INTEGER NOT NULL, vibrate INTEGER NOT NULL,
            label TEXT NOT NULL, ringtone TEXT, delete_after_use INTEGER NOT NULL DEFAULT 0,
            increasing_volume INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS alarm_instances (_id INTEGER PRIMARY KEY, year INTEGER NOT NULL, month INTEGER NOT NULL,
            day INTEGER NOT NULL, hour INTEGER NOT NULL, minutes INTEGER NOT NULL, vibrate INTEGER NOT NULL,
            label TEXT NOT NULL, ringtone TEXT, alarm_state INTEGER NOT NULL, alarm_id INTEGER,
            increasing_volume INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS timers (_id INTEGER PRIMARY KEY, length INTEGER NOT NULL, label TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT 'running', ends INTEGER NOT NULL DEFAULT 0, left INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS stopwatch (_id INTEGER PRIMARY KEY, state TEXT NOT NULL, since INTEGER NOT NULL,
            kept INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS laps (_id INTEGER PRIMARY KEY, at INTEGER NOT NULL);",
};

/// Short names of the days; the first is bit 0 of `daysofweek`.
pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Whole names of the days.
pub const WHOLE_DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Row; 0 for one that is not kept yet.
    pub id: i64,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// A bit for each day it repeats on; bit 0 is Monday.
    pub days: i64,
    /// Will ring.
    pub enabled: bool,
    /// Vibrates.
    pub vibrate: bool,
    /// What it is for.
    pub label: String,
}

impl Alarm {
    /// `7:30 AM`
    pub fn time(&self) -> String {
        time_of_day(self.hour, self.minute)
    }

    /// When it rings next after `now`.
    pub fn next(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = now.with_hour(self.hour)?.with_minute(self.minute)?.with_second(0)?.with_nanosecond(0)?;
        (0..8).map(|days| today + TimeDelta::days(days)).find(|when| {
            let bit = when.weekday().num_days_from_monday();
            *when > now && (self.days == 0 || self.days & (1 << bit) != 0)
        })
    }

    /// `Mon, Wed`, `Every day`, or for one that rings once `Today` or `Tomorrow`.
    pub fn when(&self, now: DateTime<Utc>) -> String {
        let named: Vec<&str> = DAYS
            .iter()
            .enumerate()
            .filter(|(bit, _)| self.days & (1 << bit) != 0)
            .map(|(_, day)| *day)
            .collect();
        match (named.len(), self.enabled) {
            (7, _) => "Every day".to_owned(),
            (1.., _) => named.join(", "),
            (0, false) => "Not scheduled".to_owned(),
            (0, true) => {
                let today = self.next(now).is_some_and(|when| when.date_naive() == now.date_naive());
                if today { "Today" } else { "Tomorrow" }.to_owned()
            }
        }
    }
}

fn read_alarm(row: &Row<'_>) -> rusqlite::Result<Alarm> {
    Ok(Alarm {
        id: row.get(0)?,
        hour: row.get::<_, u32>(1)? % 24,
        minute: row.get::<_, u32>(2)? % 60,
        days: row.get(3)?,
        enabled: row.get(4)?,
        vibrate: row.get(5)?,
        label: row.get(6)?,
    })
}

/// Alarms by time of day.
pub fn alarms(files: &Files) -> Vec<Alarm> {
    DATABASE.rows(
        files,
        "SELECT _id, hour, minutes, daysofweek, enabled, vibrate, label FROM alarm_templates ORDER BY hour, minutes, _id",
        [],
        read_alarm,
    )
}

/// Keeps an alarm, new or changed; returns the row.
pub fn save_alarm(cx: &Services, alarm: &Alarm) -> Option<i64> {
    let id = (alarm.id != 0).then_some(alarm.id);
    let kept = DATABASE.write(
        &cx.files,
        "INSERT INTO alarm_templates (_id, hour, minutes, daysofweek, enabled, vibrate, label, ringtone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'content://settings/system/alarm_alert')
         ON CONFLICT (_id) DO UPDATE SET hour = ?2, minutes = ?3, daysofweek = ?4, enabled = ?5, vibrate = ?6, label = ?7",
        params![id, alarm.hour, alarm.minute, alarm.days, alarm.enabled, alarm.vibrate, alarm.label],
    );
    announce(cx);
    if alarm.id != 0 { Some(alarm.id) } else { kept }
}

/// Removes an alarm.
pub fn delete_alarm(cx: &Services, id: i64) {
    DATABASE.write(&cx.files, "DELETE FROM alarm_templates WHERE _id = ?1", [id]);
    announce(cx);
}

/// The alarm that rings next, and when.
pub fn next_alarm(files: &Files, now: DateTime<Utc>) -> Option<(Alarm, DateTime<Utc>)> {
    let due = alarms(files).into_iter().filter(|alarm| alarm.enabled);
    due.filter_map(|alarm| alarm.next(now).map(|when| (alarm, when))).min_by_key(|(_, when)| *when)
}

/// Tells the system when an alarm rings next, in the setting that Android has for it.
fn announce(cx: &Services) {
    let next = next_alarm(&cx.files, cx.clock.now());
    let text = next.map(|(_, when)| when.format("%a %-I:%M %p").to_string()).unwrap_or_default();
    cx.settings.put(Namespace::System, "next_alarm_formatted", &text);
}

/// A timer. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// Row.
    pub id: i64,
    /// How long it runs.
    pub length: i64,
    /// What it is for.
    pub label: String,
    /// It runs.
    pub running: bool,
    /// What is left now; below 0 once it has ended.
    pub left: i64,
}

/// Timers, the oldest first.
pub fn timers(files: &Files, now: i64) -> Vec<Timer> {
    DATABASE.rows(files, "SELECT _id, length, label, state, ends, left FROM timers ORDER BY _id", [], |row| {
        let running = row.get::<_, String>(3)? == "running";
        let left = if running { row.get::<_, i64>(4)?.saturating_sub(now) } else { row.get(5)? };
        Ok(Timer { id: row.get(0)?, length: row.get(1)?, label: row.get(2)?, running, left })
    })
}

/// Starts a new timer.
pub fn start_timer(files: &Files, length: i64, label: &str, now: i64) {
    DATABASE.write(
        files,
        "INSERT INTO timers (length, label, state, ends, left) VALUES (?1, ?2, 'running', ?3, ?1)",
        params![length, label, now + length],
    );
}

/// Keeps what a timer does now.
pub fn set_timer(files: &Files, timer: &Timer, now: i64) {
    let state = if timer.running { "running" } else { "paused" };
    DATABASE.write(
        files,
        "UPDATE timers SET state = ?1, ends = ?2, left = ?3 WHERE _id = ?4",
        params![state, now.saturating_add(timer.left), timer.left, timer.id],
    );
}

/// Removes a timer.
pub fn delete_timer(files: &Files, id: i64) {
    DATABASE.write(files, "DELETE FROM timers WHERE _id = ?1", [id]);
}

/// The stopwatch. Times are in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stopwatch {
    /// It runs.
    pub running: bool,
    /// What it shows now.
    pub shown: i64,
}

/// The stopwatch.
pub fn stopwatch(files: &Files, now: i64) -> Stopwatch {
    let found = DATABASE.row(files, "SELECT state, since, kept FROM stopwatch WHERE _id = 1", [], |row| {
        let running = row.get::<_, String>(0)? == "running";
        let run = if running { now.saturating_sub(row.get::<_, i64>(1)?) } else { 0 };
        Ok(Stopwatch { running, shown: row.get::<_, i64>(2)?.saturating_add(run) })
    });
    found.unwrap_or_default()
}

/// Keeps what the stopwatch does now.
pub fn set_stopwatch(files: &Files, stopwatch: Stopwatch, now: i64) {
    let state = if stopwatch.running { "running" } else { "paused" };
    DATABASE.write(
        files,
        "INSERT OR REPLACE INTO stopwatch (_id, state, since, kept) VALUES (1, ?1, ?2, ?3)",
        params![state, now, stopwatch.shown],
    );
}

/// Laps, the first first: what the stopwatch showed at each.
pub fn laps(files: &Files) -> Vec<i64> {
    DATABASE.rows(files, "SELECT at FROM laps ORDER BY _id", [], |row| row.get(0))
}

/// Keeps a lap; `None` forgets all.
pub fn set_lap(files: &Files, at: Option<i64>) {
    match at {
        Some(at) => DATABASE.write(files, "INSERT INTO laps (at) VALUES (?1)", [at]),
        None => DATABASE.write(files, "DELETE FROM laps", []),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::clock::Clock;

    #[track_caller]
    fn check(hour: u32, minute: u32, days: i64, when: &str, next: &str) {
        let now = Clock::default().now();
        let alarm = Alarm { id: 1, hour, minute, days, enabled: true, vibrate: true, label: String::new() };
        let rings = alarm.next(now).map(|when| when.format("%a %H:%M").to_string());
        assert_eq!((alarm.when(now).as_str(), rings.as_deref()), (when, Some(next)));
    }

    #[test]
    fn alarms_ring_next_on_their_days() {
        check(11, 0, 0, "Today", "Mon 11:00");
        check(10, 0, 0, "Tomorrow", "Tue 10:00");
        check(7, 30, 0b1, "Mon", "Mon 07:30");
        check(7, 30, 0b001_0100, "Wed, Fri", "Wed 07:30");
        check(23, 59, 0b111_1111, "Every day", "Mon 23:59");
    }
}
