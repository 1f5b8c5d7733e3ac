//! The apps. A new one is a file here and a line in [`ALL`].

pub mod bank;
pub mod browser;
pub mod calculator;
pub mod calendar;
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
pub mod notes;
pub mod settings;
pub mod shade;
pub mod tasks;
pub mod time_picker;

use crate::system::app::Manifest;

/// Every app, in the order in which they are asked whether they answer an intent.
pub const ALL: &[&Manifest] = &[
    &launcher::MANIFEST,
    &shade::MANIFEST,
    &settings::MANIFEST,
    &clock::MANIFEST,
    &contacts::MANIFEST,
    &messages::MANIFEST,
    &dialer::MANIFEST,
    &calendar::MANIFEST,
    &browser::MANIFEST,
    &maps::MANIFEST,
    &chooser::MANIFEST,
    &notes::MANIFEST,
    &tasks::MANIFEST,
    &calculator::MANIFEST,
    &mail::MANIFEST,
    &documents::MANIFEST,
    &bank::MANIFEST,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_distinct() {
        let mut names: Vec<_> = ALL.iter().map(|app| app.package).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
