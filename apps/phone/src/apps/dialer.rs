//! The phone app: recent calls, a dial pad, and the call that goes on.

use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::clock::{ago, duration};
use crate::system::content::{calls, contacts};
use crate::system::intent::Intent;
use crate::system::telephony::{Call, CallState, DIALER};
use crate::ui::style::Size;
use crate::ui::widget::{
    app_bar, avatar, column, empty, fab, icon, icon_button, item, list, row, space, tab, text, with_fab,
    with_tabs,
};
use crate::ui::{Icon, Scene, Tone, View};

const MAIN: &str = "com.google.android.dialer.extensions.GoogleDialtactsActivity";
const IN_CALL: &str = "com.android.incallui.LegacyInCallActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: DIALER.to_owned(),
        label: "Phone".to_owned(),
        icon: Icon::Phone,
        system: true,
        color: (0x18, 0x80, 0x38),
        version: "118.0".to_owned(),
        activities: vec![
            Activity {
                name: MAIN.to_owned(),
                filters: vec![
                    Filter::LAUNCHER,
                    Filter::data(&["android.intent.action.DIAL", "android.intent.action.VIEW"], &["tel"]),
                    Filter::action(&["android.intent.action.DIAL", "android.intent.action.CALL_BUTTON"]),
                    Filter::typed(&["android.intent.action.VIEW"], &["vnd.android.cursor.dir/calls"]),
                ],
            },
            Activity {
                name: IN_CALL.to_owned(),
                filters: vec![
                    Filter::data(&["android.intent.action.CALL"], &["tel"]),
                    Filter::action(&["android.intent.action.ANSWER"]),
                ],
            },
        ],
        permissions: &[
            "android.permission.CALL_PHONE",
            "android.permission.READ_CALL_LOG",
            "android.permission.READ_CONTACTS",
            "android.permission.WRITE_CALL_LOG",
        ],
        launch: launch::<Dialer>(),
        setup: |cx| calls::DATABASE.create(&cx.files),
    }
}

/// A tab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tab {
    /// People marked with a star.
    Favorites,
    /// Calls.
    #[default]
    Recents,
    /// Everybody.
    Contacts,
}

/// The phone app.
#[derive(Debug, Default)]
pub struct Dialer {
    tab: Tab,
    /// The dial pad is shown, with these digits.
    digits: Option<String>,
    /// Things that a call can be set to.
    muted: bool,
    speaker: bool,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show a tab.
    Tab(Tab),
    /// Show the dial pad.
    Pad,
    /// A key of the dial pad.
    Digit(char),
    /// Remove the last digit.
    Backspace,
    /// Call the number on the dial pad.
    Dial,
    /// Call a number.
    Call(String),
    /// Take the call that rings.
    Accept,
    /// Hang up, or decline.
    End,
    /// Turn the microphone off or on.
    Mute,
    /// Turn the speaker on or off.
    Speaker,
}

impl App for Dialer {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        match &cx.call {
            Some(call) => self.in_call(cx, call),
            None => self.main(cx),
        }
        .into()
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Tab(tab) => (self.tab, self.digits) = (tab, None),
            Message::Pad => self.digits = Some(String::new()),
            Message::Digit(digit) => {
                if let Some(digits) = self.digits.as_mut().filter(|digits| digits.len() < 40) {
                    digits.push(digit);
                }
            }
            Message::Backspace => {
                if let Some(digits) = &mut self.digits {
                    digits.pop();
                }
            }
            Message::Dial => {
                if let Some(number) = self.digits.clone().filter(|digits| !digits.is_empty()) {
                    self.call(&number, cx);
                }
            }
            Message::Call(number) => self.call(&number, cx),
            Message::Accept => cx.accept_call(),
            Message::End => {
                cx.end_call();
                (self.muted, self.speaker) = (false, false);
            }
            Message::Mute => self.muted = !self.muted,
            Message::Speaker => self.speaker = !self.speaker,
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        let number = intent.address();
        match (intent.action.as_deref(), number) {
            (Some("android.intent.action.CALL"), Some(number)) if !number.is_empty() => {
                self.call(&number, cx)
            }
            (Some("android.intent.action.DIAL" | "android.intent.action.VIEW"), number)
                if intent.mime.is_none() =>
            {
                self.digits = Some(number.unwrap_or_default());
            }
            (Some("android.intent.action.VIEW"), _) => *self = Dialer::default(),
            _ => {}
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        cx.call.is_none() && self.digits.take().is_some()
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("{:?} {}", self.tab, self.digits.is_some())
    }
}

impl Dialer {
    fn call(&mut self, number: &str, cx: &mut Services) {
        *self = Dialer::default();
        cx.begin_call(number, false);
    }

    fn main(&self, cx: &Services) -> View<Message> {
        let body = match (&self.digits, self.tab) {
            (Some(digits), _) => return pad(cx, digits),
            (None, Tab::Recents) => recents(cx),
            (None, Tab::Favorites) => people(cx, true),
            (None, Tab::Contacts) => people(cx, false),
        };
        let tabs = [
            (Tab::Favorites, "tab_favorites", "Favorites", Icon::Star),
            (Tab::Recents, "tab_call_history", "Recents", Icon::Clock),
            (Tab::Contacts, "tab_contacts", "Contacts", Icon::Users),
        ]
        .map(|(which, id, label, icon)| tab(id, label, icon, which == self.tab, Message::Tab(which)));
        let screen = column(vec![app_bar(None, "Phone", Vec::new()), body]);
        let pad = fab(Icon::Grid3x3, "key pad", Message::Pad).id("dialpad_fab");
        with_tabs(with_fab(screen, pad), tabs.into())
    }

    fn in_call(&self, cx: &Services, call: &Call) -> View<Message> {
        let name = contacts::name_of(&cx.files, &call.number);
        let state = match (call.state, call.incoming) {
            (CallState::Ringing, _) => "Incoming call".to_owned(),
            (CallState::Active, _) => duration(cx.clock.millis() - call.since),
        };
        let round = |picture, label: &str, tone, message| {
            let button = icon_button(picture, label, message)
                .sized(72, 72)
                .fill(tone, 36)
                .ink(30, Tone::Rgb(255, 255, 255));
            column(vec![button, text(label).ink(14, Tone::Dim)]).level().gap(8)
        };
        let green = Tone::Rgb(0x18, 0x80, 0x38);
        let red = Tone::Rgb(0xc5, 0x22, 0x1f);
        let toggle = |picture, label: &str, on: bool, message| {
            let (back, ink) =
                if on { (Tone::Primary, Tone::OnPrimary) } else { (Tone::SurfaceHigh, Tone::Text) };
            let mut button = icon_button(picture, label, message).sized(72, 72).fill(back, 36).ink(28, ink);
            button.flags.checkable = true;
            button.flags.checked = on;
            column(vec![button, text(label).ink(14, Tone::Dim)]).wide().level().gap(8)
        };
        let buttons = match call.state {
            CallState::Ringing => {
                vec![
                    round(Icon::PhoneOff, "Decline", red, Message::End),
                    round(Icon::Phone, "Answer", green, Message::Accept),
                ]
            }
            CallState::Active => vec![round(Icon::PhoneOff, "End call", red, Message::End)],
        };
        let mut parts = vec![
            space(72),
            avatar(&name, 120),
            space(12),
            text(name.clone()).id("contactgrid_contact_name").ink(32, Tone::Text),
            text(state).id("contactgrid_bottom_timer").ink(18, Tone::Dim),
        ];
        if name != call.number {
            parts.push(text(call.number.clone()).id("contactgrid_forward_number").ink(16, Tone::Dim));
        }
        parts.push(View::new("android.widget.Space").tall());
        if call.state == CallState::Active {
            parts.push(
                row(vec![
                    toggle(Icon::MicOff, "Mute", self.muted, Message::Mute),
                    toggle(Icon::Volume2, "Speaker", self.speaker, Message::Speaker),
                ])
                .wide()
                .pad(40, 24),
            );
        }
        parts.push(row(buttons).wide().centered().gap(96));
        parts.push(space(56));
        column(parts).id("incall_root").level().gap(6)
    }
}

fn recents(cx: &Services) -> View<Message> {
    let calls = calls::all(&cx.files);
    if calls.is_empty() {
        return empty(Icon::Phone, "Your recent calls will show here");
    }
    let rows = calls.iter().map(|call| {
        let name = contacts::name_of(&cx.files, &call.number);
        let (kind, picture, tone) = match call.kind {
            calls::INCOMING => ("Incoming", Icon::PhoneIncoming, Tone::Dim),
            calls::OUTGOING => ("Outgoing", Icon::PhoneOutgoing, Tone::Dim),
            calls::REJECTED => ("Declined", Icon::PhoneOff, Tone::Danger),
            _ => ("Missed", Icon::PhoneMissed, Tone::Danger),
        };
        let summary = format!("{kind} • {}", ago(call.date, cx.clock.now()));
        let call_back = icon_button(Icon::Phone, &format!("Call {name}"), Message::Call(call.number.clone()));
        let lead = row(vec![icon(picture, 18, tone), avatar(&name, 44)]).gap(10);
        item(Some(lead), &name, &summary, Some(call_back))
    });
    list("recents_list", rows.chain([space(88)]).collect())
}

fn people(cx: &Services, starred: bool) -> View<Message> {
    let people: Vec<_> = contacts::all(&cx.files)
        .into_iter()
        .filter(|contact| !contact.phone.is_empty() && (contact.starred || !starred))
        .collect();
    if people.is_empty() {
        return empty(Icon::Star, "No favorites yet");
    }
    let rows = people.iter().map(|contact| {
        item(Some(avatar(&contact.name, 44)), &contact.name, &contact.phone, None)
            .tap(Message::Call(contact.phone.clone()))
    });
    list("contacts_list", rows.chain([space(88)]).collect())
}

fn pad(cx: &Services, digits: &str) -> View<Message> {
    let keys = [
        [('1', ""), ('2', "ABC"), ('3', "DEF")],
        [('4', "GHI"), ('5', "JKL"), ('6', "MNO")],
        [('7', "PQRS"), ('8', "TUV"), ('9', "WXYZ")],
        [('*', ""), ('0', "+"), ('#', "")],
    ];
    let rows = keys.map(|line| {
        row(line
            .map(|(digit, letters)| {
                column(vec![
                    text(digit.to_string()).id("dialpad_key_number").ink(32, Tone::Text),
                    text(letters).id("dialpad_key_letters").ink(12, Tone::Dim),
                ])
                .describe(if letters.is_empty() { digit.to_string() } else { format!("{digit},{letters}") })
                .tap(Message::Digit(digit))
                .wide()
                .centered()
                .style(|s| s.height = Size::Dp(72))
            })
            .into())
        .wide()
    });
    let found = contacts::by_number(&cx.files, digits).map(|contact| contact.name).unwrap_or_default();
    let mut number = text(digits).id("digits").ink(36, Tone::Text).wide().centered();
    number.class = "android.widget.EditText".into();
    let mut head = vec![View::new("android.widget.Space").sized(48, 48), number];
    head.push(
        icon_button(Icon::Delete, "backspace", Message::Backspace)
            .id("deleteButton")
            .enabled(!digits.is_empty()),
    );
    let call = icon_button(Icon::Phone, "dial", Message::Dial)
        .id("dialpad_floating_action_button")
        .sized(88, 64)
        .fill(Tone::Rgb(0x18, 0x80, 0x38), 32)
        .ink(28, Tone::Rgb(255, 255, 255));
    let mut parts = vec![
        View::new("android.widget.Space").tall(),
        text(found).id("suggestion").ink(18, Tone::Primary).wide().centered(),
        row(head).wide().pad(8, 16),
    ];
    parts.extend(rows);
    parts.push(column(vec![call]).wide().level().pad(0, 24));
    column(parts).id("dialpad_view").pad(24, 0)
}
