//! Photos and the camera: pictures are files of the shared storage, and the media provider knows them.

use super::Probe;
use crate::apps::photos::draw::{Subject, factory};

const SIGHT: &str = "/data/data/com.android.camera2/cache/sight.png";

/// A phone with two pictures.
fn probe() -> Probe {
    let mut probe = Probe::new();
    probe.ok("rm -r /sdcard/DCIM /sdcard/Pictures");
    let files = probe.shell.device.files.clone();
    let write = |path: &str, subject, when| files.write_at(path, factory(subject), when).expect("writes");
    write("/sdcard/Pictures/cat.png", Subject::Cat, 1_772_445_540_000);
    write("/sdcard/Download/receipt.png", Subject::Receipt, 1_772_000_000_000);
    probe
}

const IMAGES: &str = "content query --uri content://media/external/images/media --projection";

#[test]
fn pictures_are_seen_shared_and_deleted() {
    let mut probe = probe();
    assert_eq!(
        probe.ok(&format!("{IMAGES} _display_name:mime_type:width:height:bucket_display_name")),
        "Row: 0 _display_name=receipt.png, mime_type=image/png, width=640, height=480, bucket_display_name=Download\n\
         Row: 1 _display_name=cat.png, mime_type=image/png, width=640, height=480, bucket_display_name=Pictures\n"
    );
    probe.tap("Photos");
    probe.shows("Mon, Mar 2, 2026");
    probe.tap("Photo cat.png, taken on Mar 2, 2026 9:59 AM");
    probe.tap("Details");
    probe.shows("cat.png");
    probe.tap("Close");
    probe.tap("Share");
    probe.shows("Sharing image");
    probe.tap("PhotoNote");
    probe.shows("Chosen photo cat.png");
    probe.ok("input keyevent BACK");
    probe.ok("input keyevent BACK");
    probe.tap("Delete");
    probe.shows("Delete this photo?");
    probe.tap("Cancel");
    probe.tap("Delete");
    probe.tap("button1");
    assert_eq!(probe.ok("ls /sdcard/Pictures"), "");
    assert_eq!(probe.ok(&format!("{IMAGES} _display_name")), "Row: 0 _display_name=receipt.png\n");
}

#[test]
fn a_finger_turns_to_the_next_picture() {
    let mut probe = probe();
    probe.tap("Photos");
    probe.tap("Photo cat.png, taken on Mar 2, 2026 9:59 AM");
    for (from, to, expected) in [(900, 200, "receipt.png"), (900, 200, "receipt.png"), (200, 900, "cat.png")]
    {
        probe.ok(&format!("input swipe {from} 1200 {to} 1200 200"));
        let texts = probe.texts();
        assert!(texts.iter().any(|text| text.starts_with(&format!("Photo {expected}"))), "{texts:?}");
    }
}

#[test]
fn the_provider_removes_the_file() {
    let mut probe = probe();
    probe.ok("content delete --uri content://media/external/images/media --where _display_name='cat.png'");
    assert_eq!(probe.ok("ls /sdcard/Pictures"), "");
    assert_eq!(probe.ok("ls /sdcard/Download"), "receipt.png\n");
}

#[test]
fn files_open_in_photos() {
    let mut probe = probe();
    probe.tap("Files");
    probe.tap("Download");
    probe.tap("receipt.png");
    assert!(probe.ok("dumpsys window").contains("com.google.android.apps.photos"));
    probe.tap("Details");
    probe.shows("receipt.png");
}

#[test]
fn the_camera_takes_what_it_sees() {
    let mut probe = probe();
    probe.tap("Camera");
    let files = probe.shell.device.files.clone();
    let sight = files.read(SIGHT).expect("what it sees");
    probe.tap("Shutter");
    probe.tap("Shutter");
    let taken = files.list("/sdcard/DCIM/Camera").expect("photos");
    assert_eq!(taken.len(), 2, "{taken:?}");
    assert!(taken.iter().all(|name| name.starts_with("IMG_20260302_1000")), "{taken:?}");
    assert_eq!(files.read(&format!("/sdcard/DCIM/Camera/{}", taken[0])).expect("the first"), sight);
    probe.tap("Switch camera");
    probe.shows("Front camera preview");
    probe.tap("Shutter");
    assert_eq!(probe.ok(&format!("{IMAGES} _id")).lines().count(), 5);
    probe.tap("Most recent photo");
    assert!(probe.ok("dumpsys window").contains("HostPhotoPagerActivity"));
}
