//! What goes wrong, as whoever drives the phone meets it.

use super::Probe;
use crate::shell::{Finished, run};

impl Probe {
    fn faulty(faults: &[&str]) -> Probe {
        let probe = Probe::new();
        for fault in faults {
            probe.shell.device.set_fault(fault.parse().expect("a fault"));
        }
        probe
    }

    /// The faults that are on, as they are typed.
    fn faults(&self) -> Vec<String> {
        self.shell.device.faults().iter().map(ToString::to_string).collect()
    }

    /// Runs a script in a shell: what it printed, its errors after its output, and its status.
    fn script(&self, script: &str) -> (String, i32) {
        let Finished { out, err, status } = run(&self.shell.device, script, b"");
        (String::from_utf8_lossy(&[out, err].concat()).into_owned(), status)
    }

    #[track_caller]
    fn says(&self, line: &str, expected: &str, status: i32) {
        assert_eq!(self.script(line), (expected.to_owned(), status), "{line}");
    }
}

const TO_FILE: &str = "uiautomator dump /sdcard/d.xml";
const DUMPED: &str = "UI hierchary dumped to: /sdcard/d.xml\n";
const NULL_ROOT: &str = "ERROR: null root node returned by UiTestAutomationBridge.\n";

#[test]
fn a_restless_screen_is_dumped_compressed_only() {
    let mut probe = Probe::faulty(&["never-idle"]);
    let before = probe.shell.device.system().now();
    probe.says(TO_FILE, "ERROR: could not get idle state.\n", 0);
    assert_eq!((probe.shell.device.system().now() - before).num_seconds(), 10);
    assert!(!probe.shell.device.files.exists("/sdcard/d.xml"));
    probe.says("uiautomator dump --compressed /sdcard/d.xml", DUMPED, 0);
    assert!(probe.run_bytes(&["screencap", "-p"]).0.starts_with(b"\x89PNG"));
    assert!(probe.ok("dumpsys window").contains("mCurrentFocus"));
    assert!(probe.shell.device.system().dump().is_some());
    assert!(probe.shell.device.clear_fault("never-idle"));
    probe.says(TO_FILE, DUMPED, 0);
}

#[test]
fn dumps_fail_for_a_while() {
    let probe = Probe::faulty(&["null-root=2", "dump-failures=1"]);
    probe.says(TO_FILE, "Killed\n", 137);
    probe.says(TO_FILE, NULL_ROOT, 0);
    assert_eq!(probe.faults(), ["null-root=1"]);
    probe.says(TO_FILE, NULL_ROOT, 0);
    probe.says(TO_FILE, DUMPED, 0);
    let probe = Probe::faulty(&["null-root=1", "null-root"]);
    for _ in 0..3 {
        probe.says(TO_FILE, NULL_ROOT, 0);
    }
    assert!(probe.shell.device.clear_fault("null-root") && !probe.shell.device.clear_fault("null-root"));
    probe.says(TO_FILE, DUMPED, 0);
}

#[test]
fn a_field_that_loses_the_focus_takes_no_text() {
    let mut probe = Probe::faulty(&["lost-focus"]);
    probe.ok("am start -a android.intent.action.VIEW -d geo:0,0?q=");
    probe.type_into("Search here", "harbor");
    assert!(probe.ok("dumpsys input_method").contains("mInputShown=true"));
    assert!(!probe.dump().contains("focused=\"true\""));
    probe.shows("Search here");
    // Another way to the focus still works.
    probe.ok("input keyevent TAB");
    probe.ok("input text h");
    probe.shows("h");
    probe.shell.device.clear_fault("lost-focus");
    probe.type_into("h", "arbor");
    probe.shows("harbor");
}

#[test]
fn every_third_key_is_lost() {
    let mut probe = Probe::faulty(&["dropped-keys=3"]);
    probe.ok("am start -a android.intent.action.VIEW -d geo:0,0?q=");
    probe.type_into("Search here", "abcdefg");
    probe.shows("abdeg");
    // The eighth key is pressed, the ninth is not.
    probe.ok("input keyevent KEYCODE_DEL KEYCODE_DEL");
    probe.shows("abde");
}

#[test]
fn a_full_disk_says_so_everywhere() {
    let mut probe = Probe::new();
    // It holds a manifest of com.example.app, and nothing else.
    let apk = include_bytes!("../../tests/fixtures/example.apk");
    probe.shell.device.files.write("/data/local/tmp/a.apk", apk).expect("writes");
    probe.says("echo old > /sdcard/old; mkdir /sdcard/there", "", 0);
    probe.says("sqlite3 /sdcard/t.db 'CREATE TABLE t (x)'", "", 0);
    probe.shell.device.set_fault("full-storage".parse().expect("a fault"));

    probe.says(
        "echo x > /sdcard/new",
        "/system/bin/sh: can't create /sdcard/new: No space left on device\n",
        1,
    );
    probe.says(
        "echo x >> /sdcard/old",
        "/system/bin/sh: can't create /sdcard/old: No space left on device\n",
        1,
    );
    probe.says("touch /data/local/tmp/t", "touch: '/data/local/tmp/t': No space left on device\n", 1);
    probe.says("mkdir -p /sdcard/a/b", "mkdir: '/sdcard/a/b': No space left on device\n", 1);
    probe.says("cp /sdcard/old /sdcard/new", "cp: bad '/sdcard/old': No space left on device\n", 1);
    probe.says(
        "screencap -p /sdcard/s.png",
        "Error opening file: /sdcard/s.png (No space left on device)\n",
        1,
    );
    probe.says(
        "sqlite3 /sdcard/t.db 'INSERT INTO t VALUES (zeroblob(100000))'",
        "Error: stepping, database or disk is full (13)\n",
        1,
    );
    probe.says("pm install /data/local/tmp/a.apk", "Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n", 1);
    assert!(probe.ok("df /data").contains("100% /data\n"));

    // What takes no room goes on.
    probe.says(
        "cat /sdcard/old; touch /sdcard/old; mkdir -p /sdcard/there; mv /sdcard/old /sdcard/b",
        "old\n",
        0,
    );
    probe.says("rm /sdcard/b; ls /sdcard/b", "ls: /sdcard/b: No such file or directory\n", 1);
    assert!(probe.shell.device.clear_fault("full-storage"));
    probe.says("pm install /data/local/tmp/a.apk", "Success\n", 0);
}

#[test]
fn an_app_that_does_not_respond_is_closed_or_waited_for() {
    let mut probe = Probe::new();
    probe.ok("am start -n com.google.android.deskclock/com.android.deskclock.DeskClock");
    probe.shell.device.set_fault("anr=foreground".parse().expect("a fault"));
    assert_eq!(probe.faults(), ["anr=com.google.android.deskclock"]);
    assert_eq!(probe.texts(), ["Clock isn't responding", "Close app", "Wait"]);
    assert!(probe.dump().contains(
        "resource-id=\"android:id/aerr_wait\" class=\"android.widget.Button\" package=\"android\""
    ));
    assert!(
        probe.ok("dumpsys window").contains(" u0 Application Not Responding: com.google.android.deskclock}")
    );
    // Neither the way back nor a touch beside it closes it, and it stays over what is started.
    probe.ok("input keyevent BACK");
    probe.ok("input tap 540 300");
    probe.ok("input keyevent HOME");
    probe.shows("Clock isn't responding");
    probe.tap("Wait");
    assert_eq!((probe.faults(), probe.find("Wait")), (Vec::new(), None));

    // One that is not in front does not matter until it is.
    probe.shell.device.set_fault("anr=com.android.settings".parse().expect("a fault"));
    assert_eq!(probe.find("Wait"), None);
    probe.ok("am start -n com.android.settings/.Settings");
    probe.shows("Settings isn't responding");
    probe.tap("Close app");
    assert!(!probe.ok("am stack list").contains("com.android.settings"));
    assert_eq!(probe.faults(), [""; 0]);

    probe.shell.device.set_fault("anr=foreground".parse().expect("a fault"));
    assert!(probe.find("Wait").is_some() && probe.shell.device.clear_fault("anr"));
    assert_eq!(probe.find("Wait"), None);
}

#[test]
fn somebody_calls_in_between() {
    let mut probe = Probe::new();
    probe.ok("am start -n com.android.settings/.Settings");
    probe.shell.device.set_fault("incoming-call=5550100".parse().expect("a fault"));
    assert_eq!(probe.faults(), ["incoming-call=5550100"]);
    probe.shows("Incoming call");
    assert!(
        probe.shell.device.clear_fault("incoming-call") && !probe.shell.device.clear_fault("incoming-call")
    );
    assert!(
        probe.ok("content query --uri content://call_log/calls --where number='5550100'").contains("type=3")
    );
    probe.shell.device.set_fault("incoming-call=5550100".parse().expect("a fault"));
    probe.tap("Answer");
    assert_eq!(probe.faults(), [""; 0]);
}

#[test]
fn time_stands_still_while_it_is_frozen() {
    let mut probe = Probe::new();
    probe.shell.device.system().set_pace("frozen".parse().expect("a pace"));
    probe.says("sleep 5; date +%T", "10:00:00\n", 0);
    probe.ok("am start -n com.google.android.deskclock/com.android.deskclock.DeskClock");
    probe.ok("input swipe 540 1800 540 900 300");
    probe.ok("am start -a android.intent.action.SET_TIMER --ei android.intent.extra.alarm.LENGTH 60");
    probe.says("sleep 90; date +%T", "10:00:00\n", 0);
    probe.shell.device.system().step(61_000);
    probe.says("date +%T", "10:01:01\n", 0);
    probe.shell.device.reboot().expect("boots");
    probe.says("sleep 5; date +%T", "10:00:00\n", 0);
}
