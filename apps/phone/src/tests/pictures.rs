//! Writes a picture of each screen to the directory in `PHONE_PICTURES`, to look at.

use super::Probe;

#[test]
fn pictures_of_every_app() {
    let mut probe = Probe::new();
    let keep = std::env::var("PHONE_PICTURES").ok();
    let shot = |probe: &mut Probe, name: &str| {
        let (png, status) = probe.run_bytes(&["screencap", "-p"]);
        assert_eq!((status, png.get(1..4)), (0, Some(&b"PNG"[..])), "{name}");
        if let Some(directory) = &keep {
            std::fs::write(format!("{directory}/{name}.png"), png).expect("the directory is there");
        }
    };
    shot(&mut probe, "home");
    for package in [
        "com.android.settings",
        "com.google.android.deskclock",
        "com.android.contacts",
        "com.google.android.apps.messaging",
        "com.google.android.dialer",
        "com.google.android.calendar",
        "com.android.chrome",
        "com.google.android.apps.maps",
    ] {
        probe.ok(&format!("monkey -p {package} 1"));
        shot(&mut probe, package);
    }
    if keep.is_none() {
        return;
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
