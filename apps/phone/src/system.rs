//! What runs on the phone: packages, activities, intents, settings, content providers.

use crate::{files::Files, phone::PhoneError};

/// The phone's framework and apps. Everything durable lies in [`Files`]: a system that is booted again from the
/// same files continues where it was.
#[derive(Debug)]
pub struct System {}

impl System {
    /// Starts the framework and the apps from what lies in `files`; an empty disk gets the factory state.
    ///
    /// # Errors
    /// A file or database cannot be read or written.
    pub fn boot(files: &Files, seed: u64) -> Result<System, PhoneError> {
        let _ = (files, seed);
        Ok(System {})
    }
}
