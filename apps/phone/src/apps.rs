//! The apps. A new one is a file here and a line in [`all`].

pub mod bank;
pub mod browser;
pub mod calculator;
pub mod calendar;
pub mod camera;
pub mod chooser;
pub mod clock;
pub mod contacts;
pub mod date_picker;
pub mod dialer;
pub mod documents;
pub mod launcher;
pub mod mail;
pub mod maps;
pub mod messages;
pub mod music;
pub mod notes;
pub mod photo_note;
pub mod photos;
pub mod recorded;
pub mod recorder;
pub mod settings;
pub mod shade;
pub mod stock_trainer;
pub mod tasks;
pub mod time_picker;

use std::sync::Arc;

use crate::system::app::Manifest;

/// The apps that come with the phone, in the order in which they are asked whether they answer an intent.
pub fn all() -> Vec<Arc<Manifest>> {
    let all = [
        launcher::manifest,
        shade::manifest,
        settings::manifest,
        clock::manifest,
        contacts::manifest,
        messages::manifest,
        dialer::manifest,
        calendar::manifest,
        browser::manifest,
        maps::manifest,
        chooser::manifest,
        notes::manifest,
        tasks::manifest,
        calculator::manifest,
        mail::manifest,
        documents::manifest,
        bank::manifest,
        photo_note::manifest,
        stock_trainer::manifest,
        photos::manifest,
        camera::manifest,
        music::manifest,
        recorder::manifest,
    ];
    all.iter().map(|manifest| Arc::new(manifest())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_distinct() {
        let mut names: Vec<_> = all().iter().map(|app| app.package.clone()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().len());
    }
}
