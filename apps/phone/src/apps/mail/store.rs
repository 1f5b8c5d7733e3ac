//! What the mail client keeps: messages, each in one folder.

use rusqlite::{Row, params};

use crate::files::Files;
use crate::system::database::Database;

/// The file. Gmail's own schema is not public; the names of the columns are those of its former content provider.
pub const DATABASE: Database = Database {
    path: "/data/data/com.google.android.gm/databases/mailstore.db",
    schema: "CREATE TABLE IF NOT EXISTS messages (_id INTEGER PRIMARY KEY AUTOINCREMENT, folder TEXT NOT NULL,
        fromName TEXT NOT NULL DEFAULT '', fromAddress TEXT NOT NULL DEFAULT '', toAddresses TEXT NOT NULL DEFAULT '',
        dateReceivedMs INTEGER NOT NULL DEFAULT 0, subject TEXT NOT NULL DEFAULT '', body TEXT NOT NULL DEFAULT '',
        unread INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0);",
};

/// The address of the phone's owner.
pub const OWNER: &str = "me@example.com";

/// Where a message lies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Folder {
    /// What came in.
    #[default]
    Inbox,
    /// What is marked with a star, in whatever folder.
    Starred,
    /// What went out.
    Sent,
    /// What is not finished.
    Drafts,
    /// What was thrown away.
    Trash,
}

impl Folder {
    /// All there are.
    pub const ALL: [Folder; 5] =
        [Folder::Inbox, Folder::Starred, Folder::Sent, Folder::Drafts, Folder::Trash];

    /// Its name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Folder::Inbox => "Inbox",
            Folder::Starred => "Starred",
            Folder::Sent => "Sent",
            Folder::Drafts => "Drafts",
            Folder::Trash => "Trash",
        }
    }

    /// Its name in the table.
    fn name(self) -> &'static str {
        match self {
            Folder::Inbox | Folder::Starred => "inbox",
            Folder::Sent => "sent",
            Folder::Drafts => "drafts",
            Folder::Trash => "trash",
        }
    }
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// Row; 0 for one that is not kept yet.
    pub id: i64,
    /// Where it lies; never [`Folder::Starred`].
    pub folder: Folder,
    /// Who wrote it.
    pub name: String,
    /// The writer's address.
    pub from: String,
    /// Addresses of the readers, with commas between them.
    pub to: String,
    /// When it came or went, in milliseconds since 1970.
    pub date: i64,
    /// What it is about.
    pub subject: String,
    /// What is written.
    pub body: String,
    /// It was not read yet.
    pub unread: bool,
    /// It is marked with a star.
    pub starred: bool,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Mail> {
    let name: String = row.get(1)?;
    Ok(Mail {
        id: row.get(0)?,
        folder: Folder::ALL.into_iter().find(|folder| folder.name() == name).unwrap_or_default(),
        name: row.get(2)?,
        from: row.get(3)?,
        to: row.get(4)?,
        date: row.get(5)?,
        subject: row.get(6)?,
        body: row.get(7)?,
        unread: row.get(8)?,
        starred: row.get(9)?,
    })
}

/// All messages, the last first.
pub fn all(files: &Files) -> Vec<Mail> {
    DATABASE.rows(
        files,
        "SELECT _id, folder, fromName, fromAddress, toAddresses, dateReceivedMs, subject, body, unread, starred
         FROM messages ORDER BY dateReceivedMs DESC, _id DESC",
        [],
        read,
    )
}

/// Messages of a folder, the last first.
pub fn within(files: &Files, folder: Folder) -> Vec<Mail> {
    let mut found = all(files);
    found.retain(|mail| match folder {
        Folder::Starred => mail.starred && mail.folder != Folder::Trash,
        _ => mail.folder == folder,
    });
    found
}

/// A message.
pub fn get(files: &Files, id: i64) -> Option<Mail> {
    all(files).into_iter().find(|mail| mail.id == id)
}

/// Keeps a message, new or changed; returns its row.
pub fn save(files: &Files, mail: &Mail) -> Option<i64> {
    let id = (mail.id != 0).then_some(mail.id);
    let kept = DATABASE.write(
        files,
        "INSERT OR REPLACE INTO messages (_id, folder, fromName, fromAddress, toAddresses, dateReceivedMs, subject, body,
             unread, starred) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            id,
            mail.folder.name(),
            mail.name,
            mail.from,
            mail.to,
            mail.date,
            mail.subject,
            mail.body,
            mail.unread,
            mail.starred
        ],
    );
    id.or(kept)
}

/// Forgets a message for good.
pub fn delete(files: &Files, id: i64) {
    DATABASE.write(files, "DELETE FROM messages WHERE _id = ?1", [id]);
}
