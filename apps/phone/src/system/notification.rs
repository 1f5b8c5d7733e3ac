//! Notifications.

use super::intent::Intent;

/// A notification.
#[derive(Debug, Clone)]
pub struct Notification {
    /// Who posted it.
    pub package: String,
    /// Number that tells it from others of the package.
    pub id: i64,
    /// First line.
    pub title: String,
    /// Second line.
    pub text: String,
    /// When it was posted, in milliseconds since 1970.
    pub when: i64,
    /// Where a tap on it leads.
    pub intent: Intent,
}

/// The notifications that are shown, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Notifications {
    shown: Vec<Notification>,
}

impl Notifications {
    /// Shows one, in place of an older one of the same package and id.
    pub fn post(&mut self, notification: Notification) {
        self.cancel(&notification.package, notification.id);
        self.shown.push(notification);
    }

    /// Takes one away.
    pub fn cancel(&mut self, package: &str, id: i64) {
        self.shown.retain(|shown| shown.package != package || shown.id != id);
    }

    /// Takes all of a package away, or all.
    pub fn clear(&mut self, package: Option<&str>) {
        self.shown.retain(|shown| package.is_some_and(|package| shown.package != package));
    }

    /// Those shown, oldest first.
    pub fn shown(&self) -> &[Notification] {
        &self.shown
    }
}
