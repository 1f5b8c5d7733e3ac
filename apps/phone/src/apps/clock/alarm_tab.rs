//! The list of alarms.

use super::Message;
use super::store::{Alarm, WHOLE_DAYS, alarms};
use crate::system::Services;
use crate::ui::style::{Art, Size};
use crate::ui::widget::{
    card, choice, column, empty, fab, icon_button, list, row, space, switch, text, text_button, with_fab,
};
use crate::ui::{Icon, Tone, View};

pub(super) fn view(cx: &Services, expanded: Option<i64>) -> View<Message> {
    let alarms = alarms(&cx.files);
    let body = if alarms.is_empty() {
        empty(Icon::AlarmClock, "No alarms")
    } else {
        let cards = alarms.iter().map(|alarm| alarm_card(cx, alarm, expanded == Some(alarm.id)));
        // The last card can be scrolled out from under the button.
        list("alarm_recycler_view", cards.chain([space(96)]).collect()).pad(16, 8)
    };
    with_fab(body, fab(Icon::Plus, "Add alarm", Message::Add))
}

fn alarm_card(cx: &Services, alarm: &Alarm, open: bool) -> View<Message> {
    let id = alarm.id;
    let ink = if alarm.enabled { Tone::Text } else { Tone::Dim };
    let arrow = if open {
        icon_button(Icon::ChevronUp, "Collapse alarm", Message::Expand(id))
    } else {
        icon_button(Icon::ChevronDown, "Expand alarm", Message::Expand(id))
    };
    let mut head = vec![];
    if open || !alarm.label.is_empty() {
        let label = if alarm.label.is_empty() { "Add label" } else { &alarm.label };
        let mut label = text(label).id("edit_label").ink(15, Tone::Dim).lines(1).wide().pad(0, 6);
        if open {
            label = label.tap(Message::AskLabel(id));
        }
        head.push(label);
    }
    let digital = text(alarm.time())
        .id("digital_clock")
        .describe(alarm.time())
        .tap(Message::Retime(id))
        .ink(44, ink)
        .pad(0, 2);
    let when = alarm.when(cx.clock.now());
    let mut parts = vec![
        row(vec![column(head).wide(), arrow.id("arrow")]).wide(),
        digital,
        row(vec![
            text(when).id("days_of_week").ink(15, ink).wide(),
            switch("onoff", alarm.enabled, Message::Toggle(id)).describe(format!("{} alarm", alarm.time())),
        ])
        .id("alarm_info")
        .wide(),
    ];
    if open {
        parts.push(days(alarm));
        parts.push(choice(Art::Checkbox, "Vibrate", alarm.vibrate, Message::Vibrate(id)).id("vibrate_onoff"));
        parts.push(text_button("Delete", Message::Delete(id)).id("delete").pad(0, 12));
    }
    let body = card(parts).pad(20, 12).gap(2).tap(Message::Expand(id)).describe(match alarm.label.as_str() {
        "" => "Alarm".to_owned(),
        label => format!("{label} Alarm"),
    });
    column(vec![body, space(10)]).wide()
}

fn days(alarm: &Alarm) -> View<Message> {
    let buttons = WHOLE_DAYS.iter().enumerate().map(|(at, day)| {
        let on = alarm.days & (1 << at) != 0;
        let (back, ink) = if on { (Tone::Primary, Tone::OnPrimary) } else { (Tone::SurfaceHigh, Tone::Text) };
        let mut button = text(day.chars().take(1).collect::<String>())
            .id(format!("day_button_{at}"))
            .describe(*day)
            .tap(Message::Day(alarm.id, at))
            .sized(38, 38)
            .centered()
            .ink(15, ink)
            .fill(back, 19);
        button.class = "android.widget.CheckBox".into();
        button.flags.checkable = true;
        button.flags.checked = on;
        column(vec![button]).wide().level()
    });
    row(buttons.collect()).id("repeat_days").wide().style(|s| s.height = Size::Dp(56))
}
