//! The to-do list: tasks made, dated, done and deleted; checked in the tables of Tasks.org.

use super::Probe;

const DATABASE: &str = "/data/data/org.tasks/databases/database";

fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("monkey -p org.tasks 1");
    probe
}

#[test]
fn a_task_is_made_dated_done_and_deleted() {
    let mut probe = probe();
    probe.shows("My Tasks");
    probe.tap("Create new task");
    probe.ok("input text Send%sthe%sform");
    probe.tap("No due date");
    probe.tap("Pick a date");
    probe.tap("Change to next month");
    probe.tap("Wednesday, April 8");
    probe.shows("Wed, Apr 8");
    probe.tap("OK");
    probe.shows("Apr 8");
    probe.tap("Priority High");
    probe.type_into("Description", "Twice");
    probe.tap("Save");
    let row = "SELECT t.title, t.importance, t.dueDate, t.notes, l.cdl_name FROM tasks t
               JOIN caldav_tasks c ON c.cd_task = t._id JOIN caldav_lists l ON l.cdl_uuid = c.cd_calendar
               WHERE t.title = 'Send the form'";
    probe.finds(DATABASE, row, "Send the form|0|1775649600000|Twice|Default list");
    probe.tap("Send the form");
    probe.tap("Apr 8");
    probe.tap("Tomorrow");
    probe.ok("input keyevent BACK");
    probe.finds(DATABASE, row, "Send the form|0|1772539200000|Twice|Default list");
    probe.tap("Complete Send the form");
    probe.finds(DATABASE, "SELECT completed > 0 FROM tasks WHERE title = 'Send the form'", "1");
    probe.ok("input swipe 540 1800 540 600 300");
    probe.tap("Send the form");
    probe.tap("Delete task");
    probe.tap("Cancel");
    probe.tap("Delete task");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT deleted > 0 FROM tasks WHERE title = 'Send the form'", "1");
    assert_eq!(probe.find("Send the form"), None);
}

#[test]
fn lists_are_made_renamed_and_deleted() {
    let mut probe = probe();
    probe.tap("Menu");
    probe.tap("Create new list");
    probe.ok("input text Trip");
    probe.tap("button1");
    probe.shows("There are no tasks here.");
    probe.tap("Create new task");
    probe.ok("input text Passport");
    probe.tap("Save");
    let on = "SELECT l.cdl_name FROM tasks t, caldav_tasks c, caldav_lists l
              WHERE c.cd_task = t._id AND l.cdl_uuid = c.cd_calendar AND t.title = 'Passport'";
    probe.finds(DATABASE, on, "Trip");
    probe.tap("Passport");
    probe.tap("Trip");
    probe.tap("Shopping");
    probe.tap("Save");
    probe.finds(DATABASE, on, "Shopping");
    probe.tap("Menu");
    let ((x, y), _) = probe.find("Shopping").expect("the list");
    probe.ok(&format!("input swipe {x} {y} {x} {y} 900"));
    probe.tap("Delete");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT count(*) FROM caldav_lists WHERE cdl_name = 'Shopping'", "0");
    probe.finds(DATABASE, "SELECT deleted > 0 FROM tasks WHERE title = 'Passport'", "1");
}

#[test]
fn tasks_written_from_outside_stand_under_their_day() {
    let mut probe = probe();
    let insert = "DELETE FROM tasks; INSERT INTO tasks (title, dueDate, completed) VALUES
                  ('Done', 0, 5), ('Some day', 0, 0), ('Soon', 1772539200000, 0), ('Late', 1772290800000, 0)";
    assert_eq!(probe.run(&["sqlite3", DATABASE, insert]).1, 0);
    let texts = probe.texts();
    let known = ["Overdue", "Late", "Tomorrow", "Soon", "No due date", "Some day", "Completed", "Done"];
    let mut shown: Vec<_> = texts.iter().filter(|text| known.contains(&text.as_str())).collect();
    shown.dedup();
    shown.retain({
        let mut seen = std::collections::BTreeSet::new();
        move |text| seen.insert((*text).clone())
    });
    assert_eq!(shown, known);
    probe.tap("Search");
    probe.ok("input text SOO");
    probe.shows("Soon");
    assert_eq!(probe.find("Late"), None);
}

#[test]
fn shared_text_becomes_a_task() {
    let mut probe = probe();
    probe.ok("am start -a android.intent.action.SEND -t text/plain -p org.tasks --es android.intent.extra.TEXT Oats");
    probe.shows("Oats");
    probe.tap("Save");
    probe.finds(DATABASE, "SELECT count(*) FROM tasks WHERE title = 'Oats'", "1");
}
