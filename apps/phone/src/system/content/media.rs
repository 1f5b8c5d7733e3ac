//! Pictures, sounds and films in the shared storage: `external.db`. The files are the truth; the table is what was seen of
//! them last.

use std::collections::HashMap;
use std::time::UNIX_EPOCH;

use rusqlite::{Connection, Row, params};

use super::Place;
use crate::files::Files;
use crate::system::database::Database;
use crate::ui::picture;

/// The file.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.providers.media/databases/external.db",
    schema: "
        CREATE TABLE IF NOT EXISTS files (_id INTEGER PRIMARY KEY AUTOINCREMENT, _data TEXT UNIQUE NOT NULL, _size INTEGER,
            _display_name TEXT, title TEXT, mime_type TEXT, media_type INTEGER, date_added INTEGER, date_modified INTEGER,
            datetaken INTEGER, width INTEGER, height INTEGER, duration INTEGER, artist TEXT, album TEXT,
            relative_path TEXT, bucket_display_name TEXT, volume_name TEXT NOT NULL DEFAULT 'external_primary',
            is_trashed INTEGER NOT NULL DEFAULT 0);
        CREATE VIEW IF NOT EXISTS images AS SELECT * FROM files WHERE media_type = 1;
        CREATE VIEW IF NOT EXISTS audio AS SELECT * FROM files WHERE media_type = 2;
        CREATE VIEW IF NOT EXISTS video AS SELECT * FROM files WHERE media_type = 3;",
};

/// Where the shared storage lies.
const ROOT: &str = "/storage/emulated/0";
/// How deep folders are looked through.
const DEPTH: usize = 8;
/// Files that are kept track of.
const MOST: usize = 10_000;

const IMAGE: i64 = 1;
const AUDIO: i64 = 2;
const VIDEO: i64 = 3;

/// File name endings, and what they mean.
const KINDS: [(&str, &str, i64); 12] = [
    ("png", "image/png", IMAGE),
    ("jpg", "image/jpeg", IMAGE),
    ("jpeg", "image/jpeg", IMAGE),
    ("gif", "image/gif", IMAGE),
    ("webp", "image/webp", IMAGE),
    ("wav", "audio/x-wav", AUDIO),
    ("mp3", "audio/mpeg", AUDIO),
    ("m4a", "audio/mp4", AUDIO),
    ("ogg", "audio/ogg", AUDIO),
    ("mp4", "video/mp4", VIDEO),
    ("webm", "video/webm", VIDEO),
    ("mkv", "video/x-matroska", VIDEO),
];

/// A picture, a sound or a film.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Row.
    pub id: i64,
    /// Android path.
    pub path: String,
    /// File name.
    pub name: String,
    /// When it was made, in milliseconds since 1970.
    pub taken: i64,
    /// Bytes.
    pub size: i64,
    /// Pixels across and down; 0 where that is not known.
    pub pixels: (i64, i64),
    /// The name of its folder.
    pub folder: String,
    /// How long it sounds, in milliseconds; 0 where that is not known.
    pub length: i64,
}

pub(super) fn place(parts: &[&str]) -> Option<Place> {
    let read = match parts {
        [_, "images", "media"] => "images",
        [_, "audio", "media"] => "audio",
        [_, "video", "media"] => "video",
        [_, "file"] => "files",
        _ => return None,
    };
    Some(Place::new(DATABASE, read, "files"))
}

/// A file that was seen on the disk.
struct Seen {
    path: String,
    size: i64,
    modified: i64,
    kind: (&'static str, i64),
}

fn walk(files: &Files, folder: &str, depth: usize, seen: &mut Vec<Seen>) {
    for name in files.list(folder).unwrap_or_default() {
        let path = format!("{folder}/{name}");
        let Ok(metadata) = files.metadata(&path) else { continue };
        if name.starts_with('.') || seen.len() >= MOST {
            continue;
        }
        if metadata.is_dir() {
            if depth < DEPTH {
                walk(files, &path, depth + 1, seen);
            }
            continue;
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        let Some((_, mime, kind)) = KINDS.into_iter().find(|(known, ..)| *known == ending) else { continue };
        let modified = metadata.modified().ok().and_then(|when| when.duration_since(UNIX_EPOCH).ok());
        seen.push(Seen {
            path,
            size: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
            modified: modified.and_then(|when| i64::try_from(when.as_millis()).ok()).unwrap_or(0),
            kind: (mime, kind),
        });
    }
}

/// Brings the table in line with the disk.
pub fn scan(files: &Files) {
    let mut seen = Vec::new();
    walk(files, ROOT, 0, &mut seen);
    let known: HashMap<String, (i64, i64)> = DATABASE
        .rows(files, "SELECT _data, coalesce(_size, -1), coalesce(datetaken, -1) FROM files", [], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
        })
        .into_iter()
        .collect();
    for file in &seen {
        if known.get(&file.path) != Some(&(file.size, file.modified)) {
            keep(files, file);
        }
    }
    for path in known.keys().filter(|path| !seen.iter().any(|file| file.path == **path)) {
        DATABASE.write(files, "DELETE FROM files WHERE _data = ?1", [path]);
    }
}

fn keep(files: &Files, file: &Seen) {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let bucket = folder.rsplit('/').next().unwrap_or_default();
    let relative = folder.strip_prefix(ROOT).unwrap_or_default().trim_start_matches('/');
    let title = name.rsplit_once('.').map_or(name, |(title, _)| title);
    let (mime, kind) = file.kind;
    let bytes = files.read(&file.path).unwrap_or_default();
    let pixels = picture::size(&bytes);
    let length = crate::system::sound::length(&bytes);
    DATABASE.write(
        files,
        "INSERT INTO files (_data, _size, _display_name, title, mime_type, media_type, date_added, date_modified,
             datetaken, width, height, duration, relative_path, bucket_display_name)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7 / 1000, ?7 / 1000, ?7, ?8, ?9, ?10, ?11, ?12)
         ON CONFLICT (_data) DO UPDATE SET _size = ?2, date_modified = ?7 / 1000, datetaken = ?7, width = ?8,
             height = ?9, duration = ?10",
        params![
            file.path,
            file.size,
            name,
            title,
            mime,
            kind,
            file.modified,
            pixels.map(|(width, _)| width),
            pixels.map(|(_, height)| height),
            length,
            format!("{relative}/"),
            bucket,
        ],
    );
}

/// Removes the files behind rows; `rows` is a table or view with a condition.
pub(super) fn remove(files: &Files, connection: &Connection, rows: &str) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&format!("SELECT _data FROM {rows}"))?;
    for path in statement.query_map([], |row| row.get::<_, String>(0))? {
        let path = path?;
        if let Err(error) = files.remove(&path) {
            tracing::warn!(path, %error, "cannot remove");
        }
    }
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Item> {
    Ok(Item {
        id: row.get(0)?,
        path: row.get(1)?,
        name: row.get(2)?,
        taken: row.get(3)?,
        size: row.get(4)?,
        pixels: (row.get(5)?, row.get(6)?),
        folder: row.get(7)?,
        length: row.get(8)?,
    })
}

fn all(files: &Files, from: &str) -> Vec<Item> {
    scan(files);
    let sql = format!(
        "SELECT _id, _data, coalesce(_display_name, ''), coalesce(datetaken, 0), coalesce(_size, 0), coalesce(width, 0),
             coalesce(height, 0), coalesce(bucket_display_name, ''), coalesce(duration, 0) FROM {from} ORDER BY datetaken DESC, _id DESC"
    );
    DATABASE.rows(files, &sql, [], read)
}

/// The pictures, the last first.
pub fn images(files: &Files) -> Vec<Item> {
    all(files, "images")
}

/// The sounds, the last first.
pub fn sounds(files: &Files) -> Vec<Item> {
    all(files, "audio")
}

/// The address of a picture.
pub fn image_uri(id: i64) -> String {
    format!("content://media/external/images/media/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_follows_the_disk() {
        let home = tempfile::tempdir().expect("a directory");
        let files = Files::new(home.path()).expect("files");
        files.write_at("/sdcard/DCIM/Camera/a.PNG", b"no picture", 5000).expect("writes");
        files.write("/sdcard/Music/b.wav", b"").expect("writes");
        files.write("/sdcard/Music/.hidden.wav", b"").expect("writes");
        files.write("/sdcard/Download/c.txt", b"").expect("writes");
        let found = images(&files);
        let [image] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((image.path.as_str(), image.taken), ("/storage/emulated/0/DCIM/Camera/a.PNG", 5000));
        assert_eq!((image.folder.as_str(), image.pixels, image.size), ("Camera", (0, 0), 10));
        files.write_at("/sdcard/DCIM/Camera/a.PNG", b"longer than before", 6000).expect("writes");
        assert_eq!(images(&files).iter().map(|it| (it.id, it.size)).collect::<Vec<_>>(), [(image.id, 18)]);
        assert_eq!(sounds(&files).len(), 1);
        files.remove("/sdcard/DCIM").expect("removes");
        assert_eq!(images(&files), []);
    }
}
