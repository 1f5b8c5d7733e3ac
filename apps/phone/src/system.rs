//! What runs on the phone: packages, activities, intents, settings, content providers.

use chrono::{DateTime, Utc};

use crate::{files::Files, phone::PhoneError};

/// The phone's framework and apps. Everything durable lies in [`Files`]: a system that is booted again from the
/// same files continues where it was.
#[derive(Debug)]
pub struct System {
    now: DateTime<Utc>,
}

impl System {
    /// Starts the framework and the apps from what lies in `files`; an empty disk gets the factory state.
    ///
    /// # Errors
    /// A file or database cannot be read or written.
    pub fn boot(_: &Files, _: u64) -> Result<System, PhoneError> {
        Ok(System { now: DateTime::from_timestamp_millis(1_772_445_600_000).unwrap_or_default() })
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Sets the time, in milliseconds since 1970.
    pub fn set_time(&mut self, millis: i64) {
        self.now = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    }

    /// Lets time pass, as `sleep` does.
    pub fn advance(&mut self, millis: i64) {
        self.set_time(self.now.timestamp_millis().saturating_add(millis));
    }
}
