//! Timers and the stopwatch.

use super::Message;
use super::store::{self, Timer};
use crate::system::Services;
use crate::system::clock::duration;
use crate::ui::style::{Align, Size};
use crate::ui::widget::{
    button, card, column, fab, icon_button, list, row, space, text, text_button, with_fab,
};
use crate::ui::{Icon, Tone, View};

/// Seconds that digits stand for: `130` is a minute and a half.
pub(super) fn typed_seconds(typed: &str) -> i64 {
    let number: i64 = typed.parse().unwrap_or(0);
    number / 10_000 * 3600 + number / 100 % 100 * 60 + number % 100
}

pub(super) fn timers(cx: &Services, adding: bool, typed: &str) -> View<Message> {
    let timers = store::timers(&cx.files, cx.clock.millis());
    if adding || timers.is_empty() {
        return new_timer(typed);
    }
    let cards = timers.iter().map(timer_card).chain([space(96)]).collect();
    with_fab(list("timers_list", cards).pad(16, 8), fab(Icon::Plus, "Add timer", Message::AddTimer))
}

fn new_timer(typed: &str) -> View<Message> {
    let padded = format!("{typed:0>6}");
    let shown = [(0..2, "h"), (2..4, "m"), (4..6, "s")]
        .map(|(range, unit)| format!("{}{unit}", padded.get(range).unwrap_or("00")))
        .join(" ");
    let tone = if typed.is_empty() { Tone::Dim } else { Tone::Primary };
    let key = |label: &'static str| {
        let mut key = text(label)
            .id(format!("timer_setup_digit_{label}"))
            .tap(Message::Digits(label))
            .sized(84, 72)
            .centered()
            .ink(28, Tone::Text)
            .fill(Tone::SurfaceHigh, 36);
        key.class = "android.widget.Button".into();
        key
    };
    let keys = |labels: [&'static str; 3]| row(labels.map(key).into()).gap(12);
    let erase = icon_button(Icon::Delete, "Backspace", Message::Backspace)
        .id("timer_setup_delete")
        .sized(84, 72)
        .fill(Tone::Container, 36);
    let mut parts = vec![
        text(shown).id("timer_setup_time").ink(44, tone),
        space(16),
        keys(["1", "2", "3"]),
        keys(["4", "5", "6"]),
        keys(["7", "8", "9"]),
        row(vec![key("00"), key("0"), erase]).gap(12),
    ];
    if typed_seconds(typed) > 0 {
        let start = fab(Icon::Play, "Start", Message::StartTimer).sized(84, 84).fill(Tone::Primary, 42);
        parts.push(space(8));
        parts.push(start.ink(32, Tone::OnPrimary));
    }
    column(parts).id("timer_setup").centered().gap(12)
}

fn timer_card(timer: &Timer) -> View<Message> {
    let id = timer.id;
    let over = timer.left < 0;
    let name = match (timer.label.is_empty(), over) {
        (_, true) => "Time's up".to_owned(),
        (true, false) => format!("{} timer", duration(timer.length)),
        (false, false) => timer.label.clone(),
    };
    let shown = if over {
        format!("-{}", duration(timer.left.saturating_neg()))
    } else {
        duration(timer.left.saturating_add(999))
    };
    let (label, picture) = if timer.running { ("Pause", Icon::Pause) } else { ("Start", Icon::Play) };
    let run = icon_button(picture, label, Message::PauseTimer(id)).id("play_pause").fill(Tone::Container, 24);
    let parts = vec![
        row(vec![
            text(name).id("timer_label").ink(16, Tone::Dim).wide().lines(1),
            icon_button(Icon::X, "Delete", Message::DeleteTimer(id)).id("close"),
        ])
        .wide(),
        text(shown).id("timer_time_text").ink(48, if over { Tone::Danger } else { Tone::Text }),
        row(vec![
            text_button("+1:00", Message::Minute(id)).id("reset_add").describe("Add 1 minute"),
            text_button("Reset", Message::ResetTimer(id)).id("reset"),
            View::new("android.widget.Space").wide(),
            run,
        ])
        .wide(),
    ];
    column(vec![card(parts).pad(20, 12).gap(4), space(10)]).wide()
}

pub(super) fn stopwatch(cx: &Services) -> View<Message> {
    let watch = store::stopwatch(&cx.files, cx.clock.millis());
    let shown = format!("{}.{:02}", duration(watch.shown), watch.shown / 10 % 100);
    let laps = store::laps(&cx.files);
    let mut before = 0;
    let mut rows: Vec<View<Message>> = Vec::new();
    for (at, number) in laps.iter().zip(1..) {
        let lap = format!("# {number}   {}   {}", duration(at.saturating_sub(before)), duration(*at));
        rows.push(text(lap).id("lap_number").ink(16, Tone::Dim).wide().pad(0, 8));
        before = *at;
    }
    rows.reverse();
    let mut buttons = Vec::new();
    if watch.shown > 0 || watch.running {
        buttons.push(text_button("Reset", Message::Reset).describe("Reset").id("left_button"));
    }
    buttons.push(button(if watch.running { "Pause" } else { "Start" }, Message::Run).id("fab").style(|s| {
        (s.width, s.height, s.radius) = (Size::Dp(120), Size::Dp(64), 32);
    }));
    if watch.running {
        buttons.push(text_button("Lap", Message::Lap).describe("Lap").id("right_button"));
    }
    column(vec![
        space(40),
        text(shown).id("stopwatch_time_text").ink(56, Tone::Text),
        list("laps_list", rows).pad(80, 20),
        row(buttons).wide().gap(12).pad(0, 24).style(|s| s.main = Align::Center),
    ])
    .level()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_hours_minutes_seconds() {
        assert_eq!(typed_seconds(""), 0);
        assert_eq!(typed_seconds("5"), 5);
        assert_eq!(typed_seconds("500"), 300);
        assert_eq!(typed_seconds("130"), 90);
        assert_eq!(typed_seconds("12345"), 3600 + 23 * 60 + 45);
    }
}
