//! What shell commands answer, as the programs that use them read it: whole answers, and the patterns that clients look
//! for in the longer ones.

use std::sync::Arc;

use pocketpilot_phone::{
    Device,
    shell::{Finished, run},
};
use regex::Regex;

/// Runs a script on a phone of its own, with Settings in front.
fn answer(script: &str) -> (String, i32) {
    let home = tempfile::tempdir().unwrap();
    let device = Arc::new(Device::boot(home.path(), 1).unwrap());
    run(&device, "am start -n com.android.settings/.Settings", b"");
    let Finished { out, err, status } = run(&device, script, b"");
    (String::from_utf8_lossy(&[out, err].concat()).into_owned(), status)
}

#[track_caller]
fn check(script: &str, expected: &str, status: i32) {
    assert_eq!(answer(script), (expected.to_owned(), status), "{script}");
}

/// What opens a message and puts the focus into its field.
fn write() -> String {
    const WRITE: &str = "am start -a android.intent.action.SENDTO -d smsto:5551234 >/dev/null";
    let home = tempfile::tempdir().unwrap();
    let device = Arc::new(Device::boot(home.path(), 1).unwrap());
    run(&device, WRITE, b"");
    let nodes = device.system().nodes().unwrap();
    let (x, y) = nodes.iter().find(|node| node.field.is_some()).expect("a field").bounds.center();
    format!("{WRITE}; input tap {x} {y};")
}

/// Finds `pattern`, as a client does; its groups must have taken these texts.
#[track_caller]
fn check_finds(script: &str, pattern: &str, expected: &[&str]) {
    let (text, _) = answer(script);
    let groups = Regex::new(pattern).unwrap().captures(&text).unwrap_or_else(|| panic!("{pattern}:\n{text}"));
    let found: Vec<&str> = groups.iter().skip(1).flatten().map(|group| group.as_str()).collect();
    assert_eq!(found, expected, "{script}: {pattern}");
}

#[test]
fn the_screen_is_dumped_and_pictured() {
    check("uiautomator dump", "UI hierchary dumped to: /sdcard/window_dump.xml\n", 0);
    check(
        "uiautomator dump --compressed /sdcard/x.xml; head -c 56 /sdcard/x.xml",
        "UI hierchary dumped to: /sdcard/x.xml\n<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>",
        0,
    );
    check(
        "rm -f /sdcard/u.xml; uiautomator dump /sdcard/u.xml && echo success",
        "UI hierchary dumped to: /sdcard/u.xml\nsuccess\n",
        0,
    );
    check_finds(
        "uiautomator dump /dev/tty",
        r#"(?s)^<\?xml [^>]*\?><hierarchy rotation="(\d)"><node index="0" .*</hierarchy>(UI hierchary dumped to: /dev/tty\n)$"#,
        &["0", "UI hierchary dumped to: /dev/tty\n"],
    );
    check("screencap -p /sdcard/s.png; head -c 4 /sdcard/s.png | tail -c 3", "PNG", 0);
    check("screencap -p -d 4619827259835644672 | head -c 4 | tail -c 3", "PNG", 0);
}

#[test]
fn the_display_is_measured() {
    check("wm size", "Physical size: 1080x2400\n", 0);
    check("wm density", "Physical density: 420\n", 0);
    check("wm size reset; wm density reset; wm dismiss-keyguard", "", 0);
    // Appium, adbutils, mobilecli, mobile-mcp, android_env.
    check_finds("dumpsys window displays", r"init=(\d+)x(\d+) (\d+)dpi", &["1080", "2400", "420"]);
    check_finds("dumpsys window", r"mCurrentRotation=ROTATION_(\d+)", &["0"]);
    check_finds(
        "dumpsys display",
        r".*DisplayViewport\{.*?valid=true, .*?orientation=(\d+), .*?deviceWidth=(\d+), deviceHeight=(\d+).*",
        &["0", "1080", "2400"],
    );
    check_finds(
        "dumpsys display",
        r"DisplayViewport\{type=INTERNAL, .*isActive=true.*, uniqueId='local:(\d+)'",
        &["4619827259835644672"],
    );
    check_finds(
        "cmd display get-displays",
        r#"Display id (\d+): .*, state (ON), .*, uniqueId "local:(\d+)""#,
        &["0", "ON", "4619827259835644672"],
    );
    check_finds(
        "dumpsys SurfaceFlinger --display-id",
        r"^Display (\d+) \(HWC display (\d+)\): port=(\d+) ",
        &["4619827259835644672", "0", "0"],
    );
    check_finds("dumpsys input", r"logicalFrame=\[(\d+), (\d+), (\d+), (\d+)\]", &["0", "0", "1080", "2400"]);
    check_finds("dumpsys input", r"physicalFrame=\[0, 0, (\d+), (\d+)\]", &["1080", "2400"]);
    check_finds("dumpsys input", r"SurfaceOrientation: (\d)", &["0"]);
    check_finds("dumpsys input", r"InputDeviceOrientation: Rotation(\d)", &["0"]);
}

#[test]
fn fingers_and_keys_are_taken_in_silence() {
    for command in [
        "input tap 5 5",
        "input swipe 500 900 500 400",
        "input swipe 500 900 500 400 1000",
        "input touchscreen swipe 1 2 3 4 5",
        "input touchscreen tap 1 2",
        "input touchscreen motionevent DOWN 5 5 && input touchscreen motionevent MOVE 5 9 && input motionevent UP 5 9",
        "input text a%sb",
        "input keyevent KEYCODE_HOME",
        "input keyevent HOME 4 DEL",
        "input keyevent --longpress KEYCODE_POWER",
        "input draganddrop 1 2 3 4 500",
        "input keycombination 113 29 && input keyevent 67",
        "input roll 1 2",
        "input press",
        "input -d 0 tap 1 2",
    ] {
        check(command, "", 0);
    }
    let (text, status) = answer("input tap");
    assert!(
        text.starts_with("Error: Invalid arguments for command: tap\nUsage: input ") && status == 255,
        "{text}"
    );
}

#[test]
fn activities_start_and_end() {
    check(
        "am start -W -S -n com.android.contacts/.activities.PeopleActivity 2>&1 | grep -vE 'Time: [0-9]+$'",
        "Stopping: com.android.contacts\nStarting: Intent { cmp=com.android.contacts/.activities.PeopleActivity }\n\
         Status: ok\nLaunchState: COLD\nActivity: com.android.contacts/.activities.PeopleActivity\nComplete\n",
        0,
    );
    check_finds(
        "am start -W -a android.settings.WIFI_SETTINGS",
        r"TotalTime: \d+\nWaitTime: \d+\n(Complete)\n",
        &["Complete"],
    );
    check(
        "am start -n com.nowhere/.Main",
        "Starting: Intent { cmp=com.nowhere/.Main }\nError type 3\nError: Activity class {com.nowhere/.Main} does not exist.\n",
        1,
    );
    check_finds(
        "am start -a no.such.ACTION",
        r"(Error: Activity not started, unable to resolve Intent)",
        &["Error: Activity not started, unable to resolve Intent"],
    );
    check("am force-stop com.android.settings; am kill com.android.settings; am task lock 1", "", 0);
    check_finds(
        "am stack list | grep -E visible=true",
        r"taskId=\d+: (\S+) bounds=\[\d+,\d+\]\[\d+,\d+\] userId=0 visible=(true) topActivity=ComponentInfo\{(\S+)\}",
        &[
            "com.android.settings/com.android.settings.Settings",
            "true",
            "com.android.settings/com.android.settings.Settings",
        ],
    );
    check_finds("am instrument -w com.x/.Y", r"INSTRUMENTATION_STATUS_CODE: (-?\d+)", &["-1"]);
    check("monkey -p com.android.contacts 1 2>/dev/null | head -n 1", "Events injected: 1\n", 0);
    check(
        "monkey -p com.nowhere -c android.intent.category.LAUNCHER 1 2>/dev/null",
        "** No activities found to run, monkey aborted.\n",
        252,
    );
}

#[test]
fn the_app_in_front_is_named() {
    let settings = ["com.android.settings", "com.android.settings.Settings"];
    // adbutils, droidbot, MobileSafetyBench, appium.
    check_finds("dumpsys window windows", r"mCurrentFocus=Window\{.*\s+([^\s]+)/([^\s]+)\}", &settings);
    check_finds("dumpsys window | grep mCurrentFocus", r"u0 ([\w.]+)/([\w.]+)\}", &settings);
    check_finds(
        "dumpsys window displays",
        r"mFocusedApp.+Record\{.*\s([^\s/\}]+)/([^\s/\},]+)",
        &["com.android.settings", ".Settings"],
    );
    check_finds(
        "dumpsys activity activities",
        r"mResumedActivity: ActivityRecord\{.*?\s+([^\s]+)/([^\s]+)\s.*?\}",
        &["com.android.settings", ".Settings"],
    );
    check_finds(
        "dumpsys activity activities",
        r"Hist  #0: ActivityRecord\{\w+ u0 ([^\s]+) t\d+\}",
        &["com.android.settings/.Settings"],
    );
    check_finds(
        "dumpsys activity top",
        r"ACTIVITY ([^\s]+)/([^/\s]+) \w+ pid=\d+",
        &["com.android.settings", ".Settings"],
    );
    check_finds(
        "dumpsys activity recents",
        r"Recent #0: Task\{\w+ #\d+ type=\w+ A=\d+:([\w.]+)",
        &settings[..1],
    );
    check_finds(
        "dumpsys activity processes",
        r"\*APP\* UID \d+ ProcessRecord\{\w+ \d+:(com.android.settings)/",
        &settings[..1],
    );
    check_finds("dumpsys activity services", r"(ACTIVITY MANAGER SERVICES)", &["ACTIVITY MANAGER SERVICES"]);
    check_finds(
        "dumpsys window policy",
        r"isStatusBarKeyguard=(\w+)(?s:.*)mShowingLockscreen=(\w+)",
        &["false", "false"],
    );
    check_finds(
        "dumpsys input_method",
        r"mInputShown=(\w+)(?s:.*)mIsInputViewShown=(\w+)",
        &["false", "false"],
    );
    check_finds(
        "dumpsys input_method",
        r"mCurMethodId=([-_./\w]+)",
        &["com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME"],
    );
}

#[test]
fn packages_are_described() {
    check("pm list packages com.android.settings", "package:com.android.settings\n", 0);
    check_finds(
        "pm list packages -f deskclock",
        r"^package:(/\S+\.apk)=(\S+)\n$",
        &["/system/app/Clock/Clock.apk", "com.google.android.deskclock"],
    );
    check_finds("cmd package list packages -U deskclock", r"^package:\S+ uid:\d+(\n)$", &["\n"]);
    check_finds(
        "pm list features",
        r"(?m)^feature:(android.hardware.touchscreen)$",
        &["android.hardware.touchscreen"],
    );
    check("pm path com.google.android.deskclock", "package:/system/app/Clock/Clock.apk\n", 0);
    check("pm path com.mobilenext.devicekit", "", 1);
    check("pm clear com.google.android.deskclock", "Success\n", 0);
    check(
        "pm grant com.android.contacts android.permission.CAMERA; pm revoke com.android.contacts android.permission.CAMERA",
        "",
        0,
    );
    check("pm uninstall com.google.android.deskclock", "Success\n", 0);
    check(
        "pm disable-user --user 0 com.android.chrome",
        "Package com.android.chrome new state: disabled-user\n",
        0,
    );
    check(
        "cmd package resolve-activity --brief com.android.settings",
        "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false\ncom.android.settings/.Settings\n",
        0,
    );
    check("cmd package resolve-activity --brief com.nowhere", "No activity found\n", 0);
    let launchers =
        "cmd package query-activities -a android.intent.action.MAIN -c android.intent.category.LAUNCHER";
    check_finds(launchers, r"(?m)^\s*packageName=(com.android.settings)$", &["com.android.settings"]);
    let contacts = "dumpsys package com.android.contacts";
    check_finds(contacts, r"versionCode=(\d+) minSdk=(\d+) targetSdk=(\d+)", &["1", "26", "34"]);
    check_finds(contacts, r"pkgFlags=\[\s*(.*)\s*\]", &["SYSTEM HAS_CODE ALLOW_CLEAR_USER_DATA "]);
    check_finds(contacts, r"PackageSignatures\{.*?\[(.*)\]\}", &["5f1a2b3c], past signatures:["]);
    check_finds(contacts, r"firstInstallTime=([-\d]+)\s+([:\d]+)", &["2026-01-15", "08:00:00"]);
    check_finds(contacts, r"lastUpdateTime=([-\d]+)\s+([:\d]+)", &["2026-01-15", "08:00:00"]);
    check_finds(contacts, r"dataDir=(\S+)", &["/data/user/0/com.android.contacts"]);
    check_finds(
        contacts,
        r"(android\.permission\.READ_CONTACTS): granted=(?:true|false)",
        &["android.permission.READ_CONTACTS"],
    );
    check_finds("pm dump com.android.contacts", r"(Packages:)", &["Packages:"]);
}

#[test]
fn services_tell_their_state() {
    check_finds("dumpsys battery", r"level: (\d+)", &["100"]);
    check_finds("dumpsys power", r"mWakefulness=(\w+)", &["Awake"]);
    check_finds("dumpsys power", r"mHoldingDisplaySuspendBlocker=(\w+)", &["true"]);
    check_finds("dumpsys telephony.registry", r"mCallState=(\d)", &["0"]);
    check_finds("dumpsys lock_settings", r"CredentialType: (\w+)", &["NONE"]);
    check(
        "locksettings set-pin 1234; dumpsys lock_settings | grep CredentialType",
        "Pin set to '1234'\n    CredentialType: PIN\n",
        0,
    );
    check("locksettings set-password secret", "Password set to 'secret'\n", 0);
    check_finds("locksettings verify", r"(successfully)", &["successfully"]);
    check("settings get secure none; settings put system k 5; settings get system k", "null\n5\n", 0);
    check(
        "settings put global k 1; settings delete global k; settings list global | grep -c ^k=",
        "Deleted 1 rows\n0\n",
        1,
    );
    check("svc wifi disable; settings get global wifi_on; svc data enable; svc bluetooth disable", "0\n", 0);
    check(
        "cmd statusbar expand-notifications; cmd statusbar collapse; cmd locale set-app-locales x --locales en",
        "",
        0,
    );
    check("service list | head -n 1", "Found 17 services:\n", 0);
    check("service check activity", "Service activity: found\n", 0);
    check("service check none", "Service none: not found\n", 0);
}

#[test]
fn keyboards_are_listed_and_typed_through() {
    let keyboard = "com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME";
    check("ime list -s", &format!("{keyboard}\n"), 0);
    check("ime list -s -a", &format!("{keyboard}\n"), 0);
    check(&format!("ime set {keyboard}"), &format!("Input method {keyboard} selected for user #0\n"), 0);
    let write = write();
    let typed = "uiautomator dump /dev/tty | grep -o 'text=\"[^\"]*\" resource-id=\"[^\"]*\" class=\"android.widget.EditText\"' | tail -n 1 | cut -d '\"' -f 2";
    let broadcast = |action: &str| format!("{write} am broadcast -a {action} | tail -n 1; {typed}");
    let done = "Broadcast completed: result=-1, data=\"success\"\n";
    for action in [
        "ADB_INPUT_TEXT --es msg 'hello'",
        "ADB_INPUT_B64 --es msg aGVsbG8=",
        "ADB_KEYBOARD_INPUT_TEXT --es text aGVsbG8=",
    ] {
        check(&broadcast(action), &format!("{done}hello\n"), 0);
    }
    check(
        &broadcast("ADB_INPUT_TEXT --es msg x >/dev/null; am broadcast -a ADB_KEYBOARD_CLEAR_TEXT"),
        &format!("{done}Text message\n"),
        0,
    );
    check(
        &format!(
            "{write} am broadcast -a ADB_KEYBOARD_HIDE | tail -n 1; dumpsys input_method | grep -o mInputShown=.*"
        ),
        &format!("{done}mInputShown=false\n"),
        0,
    );
    check(
        "am broadcast -a com.x.Y",
        "Broadcasting: Intent { act=com.x.Y flg=0x400000 }\nBroadcast completed: result=0\n",
        0,
    );
}

#[test]
fn providers_answer_in_rows() {
    check(
        "content insert --uri content://sms/inbox --bind address:s:+1555 --bind body:s:Hi --bind type:i:1; \
         content query --uri content://sms/inbox --projection address:body --where \"address='+1555'\"",
        "Row: 0 address=+1555, body=Hi\n",
        0,
    );
    check(
        "content delete --uri content://sms; content query --uri content://sms/sent",
        "No result found.\n",
        0,
    );
    check(
        "content insert --uri content://settings/system --bind name:s:user_rotation --bind value:i:0; settings get system user_rotation",
        "0\n",
        0,
    );
    for uri in [
        "contacts/phones/",
        "contacts/people",
        "com.android.contacts/data",
        "com.android.contacts/raw_contacts",
        "call_log/calls",
    ] {
        check_finds(&format!("content query --uri content://{uri}"), r"^(?:Row: 0 |No result found\.)", &[]);
    }
}

#[test]
fn the_machine_is_described() {
    check(
        "getprop ro.build.version.release; getprop ro.product.cpu.abi; getprop sys.boot_completed; getprop init.svc.bootanim",
        "14\nx86_64\n1\nstopped\n",
        0,
    );
    check("getprop persist.sys.timezone; getprop persist.sys.locale", "UTC\nen-US\n", 0);
    check("getprop | grep -F '[ro.build.version.sdk]'", "[ro.build.version.sdk]: [34]\n", 0);
    check("whoami; su 0 whoami; id -u", "shell\nroot\n2000\n", 0);
    check_finds("date", r"^(Mon Mar  2) 10:00:\d\d (UTC 2026)\n$", &["Mon Mar  2", "UTC 2026"]);
    check("A=$(date +%s); sleep 5; B=$(date +%s); test $A -lt $B && echo later", "later\n", 0);
    check("log -p i -t Tag hello world; logcat -d | grep -o 'Tag.*'", "Tag     : hello world\n", 0);
    check("logcat -c; logcat -d", "--------- beginning of main\n", 0);
    check_finds("ip addr show dev wlan0", r"inet (\d+.*?)/\d+", &["10.0.2.16"]);
    check_finds("ifconfig wlan0", r"inet\s*addr:(.*?)\s", &["10.0.2.16"]);
    check_finds("ps -A", r"(?m)^u0_a\d+ .* S (com.android.settings)$", &["com.android.settings"]);
    check_finds("ps -e", r"(?m)^(?:u\S*\s+)(?:\S+\s+){7}(com.android.settings)$", &["com.android.settings"]);
    check("echo hi; echo X4EXIT:$?", "hi\nX4EXIT:0\n", 0);
    check("ls /sdcard/none 2>&1; echo $?", "ls: /sdcard/none: No such file or directory\n1\n", 0);
}
