//! One conversation.

use super::Message;
use crate::system::Services;
use crate::system::clock::at;
use crate::system::content::contacts;
use crate::system::content::telephony::{self, Sms};
use crate::ui::style::{Align, Arrange};
use crate::ui::widget::{app_bar, column, empty, field, icon_button, list, row, space, text};
use crate::ui::{Icon, Tone, View};

pub(super) fn view(cx: &Services, number: &str, draft: &str) -> View<Message> {
    let name = contacts::name_of(&cx.files, number);
    let thread = telephony::thread_with(&cx.files, number);
    let messages = thread.map(|thread| telephony::messages(&cx.files, thread)).unwrap_or_default();
    let mut actions = vec![icon_button(Icon::Phone, "Call", Message::Call)];
    if let Some(thread) = thread {
        actions.push(icon_button(Icon::Trash2, "Delete", Message::AskDelete(thread)));
    }
    let mut bar = app_bar(Some(Message::Up), &name, actions);
    if let Some(title) = bar.children.get_mut(1) {
        let label = std::mem::replace(title, space(0));
        *title = label.id("conversation_title").tap(Message::Person);
    }
    let mut rows = Vec::new();
    let mut day = None;
    for message in &messages {
        let date = at(message.date).date_naive();
        if day != Some(date) {
            day = Some(date);
            let when = at(message.date).format("%A, %b %-d • %-I:%M %p").to_string();
            let when = text(when).id("date_text").ink(12, Tone::Dim);
            rows.push(column(vec![when]).wide().level().pad(0, 12));
        }
        rows.push(bubble(message, &name));
    }
    let mut history = list("message_list", rows).pad(14, 4);
    history.flags.from_end = true;
    let body = if messages.is_empty() {
        empty(Icon::MessageSquare, &format!("Texting with {name} (SMS/MMS)"))
    } else {
        history
    };
    let mut input = field("compose_message_text", "Text message", draft, Message::Draft);
    input.flags.multiline = true;
    let can = !draft.trim().is_empty();
    let send = icon_button(Icon::Send, "Send SMS", Message::Send)
        .id("send_message_button_icon")
        .enabled(can)
        .fill(if can { Tone::Primary } else { Tone::SurfaceHigh }, 24)
        .ink(22, if can { Tone::OnPrimary } else { Tone::Dim });
    column(vec![
        bar,
        body,
        row(vec![input.style(|s| s.radius = 26), send]).id("compose_area").wide().gap(8).pad(12, 10),
    ])
}

fn bubble(message: &Sms, name: &str) -> View<Message> {
    let (back, ink, align) = match message.sent {
        true => (Tone::Primary, Tone::OnPrimary, Align::End),
        false => (Tone::SurfaceHigh, Tone::Text, Align::Start),
    };
    let who = if message.sent { "You" } else { name };
    let body = text(message.body.clone())
        .id("message_text")
        .describe(format!("{who} said {} {}", message.body, at(message.date).format("%-I:%M %p")))
        .ink(16, ink)
        .pad(16, 10)
        .fill(back, 20);
    let mut line = row(vec![body]).wide().style(|s| {
        s.main = align;
        s.padding = if message.sent { [56, 3, 0, 3] } else { [0, 3, 56, 3] };
    });
    line.arrange = Arrange::Row;
    line
}
