//! Music: the songs on the phone, playlists, what plays.

mod pages;
pub mod playback;
pub mod store;

pub use store::fill;

use self::playback::Playback;
use self::store::Song;
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::Icon;
use crate::ui::Scene;

const MAIN: &str = "com.android.music.MusicBrowserActivity";
const PLAYER: &str = "com.android.music.MediaPlaybackActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.android.music".to_owned(),
        label: "Music".to_owned(),
        icon: Icon::Music,
        system: true,
        color: (0xd0, 0x4a, 0x3f),
        version: "14".to_owned(),
        activities: vec![
            Activity {
                name: MAIN.to_owned(),
                filters: vec![Filter::LAUNCHER, Filter::action(&["android.intent.action.MUSIC_PLAYER"])],
            },
            Activity { name: PLAYER.to_owned(), filters: vec![] },
        ],
        permissions: &["android.permission.READ_MEDIA_AUDIO"],
        launch: launch::<Music>(),
        setup: |cx| store::DATABASE.open(&cx.files).map(drop),
    }
}

/// What is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Page {
    /// All songs.
    #[default]
    Songs,
    /// The playlists.
    Playlists,
    /// The songs of a playlist.
    Playlist(i64),
}

/// A question over the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// The name of a new playlist, as typed.
    Name(String),
    /// To which playlist a song is added: its path.
    Add(String),
    /// Whether to delete a playlist.
    Delete(i64),
}

/// The music.
#[derive(Debug, Default)]
pub struct Music {
    page: Page,
    /// What plays is shown alone.
    large: bool,
    /// What plays, and what comes after it.
    queue: Vec<Song>,
    /// The place in the queue, as far as it was chosen.
    chosen: usize,
    playback: Playback,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// List something.
    List(Page),
    /// Play the song of that place in what is listed.
    Play(usize),
    /// Show what plays alone.
    Large,
    /// Play or pause.
    Toggle,
    /// The song after.
    Next,
    /// The song before, or the beginning of this one.
    Previous,
    /// Go to a place in the song: 0 the beginning, 1 the end.
    Seek(f32),
    /// Ask something.
    Ask(Question),
    /// The name as typed.
    Name(String),
    /// Add the song that is asked about to a playlist.
    Add(i64),
    /// The answer to what was asked.
    Answer(bool),
    /// One screen back.
    Up,
}

/// What plays now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Now {
    /// The song.
    song: Song,
    /// Its place in the queue.
    nth: usize,
    /// How far it is, in milliseconds.
    position: i64,
    /// It plays.
    plays: bool,
}

impl App for Music {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let now = self.now(cx.clock.millis());
        let body = match (&now, self.large) {
            (Some(now), true) => pages::player(now),
            _ => pages::lists(cx, self.page, now.as_ref()),
        };
        Scene::from(body).dialog(self.asking.as_ref().map(|question| pages::question(cx, question)))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let time = cx.clock.millis();
        let now = self.now(time);
        match message {
            Message::List(page) => self.page = page,
            Message::Play(nth) => {
                self.queue = match self.page {
                    Page::Playlist(id) => store::songs_of(&cx.files, id),
                    Page::Songs | Page::Playlists => store::songs(&cx.files),
                };
                self.play(nth, time);
                self.large = true;
            }
            Message::Large => self.large = true,
            Message::Toggle => match now {
                Some(now) if now.plays => {
                    self.chosen = now.nth;
                    self.playback.seek(now.position, time);
                    self.playback.pause(time);
                }
                // What has ended begins anew.
                Some(now) if now.position >= now.song.length => self.play(now.nth, time),
                Some(_) => self.playback.go_on(time),
                None => {}
            },
            Message::Next => {
                if let Some(now) = now {
                    self.play((now.nth + 1) % self.queue.len().max(1), time);
                }
            }
            Message::Previous => {
                if let Some(now) = now {
                    let early = now.position < 3000;
                    self.play(if early { now.nth.saturating_sub(1) } else { now.nth }, time);
                }
            }
            Message::Seek(part) => {
                if let Some(now) = now {
                    self.chosen = now.nth;
                    self.playback.seek((now.song.length as f64 * f64::from(part)) as i64, time);
                }
            }
            Message::Ask(question) => self.asking = Some(question),
            Message::Name(name) => {
                if let Some(Question::Name(typed)) = &mut self.asking {
                    *typed = name;
                }
            }
            Message::Add(playlist) => {
                if let Some(Question::Add(path)) = self.asking.take() {
                    store::add_song(&cx.files, playlist, &path);
                    cx.toast("Added to the playlist");
                }
            }
            Message::Answer(yes) => self.answer(yes, cx),
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, _: &mut Services) -> bool {
        if self.asking.take().is_some() || std::mem::take(&mut self.large) {
            return true;
        }
        let before = match self.page {
            Page::Songs => return false,
            Page::Playlists => Page::Songs,
            Page::Playlist(_) => Page::Playlists,
        };
        self.page = before;
        true
    }

    fn activity(&self) -> &'static str {
        if self.large { PLAYER } else { MAIN }
    }

    fn place(&self) -> String {
        format!("{:?} {}", self.page, self.large)
    }
}

impl Music {
    fn play(&mut self, nth: usize, time: i64) {
        (self.chosen, self.playback) = (nth, Playback::start(time));
    }

    /// What plays now: songs follow each other, and the last one stops at its end.
    fn now(&self, time: i64) -> Option<Now> {
        let mut position = self.playback.at(time);
        let mut nth = self.chosen;
        while let Some(song) = self.queue.get(nth)
            && position >= song.length
            && nth + 1 < self.queue.len()
        {
            position -= song.length;
            nth += 1;
        }
        let song = self.queue.get(nth)?.clone();
        let plays = self.playback.plays() && position < song.length;
        Some(Now { position: position.min(song.length), plays, nth, song })
    }

    fn answer(&mut self, yes: bool, cx: &Services) {
        match self.asking.take().filter(|_| yes) {
            Some(Question::Name(name)) if !name.trim().is_empty() => {
                if let Some(id) = store::add_playlist(&cx.files, name.trim()) {
                    self.page = Page::Playlist(id);
                }
            }
            Some(Question::Delete(id)) => {
                store::delete_playlist(&cx.files, id);
                self.page = Page::Playlists;
            }
            _ => {}
        }
    }
}
