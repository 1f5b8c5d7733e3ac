//! The pictures of a new phone.

use super::draw::{Subject, factory};
use crate::files::Files;
use crate::system::clock::at;
use crate::system::random::Random;

const MINUTE: i64 = 60_000;

/// Pictures that have a name of their own, in `Pictures`.
const NAMED: [(Subject, &str); 4] = [
    (Subject::Bicycle, "Bicycle for sale.png"),
    (Subject::Receipt, "Receipt.png"),
    (Subject::Flower, "Flower.png"),
    (Subject::Mountains, "Wallpaper.png"),
];

/// Pictures of the camera.
const TAKEN: [Subject; 6] =
    [Subject::Beach, Subject::Cat, Subject::Coffee, Subject::City, Subject::Forest, Subject::Portrait];

/// The file name that the camera gives a photo.
pub fn camera_name(millis: i64) -> String {
    at(millis).format("IMG_%Y%m%d_%H%M%S").to_string()
}

/// Puts pictures on a new phone.
pub fn fill(files: &Files, seed: u64, now: i64) {
    let mut random = Random::new(seed, "photos");
    let (mut named, mut taken) = (NAMED, TAKEN);
    random.shuffle(&mut named);
    random.shuffle(&mut taken);
    let mut when = now;
    let mut earlier = || {
        when -= MINUTE * (40 + i64::try_from(random.below(560)).unwrap_or(0));
        when
    };
    let mut pictures = Vec::new();
    for subject in taken.into_iter().take(4) {
        let when = earlier();
        pictures.push((format!("/sdcard/DCIM/Camera/{}.png", camera_name(when)), subject, when));
    }
    for (subject, name) in named.into_iter().take(3) {
        pictures.push((format!("/sdcard/Pictures/{name}"), subject, earlier()));
    }
    for (path, subject, when) in pictures {
        if let Err(error) = files.write_at(&path, factory(subject), when) {
            tracing::warn!(path, %error, "cannot write");
        }
    }
}
