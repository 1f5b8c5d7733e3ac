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
    probe.type_into("Password", "12345");
    probe.ok("input keyevent ENTER");
    shot(&mut probe, "bank-login");
    probe.type_into("Password", "1234");
    probe.ok("input keyevent ENTER");
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

#[test]
fn pictures_of_photo_note() {
    let mut probe = Probe::new();
    probe.tap("PhotoNote");
    probe.tap("Like");
    shot(&mut probe, "photonote-feed");
    probe.tap("post_photo");
    shot(&mut probe, "photonote-post");
    probe.ok("input keyevent BACK");
    probe.tap("post_name");
    shot(&mut probe, "photonote-profile");
    probe.tap("Message");
    probe.type_into("message_field", "Hello");
    shot(&mut probe, "photonote-chat");
    probe.tap("Send message");
    for _ in 0..3 {
        probe.ok("input keyevent BACK");
    }
    probe.tap("Messages");
    shot(&mut probe, "photonote-messages");
    probe.tap("Profile");
    probe.tap("Edit Profile");
    probe.tap("Change profile photo");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "photonote-pick-dark");
    probe.tap("pick");
    shot(&mut probe, "photonote-edit-dark");
    probe.tap("Save");
    probe.tap("Post");
    probe.tap("Add photo");
    probe.tap("pick");
    shot(&mut probe, "photonote-compose-dark");
    probe.tap("post_button");
    shot(&mut probe, "photonote-feed-dark");
}

#[test]
fn pictures_of_the_stock_trainer() {
    let mut probe = Probe::new();
    probe.tap("Stock Trainer");
    shot(&mut probe, "stocks-portfolio");
    probe.tap("Market");
    shot(&mut probe, "stocks-market");
    probe.tap("Apple Inc.");
    shot(&mut probe, "stocks-stock");
    probe.tap("Buy");
    probe.run(&["input", "text", "5000"]);
    probe.tap("Preview order");
    shot(&mut probe, "stocks-order");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "stocks-stock-dark");
    probe.ok("input keyevent BACK");
    probe.tap("History");
    shot(&mut probe, "stocks-history-dark");
}

#[test]
fn pictures_of_photos() {
    let mut probe = Probe::new();
    probe.tap("Photos");
    shot(&mut probe, "photos-grid");
    probe.tap("photo");
    shot(&mut probe, "photos-one");
    probe.tap("Details");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "photos-details-dark");
    probe.tap("Close");
    probe.tap("Share");
    shot(&mut probe, "photos-share-dark");
    probe.ok("input keyevent HOME");
    probe.tap("Camera");
    shot(&mut probe, "camera-back");
    probe.tap("Switch camera");
    probe.tap("Shutter");
    shot(&mut probe, "camera-front");
}

#[test]
fn pictures_of_sounds() {
    let mut probe = Probe::new();
    probe.tap("Music");
    shot(&mut probe, "music-songs");
    probe.tap("Night Bus");
    probe.shell.device.system().advance(9_000);
    shot(&mut probe, "music-player");
    probe.ok("cmd uimode night yes");
    shot(&mut probe, "music-player-dark");
    probe.ok("input keyevent BACK");
    probe.tap("Playlists");
    probe.tap("New playlist");
    probe.ok("input text Running");
    probe.tap("Create");
    probe.tap("Songs");
    probe.tap("Add Night Bus to playlist");
    shot(&mut probe, "music-add-dark");
    probe.ok("input keyevent HOME");
    probe.tap("Recorder");
    probe.tap("Record");
    probe.shell.device.system().advance(75_000);
    shot(&mut probe, "recorder-recording-dark");
    probe.ok("cmd uimode night no");
    probe.tap("Stop");
    shot(&mut probe, "recorder-save");
    probe.tap("Save");
    probe.tap("Play Recording 1");
    probe.shell.device.system().advance(5_000);
    shot(&mut probe, "recorder-list");
}

#[test]
fn pictures_of_the_browser() {
    let mut probe = Probe::new();
    probe.tap("Chrome");
    shot(&mut probe, "browser-start");
    probe.tap("Wikipedia");
    probe.tap("Coffee");
    shot(&mut probe, "browser-article");
    for (address, name) in [
        ("https://www.walmart.com/ip/2", "browser-product"),
        ("https://www.wikihow.com/Bake_Bread", "browser-howto-dark"),
        ("https://www.google.com/search?q=coffee", "browser-search-dark"),
        ("https://m.youtube.com/watch?v=2", "browser-video-dark"),
    ] {
        if name.ends_with("dark") {
            probe.ok("cmd uimode night yes");
        }
        probe.ok(&format!("am start -a android.intent.action.VIEW -d {address}"));
        shot(&mut probe, name);
    }
    probe.tap("1 open tab, tap to switch tabs");
    shot(&mut probe, "browser-tabs-dark");
}
