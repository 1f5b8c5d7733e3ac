//! Many phones in one process.

use std::fs;
use std::sync::Arc;

use super::Probe;
use crate::shell::run;

/// Databases that a phone may keep open between two uses.
const OPEN: usize = 3;

#[test]
fn two_hundred_phones_live_side_by_side() {
    let image = Probe::new().shell.device.image().expect("reads");
    let homes = tempfile::tempdir().expect("a directory");
    let phones: Vec<_> = (0..200)
        .map(|nth| {
            let device = Arc::new(image.boot(&homes.path().join(nth.to_string())).expect("boots"));
            device.system().receive_sms("5550100", &format!("you are number {nth}."));
            run(&device, "monkey -p com.google.android.apps.messaging 1", b"");
            device
        })
        .collect();
    for (nth, device) in phones.iter().enumerate() {
        let seen = device.system().dump().expect("the display is on");
        assert!(seen.contains(&format!("you are number {nth}.")), "{nth}: {seen}");
    }
    let home = homes.path().canonicalize().expect("is there");
    let open = fs::read_dir("/proc/self/fd").expect("is there").filter(|entry| {
        let leads =
            |entry: &fs::DirEntry| fs::read_link(entry.path()).is_ok_and(|file| file.starts_with(&home));
        entry.as_ref().is_ok_and(leads)
    });
    assert!(open.count() <= phones.len() * OPEN);
}
