//! What Tasks.org keeps: tasks, lists, and which task is on which list.

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use rusqlite::{Row, params};

use crate::files::Files;
use crate::system::clock::at;
use crate::system::database::Database;
use crate::system::random::Random;

/// The file.
pub const DATABASE: Database = Database {
    path: "/data/data/org.tasks/databases/database",
    schema: "
        CREATE TABLE IF NOT EXISTS tasks (_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, title TEXT,
            importance INTEGER NOT NULL DEFAULT 3, dueDate INTEGER NOT NULL DEFAULT 0, hideUntil INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL DEFAULT 0, modified INTEGER NOT NULL DEFAULT 0, completed INTEGER NOT NULL DEFAULT 0,
            deleted INTEGER NOT NULL DEFAULT 0, notes TEXT, estimatedSeconds INTEGER NOT NULL DEFAULT 0,
            elapsedSeconds INTEGER NOT NULL DEFAULT 0, timerStart INTEGER NOT NULL DEFAULT 0,
            notificationFlags INTEGER NOT NULL DEFAULT 0, lastNotified INTEGER NOT NULL DEFAULT 0, recurrence TEXT,
            repeat_from INTEGER NOT NULL DEFAULT 0, calendarUri TEXT, remoteId TEXT, collapsed INTEGER NOT NULL DEFAULT 0,
            parent INTEGER NOT NULL DEFAULT 0, `order` INTEGER, read_only INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS caldav_lists (cdl_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, cdl_account TEXT,
            cdl_uuid TEXT, cdl_name TEXT, cdl_color INTEGER NOT NULL DEFAULT 0, cdl_ctag TEXT, cdl_url TEXT,
            cdl_icon INTEGER, cdl_order INTEGER NOT NULL DEFAULT -1, cdl_access INTEGER NOT NULL DEFAULT 0,
            cdl_last_sync INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS caldav_tasks (cd_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            cd_task INTEGER NOT NULL, cd_calendar TEXT, cd_object TEXT, cd_remote_id TEXT, cd_etag TEXT,
            cd_last_sync INTEGER NOT NULL DEFAULT 0, cd_deleted INTEGER NOT NULL DEFAULT 0, cd_remote_parent TEXT,
            gt_moved INTEGER NOT NULL DEFAULT 0, gt_remote_order INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS caldav_accounts (cda_id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, cda_uuid TEXT,
            cda_name TEXT, cda_url TEXT, cda_username TEXT, cda_password TEXT, cda_error TEXT,
            cda_account_type INTEGER NOT NULL, cda_collapsed INTEGER NOT NULL DEFAULT 0,
            cda_server_type INTEGER NOT NULL DEFAULT -1);
        INSERT INTO caldav_accounts (cda_uuid, cda_account_type) SELECT 'local', 2
            WHERE NOT EXISTS (SELECT 1 FROM caldav_accounts);
        INSERT INTO caldav_lists (cdl_account, cdl_uuid, cdl_name) SELECT 'local', 'default', 'Default list'
            WHERE NOT EXISTS (SELECT 1 FROM caldav_lists);",
};

/// A list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What its tasks name it by.
    pub uuid: String,
    /// Its name.
    pub name: String,
}

/// A task. Times are in milliseconds since 1970; 0 is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Row; 0 for one that is not kept yet.
    pub id: i64,
    /// What is to be done.
    pub title: String,
    /// 0 is high, 3 is none.
    pub importance: i64,
    /// When it is due.
    pub due: i64,
    /// When it was done.
    pub completed: i64,
    /// More about it.
    pub notes: String,
    /// The list it is on.
    pub list: String,
}

impl Task {
    /// An empty task for a list.
    pub fn new(list: String) -> Task {
        Task { id: 0, title: String::new(), importance: 3, due: 0, completed: 0, notes: String::new(), list }
    }

    /// The day it is due.
    pub fn day(&self) -> Option<NaiveDate> {
        (self.due != 0).then(|| at(self.due).date_naive())
    }

    /// It is due on a day, at no special time: Tasks.org keeps noon for that. `None`: it is not due.
    pub fn set_day(&mut self, day: Option<NaiveDate>) {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        self.due = day.map_or(0, |day| day.and_time(noon).and_utc().timestamp_millis());
    }

    /// Its time has passed.
    pub fn overdue(&self, now: DateTime<Utc>) -> bool {
        let day = self.day().is_some_and(|day| day < now.date_naive());
        day || (self.timed() && at(self.due) < now)
    }

    /// It is due at a time of the day. Tasks.org marks that with a second.
    fn timed(&self) -> bool {
        self.due != 0 && at(self.due).second() != 0
    }

    /// `Today`, `Friday`, `Mar 20`, with the time if it has one.
    pub fn when(&self, now: DateTime<Utc>) -> String {
        let Some(day) = self.day() else { return "No due date".to_owned() };
        let label = day_name(day, now);
        if self.timed() { format!("{label}, {}", at(self.due).format("%-I:%M %p")) } else { label }
    }
}

/// `Today`, `Friday`, `Mar 20`, `Mar 20, 2027`.
pub fn day_name(day: NaiveDate, now: DateTime<Utc>) -> String {
    let today = now.date_naive();
    match (day - today).num_days() {
        -1 => "Yesterday".to_owned(),
        0 => "Today".to_owned(),
        1 => "Tomorrow".to_owned(),
        2..7 => day.format("%A").to_string(),
        _ if chrono::Datelike::year(&day) == chrono::Datelike::year(&today) => {
            day.format("%b %-d").to_string()
        }
        _ => day.format("%b %-d, %Y").to_string(),
    }
}

fn new_uuid(seed: u64, purpose: &str) -> String {
    Random::new(seed, purpose).number().to_string()
}

/// Lists by name.
pub fn lists(files: &Files) -> Vec<List> {
    DATABASE.rows(
        files,
        "SELECT cdl_uuid, coalesce(cdl_name, '') FROM caldav_lists WHERE cdl_uuid IS NOT NULL
         ORDER BY cdl_name COLLATE NOCASE, cdl_id",
        [],
        |row| Ok(List { uuid: row.get(0)?, name: row.get(1)? }),
    )
}

/// Makes a list; returns what its tasks name it by.
pub fn add_list(files: &Files, seed: u64, name: &str, now: i64) -> String {
    let uuid = new_uuid(seed, &format!("list {name} {now}"));
    DATABASE.write(
        files,
        "INSERT INTO caldav_lists (cdl_account, cdl_uuid, cdl_name) VALUES ('local', ?1, ?2)",
        params![uuid, name],
    );
    uuid
}

/// Gives a list another name.
pub fn rename_list(files: &Files, uuid: &str, name: &str) {
    DATABASE.write(files, "UPDATE caldav_lists SET cdl_name = ?2 WHERE cdl_uuid = ?1", params![uuid, name]);
}

/// Removes a list with all tasks on it.
pub fn delete_list(files: &Files, uuid: &str, now: i64) {
    DATABASE.write(
        files,
        "UPDATE tasks SET deleted = ?2, modified = ?2
         WHERE _id IN (SELECT cd_task FROM caldav_tasks WHERE cd_calendar = ?1)",
        params![uuid, now],
    );
    DATABASE.write(files, "DELETE FROM caldav_tasks WHERE cd_calendar = ?1", [uuid]);
    DATABASE.write(files, "DELETE FROM caldav_lists WHERE cdl_uuid = ?1", [uuid]);
}

fn read(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        id: row.get(0)?,
        title: row.get(1)?,
        importance: row.get(2)?,
        due: row.get(3)?,
        completed: row.get(4)?,
        notes: row.get(5)?,
        list: row.get(6)?,
    })
}

/// Tasks: those to do by day and importance, then those done, the last first.
pub fn tasks(files: &Files) -> Vec<Task> {
    DATABASE.rows(
        files,
        "SELECT _id, coalesce(title, ''), importance, dueDate, completed, coalesce(notes, ''),
             coalesce((SELECT cd_calendar FROM caldav_tasks WHERE cd_task = _id AND cd_deleted = 0 LIMIT 1), '')
         FROM tasks WHERE deleted = 0
         ORDER BY completed > 0, completed DESC, dueDate = 0, dueDate / 86400000, importance, dueDate, _id",
        [],
        read,
    )
}

/// Keeps a task, new or changed.
pub fn save(files: &Files, seed: u64, task: &Task, now: i64) {
    let id = if task.id == 0 {
        let uuid = new_uuid(seed, &format!("task {} {now}", task.title));
        DATABASE.write(files, "INSERT INTO tasks (created, remoteId) VALUES (?1, ?2)", params![now, uuid])
    } else {
        Some(task.id)
    };
    let Some(id) = id else { return };
    let notes = (!task.notes.is_empty()).then_some(&task.notes);
    DATABASE.write(
        files,
        "UPDATE tasks SET title = ?2, importance = ?3, dueDate = ?4, completed = ?5, notes = ?6, modified = ?7
         WHERE _id = ?1",
        params![id, task.title, task.importance, task.due, task.completed, notes, now],
    );
    DATABASE.write(files, "DELETE FROM caldav_tasks WHERE cd_task = ?1", [id]);
    if !task.list.is_empty() {
        DATABASE.write(
            files,
            "INSERT INTO caldav_tasks (cd_task, cd_calendar) VALUES (?1, ?2)",
            params![id, task.list],
        );
    }
}

/// Removes a task.
pub fn delete(files: &Files, id: i64, now: i64) {
    DATABASE.write(files, "UPDATE tasks SET deleted = ?2, modified = ?2 WHERE _id = ?1", params![id, now]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::clock::Clock;

    #[track_caller]
    fn check(due: i64, expected: &str, overdue: bool) {
        let now = Clock::default().now();
        let due = if due == 0 { 0 } else { now.timestamp_millis() + due };
        let task = Task { due, ..Task::new(String::new()) };
        assert_eq!((task.when(now).as_str(), task.overdue(now)), (expected, overdue));
    }

    #[test]
    fn due_dates_read_as_people_say_them() {
        const HOUR: i64 = 3_600_000;
        check(0, "No due date", false);
        check(2 * HOUR, "Today", false);
        check(2 * HOUR + 1000, "Today, 12:00 PM", false);
        check(-2 * HOUR + 1000, "Today, 8:00 AM", true);
        check(26 * HOUR, "Tomorrow", false);
        check(-22 * HOUR, "Yesterday", true);
        check(98 * HOUR, "Friday", false);
        check(242 * HOUR, "Mar 12", false);
        check(365 * 24 * HOUR, "Mar 2, 2027", false);
    }
}
