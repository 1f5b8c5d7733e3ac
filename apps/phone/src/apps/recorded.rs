//! Recorded apps: what was seen and done in an app on a real phone, shown again.
//!
//! A recording is a file of JSON lines as DroidBot's and AutoDroid's traces give them: `state` (a screen with its
//! views), `event` (what was done on one screen and which screen came then) and `task` (what was asked for, and the
//! steps to it: further transitions, and screens that are one screen scrolled). Nothing is computed: where the
//! recording has no transition for what is done, the screen stays, and the log says so.
//!
//! A recording shows the phone as it was at different times, so that one action may have led to several screens. Then
//! the recording goes on where it is: the outcome recorded next counts. A task that starts elsewhere, or that needs
//! another outcome, is set up by its id: `am start -n PACKAGE/ACTIVITY --es task ID`.

mod file;
#[cfg(test)]
pub(crate) mod fixture;
mod label;
mod look;
mod player;
mod record;
mod recording;
mod screen;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use self::player::Player;
use self::recording::Recording;
use crate::phone::PhoneError;
use crate::system::app::{Activity, Filter, Manifest, Running};
use crate::system::package::BACKGROUND;
use crate::ui::Icon;

/// How many recordings one phone takes.
const MOST_FILES: usize = 100;

/// The apps of these files, and of the files in these folders.
///
/// # Errors
/// [`PhoneError`] for a path that names no recording, for a file that is broken, and for two apps of one package.
pub fn load(paths: &[PathBuf]) -> Result<Vec<Manifest>, PhoneError> {
    let mut apps: Vec<Manifest> = Vec::new();
    let system = crate::apps::all();
    for path in file::all(paths, MOST_FILES)? {
        let app = manifest(file::read(&path)?);
        let system = system.iter().map(|known| known.package.as_str()).chain(BACKGROUND);
        if system.chain(apps.iter().map(|known| known.package.as_str())).any(|known| known == app.package) {
            let reason = format!("there is an app {} already; leave one of the two out", app.package);
            return Err(PhoneError::NoRecording { path, reason });
        }
        apps.push(app);
    }
    Ok(apps)
}

fn manifest(recording: Recording) -> Manifest {
    let own = recording.screens.iter().filter(|screen| screen.component.package == recording.package);
    let mut filters: BTreeMap<&str, Vec<Filter>> =
        own.map(|screen| (screen.component.class.as_str(), Vec::new())).collect();
    filters.insert(&recording.main, vec![Filter::LAUNCHER]);
    let activities =
        filters.into_iter().map(|(name, filters)| Activity { name: name.to_owned(), filters }).collect();
    let recording = Arc::new(recording);
    Manifest {
        package: recording.package.clone(),
        label: recording.label.clone(),
        icon: Icon::AppWindow,
        system: false,
        color: color(&recording.package),
        version: "1.0".to_owned(),
        activities,
        permissions: &[],
        launch: Arc::new(move || -> Box<dyn Running> { Box::new(Player::new(Arc::clone(&recording))) }),
        setup: |_| Ok(()),
    }
}

/// A colour of its own for each app.
fn color(package: &str) -> (u8, u8, u8) {
    const COLORS: [(u8, u8, u8); 6] = [
        (0x8e, 0x4e, 0xc6),
        (0xc2, 0x41, 0x6b),
        (0x0f, 0x7b, 0x83),
        (0xa8, 0x5a, 0x12),
        (0x4a, 0x6b, 0x2a),
        (0x5b, 0x5f, 0xc7),
    ];
    let sum = package.bytes().fold(0_usize, |sum, byte| sum * 31 % 9973 + usize::from(byte));
    COLORS[sum % COLORS.len()]
}
