//! What shell commands print, in Android's words.

use super::Probe;

#[track_caller]
fn check(line: &str, expected: &str, status: i32) {
    let mut probe = Probe::new();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!(probe.run(&words), (expected.to_owned(), status));
}

#[track_caller]
fn check_contains(line: &str, expected: &[&str]) {
    let mut probe = Probe::new();
    let text = probe.ok(line);
    for part in expected {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

#[test]
fn am_start_says_what_it_does() {
    check(
        "am start -n com.android.settings/.Settings",
        "Starting: Intent { cmp=com.android.settings/.Settings }\n",
        0,
    );
    check(
        "am start -W -a android.intent.action.SHOW_ALARMS",
        "Starting: Intent { act=android.intent.action.SHOW_ALARMS }\nStatus: ok\nLaunchState: COLD\nActivity: \
         com.google.android.deskclock/com.android.deskclock.HandleApiCalls\nTotalTime: 1000\nWaitTime: 1003\nComplete\n",
        0,
    );
    check(
        "am start -n com.nowhere/.Main",
        "Starting: Intent { cmp=com.nowhere/.Main }\nError type 3\nError: Activity class {com.nowhere/.Main} does not exist.\n",
        1,
    );
    check(
        "am start -a no.such.ACTION",
        "Starting: Intent { act=no.such.ACTION }\nError: Activity not started, unable to resolve Intent { act=no.such.ACTION flg=0x10000000 }\n",
        1,
    );
    check(
        "am broadcast -a com.x.Y",
        "Broadcasting: Intent { act=com.x.Y flg=0x400000 }\nBroadcast completed: result=0\n",
        0,
    );
    check_contains(
        "am stack list",
        &["taskId=1: com.google.android.apps.nexuslauncher/", "visible=true topActivity=ComponentInfo{"],
    );
}

#[test]
fn input_refuses_bad_arguments() {
    let mut probe = Probe::new();
    let (text, status) = probe.run(&["input", "tap", "5"]);
    assert!(text.starts_with("Error: Invalid arguments for command: tap\nUsage: input [<source>]"), "{text}");
    assert_eq!(status, 255);
    assert!(probe.run(&["input", "bogus"]).0.starts_with("Error: Unknown command: bogus\n"));
    assert_eq!(probe.run(&["input", "touchscreen", "swipe", "1", "2", "3", "4"]), (String::new(), 0));
    assert_eq!(probe.run(&["input", "-d", "0", "tap", "1.5", "2"]), (String::new(), 0));
    for (x, y) in [("DOWN", "0"), ("MOVE", "5"), ("UP", "9")] {
        assert_eq!(probe.run(&["input", "motionevent", x, "10", y]), (String::new(), 0));
    }
}

#[test]
fn packages_are_listed() {
    check("pm list packages deskclock", "package:com.google.android.deskclock\n", 0);
    check("pm list packages -3", "", 0);
    check("pm path com.google.android.deskclock", "package:/system/app/Clock/Clock.apk\n", 0);
    check("pm path com.nowhere", "", 1);
    check("pm clear com.nowhere", "Failed\n", 1);
    check("pm uninstall com.nowhere", "Failure [DELETE_FAILED_INTERNAL_ERROR]\n", 1);
    check(
        "cmd package resolve-activity --brief com.android.settings",
        "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false\ncom.android.settings/.Settings\n",
        0,
    );
    check("cmd package resolve-activity --brief com.nowhere", "No activity found\n", 0);
    check_contains(
        "cmd package query-activities -a android.intent.action.MAIN -c android.intent.category.LAUNCHER",
        &["activities found:", "packageName=com.android.chrome", "packageName=com.google.android.dialer"],
    );
    check(
        "monkey -p com.nowhere 1",
        "  bash arg: -p\n  bash arg: com.nowhere\n  bash arg: 1\n** No activities found to run, monkey aborted.\n",
        252,
    );
}

#[test]
fn packages_come_and_go() {
    let mut probe = Probe::new();
    assert_eq!(probe.ok("pm uninstall com.google.android.apps.maps"), "Success\n");
    assert_eq!(probe.ok("pm list packages maps"), "");
    assert_eq!(probe.find("Maps"), None);
    assert_eq!(probe.run(&["am", "start", "-n", "com.google.android.apps.maps/.X"]).1, 1);
    assert_eq!(
        probe.ok("pm disable-user --user 0 com.android.chrome"),
        "Package com.android.chrome new state: disabled-user\n"
    );
    assert_eq!(probe.ok("pm list packages -d"), "package:com.android.chrome\n");
    probe.ok("pm grant com.android.contacts android.permission.CAMERA");
    assert!(
        probe.ok("dumpsys package com.android.contacts").contains("android.permission.CAMERA: granted=true")
    );
    probe.ok("content insert --uri content://sms --bind address:s:1 --bind body:s:x");
    assert_eq!(probe.ok("pm clear com.android.providers.telephony"), "Success\n");
    assert_eq!(probe.ok("content query --uri content://sms"), "No result found.\n");
}

#[test]
fn display_has_one_size() {
    check("wm size", "Physical size: 1080x2400\n", 0);
    check("wm density", "Physical density: 420\n", 0);
    check_contains(
        "cmd display get-displays",
        &["Display id 0: DisplayInfo{", "state ON", "uniqueId \"local:"],
    );
    check_contains(
        "dumpsys display",
        &["DisplayViewport{type=INTERNAL", "deviceWidth=1080, deviceHeight=2400"],
    );
    check_contains(
        "dumpsys SurfaceFlinger --display-id",
        &["Display 4619827259835644672 (HWC display 0): port=0"],
    );
    check_contains("dumpsys battery", &["level: 100"]);
}

#[test]
fn windows_name_the_app_in_front() {
    let mut probe = Probe::new();
    probe.ok("am start -n com.android.settings/.Settings");
    let window = probe.ok("dumpsys window");
    assert!(window.contains("u0 com.android.settings/com.android.settings.Settings}\n"), "{window}");
    assert!(window.contains("u0 com.android.settings/.Settings t2}\n"), "{window}");
    let activities = probe.ok("dumpsys activity activities");
    assert!(activities.contains("mResumedActivity: ActivityRecord{"), "{activities}");
    assert!(probe.ok("dumpsys activity top").contains("  ACTIVITY com.android.settings/.Settings "));
    assert!(probe.ok("dumpsys window displays").contains("init=1080x2400 420dpi"));
}

#[test]
fn settings_are_read_and_written() {
    let mut probe = Probe::new();
    assert_eq!(probe.ok("settings get secure no_such"), "null\n");
    assert_eq!(probe.ok("settings put system my_key 5"), "");
    assert_eq!(probe.ok("settings get system my_key"), "5\n");
    assert!(probe.ok("settings list system").contains("my_key=5\n"));
    assert_eq!(probe.ok("settings delete system my_key"), "Deleted 1 rows\n");
    assert_eq!(probe.run(&["settings", "get", "nowhere", "x"]).1, 255);
    assert_eq!(
        probe.ok("content query --uri content://settings/global --projection value --where name='wifi_on'"),
        "Row: 0 value=1\n"
    );
}

#[test]
fn content_refuses_what_it_does_not_know() {
    let mut probe = Probe::new();
    assert!(probe.ok("content query --uri content://nowhere/x").contains("Could not find provider: nowhere"));
    assert!(probe.ok("content query --uri content://sms/bogus").contains("Unknown URI"));
    assert!(probe.ok("content query --uri content://sms --where body=;DROP").contains("syntax error"));
    assert_eq!(probe.run(&["content", "query"]).1, 1);
    probe.ok("content update --uri content://sms --bind body:s:changed --where type=1");
    assert!(probe.ok("content query --uri content://sms/inbox --projection body").contains("body=changed"));
    probe.ok("content delete --uri content://sms");
    assert_eq!(probe.ok("content query --uri content://sms"), "No result found.\n");
}

#[test]
fn the_screen_lock_is_set_and_cleared() {
    let mut probe = Probe::new();
    assert_eq!(probe.ok("locksettings set-pin 1234"), "Pin set to '1234'\n");
    assert!(probe.ok("dumpsys lock_settings").contains("CredentialType: PIN\n"));
    assert_eq!(probe.ok("locksettings verify --old 1234"), "Lock credential verified successfully\n");
    assert_eq!(probe.run(&["locksettings", "clear"]).1, 255);
    assert_eq!(probe.ok("locksettings clear --old 1234"), "Lock credential cleared\n");
    assert!(probe.ok("dumpsys lock_settings").contains("CredentialType: NONE\n"));
}

#[test]
fn a_dark_display_has_no_root_node() {
    let mut probe = Probe::new();
    probe.ok("input keyevent KEYCODE_POWER");
    assert!(probe.ok("dumpsys power").contains("mWakefulness=Asleep"));
    assert_eq!(
        probe.ok("uiautomator dump /dev/tty"),
        "ERROR: null root node returned by UiTestAutomationBridge.\n"
    );
    probe.ok("input keyevent 224");
    probe.dump();
}
