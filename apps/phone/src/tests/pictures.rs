//! Writes a picture of each screen to the directory in `PHONE_PICTURES`, to look at.

use super::{Probe, STARTED};

/// Paints the screen, and writes it if there is a directory for it.
fn shot(probe: &mut Probe, name: &str) {
    let (png, status) = probe.run_bytes(&["screencap", "-p"]);
    assert_eq!((status, png.get(1..4)), (0, Some(&b"PNG"[..])), "{name}");
    if let Ok(directory) = std::env::var("PHONE_PICTURES") {
        std::fs::write(format!("{directory}/{name}.png"), png).expect("the directory is there");
    }
}

#[test]
fn pictures_of_every_app() {
    let mut probe = Probe::new();
    shot(&mut probe, "home");
    for package in STARTED {
        probe.ok(&format!("monkey -p {package} 1"));
        shot(&mut probe, package);
    }
    probe.ok("monkey -p com.google.android.deskclock 1");
    probe.tap("Add alarm");
    shot(&mut probe, "clock-picker");
    probe.tap("OK");
    shot(&mut probe, "clock-alarm");
    probe.tap("Timer");
    shot(&mut probe, "clock-timer");
    probe.tap("Stopwatch");
    probe.tap("Start");
    shot(&mut probe, "clock-stopwatch");
    probe.ok("monkey -p com.android.contacts 1");
    probe.tap("Create contact");
    shot(&mut probe, "contacts-new");
    probe.type_into("Name", "Zoe");
    shot(&mut probe, "contacts-typing");
    probe.ok("am start -a android.intent.action.VIEW -d content://com.android.contacts/contacts/1");
    shot(&mut probe, "contacts-detail");
    probe.ok("am start -a android.intent.action.SENDTO -d sms:+12125550100 --es sms_body Hello");
    shot(&mut probe, "messages-compose");
    probe.shell.device.system().receive_sms("72975", "Your code is 4711");
    probe.ok("cmd statusbar expand-notifications");
    shot(&mut probe, "shade");
    probe.ok("monkey -p com.google.android.apps.messaging 1");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    shot(&mut probe, "messages-list");
    probe.ok("input tap 540 600");
    shot(&mut probe, "messages-conversation");
    probe.ok("am start -a android.intent.action.CALL -d tel:5550100");
    shot(&mut probe, "dialer-call");
    probe.tap("End call");
    probe.tap("key pad");
    shot(&mut probe, "dialer-pad");
    probe.ok("am start -a android.settings.DISPLAY_SETTINGS");
    probe.tap("Dark theme");
    shot(&mut probe, "settings-dark");
    probe.ok(
        "am start -a android.intent.action.INSERT -d content://com.android.calendar/events --es title Lunch",
    );
    shot(&mut probe, "calendar-edit");
    probe.ok("input keyevent APP_SWITCH");
    shot(&mut probe, "recents");
}

#[test]
fn pictures_of_notes() {
    let mut probe = Probe::new();
    probe.ok("monkey -p net.cozic.joplin 1");
    probe.tap("Add new, collapsed");
    shot(&mut probe, "notes-adding");
    probe.tap("New to-do");
    shot(&mut probe, "notes-new");
    probe.run(&["input", "text", "Ask for the offer\nCall back on Monday"]);
    probe.type_into("Add title", "Plumber");
    shot(&mut probe, "notes-typing");
    probe.tap("Actions");
    shot(&mut probe, "notes-actions");
    probe.tap("Move to notebook...");
    shot(&mut probe, "notes-move");
    probe.ok("input keyevent BACK");
    probe.tap("Actions");
    probe.tap("Delete");
    shot(&mut probe, "notes-delete");
    probe.tap("Cancel");
    probe.tap("Actions");
    probe.tap("Share");
    shot(&mut probe, "notes-share");
    probe.ok("input keyevent BACK");
    probe.tap("Back");
    probe.tap("Plumber");
    shot(&mut probe, "notes-view");
    probe.tap("Back");
    probe.tap("Sidebar");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "notes-sidebar-dark");
    probe.tap("Trash");
    shot(&mut probe, "notes-trash-dark");
}

#[test]
fn pictures_of_tasks() {
    let mut probe = Probe::new();
    probe.ok("monkey -p org.tasks 1");
    probe.ok("input tap 90 420");
    shot(&mut probe, "tasks-list");
    probe.tap("Create new task");
    probe.ok("input text Paint%sthe%sfence");
    shot(&mut probe, "tasks-new");
    probe.tap("No due date");
    shot(&mut probe, "tasks-due");
    probe.tap("Pick a date");
    shot(&mut probe, "tasks-day");
    probe.tap("OK");
    probe.tap("Priority Medium");
    probe.tap("Default list");
    shot(&mut probe, "tasks-lists");
    probe.ok("input keyevent BACK");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "tasks-editor-dark");
    probe.tap("Save");
    shot(&mut probe, "tasks-list-dark");
    probe.tap("Menu");
    shot(&mut probe, "tasks-drawer-dark");
}

#[test]
fn pictures_of_the_calculator() {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.google.android.calculator 1");
    for key in ["1", "2", "0", "0", "plus", "1", "5", "percent"] {
        probe.tap(key);
    }
    shot(&mut probe, "calculator");
    probe.tap("equals");
    probe.tap("divide");
    probe.tap("0");
    probe.tap("equals");
    shot(&mut probe, "calculator-zero");
    probe.tap("AC");
    for key in ["9", "minus", "1", "2", "multiply", "3", "equals"] {
        probe.tap(key);
    }
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "calculator-dark");
    probe.tap("History");
    shot(&mut probe, "calculator-history-dark");
}

#[test]
fn pictures_of_mail() {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.google.android.gm 1");
    probe.tap("Add star");
    shot(&mut probe, "mail-inbox");
    probe.ok("input tap 500 300");
    shot(&mut probe, "mail-message");
    probe.tap("Reply");
    shot(&mut probe, "mail-reply");
    probe.tap("Discard");
    shot(&mut probe, "mail-discard");
    probe.tap("button1");
    probe.tap("Delete");
    probe.tap("Compose");
    probe.ok("input text a");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "mail-compose-dark");
    probe.ok("input keyevent BACK");
    probe.tap("Navigate up");
    shot(&mut probe, "mail-inbox-dark");
    probe.tap("Open navigation drawer");
    shot(&mut probe, "mail-drawer-dark");
}

#[test]
fn pictures_of_files() {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.google.android.documentsui 1");
    shot(&mut probe, "files-root");
    probe.tap("Documents");
    shot(&mut probe, "files-folder");
    probe.ok("input tap 400 500");
    shot(&mut probe, "files-text");
    probe.tap("Navigate up");
    probe.ok("input swipe 400 500 400 500 900");
    probe.tap("More options");
    probe.tap("Rename");
    shot(&mut probe, "files-rename");
    probe.tap("Cancel");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "files-selected-dark");
    probe.tap("Delete");
    shot(&mut probe, "files-delete-dark");
}

#[test]
fn pictures_of_the_bank() {
    let mut probe = Probe::new();
    probe.ok("input keyevent HOME");
    shot(&mut probe, "bank-home");
    probe.ok("monkey -p com.example.bankApp 1");
    shot(&mut probe, "bank-dashboard");
    probe.tap("Transfer");
    probe.ok("input tap 500 1400");
    probe.type_into("Amount", "99999");
    probe.tap("Send");
    probe.ok("input keyevent BACK");
    shot(&mut probe, "bank-transfer");
    probe.tap("edittextamount");
    probe.ok("input keycombination 113 29");
    probe.ok("input text 25");
    probe.ok("cmd uimode night yes");
    probe.tap("Send");
    shot(&mut probe, "bank-confirm-dark");
}
