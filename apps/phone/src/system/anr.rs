//! "X isn't responding": what the system asks over an app that does not answer.

use std::sync::Arc;

use super::System;
use super::app::{Manifest, Message};
use super::window::NAVIGATION_DP;
use crate::faults::{FOREGROUND, Fault};
use crate::ui::layout::{Offsets, Tree, lay_out};
use crate::ui::style::Align;
use crate::ui::widget::{column, text, text_button};
use crate::ui::{Scene, Tone, View};

/// What can be answered.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Close,
    Wait,
}

impl System {
    /// An app does not respond any more: once it is in front, a dialog asks whether to close it. `foreground` is the app
    /// that is in front now.
    pub fn stop_responding(&mut self, package: &str) {
        let package = if package == FOREGROUND { self.activities.package() } else { package };
        self.services.files.faults().set(Fault::Anr(package.to_owned()));
        self.refresh();
    }

    /// The app whose dialog is up.
    pub fn stuck(&self) -> Option<&Arc<Manifest>> {
        self.stuck.as_ref()
    }

    /// Puts the dialog up when the app comes to the front, and takes it down when the app responds again.
    pub(super) fn watch_responses(&mut self) {
        let fault = self.services.files.faults().anr();
        self.stuck = self.stuck.take().filter(|app| fault.as_ref() == Some(&app.package));
        if self.stuck.is_none()
            && let Some(front) = self.activities.front()
        {
            self.stuck = Some(Arc::clone(&front.manifest)).filter(|app| fault.as_ref() == Some(&app.package));
        }
    }

    /// The dialog in its place, if it is up.
    pub(super) fn anr_dialog(&self) -> Option<Tree<Message>> {
        let app = self.stuck()?;
        let button = |id, label, answer| {
            let message: Message = Arc::new(answer);
            text_button(label, message).id(id).wide().style(|s| s.main = Align::Start)
        };
        let buttons = column(vec![
            button("android:id/aerr_close", "Close app", Answer::Close),
            button("android:id/aerr_wait", "Wait", Answer::Wait),
        ]);
        let title = text(format!("{} isn't responding", app.label)).id("android:id/alertTitle");
        let panel = column(vec![title.ink(22, Tone::Text).wide(), buttons.id("android:id/custom").wide()])
            .id("android:id/parentPanel")
            .wide()
            .pad(24, 20)
            .gap(14)
            .fill(Tone::Surface, 28);
        let scene = Scene::from(View::new("android.view.View")).dialog(Some(panel));
        lay_out(scene, NAVIGATION_DP, &Offsets::new()).dialog
    }

    /// Takes a message that answers the dialog; `false` for any other. The answer ends the fault.
    pub(super) fn answered(&mut self, message: &Message) -> bool {
        let Some(answer) = message.downcast_ref::<Answer>() else { return false };
        let Some(app) = self.stuck.take() else { return true };
        self.services.files.faults().clear("anr");
        if let Answer::Close = answer {
            self.force_stop(&app.package);
        }
        true
    }
}
