//! What a phone says of itself: the facts that tasks change, read from settings and from the apps'
//! databases.

use std::sync::LazyLock;

use regex::Regex;

use super::environment::{Environment, unhex};
use super::fact::{Alarm, Fact, Switch};
use crate::EvalError;

/// The clock's database, of Google's app and of AOSP's.
pub(super) const CLOCK: &[&str] = &[
    "/data/user_de/0/com.google.android.deskclock/databases/alarms.db",
    "/data/user_de/0/com.android.deskclock/databases/alarms.db",
];

/// Where the clock apps keep their timers.
const TIMERS: &[&str] = &[
    "/data/user_de/0/com.google.android.deskclock/shared_prefs/com.google.android.deskclock_preferences.xml",
    "/data/user_de/0/com.android.deskclock/shared_prefs/com.android.deskclock_preferences.xml",
];

/// The contacts provider's database.
pub(super) const CONTACTS: &[&str] = &["/data/data/com.android.providers.contacts/databases/contacts2.db"];

/// The telephony provider's database, by the phone's age.
const MESSAGES: &[&str] = &[
    "/data/user_de/0/com.android.providers.telephony/databases/mmssms.db",
    "/data/data/com.android.providers.telephony/databases/mmssms.db",
];

/// The calendar provider's database.
const CALENDAR: &[&str] = &["/data/data/com.android.providers.calendar/databases/calendar.db"];

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// The phone's clock at the beginning of a task: events are told by days from then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// Minutes since 1970 at the last midnight, in UTC.
    midnight: i64,
}

impl Today {
    /// Asks the phone.
    ///
    /// # Errors
    /// [`EvalError`] if it does not answer, or answers no time.
    pub async fn of(environment: &Environment<'_>) -> Result<Self, EvalError> {
        let said = environment.shell("date '+%s %z'").await?;
        Self::parse(&said).ok_or_else(|| EvalError::Environment {
            what: "date '+%s %z'".into(),
            reason: format!("`{}` is no time", said.trim()),
        })
    }

    /// From `1754388000 +0200`.
    fn parse(said: &str) -> Option<Self> {
        let (seconds, zone) = said.trim().split_once(' ')?;
        let zone: i64 = zone.parse().ok()?;
        let offset = zone / 100 * 60 + zone % 100;
        let local = seconds.parse::<i64>().ok()?.div_euclid(60) + offset;
        Some(Self { midnight: local - local.rem_euclid(DAY) - offset })
    }

    /// Day from today and minute of that day.
    fn place(self, minutes: i64) -> (i64, i64) {
        let since = minutes - self.midnight;
        (since.div_euclid(DAY), since.rem_euclid(DAY))
    }

    /// Milliseconds since 1970 of a day from today and a minute of it.
    pub fn millis(self, day: i64, minute: i64) -> i64 {
        (self.midnight + day * DAY + minute) * 60_000
    }
}

/// All facts of a phone.
///
/// # Errors
/// [`EvalError`] if the phone does not answer, or answers nonsense.
pub(super) async fn read(environment: &Environment<'_>, today: Today) -> Result<Vec<Fact>, EvalError> {
    let mut facts = alarms(environment).await?;
    facts.extend(timers(environment).await?);
    for switch in Switch::ALL {
        let on = switch_state(environment, switch).await?;
        facts.push(Fact::Switch { switch, on });
    }
    let level = environment.shell("settings get system screen_brightness").await?;
    facts.extend(level.trim().parse().ok().map(|level| Fact::Brightness { level }));
    facts.extend(contacts(environment).await?);
    facts.extend(sent(environment).await?);
    facts.extend(events(environment, today).await?);
    Ok(facts)
}

async fn alarms(environment: &Environment<'_>) -> Result<Vec<Fact>, EvalError> {
    let sql = "SELECT hour, minutes, enabled, daysofweek, hex(label) FROM alarm_templates";
    let rows = environment.select(CLOCK, sql).await?;
    let alarm = |row: &Vec<String>| {
        let [hour, minute, on, days, label] = row.as_slice() else { return None };
        Some(Fact::Alarm(Alarm {
            hour: hour.parse().ok()?,
            minute: minute.parse().ok()?,
            on: on == "1",
            days: days.parse().ok()?,
            label: unhex(label),
        }))
    };
    understood(&rows, alarm, sql)
}

static TIMER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"name="timer_setup_timet_\d+" value="(\d+)""#).expect("the pattern is part of the program")
});

/// AOSP's clock keeps timers among its preferences; others keep them in the clock's database.
async fn timers(environment: &Environment<'_>) -> Result<Vec<Fact>, EvalError> {
    for path in TIMERS {
        if let Some(text) = environment.read(path).await? {
            let millis = TIMER.captures_iter(&text).filter_map(|found| found[1].parse::<u32>().ok());
            return Ok(millis.map(|millis| Fact::Timer { seconds: millis / 1000 }).collect());
        }
    }
    let table = "SELECT name FROM sqlite_master WHERE name = 'timers'";
    if environment.select(CLOCK, table).await?.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT length / 1000 FROM timers";
    let rows = environment.select(CLOCK, sql).await?;
    understood(&rows, |row| Some(Fact::Timer { seconds: row.first()?.parse().ok()? }), sql)
}

/// Where a switch shows, and the smallest value that means on.
async fn switch_state(environment: &Environment<'_>, switch: Switch) -> Result<bool, EvalError> {
    let (key, on_from) = match switch {
        Switch::Wifi => ("global wifi_on", 1),
        Switch::Bluetooth => ("global bluetooth_on", 1),
        Switch::AirplaneMode => ("global airplane_mode_on", 1),
        Switch::DoNotDisturb => ("global zen_mode", 1),
        // 0 follows the time of day, 1 is light.
        Switch::DarkMode => ("secure ui_night_mode", 2),
    };
    let value = environment.shell(&format!("settings get {key}")).await?;
    Ok(value.trim().parse::<i64>().is_ok_and(|value| value >= on_from))
}

async fn contacts(environment: &Environment<'_>) -> Result<Vec<Fact>, EvalError> {
    let sql = "SELECT hex(r.display_name), hex(d.data1) FROM data d \
               JOIN mimetypes m ON m._id = d.mimetype_id JOIN raw_contacts r ON r._id = d.raw_contact_id \
               WHERE m.mimetype = 'vnd.android.cursor.item/phone_v2' AND r.deleted = 0";
    let contact = |name, number| Fact::Contact { name, number };
    texts(environment, CONTACTS, sql, contact).await
}

async fn sent(environment: &Environment<'_>) -> Result<Vec<Fact>, EvalError> {
    // Sent, waiting to be sent, and being sent: what was not rejected or drafted.
    let sql = "SELECT hex(address), hex(body) FROM sms WHERE type IN (2, 4, 6)";
    texts(environment, MESSAGES, sql, |to, text| Fact::Sent { to, text }).await
}

async fn texts(
    environment: &Environment<'_>,
    databases: &[&str],
    sql: &str,
    fact: impl Fn(String, String) -> Fact,
) -> Result<Vec<Fact>, EvalError> {
    let rows = environment.select(databases, sql).await?;
    let read = |row: &Vec<String>| {
        let [first, second] = row.as_slice() else { return None };
        Some(fact(unhex(first), unhex(second)))
    };
    understood(&rows, read, sql)
}

async fn events(environment: &Environment<'_>, today: Today) -> Result<Vec<Fact>, EvalError> {
    let sql = "SELECT dtstart / 60000, hex(title) FROM Events WHERE deleted = 0";
    let rows = environment.select(CALENDAR, sql).await?;
    let event = |row: &Vec<String>| {
        let [start, title] = row.as_slice() else { return None };
        let (day, minute) = today.place(start.parse().ok()?);
        Some(Fact::Event { title: unhex(title), day, minute })
    };
    understood(&rows, event, sql)
}

fn understood(
    rows: &[Vec<String>],
    read: impl Fn(&Vec<String>) -> Option<Fact>,
    sql: &str,
) -> Result<Vec<Fact>, EvalError> {
    let fact = |row: &Vec<String>| {
        read(row).ok_or_else(|| EvalError::Environment {
            what: sql.to_owned(),
            reason: format!("`{}` is no such row", row.join("|")),
        })
    };
    rows.iter().map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, minutes: i64, expected: Option<(i64, i64)>) {
        assert_eq!(Today::parse(said).map(|today| today.place(minutes)), expected);
    }

    /// 2026-11-23 00:00 UTC.
    const MIDNIGHT: i64 = 1_795_392_000 / 60;

    #[test]
    fn days_are_told_from_the_phones_midnight() {
        check("1795424400 +0000\n", MIDNIGHT + 90, Some((0, 90)));
        check("1795424400 +0000", MIDNIGHT + DAY, Some((1, 0)));
        check("1795424400 +0000", MIDNIGHT - 1, Some((-1, DAY - 1)));
        // 23:30 UTC is 01:30 of the next day two hours east, and 18:00 half past five hours west.
        check("1795476600 +0200", MIDNIGHT + 23 * 60 + 30, Some((0, 90)));
        check("1795476600 -0530", MIDNIGHT + 23 * 60 + 30, Some((0, 18 * 60)));
        check("now", 0, None);
        check("1795476600", 0, None);
    }

    #[test]
    fn places_and_times_are_inverse() {
        let today = Today::parse("1795476600 +0530").unwrap();
        assert_eq!(today.place(today.millis(3, 615) / 60_000), (3, 615));
    }

    #[test]
    fn timers_are_found_among_preferences() {
        let xml = r#"<map><long name="timer_setup_timet_3" value="300000" /><int name="timer_state_3" value="1" /></map>"#;
        let found: Vec<_> = TIMER.captures_iter(xml).map(|f| f[1].to_owned()).collect();
        assert_eq!(found, ["300000"]);
    }
}
