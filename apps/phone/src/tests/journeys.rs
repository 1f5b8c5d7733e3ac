//! Whole tasks, done as a person would: look at the dump, tap, type; checked in the phone's own tables.

use super::Probe;

#[test]
fn an_alarm_is_added() {
    let mut probe = Probe::new();
    probe.tap("Clock");
    probe.shows("No alarms");
    probe.tap("Add alarm");
    probe.tap("7 o'clock");
    probe.tap("30 minutes");
    probe.tap("PM");
    probe.tap("OK");
    probe.shows("7:30 PM");
    probe.shows("Today");
    probe.tap("Add label");
    probe.run(&["input", "text", "Wake%sup"]);
    probe.tap("OK");
    probe.tap("Monday");
    probe.shows("Wake up Alarm");
    let alarms = crate::apps::clock::store::alarms(&probe.shell.device.files);
    assert_eq!(alarms.len(), 1);
    let alarm = &alarms[0];
    assert_eq!((alarm.hour, alarm.minute, alarm.days, alarm.enabled), (19, 30, 1, true));
    assert_eq!(alarm.label, "Wake up");
    assert_eq!(probe.ok("settings get system next_alarm_formatted"), "Mon 7:30 PM\n");
    assert!(probe.ok("dumpsys alarm").contains("triggerTime=2026-03-02 19:30:00"));
    probe.tap("onoff");
    assert_eq!(probe.find("onoff").map(|(_, checked)| checked), Some(false));
    probe.tap("Delete");
    probe.shows("No alarms");
}

#[test]
fn alarms_and_timers_are_set_by_intent() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.intent.action.SET_ALARM --ei android.intent.extra.alarm.HOUR 6 --ei \
         android.intent.extra.alarm.MINUTES 45 --es android.intent.extra.alarm.MESSAGE Run --eia \
         android.intent.extra.alarm.DAYS 2,7 --ez android.intent.extra.alarm.SKIP_UI true");
    let alarms = crate::apps::clock::store::alarms(&probe.shell.device.files);
    assert_eq!(
        alarms.iter().map(|it| (it.hour, it.minute, it.days)).collect::<Vec<_>>(),
        [(6, 45, 0b010_0001)]
    );
    assert!(probe.ok("dumpsys window").contains("mCurrentFocus=Window{"));
    assert!(probe.ok("dumpsys window").contains("nexuslauncher"), "SKIP_UI leaves the app at once");
    probe.ok("am start -a android.intent.action.SET_TIMER --ei android.intent.extra.alarm.LENGTH 300 --ez \
         android.intent.extra.alarm.SKIP_UI true");
    probe.shell.device.system().advance(60_000);
    probe.ok("am start -a android.intent.action.SHOW_TIMERS");
    let texts = probe.texts();
    assert!(texts.iter().any(|text| text.starts_with("03:5")), "{texts:?}");
    probe.tap("Pause");
    probe.shows("Start");
}

#[test]
fn a_message_is_sent() {
    let mut probe = Probe::new();
    probe.tap("Messages");
    probe.tap("Start chat");
    assert!(probe.ok("dumpsys input_method").contains("mInputShown=true"));
    probe.run(&["input", "text", "5550142"]);
    probe.ok("input keyevent ENTER");
    probe.type_into("Text message", "Bin%sin%sKöln%s😀");
    probe.tap("Send SMS");
    probe.shows("You said Bin in Köln 😀 10:00 AM");
    let rows = probe.ok("content query --uri content://sms/sent --projection address:body");
    assert!(rows.starts_with("Row: 0 address=5550142, body=Bin in Köln 😀\n"), "{rows}");
}

#[test]
fn a_message_comes_in() {
    let mut probe = Probe::new();
    probe.shell.device.system().receive_sms("+1 917 555 0199", "Lunch?");
    assert!(probe.ok("dumpsys notification").contains("android.text=String (Lunch?)"));
    probe.ok("cmd statusbar expand-notifications");
    probe.tap("Lunch?");
    probe.shows("+1 917 555 0199 said Lunch? 10:00 AM");
    assert!(!probe.ok("dumpsys notification").contains("Lunch?"));
    probe.ok("content insert --uri content://sms/inbox --bind address:s:9175550199 --bind body:s:Hello?");
    assert!(probe.ok("content query --uri content://sms/inbox").contains("body=Hello?"));
}

#[test]
fn a_contact_is_made_changed_and_deleted() {
    let mut probe = Probe::new();
    probe.tap("Contacts");
    probe.tap("Create contact");
    probe.type_into("Name", "Zoe%sQuill");
    probe.type_into("Phone", "5550177");
    probe.tap("Save");
    probe.shows("Zoe Quill");
    let phones = probe.ok("content query --uri content://contacts/phones/ --projection display_name:number");
    assert!(phones.contains("display_name=Zoe Quill, number=5550177"), "{phones}");
    probe.tap("Edit contact");
    probe.tap("name");
    probe.ok("input keycombination 113 29");
    probe.ok("input keyevent 67");
    probe.run(&["input", "text", "Zora"]);
    probe.tap("Save");
    probe.shows("Zora");
    probe.tap("Delete");
    probe.shows("Delete contact?");
    probe.tap("button1");
    assert!(!probe.ok("content query --uri content://contacts/people").contains("Zora"));
}

#[test]
fn what_is_written_from_outside_shows_up() {
    let mut probe = Probe::new();
    probe.ok("monkey -p com.android.contacts 1");
    probe.ok("content insert --uri content://com.android.contacts/raw_contacts --bind account_type:n:");
    let ids = probe.ok("content query --uri content://com.android.contacts/raw_contacts --projection _id");
    let last = ids.lines().last().and_then(|line| line.rsplit('=').next()).expect("a row").to_owned();
    probe.run(&[
        "content",
        "insert",
        "--uri",
        "content://com.android.contacts/data",
        "--bind",
        &format!("raw_contact_id:i:{last}"),
        "--bind",
        "mimetype:s:vnd.android.cursor.item/name",
        "--bind",
        "data1:s:Aaron Aardvark",
    ]);
    probe.shows("Aaron Aardvark");
    let files = probe.shell.device.files.clone();
    let database = files.host_path("/", crate::apps::clock::store::DATABASE.path).expect("a path");
    rusqlite::Connection::open(database)
        .and_then(|db| {
            db.execute(
                "INSERT INTO alarm_templates (hour, minutes, daysofweek, enabled, vibrate, label) VALUES (5, 5, 0, 1, 1, '')",
                [],
            )
        })
        .expect("inserts");
    probe.ok("monkey -p com.google.android.deskclock 1");
    probe.shows("5:05 AM");
}

#[test]
fn settings_are_the_settings_tables() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.settings.AIRPLANE_MODE_SETTINGS");
    probe.tap("Airplane mode");
    assert_eq!(probe.ok("settings get global airplane_mode_on"), "1\n");
    probe.ok("am start -a android.settings.DISPLAY_SETTINGS");
    probe.tap("Dark theme");
    assert_eq!(probe.ok("settings get secure ui_night_mode"), "2\n");
    probe.tap("Screen timeout");
    probe.tap("5 minutes");
    assert_eq!(probe.ok("settings get system screen_off_timeout"), "300000\n");
    probe.tap("seekbar");
    let middle: i64 = probe.ok("settings get system screen_brightness").trim().parse().expect("a number");
    assert!((120..=135).contains(&middle), "{middle}");
    probe.ok("input keyevent BACK");
    probe.ok("settings put global wifi_on 0");
    probe.tap("Network & internet");
    assert_eq!(probe.find("Wi-Fi").map(|_| ()), Some(()));
}

#[test]
fn calls_are_made_and_taken() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.intent.action.CALL -d tel:5550123");
    probe.shows("End call");
    assert!(probe.ok("dumpsys telephony.registry").contains("mCallState=2"));
    probe.tap("End call");
    let log = probe.ok("content query --uri content://call_log/calls --projection number:type");
    assert!(log.starts_with("Row: 0 number=5550123, type=2\n"), "{log}");
    probe.shell.device.system().incoming_call("5550188");
    probe.shows("Incoming call");
    probe.tap("Answer");
    probe.shows("End call");
    probe.shell.device.system().cancel_call();
    let log = probe.ok("content query --uri content://call_log/calls --projection number:type");
    assert!(log.starts_with("Row: 0 number=5550188, type=1\n"), "{log}");
    probe.ok("am start -a android.intent.action.DIAL -d tel:5550111");
    probe.shows("5550111");
}

#[test]
fn intents_fill_forms_and_land_in_their_apps() {
    let mut probe = Probe::new();
    probe.ok(
        "am start -a android.intent.action.INSERT -t vnd.android.cursor.dir/contact -e name Ida -e phone 5550166 -e \
         email ida@example.com",
    );
    probe.shows("Ida");
    probe.tap("Save");
    assert!(
        probe.ok("content query --uri content://com.android.contacts/data").contains("data1=ida@example.com")
    );
    probe.ok(
        "am start -a android.intent.action.INSERT -d content://com.android.calendar/events -e title Picnic -e \
         eventLocation Park --el beginTime 1772798400000 --el endTime 1772802000000",
    );
    probe.tap("Save");
    let events = probe.ok(
        "content query --uri content://com.android.calendar/events --projection title:dtstart:eventLocation",
    );
    assert!(events.contains("title=Picnic, dtstart=1772798400000, eventLocation=Park"), "{events}");
    probe.shows("Picnic");
    probe.ok("am start -a android.intent.action.VIEW -d https://example.org/a?b=c");
    probe.shows("example.org/a?b=c");
    probe.ok("am start -a android.intent.action.VIEW -d geo:0,0?q=Central+Park");
    probe.shows("Central Park");
    probe.ok("am start -a android.intent.action.SENDTO -d smsto:5550142 --es sms_body Hello");
    probe.shows("Hello");
}

#[test]
fn long_lists_scroll() {
    let mut probe = Probe::new();
    probe.ok("am start -a android.settings.SETTINGS");
    assert_eq!(probe.find("About phone"), None);
    probe.ok("input swipe 540 1800 540 600 300");
    probe.tap("About phone");
    probe.shows("Android version");
}
