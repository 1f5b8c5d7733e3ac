//! The dialog that asks for a time of day, as Material's time picker does: a clock face, or two fields.

use crate::system::clock::time_of_day;
use crate::ui::style::{Align, Arrange, Art};
use crate::ui::widget::{column, dialog, dialog_button, field, icon_button, row, stack, text};
use crate::ui::{Icon, Tone, View};

/// Diameter of the clock face in dp.
const FACE: i32 = 256;

/// What is being chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimePicker {
    hour: u32,
    minute: u32,
    minutes: bool,
    typing: Option<(String, String)>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Choose the hour, or the minute.
    Part(bool),
    /// A number of the clock face.
    Number(u32),
    /// Before noon, or after.
    Afternoon(bool),
    /// Change between face and fields.
    Mode,
    /// The hour as typed.
    Hour(String),
    /// The minute as typed.
    Minute(String),
    /// Take the time.
    Ok,
    /// Take none.
    Cancel,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Not chosen yet.
    Open,
    /// This hour (0 to 23) and minute.
    Done(u32, u32),
    /// None.
    Cancelled,
}

impl TimePicker {
    /// A dialog that shows this time.
    pub fn new(hour: u32, minute: u32) -> TimePicker {
        TimePicker { hour: hour % 24, minute: minute % 60, minutes: false, typing: None }
    }

    fn afternoon(&self) -> bool {
        self.hour >= 12
    }

    fn shown_hour(&self) -> u32 {
        (self.hour + 11) % 12 + 1
    }

    fn set_hour(&mut self, shown: u32) {
        self.hour = shown % 12 + if self.afternoon() { 12 } else { 0 };
    }

    /// Answers a message.
    pub fn update(&mut self, message: Message) -> Choice {
        match message {
            Message::Part(minutes) => self.minutes = minutes,
            Message::Number(number) if self.minutes => self.minute = number % 60,
            Message::Number(number) => {
                self.set_hour(number);
                self.minutes = true;
            }
            Message::Afternoon(afternoon) => self.hour = self.hour % 12 + if afternoon { 12 } else { 0 },
            Message::Mode => {
                self.typing = match self.typing {
                    Some(_) => None,
                    None => Some((format!("{}", self.shown_hour()), format!("{:02}", self.minute))),
                };
            }
            Message::Hour(typed) => {
                let typed = digits(&typed);
                if let Some(hour) = typed.parse().ok().filter(|hour| (1..=12).contains(hour)) {
                    self.set_hour(hour);
                }
                if let Some(typing) = &mut self.typing {
                    typing.0 = typed;
                }
            }
            Message::Minute(typed) => {
                let typed = digits(&typed);
                if let Some(minute) = typed.parse().ok().filter(|minute| *minute < 60) {
                    self.minute = minute;
                }
                if let Some(typing) = &mut self.typing {
                    typing.1 = typed;
                }
            }
            Message::Ok => return Choice::Done(self.hour, self.minute),
            Message::Cancel => return Choice::Cancelled,
        }
        Choice::Open
    }

    /// The dialog.
    pub fn view(&self) -> View<Message> {
        let colon = text(":").ink(44, Tone::Text);
        let (hour, minute) = match &self.typing {
            Some((hour, minute)) => (
                number_field("material_hour_text_input", "Hour", hour, Message::Hour).autofocus(),
                number_field("material_minute_text_input", "Minute", minute, Message::Minute),
            ),
            None => (
                self.chip("material_hour_tv", format!("{:02}", self.shown_hour()), false),
                self.chip("material_minute_tv", format!("{:02}", self.minute), true),
            ),
        };
        let halves = column(vec![
            half("material_clock_period_am_button", "AM", !self.afternoon(), Message::Afternoon(false)),
            half("material_clock_period_pm_button", "PM", self.afternoon(), Message::Afternoon(true)),
        ])
        .id("material_clock_period_toggle");
        let mut content =
            vec![row(vec![hour, colon, minute, halves]).id("material_clock_display").wide().gap(8)];
        if self.typing.is_none() {
            content.push(row(vec![self.face()]).wide().centered());
        }
        let other = match self.typing {
            None => "Switch to text input mode for the time input.",
            Some(_) => "Switch to clock mode for the time input.",
        };
        let mode = icon_button(
            if self.typing.is_none() { Icon::Keyboard } else { Icon::Clock },
            other,
            Message::Mode,
        )
        .id("material_timepicker_mode_button");
        dialog(
            "Select time",
            content,
            vec![
                mode,
                View::new("android.widget.Space").wide(),
                dialog_button("material_timepicker_cancel_button", "Cancel", Message::Cancel),
                dialog_button("material_timepicker_ok_button", "OK", Message::Ok),
            ],
        )
    }

    fn chip(&self, id: &str, label: String, minutes: bool) -> View<Message> {
        let on = self.minutes == minutes;
        let (back, ink) =
            if on { (Tone::Container, Tone::OnContainer) } else { (Tone::SurfaceHigh, Tone::Text) };
        let what = if minutes {
            format!("{} minutes", self.minute)
        } else {
            format!("{} o'clock", self.shown_hour())
        };
        let mut chip = text(label)
            .id(id)
            .describe(what)
            .tap(Message::Part(minutes))
            .sized(96, 80)
            .centered()
            .fill(back, 12)
            .ink(44, ink)
            .selected(on);
        chip.flags.checkable = true;
        chip.flags.checked = on;
        chip
    }

    fn face(&self) -> View<Message> {
        let (step, now) = if self.minutes { (5, self.minute) } else { (1, self.shown_hour() % 12) };
        let turns = now as f32 / (12 * step) as f32;
        let mut hand = View::new("android.view.View").id("circle_center").wide().tall();
        hand.art = Art::Hand(turns);
        let numbers = (0..12).map(|at| {
            let angle = at as f32 / 12.0 * std::f32::consts::TAU;
            let radius = (FACE / 2 - 28) as f32;
            let (x, y) = (angle.sin() * radius, -angle.cos() * radius);
            let number = match (self.minutes, at) {
                (true, at) => at * 5,
                (false, 0) => 12,
                (false, at) => at,
            };
            let on = at * step == now;
            let label = if self.minutes { format!("{number:02}") } else { number.to_string() };
            let what = if self.minutes { format!("{number} minutes") } else { format!("{number} o'clock") };
            text(label)
                .describe(what)
                .tap(Message::Number(number))
                .sized(44, 44)
                .centered()
                .ink(16, if on { Tone::OnPrimary } else { Tone::Text })
                .selected(on)
                .style(|s| {
                    s.offset = Some((FACE / 2 - 22 + x.round() as i32, FACE / 2 - 22 + y.round() as i32))
                })
        });
        let mut face = stack(std::iter::once(hand).chain(numbers).collect())
            .id("material_clock_face")
            .sized(FACE, FACE)
            .fill(Tone::SurfaceHigh, FACE / 2);
        face.arrange = Arrange::Stack;
        face
    }
}

impl TimePicker {
    /// The time as it stands: `7:30 PM`.
    pub fn shown(&self) -> String {
        time_of_day(self.hour, self.minute)
    }
}

fn digits(typed: &str) -> String {
    let kept: Vec<char> = typed.chars().filter(char::is_ascii_digit).collect();
    kept.iter().rev().take(2).rev().collect()
}

fn number_field(
    id: &str,
    hint: &str,
    value: &str,
    send: impl Fn(String) -> Message + Send + Sync + 'static,
) -> View<Message> {
    field(id, hint, value, send)
        .sized(96, 80)
        .ink(40, Tone::Text)
        .style(|s| (s.cross, s.main, s.padding) = (Align::Center, Align::Center, [4, 4, 4, 4]))
}

fn half(id: &str, label: &str, on: bool, message: Message) -> View<Message> {
    let mut view = text(label)
        .id(id)
        .tap(message)
        .sized(52, 40)
        .centered()
        .ink(15, if on { Tone::OnContainer } else { Tone::Dim })
        .style(|s| {
            (s.background, s.border, s.radius) = (on.then_some(Tone::Container), Some(Tone::Outline), 6)
        });
    view.class = "android.widget.CompoundButton".into();
    view.flags.checkable = true;
    view.flags.checked = on;
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(start: (u32, u32), messages: &[Message], expected: Choice) {
        let mut picker = TimePicker::new(start.0, start.1);
        let last = messages.iter().cloned().map(|message| picker.update(message)).last();
        assert_eq!(last, Some(expected));
    }

    #[test]
    fn times_are_chosen_on_the_face() {
        let pick = [Message::Number(7), Message::Number(30), Message::Afternoon(true), Message::Ok];
        check((10, 0), &pick, Choice::Done(19, 30));
        check((19, 15), &[Message::Number(12), Message::Ok], Choice::Done(12, 15));
        check((19, 15), &[Message::Afternoon(false), Message::Ok], Choice::Done(7, 15));
        check((0, 0), &[Message::Cancel], Choice::Cancelled);
    }

    #[test]
    fn times_are_typed() {
        let typed = [Message::Mode, Message::Hour("6".into()), Message::Minute("47".into()), Message::Ok];
        check((13, 0), &typed, Choice::Done(18, 47));
        check((13, 5), &[Message::Mode, Message::Minute("75".into()), Message::Ok], Choice::Done(13, 5));
        check((13, 5), &[Message::Mode, Message::Hour("x129".into()), Message::Ok], Choice::Done(13, 5));
    }
}
