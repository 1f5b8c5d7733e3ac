//! A voice recorder: it records as long as the phone's clock says, and keeps WAV files in the shared storage.

mod pages;

use crate::apps::music::playback::Playback;
use crate::files::reason;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::content::media::{self, Item};
use crate::system::intent::Intent;
use crate::system::{Services, sound};
use crate::ui::{Icon, Scene};

const MAIN: &str = "com.android.soundrecorder.SoundRecorder";
/// Where recordings lie.
const FOLDER: &str = "/storage/emulated/0/Recordings";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.android.soundrecorder".to_owned(),
        label: "Recorder".to_owned(),
        icon: Icon::Mic,
        system: true,
        color: (0xb8, 0x3a, 0x4b),
        version: "14".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![Filter::LAUNCHER, Filter::action(&["android.provider.MediaStore.RECORD_SOUND"])],
        }],
        permissions: &["android.permission.RECORD_AUDIO"],
        launch: launch::<Recorder>(),
        setup: |_| Ok(()),
    }
}

/// A question over the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The name of what was recorded, as typed; it is so many milliseconds long.
    Save(i64, String),
    /// Whether to delete a recording: its path.
    Delete(String),
}

/// The recorder.
#[derive(Debug, Default)]
pub struct Recorder {
    /// What is being recorded.
    recording: Option<Playback>,
    /// What is played: its path.
    played: Option<(String, Playback)>,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Begin a recording.
    Record,
    /// Hold the recording, or go on.
    Pause,
    /// End the recording.
    Stop,
    /// The name as typed.
    Name(String),
    /// Play a recording, or hold it.
    Play(String),
    /// Ask whether to delete a recording.
    Delete(String),
    /// The answer to what was asked.
    Answer(bool),
    /// Leave.
    Up,
}

impl App for Recorder {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let now = cx.clock.millis();
        let body = match &self.recording {
            Some(recording) => pages::recording(recording.at(now), recording.plays()),
            None => {
                let played = self.played.as_ref().map(|(path, playback)| (path.as_str(), *playback));
                pages::recordings(cx, &recordings(cx), played)
            }
        };
        Scene::from(body).dialog(self.asking.as_ref().map(pages::question))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let now = cx.clock.millis();
        match message {
            Message::Record => {
                self.played = None;
                self.recording = Some(Playback::start(now));
            }
            Message::Pause => {
                if let Some(recording) = &mut self.recording {
                    if recording.plays() { recording.pause(now) } else { recording.go_on(now) }
                }
            }
            Message::Stop => {
                if let Some(recording) = self.recording.take() {
                    self.asking = Some(Question::Save(recording.at(now), free_name(cx)));
                }
            }
            Message::Name(name) => {
                if let Some(Question::Save(_, typed)) = &mut self.asking {
                    *typed = name;
                }
            }
            Message::Play(path) => self.play(path, cx),
            Message::Delete(path) => self.asking = Some(Question::Delete(path)),
            Message::Answer(yes) => self.answer(yes, cx),
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, cx: &mut Services) -> bool {
        if self.recording.is_some() {
            self.update(Message::Stop, cx);
            return true;
        }
        self.asking.take().is_some()
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("{}", self.recording.is_some())
    }
}

/// What was recorded, the last first.
fn recordings(cx: &Services) -> Vec<Item> {
    let mut found = media::sounds(&cx.files);
    found.retain(|sound| sound.path.starts_with(FOLDER));
    found
}

fn path_of(name: &str) -> String {
    format!("{FOLDER}/{name}.wav")
}

/// `Recording 3`, if there are two.
fn free_name(cx: &Services) -> String {
    let names = (1..).map(|nth| format!("Recording {nth}"));
    { names }.find(|name| !cx.files.exists(&path_of(name))).unwrap_or_default()
}

/// What a microphone hears in a quiet room.
fn hum(at: f32) -> f32 {
    0.1 * (at * 110.0 * std::f32::consts::TAU).sin() + 0.03 * (at * 977.0).sin() * (at * 3.1).sin()
}

impl Recorder {
    fn play(&mut self, path: String, cx: &Services) {
        let now = cx.clock.millis();
        let length = recordings(cx).iter().find(|item| item.path == path).map_or(0, |item| item.length);
        match &mut self.played {
            Some((played, playback)) if *played == path && playback.at(now) < length => {
                if playback.plays() {
                    playback.pause(now)
                } else {
                    playback.go_on(now)
                }
            }
            _ => self.played = Some((path, Playback::start(now))),
        }
    }

    fn answer(&mut self, yes: bool, cx: &mut Services) {
        let done = match self.asking.take().filter(|_| yes) {
            Some(Question::Save(length, name)) => {
                let (name, now) = (name.trim().to_owned(), cx.clock.millis());
                let path = path_of(&name);
                let wrong = if name.is_empty() || name.starts_with('.') || name.contains(['/', '\0']) {
                    Some("This name cannot be used")
                } else if cx.files.exists(&path) {
                    Some("There is a recording of that name")
                } else {
                    None
                };
                if let Some(wrong) = wrong {
                    cx.toast(wrong);
                    self.asking = Some(Question::Save(length, name));
                    return;
                }
                cx.files.write_at(&path, &sound::wav(length, hum), now)
            }
            Some(Question::Delete(path)) => {
                self.played = None;
                cx.files.remove(&path)
            }
            None => return,
        };
        if let Err(error) = done {
            cx.toast(format!("Failed: {}", reason(&error)));
        }
    }
}
