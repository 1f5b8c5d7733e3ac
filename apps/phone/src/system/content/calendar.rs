//! Events: `calendar.db`, with the tables of Android's calendar provider that clients use.

use rusqlite::params;

use super::Place;
use crate::files::Files;
use crate::system::database::Database;

/// The file.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.providers.calendar/databases/calendar.db",
    schema: "
        CREATE TABLE IF NOT EXISTS Calendars (_id INTEGER PRIMARY KEY, account_name TEXT, account_type TEXT, name TEXT,
            calendar_displayName TEXT, calendar_color INTEGER, calendar_access_level INTEGER, visible INTEGER DEFAULT 1,
            sync_events INTEGER DEFAULT 1, calendar_timezone TEXT, ownerAccount TEXT);
        INSERT OR IGNORE INTO Calendars VALUES (1, 'me@pocketpilot.example', 'LOCAL', 'Personal', 'Personal', -12627531,
            700, 1, 1, 'UTC', 'me@pocketpilot.example');
        CREATE TABLE IF NOT EXISTS Events (_id INTEGER PRIMARY KEY AUTOINCREMENT, calendar_id INTEGER NOT NULL DEFAULT 1,
            title TEXT, eventLocation TEXT, description TEXT, eventColor INTEGER, eventStatus INTEGER DEFAULT 1,
            dtstart INTEGER, dtend INTEGER, eventTimezone TEXT DEFAULT 'UTC', duration TEXT,
            allDay INTEGER NOT NULL DEFAULT 0, accessLevel INTEGER NOT NULL DEFAULT 0,
            availability INTEGER NOT NULL DEFAULT 0, hasAlarm INTEGER NOT NULL DEFAULT 0, rrule TEXT, organizer TEXT,
            deleted INTEGER NOT NULL DEFAULT 0, dirty INTEGER DEFAULT 0, lastDate INTEGER);",
};

pub(super) fn place(parts: &[&str]) -> Option<Place> {
    match parts {
        ["events"] => {
            Some(Place::new(DATABASE, "Events", "Events").within("deleted = 0").default("calendar_id", 1))
        }
        ["calendars"] => Some(Place::new(DATABASE, "Calendars", "Calendars")),
        _ => None,
    }
}

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Row; 0 for one that is not kept yet.
    pub id: i64,
    /// What.
    pub title: String,
    /// Where.
    pub place: String,
    /// More about it.
    pub description: String,
    /// From, in milliseconds since 1970.
    pub start: i64,
    /// To, in milliseconds since 1970.
    pub end: i64,
    /// Takes whole days.
    pub all_day: bool,
}

/// Events, the earliest first.
pub fn all(files: &Files) -> Vec<Event> {
    DATABASE.rows(
        files,
        "SELECT _id, coalesce(title, ''), coalesce(eventLocation, ''), coalesce(description, ''), coalesce(dtstart, 0),
            coalesce(dtend, dtstart, 0), allDay FROM Events WHERE deleted = 0 ORDER BY dtstart, _id",
        [],
        |row| {
            Ok(Event {
                id: row.get(0)?,
                title: row.get(1)?,
                place: row.get(2)?,
                description: row.get(3)?,
                start: row.get(4)?,
                end: row.get(5)?,
                all_day: row.get(6)?,
            })
        },
    )
}

/// Keeps an event, new or changed; returns the row.
pub fn save(files: &Files, event: &Event) -> Option<i64> {
    let id = (event.id != 0).then_some(event.id);
    DATABASE.write(
        files,
        "INSERT INTO Events (_id, title, eventLocation, description, dtstart, dtend, lastDate, allDay)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
         ON CONFLICT (_id) DO UPDATE SET title = ?2, eventLocation = ?3, description = ?4, dtstart = ?5, dtend = ?6,
            lastDate = ?6, allDay = ?7",
        params![id, event.title, event.place, event.description, event.start, event.end, event.all_day],
    )
}

/// Removes an event.
pub fn delete(files: &Files, id: i64) {
    DATABASE.write(files, "DELETE FROM Events WHERE _id = ?1", [id]);
}
