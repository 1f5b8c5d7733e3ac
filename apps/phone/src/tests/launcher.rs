//! The home screen and the sheet that shares.

use super::Probe;
use crate::system::app::Manifest;

/// A phone with so many apps that one does not fit on the first page.
fn probe() -> Probe {
    let more = ["Zebra", "Zither"].map(|label| Manifest {
        package: format!("org.example.{}", label.to_lowercase()),
        label: label.to_owned(),
        ..crate::apps::calculator::manifest()
    });
    Probe::with(more.into())
}

#[test]
fn apps_that_do_not_fit_are_on_the_next_page() {
    let mut probe = probe();
    probe.shows("Page 1 of 2");
    assert_eq!(probe.find("Zither"), None);
    probe.ok("input swipe 900 1000 200 1000 200");
    probe.shows("Page 2 of 2");
    assert_eq!(probe.find("Bank"), None);
    probe.tap("Zither");
    assert!(probe.ok("dumpsys window").contains("org.example.zither"));
    probe.ok("input keyevent HOME");
    probe.shows("Page 1 of 2");
    probe.ok("input swipe 540 1500 540 500 200");
    probe.shows("Search apps");
    probe.type_into("Search apps", "zith");
    probe.shows("Zither");
}

#[test]
fn what_several_apps_take_goes_to_the_sheet() {
    let mut probe = Probe::new();
    let send = "am start -a android.intent.action.SEND -t text/plain --es android.intent.extra.TEXT Oats";
    probe.ok(send);
    for text in ["Sharing text", "Oats", "Messages", "Joplin", "Gmail", "Tasks", "PhotoNote"] {
        probe.shows(text);
    }
    probe.tap("Messages");
    probe.shows("New conversation");
    probe.ok(&format!("{send} -p org.tasks"));
    assert!(probe.ok("dumpsys window").contains("org.tasks"));
    for package in ["net.cozic.joplin", "com.google.android.gm", "org.tasks", "com.chartreux.photo_note"] {
        probe.ok(&format!("pm disable-user --user 0 {package}"));
    }
    probe.ok("input keyevent HOME");
    probe.ok(send);
    probe.shows("New conversation");
}
