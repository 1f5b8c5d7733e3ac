//! Notes: written, found, moved, shared, thrown away; checked in Joplin's tables.

use super::Probe;

const DATABASE: &str = "/data/data/net.cozic.joplin/databases/joplin.sqlite";

fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("monkey -p net.cozic.joplin 1");
    probe
}

/// A new note, left open.
fn write(probe: &mut Probe, kind: &str, title: &str, body: &str) {
    probe.tap("Add new, collapsed");
    probe.tap(kind);
    assert_eq!(probe.run(&["input", "text", body]).1, 0, "the body has the focus");
    probe.type_into("Add title", title);
}

fn leave(probe: &mut Probe) {
    probe.tap("Back");
}

#[test]
fn a_note_is_written_found_moved_and_deleted() {
    let mut probe = probe();
    probe.shows("All notes");
    write(&mut probe, "New note", "Groceries", "Rye%sbread");
    leave(&mut probe);
    let row = "SELECT length(n.id), f.title, n.title, n.body, n.is_todo FROM notes n, folders f
               WHERE f.id = n.parent_id AND n.title = 'Groceries'";
    probe.finds(DATABASE, row, "32|Personal|Groceries|Rye bread|0");
    probe.finds(DATABASE, "SELECT body FROM notes_normalized WHERE title = 'groceries'", "rye bread");
    probe.tap("Search");
    assert_eq!(probe.run(&["input", "text", "RYE"]).1, 0);
    probe.tap("Groceries");
    probe.shows("Rye bread");
    probe.tap("Actions");
    probe.tap("Move to notebook...");
    probe.tap("Work");
    probe.finds(DATABASE, row, "32|Work|Groceries|Rye bread|0");
    probe.tap("Edit");
    probe.run(&["input", "text", "\nand butter"]);
    probe.finds(DATABASE, "SELECT body FROM notes WHERE title = 'Groceries'", "Rye bread\nand butter");
    probe.tap("Actions");
    probe.tap("Delete");
    probe.shows("Delete note?");
    probe.tap("Cancel");
    probe.tap("Actions");
    probe.tap("Delete");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT deleted_time > 0 FROM notes WHERE title = 'Groceries'", "1");
    probe.shows("No results found");
}

#[test]
fn what_lies_in_the_trash_comes_back_or_goes_for_good() {
    let mut probe = probe();
    write(&mut probe, "New note", "Old", "x");
    for done in ["Restore", "Permanently delete note"] {
        probe.tap("Actions");
        probe.tap("Delete");
        probe.tap("button1");
        probe.tap("Sidebar");
        probe.tap("Trash");
        probe.tap("Old");
        probe.tap("Actions");
        probe.tap(done);
    }
    probe.tap("button1");
    probe.shows("There are no notes in the trash folder.");
    probe.finds(DATABASE, "SELECT count(*) FROM notes WHERE title = 'Old'", "0");
}

#[test]
fn a_to_do_is_done() {
    let mut probe = probe();
    write(&mut probe, "New to-do", "Water%splants", "Ferns");
    leave(&mut probe);
    probe.tap("to-do: Water plants");
    assert_eq!(probe.find("to-do: Water plants").map(|(_, checked)| checked), Some(true));
    probe.finds(
        DATABASE,
        "SELECT is_todo, todo_completed > 0 FROM notes WHERE title = 'Water plants'",
        "1|1",
    );
}

#[test]
fn a_note_without_a_title_gets_its_first_line_and_an_empty_one_is_not_kept() {
    let mut probe = probe();
    let before = probe.run(&["sqlite3", DATABASE, "SELECT count(*) FROM notes"]).0;
    probe.tap("Add new, collapsed");
    probe.tap("New note");
    leave(&mut probe);
    probe.finds(DATABASE, "SELECT count(*) FROM notes", before.trim());
    probe.tap("Add new, collapsed");
    probe.tap("New note");
    probe.run(&["input", "text", "Call the bank\nbefore noon"]);
    leave(&mut probe);
    probe.shows("Call the bank");
}

#[test]
fn notebooks_are_made_renamed_and_deleted() {
    let mut probe = probe();
    probe.tap("Sidebar");
    probe.tap("New notebook");
    probe.ok("input text Garden");
    probe.ok("input keyevent ENTER");
    probe.shows("Garden");
    write(&mut probe, "New note", "Roses", "Prune%sin%sMarch");
    leave(&mut probe);
    probe.tap("Sidebar");
    let ((x, y), _) = probe.find("Garden").expect("the notebook");
    probe.ok(&format!("input swipe {x} {y} {x} {y} 900"));
    probe.tap("Edit notebook");
    probe.ok("input text s");
    probe.tap("button1");
    let ((x, y), _) = probe.find("Gardens").expect("its new name");
    probe.ok(&format!("input swipe {x} {y} {x} {y} 900"));
    probe.tap("Delete notebook");
    probe.tap("button1");
    probe.finds(DATABASE, "SELECT deleted_time > 0 FROM folders WHERE title = 'Gardens'", "1");
    probe.finds(DATABASE, "SELECT deleted_time > 0 FROM notes WHERE title = 'Roses'", "1");
}

#[test]
fn notes_are_sent_and_received() {
    let mut probe = probe();
    write(&mut probe, "New note", "Door%scode", "4711");
    probe.tap("Actions");
    probe.tap("Share");
    probe.shows("Sharing text");
    probe.tap("Messages");
    probe.ok("input text 5550142");
    probe.ok("input keyevent ENTER");
    probe.tap("Send SMS");
    let sent = probe.ok("content query --uri content://sms/sent --projection address:body");
    assert!(sent.starts_with("Row: 0 address=5550142, body=Door code\n\n4711\n"), "{sent}");
    probe.ok("am start -a android.intent.action.SEND -t text/plain -p net.cozic.joplin --es \
         android.intent.extra.SUBJECT Link --es android.intent.extra.TEXT https://example.org");
    probe.finds(DATABASE, "SELECT body FROM notes WHERE title = 'Link'", "https://example.org");
    probe.shows("https://example.org");
}

#[test]
fn notes_written_from_outside_show_up_sorted() {
    let mut probe = probe();
    let insert = "DELETE FROM notes; INSERT INTO notes (id, title, body, created_time, updated_time) VALUES
                  ('a', 'Apples', '', 1, 30), ('b', 'Berries', '', 3, 10), ('c', 'Cherries', '', 2, 20)";
    assert_eq!(probe.run(&["sqlite3", DATABASE, insert]).1, 0);
    for (order, expected) in [
        ("Created date", ["Berries", "Cherries", "Apples"]),
        ("Title", ["Apples", "Berries", "Cherries"]),
        ("Updated date", ["Apples", "Cherries", "Berries"]),
    ] {
        probe.tap("Sort notes by");
        probe.tap(order);
        let texts = probe.texts();
        let shown: Vec<_> = texts.iter().filter(|text| expected.contains(&text.as_str())).collect();
        assert_eq!(shown, expected, "by {order}");
    }
}
