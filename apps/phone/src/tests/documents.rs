//! Files: the same ones that the shell sees.

use super::Probe;

fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.shell.device.files.write("/sdcard/Download/small.txt", b"hello").expect("writes");
    probe.shell.device.files.write("/sdcard/Download/large.bin", &[0; 2500]).expect("writes");
    probe.ok("monkey -p com.google.android.documentsui 1");
    probe.tap("Download");
    probe
}

#[track_caller]
fn check(probe: &mut Probe, expected: &str) {
    assert_eq!(probe.ok("ls /sdcard/Download"), expected);
}

fn hold(probe: &mut Probe, label: &str) {
    let ((x, y), _) = probe.find(label).unwrap_or_else(|| panic!("no {label}"));
    probe.ok(&format!("input swipe {x} {y} {x} {y} 900"));
}

fn type_anew(probe: &mut Probe, text: &str) {
    probe.ok("input keycombination 113 29");
    assert_eq!(probe.run(&["input", "text", text]).1, 0);
    probe.tap("button1");
}

#[test]
fn folders_are_opened_made_and_left() {
    let mut probe = probe();
    for text in ["small.txt", "5 B, 10:00 AM", "2.50 kB, 10:00 AM"] {
        probe.shows(text);
    }
    probe.tap("More options");
    probe.tap("New folder");
    type_anew(&mut probe, "Trip");
    check(&mut probe, "Trip\nlarge.bin\nsmall.txt\n");
    probe.tap("Trip");
    probe.shows("No items");
    probe.ok("input keyevent BACK");
    probe.tap("small.txt");
    probe.shows("hello");
    probe.tap("Navigate up");
    probe.tap("large.bin");
    probe.tap("Internal storage");
    probe.shows("Documents");
}

#[test]
fn files_are_renamed_and_deleted() {
    let mut probe = probe();
    hold(&mut probe, "small.txt");
    probe.shows("1 selected");
    probe.tap("More options");
    probe.tap("Rename");
    type_anew(&mut probe, "tiny.txt");
    check(&mut probe, "large.bin\ntiny.txt\n");
    for wrong in ["large.bin", "../up.txt", ""] {
        hold(&mut probe, "tiny.txt");
        probe.tap("More options");
        probe.tap("Rename");
        probe.ok("input keycombination 113 29");
        probe.ok("input keyevent 67");
        if !wrong.is_empty() {
            probe.ok(&format!("input text {wrong}"));
        }
        probe.tap("button1");
        check(&mut probe, "large.bin\ntiny.txt\n");
    }
    hold(&mut probe, "tiny.txt");
    probe.tap("Delete");
    probe.shows("Delete \"tiny.txt\"?");
    probe.tap("Cancel");
    probe.tap("large.bin");
    probe.tap("Delete");
    probe.shows("Delete 2 items?");
    probe.tap("button1");
    check(&mut probe, "");
}

#[test]
fn files_are_sorted_and_found() {
    let mut probe = probe();
    let order = |probe: &mut Probe| {
        let names = |text: &String| text.ends_with(".txt") || text.ends_with(".bin");
        probe.texts().into_iter().filter(names).collect::<Vec<_>>()
    };
    assert_eq!(order(&mut probe), ["large.bin", "small.txt"]);
    probe.shell.device.files.write("/sdcard/Download/aaa.txt", b"").expect("writes");
    assert_eq!(order(&mut probe), ["aaa.txt", "large.bin", "small.txt"]);
    probe.tap("More options");
    probe.tap("Sort by...");
    probe.tap("Size (largest first)");
    assert_eq!(order(&mut probe), ["large.bin", "small.txt", "aaa.txt"]);
    probe.tap("Search");
    probe.ok("input text SMA");
    assert_eq!(order(&mut probe), ["small.txt"]);
}
