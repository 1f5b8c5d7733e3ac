//! Songs, which are files of the shared storage, and playlists of them.

use std::sync::LazyLock;

use rusqlite::params;

use crate::files::Files;
use crate::system::content::media;
use crate::system::database::Database;
use crate::system::sound;

/// The file with the playlists.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.music/databases/playlists.db",
    schema: "
        CREATE TABLE IF NOT EXISTS playlists (_id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS playlist_songs (_id INTEGER PRIMARY KEY AUTOINCREMENT, playlist_id INTEGER NOT NULL,
            path TEXT NOT NULL);",
};

/// Where music lies.
const FOLDER: &str = "/storage/emulated/0/Music/";

/// A song.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Song {
    /// Android path.
    pub path: String,
    /// Title.
    pub title: String,
    /// Who plays it.
    pub artist: String,
    /// How long it is, in milliseconds.
    pub length: i64,
}

/// A playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// Row.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// A song by its path and length: file names are `Artist - Title.wav`.
fn song(path: String, length: i64) -> Song {
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name);
    let (artist, title) = name.split_once(" - ").unwrap_or(("Unknown artist", name));
    let (artist, title) = (artist.to_owned(), title.to_owned());
    Song { path, title, artist, length }
}

/// All songs, by title.
pub fn songs(files: &Files) -> Vec<Song> {
    let mut songs: Vec<Song> = media::sounds(files)
        .into_iter()
        .filter(|sound| sound.path.starts_with(FOLDER))
        .map(|sound| song(sound.path, sound.length))
        .collect();
    songs.sort_by_key(|song| song.title.to_lowercase());
    songs
}

/// Playlists by name.
pub fn playlists(files: &Files) -> Vec<Playlist> {
    DATABASE.rows(files, "SELECT _id, name FROM playlists ORDER BY name COLLATE NOCASE, _id", [], |row| {
        Ok(Playlist { id: row.get(0)?, name: row.get(1)? })
    })
}

/// Makes a playlist; returns its row.
pub fn add_playlist(files: &Files, name: &str) -> Option<i64> {
    DATABASE.write(files, "INSERT INTO playlists (name) VALUES (?1)", [name])
}

/// Removes a playlist; its songs stay.
pub fn delete_playlist(files: &Files, id: i64) {
    DATABASE.write(files, "DELETE FROM playlists WHERE _id = ?1", [id]);
    DATABASE.write(files, "DELETE FROM playlist_songs WHERE playlist_id = ?1", [id]);
}

/// Puts a song at the end of a playlist.
pub fn add_song(files: &Files, playlist: i64, path: &str) {
    let sql = "INSERT INTO playlist_songs (playlist_id, path) VALUES (?1, ?2)";
    DATABASE.write(files, sql, params![playlist, path]);
}

/// The songs of a playlist that are still there, in its order.
pub fn songs_of(files: &Files, playlist: i64) -> Vec<Song> {
    let all = songs(files);
    let sql = "SELECT path FROM playlist_songs WHERE playlist_id = ?1 ORDER BY _id";
    let paths = DATABASE.rows(files, sql, [playlist], |row| row.get::<_, String>(0));
    paths.iter().filter_map(|path| all.iter().find(|song| song.path == *path).cloned()).collect()
}

/// Songs of a new phone: file name, seconds, pitches of a tune in Hertz.
const SONGS: [(&str, i64, &[f32]); 5] = [
    ("Lena Voss - Paper Planes Home", 34, &[262.0, 330.0, 392.0, 330.0]),
    ("Marlow & Reed - Slow Train North", 46, &[196.0, 220.0, 247.0, 220.0, 196.0, 165.0]),
    ("Mira Sol - Kitchen Dance", 28, &[330.0, 392.0, 440.0, 392.0, 494.0]),
    ("Oktober - Night Bus", 40, &[147.0, 175.0, 196.0, 175.0]),
    ("The Tidewalkers - Harbour Lights", 52, &[220.0, 277.0, 330.0, 277.0, 370.0, 330.0]),
];

/// The files of those songs; made once, as many phones may boot.
static TUNES: LazyLock<[Vec<u8>; SONGS.len()]> = LazyLock::new(|| {
    SONGS.map(|(_, seconds, pitches)| {
        sound::wav(seconds * 1000, |at| {
            let nth = (at * 2.0) as usize % pitches.len();
            let fade = 1.0 - (at * 2.0).fract();
            0.6 * fade * (at * pitches[nth] * std::f32::consts::TAU).sin()
        })
    })
});

/// Puts music on a new phone.
pub fn fill(files: &Files, now: i64) {
    for ((name, ..), bytes) in SONGS.iter().zip(TUNES.iter()) {
        let path = format!("{FOLDER}{name}.wav");
        if let Err(error) = files.write_at(&path, bytes, now - 30 * 86_400_000) {
            tracing::warn!(path, %error, "cannot write");
        }
    }
}
