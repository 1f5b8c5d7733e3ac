//! What Joplin keeps: notebooks and notes, in its own tables.

use rusqlite::{Row, params};

use crate::files::Files;
use crate::system::Services;
use crate::system::database::Database;
use crate::system::random::Random;

/// The file. `notes_normalized` is where Joplin itself searches; others expect to find it and fill it.
pub const DATABASE: Database = Database {
    path: "/data/data/net.cozic.joplin/databases/joplin.sqlite",
    schema: "
        CREATE TABLE IF NOT EXISTS folders (id TEXT PRIMARY KEY, title TEXT NOT NULL DEFAULT '',
            created_time INT NOT NULL, updated_time INT NOT NULL, user_created_time INT NOT NULL DEFAULT 0,
            user_updated_time INT NOT NULL DEFAULT 0, encryption_cipher_text TEXT NOT NULL DEFAULT '',
            encryption_applied INT NOT NULL DEFAULT 0, parent_id TEXT NOT NULL DEFAULT '',
            is_shared INT NOT NULL DEFAULT 0, share_id TEXT NOT NULL DEFAULT '', master_key_id TEXT NOT NULL DEFAULT '',
            icon TEXT NOT NULL DEFAULT '', user_data TEXT NOT NULL DEFAULT '', deleted_time INT NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS notes (id TEXT PRIMARY KEY, parent_id TEXT NOT NULL DEFAULT '',
            title TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '', created_time INT NOT NULL,
            updated_time INT NOT NULL, is_conflict INT NOT NULL DEFAULT 0, latitude NUMERIC NOT NULL DEFAULT 0,
            longitude NUMERIC NOT NULL DEFAULT 0, altitude NUMERIC NOT NULL DEFAULT 0, author TEXT NOT NULL DEFAULT '',
            source_url TEXT NOT NULL DEFAULT '', is_todo INT NOT NULL DEFAULT 0, todo_due INT NOT NULL DEFAULT 0,
            todo_completed INT NOT NULL DEFAULT 0, source TEXT NOT NULL DEFAULT '',
            source_application TEXT NOT NULL DEFAULT '', application_data TEXT NOT NULL DEFAULT '',
            `order` NUMERIC NOT NULL DEFAULT 0, user_created_time INT NOT NULL DEFAULT 0,
            user_updated_time INT NOT NULL DEFAULT 0, encryption_cipher_text TEXT NOT NULL DEFAULT '',
            encryption_applied INT NOT NULL DEFAULT 0, markup_language INT NOT NULL DEFAULT 1,
            is_shared INT NOT NULL DEFAULT 0, share_id TEXT NOT NULL DEFAULT '',
            conflict_original_id TEXT NOT NULL DEFAULT '', master_key_id TEXT NOT NULL DEFAULT '',
            user_data TEXT NOT NULL DEFAULT '', deleted_time INT NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS notes_normalized (id TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
            body TEXT NOT NULL DEFAULT '', user_created_time INT NOT NULL DEFAULT 0,
            user_updated_time INT NOT NULL DEFAULT 0, is_todo INT NOT NULL DEFAULT 0,
            todo_completed INT NOT NULL DEFAULT 0, parent_id TEXT NOT NULL DEFAULT '', latitude NUMERIC NOT NULL DEFAULT 0,
            longitude NUMERIC NOT NULL DEFAULT 0, altitude NUMERIC NOT NULL DEFAULT 0,
            source_url TEXT NOT NULL DEFAULT '', todo_due INT NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS settings (`key` TEXT PRIMARY KEY, `value` TEXT);",
};

const SORT: &str = "notes.sortOrder.field";

/// A notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub title: String,
}

/// A note or a to-do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The notebook it lies in.
    pub folder: String,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// It is a to-do.
    pub todo: bool,
    /// When the to-do was done, in milliseconds since 1970; 0: it is not.
    pub completed: i64,
    /// It lies in the trash.
    pub deleted: bool,
}

/// By what notes are sorted, as the setting names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The one changed last first.
    #[default]
    Updated,
    /// The one made last first.
    Created,
    /// By title.
    Title,
}

impl Order {
    /// All there are, with their labels.
    pub const ALL: [(Order, &'static str); 3] =
        [(Order::Updated, "Updated date"), (Order::Created, "Created date"), (Order::Title, "Title")];

    fn field(self) -> &'static str {
        match self {
            Order::Updated => "user_updated_time",
            Order::Created => "user_created_time",
            Order::Title => "title",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Order::Updated => "updated_time DESC, title",
            Order::Created => "created_time DESC, title",
            Order::Title => "title COLLATE NOCASE",
        }
    }
}

/// An id that no other row has: it follows from the phone's seed, the time and the number of rows.
fn new_id(files: &Files, seed: u64, now: i64) -> String {
    let rows = DATABASE.row(
        files,
        "SELECT (SELECT COUNT(*) FROM notes) + (SELECT COUNT(*) FROM folders)",
        [],
        |row| row.get::<_, i64>(0),
    );
    let mut random = Random::new(seed, &format!("joplin {now} {}", rows.unwrap_or(0)));
    format!("{:016x}{:016x}", random.number(), random.number())
}

/// Notebooks by name.
pub fn folders(files: &Files) -> Vec<Folder> {
    DATABASE.rows(
        files,
        "SELECT id, title FROM folders WHERE deleted_time = 0 ORDER BY title COLLATE NOCASE, id",
        [],
        |row| Ok(Folder { id: row.get(0)?, title: row.get(1)? }),
    )
}

/// Makes a notebook; returns its id.
pub fn add_folder(files: &Files, seed: u64, title: &str, now: i64) -> String {
    let id = new_id(files, seed, now);
    DATABASE.write(
        files,
        "INSERT INTO folders (id, title, created_time, updated_time, user_created_time, user_updated_time)
         VALUES (?1, ?2, ?3, ?3, ?3, ?3)",
        params![id, title, now],
    );
    id
}

/// Gives a notebook another name.
pub fn rename_folder(files: &Files, id: &str, title: &str, now: i64) {
    DATABASE.write(
        files,
        "UPDATE folders SET title = ?2, updated_time = ?3, user_updated_time = ?3 WHERE id = ?1",
        params![id, title, now],
    );
}

/// Moves a notebook and all that is in it to the trash.
pub fn delete_folder(files: &Files, id: &str, now: i64) {
    DATABASE.write(files, "UPDATE folders SET deleted_time = ?2 WHERE id = ?1", params![id, now]);
    DATABASE.write(
        files,
        "UPDATE notes SET deleted_time = ?2 WHERE parent_id = ?1 AND deleted_time = 0",
        params![id, now],
    );
}

const COLUMNS: &str = "id, parent_id, title, body, is_todo, todo_completed, deleted_time";

fn read(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get(0)?,
        folder: row.get(1)?,
        title: row.get(2)?,
        body: row.get(3)?,
        todo: row.get(4)?,
        completed: row.get(5)?,
        deleted: row.get::<_, i64>(6)? != 0,
    })
}

/// Notes, those in the trash too. To-dos that are done come last.
pub fn notes(files: &Files) -> Vec<Note> {
    let order = sorted_by(files).sql();
    let sql =
        format!("SELECT {COLUMNS} FROM notes WHERE is_conflict = 0 ORDER BY todo_completed > 0, {order}, id");
    DATABASE.rows(files, &sql, [], read)
}

/// A note.
pub fn note(files: &Files, id: &str) -> Option<Note> {
    DATABASE.row(files, &format!("SELECT {COLUMNS} FROM notes WHERE id = ?1"), [id], read)
}

/// Makes a note of these contents; its id is given here, and returned.
pub fn add_note(files: &Files, seed: u64, note: &Note, now: i64) -> String {
    let id = new_id(files, seed, now);
    DATABASE.write(
        files,
        "INSERT INTO notes (id, parent_id, created_time, updated_time, user_created_time, user_updated_time,
             source, source_application, `order`)
         VALUES (?1, ?2, ?3, ?3, ?3, ?3, 'joplin-android', 'net.cozic.joplin-mobile', ?3)",
        params![id, note.folder, now],
    );
    save_note(files, &Note { id: id.clone(), ..note.clone() }, now);
    id
}

/// Keeps a changed note.
pub fn save_note(files: &Files, note: &Note, now: i64) {
    DATABASE.write(
        files,
        "UPDATE notes SET parent_id = ?2, title = ?3, body = ?4, is_todo = ?5, todo_completed = ?6,
             updated_time = ?7, user_updated_time = ?7, deleted_time = CASE WHEN ?8 THEN ?7 ELSE 0 END WHERE id = ?1",
        params![note.id, note.folder, note.title, note.body, note.todo, note.completed, now, note.deleted],
    );
    DATABASE.write(files, "DELETE FROM notes_normalized WHERE id = ?1", [&note.id]);
    DATABASE.write(
        files,
        "INSERT INTO notes_normalized (id, title, body, user_created_time, user_updated_time, is_todo,
             todo_completed, parent_id)
         SELECT id, lower(title), lower(body), user_created_time, user_updated_time, is_todo, todo_completed, parent_id
         FROM notes WHERE id = ?1",
        [&note.id],
    );
}

/// Forgets a note for good.
pub fn delete_note(files: &Files, id: &str) {
    DATABASE.write(files, "DELETE FROM notes WHERE id = ?1", [id]);
    DATABASE.write(files, "DELETE FROM notes_normalized WHERE id = ?1", [id]);
}

/// By what notes are sorted.
pub fn sorted_by(files: &Files) -> Order {
    let kept = DATABASE
        .row(files, "SELECT value FROM settings WHERE key = ?1", [SORT], |row| row.get::<_, String>(0));
    let known = Order::ALL.into_iter().find(|(order, _)| Some(order.field()) == kept.as_deref());
    known.map_or(Order::default(), |(order, _)| order)
}

/// Sorts notes by something else.
pub fn sort_by(cx: &Services, order: Order) {
    let sql = "INSERT OR REPLACE INTO settings (key, value) VALUES (?1, ?2)";
    DATABASE.write(&cx.files, sql, params![SORT, order.field()]);
}
