//! The screens of the music: lists, what plays, questions.

use super::store::{self, Song};
use super::{Message, Now, Page, Question};
use crate::system::Services;
use crate::system::clock::duration;
use crate::ui::style::{Align, Size};
use crate::ui::widget::{
    app_bar, column, confirm, dialog, dialog_button, empty, fab, field, icon, icon_button, item, list, menu,
    menu_item, row, slider, space, tab, text, with_fab, with_tabs,
};
use crate::ui::{Icon, Tone, View};

/// The cover of a song: a colour that follows from its artist.
fn cover(song: &Song, size: i32, radius: i32) -> View<Message> {
    const TONES: [(u8, u8, u8); 5] =
        [(0xd0, 0x6a, 0x4f), (0x4f, 0x7f, 0xb8), (0x3f, 0x8f, 0x7a), (0x8a, 0x62, 0xb0), (0xb8, 0x8a, 0x3c)];
    let sum = song.artist.bytes().fold(0, |sum: usize, byte| sum + usize::from(byte));
    let (r, g, b) = TONES[sum % TONES.len()];
    icon(Icon::Disc3, size / 2, Tone::Rgb(255, 255, 255))
        .sized(size, size)
        .centered()
        .fill(Tone::Rgb(r, g, b), radius)
}

/// A list with tabs at the foot, and what plays above them.
pub(super) fn lists(cx: &Services, page: Page, now: Option<&Now>) -> View<Message> {
    let body = match page {
        Page::Songs => {
            let songs = store::songs(&cx.files);
            let body =
                if songs.is_empty() { empty(Icon::Music, "No music on this phone") } else { rows(&songs) };
            column(vec![app_bar(None, "Songs", Vec::new()), body])
        }
        Page::Playlists => playlists(cx),
        Page::Playlist(id) => playlist(cx, id),
    };
    let mut parts = vec![body.wide().tall()];
    parts.extend(now.map(small));
    let in_songs = page == Page::Songs;
    with_tabs(
        column(parts),
        vec![
            tab("tab_songs", "Songs", Icon::Music, in_songs, Message::List(Page::Songs)),
            tab("tab_playlists", "Playlists", Icon::ListMusic, !in_songs, Message::List(Page::Playlists)),
        ],
    )
}

fn rows(songs: &[Song]) -> View<Message> {
    let rows = songs.iter().enumerate().map(|(nth, song)| {
        let add = icon_button(
            Icon::ListPlus,
            &format!("Add {} to playlist", song.title),
            Message::Ask(Question::Add(song.path.clone())),
        );
        let length = text(duration(song.length)).id("duration").ink(14, Tone::Dim);
        let end = row(vec![length, add]).gap(4);
        item(Some(cover(song, 44, 8)), &song.title, &song.artist, Some(end))
            .tap(Message::Play(nth))
            .pad(16, 8)
    });
    list("songs", rows.collect())
}

fn playlists(cx: &Services) -> View<Message> {
    let rows: Vec<_> = store::playlists(&cx.files)
        .into_iter()
        .map(|playlist| {
            let lead = icon(Icon::ListMusic, 22, Tone::OnContainer).sized(44, 44).centered();
            let count = store::songs_of(&cx.files, playlist.id).len();
            let told = if count == 1 { "1 song".to_owned() } else { format!("{count} songs") };
            item(Some(lead.fill(Tone::Container, 8)), &playlist.name, &told, None)
                .tap(Message::List(Page::Playlist(playlist.id)))
        })
        .collect();
    let body =
        if rows.is_empty() { empty(Icon::ListMusic, "No playlists yet") } else { list("playlists", rows) };
    let new = fab(Icon::Plus, "New playlist", Message::Ask(Question::Name(String::new())));
    with_fab(column(vec![app_bar(None, "Playlists", Vec::new()), body]), new)
}

fn playlist(cx: &Services, id: i64) -> View<Message> {
    let name = store::playlists(&cx.files).into_iter().find(|known| known.id == id).map(|known| known.name);
    let delete = icon_button(Icon::Trash2, "Delete playlist", Message::Ask(Question::Delete(id)));
    let songs = store::songs_of(&cx.files, id);
    let body = if songs.is_empty() { empty(Icon::Music, "No songs in this playlist") } else { rows(&songs) };
    column(vec![app_bar(Some(Message::Up), &name.unwrap_or_default(), vec![delete]), body])
}

fn toggle(now: &Now) -> (Icon, &'static str) {
    if now.plays { (Icon::Pause, "Pause") } else { (Icon::Play, "Play") }
}

/// What plays, above the tabs.
fn small(now: &Now) -> View<Message> {
    let (shape, label) = toggle(now);
    let texts = column(vec![
        text(&now.song.title).id("mini_title").ink(15, Tone::Text).bold().lines(1),
        text(&now.song.artist).ink(13, Tone::Dim).lines(1),
    ]);
    row(vec![
        cover(&now.song, 40, 8),
        texts.wide(),
        icon_button(shape, label, Message::Toggle).id("mini_pause"),
        icon_button(Icon::SkipForward, "Next", Message::Next).id("mini_next"),
    ])
    .id("mini_player")
    .tap(Message::Large)
    .wide()
    .gap(12)
    .pad(12, 8)
    .fill(Tone::SurfaceHigh, 0)
}

/// What plays, alone.
pub(super) fn player(now: &Now) -> View<Message> {
    let song = &now.song;
    let at = now.position as f32 / song.length.max(1) as f32;
    let times = row(vec![
        text(duration(now.position)).id("currenttime").ink(14, Tone::Dim),
        View::new("android.widget.Space").wide(),
        text(duration(song.length)).id("totaltime").ink(14, Tone::Dim),
    ]);
    let (shape, label) = toggle(now);
    let main = icon_button(shape, label, Message::Toggle)
        .id("pause")
        .sized(76, 76)
        .fill(Tone::Primary, 38)
        .ink(32, Tone::OnPrimary);
    let buttons = row(vec![
        icon_button(Icon::SkipBack, "Previous", Message::Previous).id("prev").ink(30, Tone::Text),
        main,
        icon_button(Icon::SkipForward, "Next", Message::Next).id("next").ink(30, Tone::Text),
    ]);
    let add = icon_button(
        Icon::ListPlus,
        &format!("Add {} to playlist", song.title),
        Message::Ask(Question::Add(song.path.clone())),
    );
    let parts = vec![
        cover(song, 300, 28),
        space(12),
        text(&song.title).id("title").ink(26, Tone::Text).bold().lines(1),
        text(&song.artist).id("artist").ink(17, Tone::Dim).lines(1),
        slider("progress", at, Message::Seek).describe("Position").style(|s| s.height = Size::Dp(40)),
        times.wide().pad(12, 0),
        space(8),
        buttons.wide().gap(36).style(|s| s.main = Align::Center),
    ];
    let body = column(parts).wide().tall().level().gap(6).pad(28, 24);
    column(vec![app_bar(Some(Message::Up), "Now playing", vec![add]), body])
}

/// What is asked.
pub(super) fn question(cx: &Services, question: &Question) -> View<Message> {
    match question {
        Question::Name(name) => dialog(
            "New playlist",
            vec![field("playlist", "Name", name, Message::Name).autofocus().submit(Message::Answer(true))],
            vec![
                dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
                dialog_button("android:id/button1", "Create", Message::Answer(true)),
            ],
        ),
        Question::Add(_) => {
            let lists = store::playlists(&cx.files);
            let items = lists.iter().map(|known| menu_item(&known.name, Message::Add(known.id)));
            let new = menu_item("New playlist", Message::Ask(Question::Name(String::new())));
            menu("Add to playlist", items.chain([new]).collect())
        }
        Question::Delete(_) => confirm(
            "Delete this playlist?",
            "Its songs stay on the phone.",
            "Delete",
            Message::Answer(false),
            Message::Answer(true),
        ),
    }
}
