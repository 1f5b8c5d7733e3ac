//! Ctrl-C: the first one ends the work in good order, the second one at once.

use pocketpilot_core::generate::Cancel;

use crate::failure::Code;

/// A switch that ctrl-C throws.
pub fn cancel_on_ctrl_c() -> Cancel {
    let cancel = Cancel::default();
    let switch = cancel.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if switch.is_cancelled() {
                std::process::exit(Code::NotAchieved as i32);
            }
            switch.cancel();
        }
    });
    cancel
}
