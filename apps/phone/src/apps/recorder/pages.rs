//! The screens of the recorder.

use super::{Message, Question};
use crate::apps::music::playback::Playback;
use crate::system::Services;
use crate::system::clock::{ago, duration};
use crate::system::content::media::Item;
use crate::ui::style::Align;
use crate::ui::widget::{
    app_bar, column, confirm, dialog, dialog_button, empty, field, icon, icon_button, item, list, row, space,
    text, text_button,
};
use crate::ui::{Icon, Tone, View};

const RED: Tone = Tone::Rgb(0xd6, 0x3a, 0x3a);

/// What goes on while it records.
pub(super) fn recording(millis: i64, runs: bool) -> View<Message> {
    let dot = icon(Icon::Mic, 56, Tone::Rgb(255, 255, 255)).sized(132, 132).centered();
    let (shape, label) = if runs { (Icon::Pause, "Pause") } else { (Icon::Mic, "Resume") };
    let state = if runs { "Recording" } else { "Paused" };
    let pause = icon_button(shape, label, Message::Pause).id("pause").sized(64, 64);
    let stop = icon_button(Icon::Square, "Stop", Message::Stop).id("stop").sized(64, 64);
    let buttons =
        row(vec![pause.fill(Tone::SurfaceHigh, 32), stop.fill(RED, 32).ink(24, Tone::Rgb(255, 255, 255))]);
    let parts = vec![
        dot.fill(if runs { RED } else { Tone::Outline }, 66),
        space(12),
        text(duration(millis)).id("timerView").ink(52, Tone::Text),
        text(state).id("stateMessage").ink(17, Tone::Dim),
        space(20),
        buttons.gap(32),
    ];
    let body = column(parts).wide().tall().centered().gap(8);
    column(vec![app_bar(None, "Recorder", Vec::new()), body])
}

/// What was recorded, and the button that records.
pub(super) fn recordings(cx: &Services, all: &[Item], played: Option<(&str, Playback)>) -> View<Message> {
    let rows = all.iter().map(|recording| {
        let playback = played.filter(|(path, _)| *path == recording.path).map(|(_, playback)| playback);
        entry(cx, recording, playback)
    });
    let body = if all.is_empty() {
        empty(Icon::AudioLines, "No recordings yet")
    } else {
        list("recordings", rows.collect())
    };
    let record = icon_button(Icon::Mic, "Record", Message::Record)
        .id("record")
        .sized(76, 76)
        .fill(RED, 38)
        .ink(32, Tone::Rgb(255, 255, 255));
    let foot = row(vec![record]).wide().pad(0, 20).style(|s| s.main = Align::Center);
    column(vec![app_bar(None, "Recorder", Vec::new()), body, foot])
}

fn entry(cx: &Services, recording: &Item, playback: Option<Playback>) -> View<Message> {
    let title = recording.name.rsplit_once('.').map_or(recording.name.as_str(), |(title, _)| title);
    let now = cx.clock.now();
    let at = playback.map(|playback| playback.at(now.timestamp_millis()).min(recording.length));
    let plays = playback.is_some_and(|playback| playback.plays()) && at != Some(recording.length);
    let length = duration(recording.length);
    let summary = match at {
        Some(at) => format!("{} of {length}", duration(at)),
        None => format!("{length} · {}", ago(recording.taken.min(now.timestamp_millis()), now)),
    };
    let (shape, verb) = if plays { (Icon::Pause, "Pause") } else { (Icon::Play, "Play") };
    let play = icon_button(shape, &format!("{verb} {title}"), Message::Play(recording.path.clone()));
    let delete =
        icon_button(Icon::Trash2, &format!("Delete {title}"), Message::Delete(recording.path.clone()));
    let lead = play.id("play").fill(Tone::Container, 24).ink(22, Tone::OnContainer);
    item(Some(lead), title, &summary, Some(delete.id("delete"))).pad(16, 8)
}

/// What is asked.
pub(super) fn question(question: &Question) -> View<Message> {
    match question {
        Question::Save(length, name) => {
            let mut typed =
                field("name", "Name", name, Message::Name).autofocus().submit(Message::Answer(true));
            typed.flags.select_on_focus = true;
            dialog(
                "Save recording",
                vec![text(duration(*length)).id("length").ink(15, Tone::Dim), typed],
                vec![
                    text_button("Discard", Message::Answer(false)).id("android:id/button2"),
                    dialog_button("android:id/button1", "Save", Message::Answer(true)),
                ],
            )
        }
        Question::Delete(path) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            confirm(
                "Delete this recording?",
                &format!("{name} will be removed from this device."),
                "Delete",
                Message::Answer(false),
                Message::Answer(true),
            )
        }
    }
}
