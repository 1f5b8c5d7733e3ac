//! A whole screen: an activity's content and what lies over it.

use std::sync::Arc;

use super::view::View;

/// All that an app shows: its body, and a dialog over it. A dialog is a window of its own, as on Android: while it is
/// open, only it is dumped and touched.
#[derive(Debug, Clone)]
pub struct Scene<M> {
    /// The activity's content.
    pub body: View<M>,
    /// A dialog over it.
    pub dialog: Option<View<M>>,
    /// The views are whole windows and say themselves where they lie ([`Style::frame`](super::style::Style)).
    pub placed: bool,
}

impl<M> From<View<M>> for Scene<M> {
    fn from(body: View<M>) -> Scene<M> {
        Scene { body, dialog: None, placed: false }
    }
}

impl<M> Scene<M> {
    /// Puts a dialog over the body, if there is one.
    pub fn dialog(mut self, dialog: Option<View<M>>) -> Self {
        self.dialog = dialog;
        self
    }

    /// A window as it is, and a dialog over it, that were laid out elsewhere.
    pub fn placed(body: View<M>, dialog: Option<View<M>>) -> Self {
        Scene { body, dialog, placed: true }
    }

    /// The same scene with messages of another type.
    pub fn map<N: 'static>(self, wrap: &Arc<dyn Fn(M) -> N + Send + Sync>) -> Scene<N>
    where
        M: 'static,
    {
        Scene {
            body: self.body.map(wrap),
            dialog: self.dialog.map(|dialog| dialog.map(wrap)),
            placed: self.placed,
        }
    }
}
