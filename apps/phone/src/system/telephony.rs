//! The modem: messages and calls that come and go.

use super::Services;
use super::content::{calls, contacts, telephony};
use super::intent::Intent;
use super::notification::Notification;

/// The app that messages are sent from.
pub const SMS_APP: &str = "com.google.android.apps.messaging";
/// The app that calls are made from.
pub const DIALER: &str = "com.google.android.dialer";

/// What a call is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Somebody calls.
    Ringing,
    /// It was dialled, or taken.
    Active,
}

/// The call that goes on.
#[derive(Debug, Clone)]
pub struct Call {
    /// The other's number.
    pub number: String,
    /// What it is doing.
    pub state: CallState,
    /// It came in.
    pub incoming: bool,
    /// When that state began, in milliseconds since 1970.
    pub since: i64,
}

impl Services {
    /// A message comes in.
    pub fn receive_sms(&mut self, from: &str, body: &str) {
        let now = self.clock.millis();
        let Some(id) = telephony::add(&self.files, from, body, now, telephony::INBOX) else { return };
        let intent = Intent {
            package: Some(SMS_APP.to_owned()),
            ..Intent::data("android.intent.action.SENDTO", format!("smsto:{from}"))
        };
        self.notifications.post(Notification {
            package: SMS_APP.to_owned(),
            id,
            title: contacts::name_of(&self.files, from),
            text: body.to_owned(),
            when: now,
            intent,
        });
    }

    /// A message is sent.
    pub fn send_sms(&mut self, to: &str, body: &str) {
        telephony::add(&self.files, to, body, self.clock.millis(), telephony::SENT);
    }

    /// A number is dialled, or somebody calls. A call that goes on ends first.
    pub fn begin_call(&mut self, number: &str, incoming: bool) {
        self.end_call();
        let state = if incoming { CallState::Ringing } else { CallState::Active };
        self.call = Some(Call { number: number.to_owned(), state, incoming, since: self.clock.millis() });
    }

    /// Takes the call that rings.
    pub fn accept_call(&mut self) {
        let now = self.clock.millis();
        if let Some(call) = self.call.as_mut().filter(|call| call.state == CallState::Ringing) {
            (call.state, call.since) = (CallState::Active, now);
        }
    }

    /// Hangs up from this side.
    pub fn end_call(&mut self) {
        self.finish_call(calls::REJECTED);
    }

    /// The other side hangs up.
    pub fn lose_call(&mut self) {
        self.finish_call(calls::MISSED);
    }

    fn finish_call(&mut self, untaken: i64) {
        let Some(call) = self.call.take() else { return };
        let now = self.clock.millis();
        let (kind, duration) = match (call.incoming, call.state) {
            (true, CallState::Ringing) => (untaken, 0),
            (true, CallState::Active) => (calls::INCOMING, (now - call.since) / 1000),
            (false, _) => (calls::OUTGOING, (now - call.since) / 1000),
        };
        let name =
            contacts::by_number(&self.files, &call.number).map(|contact| contact.name).unwrap_or_default();
        calls::add(
            &self.files,
            &calls::Call { number: call.number, date: call.since, kind },
            duration,
            &name,
        );
    }
}
