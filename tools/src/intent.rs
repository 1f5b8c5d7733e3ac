//! Actions by intent: one call where the screen would take many taps. Each checks what came of it in
//! the phone's own state; where that cannot be read there is no evidence, never an assumed one.

mod add_contact;
mod add_event;
mod call;
mod contacts;
mod content;
mod database;
mod evidence;
mod map_search;
mod open_url;
mod press;
mod send_sms;
mod set_alarm;
mod set_timer;
mod toggle_setting;
mod when;

use std::sync::Arc;

use pocketpilot_core::tool::Tool;

use crate::action::tool;

/// In the order in which they are offered.
pub(crate) fn tools() -> Vec<Arc<dyn Tool>> {
    vec![
        tool::<set_alarm::SetAlarm>(),
        tool::<set_timer::SetTimer>(),
        tool::<send_sms::SendSms>(),
        tool::<call::Call>(),
        tool::<add_event::AddEvent>(),
        tool::<add_contact::AddContact>(),
        tool::<open_url::OpenUrl>(),
        tool::<map_search::MapSearch>(),
        tool::<toggle_setting::ToggleSetting>(),
    ]
}
