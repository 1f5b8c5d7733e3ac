//! Text messages: `mmssms.db`, with the tables of Android's telephony provider.

use rusqlite::params;

use super::Place;
use super::contacts::same_number;
use crate::files::Files;
use crate::system::database::Database;

/// The file. Triggers sort messages into threads, so that a row inserted by `sqlite3` shows up in its conversation.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.providers.telephony/databases/mmssms.db",
    schema: "
        CREATE TABLE IF NOT EXISTS canonical_addresses (_id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT);
        CREATE TABLE IF NOT EXISTS threads (_id INTEGER PRIMARY KEY AUTOINCREMENT, date INTEGER DEFAULT 0,
            message_count INTEGER DEFAULT 0, recipient_ids TEXT, snippet TEXT, snippet_cs INTEGER DEFAULT 0,
            read INTEGER DEFAULT 1, archived INTEGER DEFAULT 0, type INTEGER DEFAULT 0, error INTEGER DEFAULT 0,
            has_attachment INTEGER DEFAULT 0);
        CREATE TABLE IF NOT EXISTS sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, person INTEGER,
            date INTEGER, date_sent INTEGER DEFAULT 0, protocol INTEGER, read INTEGER DEFAULT 0,
            status INTEGER DEFAULT -1, type INTEGER, reply_path_present INTEGER, subject TEXT, body TEXT,
            service_center TEXT, locked INTEGER DEFAULT 0, sub_id INTEGER DEFAULT -1, error_code INTEGER DEFAULT -1,
            creator TEXT, seen INTEGER DEFAULT 0);
        CREATE TRIGGER IF NOT EXISTS sms_thread_on_insert AFTER INSERT ON sms BEGIN
            INSERT INTO canonical_addresses (address) SELECT new.address WHERE new.thread_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM canonical_addresses WHERE address = new.address);
            INSERT INTO threads (recipient_ids) SELECT CAST(c._id AS TEXT) FROM canonical_addresses c
                WHERE new.thread_id IS NULL AND c.address = new.address
                AND NOT EXISTS (SELECT 1 FROM threads t WHERE t.recipient_ids = CAST(c._id AS TEXT));
            UPDATE sms SET thread_id = (SELECT t._id FROM threads t JOIN canonical_addresses c
                ON t.recipient_ids = CAST(c._id AS TEXT) WHERE c.address = new.address LIMIT 1)
                WHERE _id = new._id AND thread_id IS NULL;
        END;
        CREATE TRIGGER IF NOT EXISTS sms_summary_on_insert AFTER UPDATE OF thread_id ON sms BEGIN
            UPDATE threads SET message_count = message_count + 1, date = max(date, coalesce(new.date, 0)),
                snippet = new.body, read = new.read WHERE _id = new.thread_id;
        END;
        CREATE TRIGGER IF NOT EXISTS sms_summary_on_delete AFTER DELETE ON sms BEGIN
            UPDATE threads SET message_count = message_count - 1,
                snippet = (SELECT body FROM sms WHERE thread_id = old.thread_id ORDER BY date DESC, _id DESC LIMIT 1)
                WHERE _id = old.thread_id;
            DELETE FROM threads WHERE _id = old.thread_id AND message_count <= 0;
        END;",
};

/// `type` of a message that came in.
pub const INBOX: i64 = 1;
/// `type` of a message that was sent.
pub const SENT: i64 = 2;

pub(super) fn place(authority: &str, parts: &[&str]) -> Option<Place> {
    let sms = Place::new(DATABASE, "sms", "sms").order("date DESC, _id DESC");
    Some(match (authority, parts) {
        ("sms", []) => sms.default("type", INBOX),
        ("sms", ["inbox"]) => sms.within("type = 1").default("type", INBOX),
        ("sms", ["sent"]) => sms.within("type = 2").default("type", SENT).default("read", 1),
        ("sms", ["draft"]) => sms.within("type = 3").default("type", 3),
        ("sms", ["outbox"]) => sms.within("type = 4").default("type", 4),
        ("sms" | "mms-sms", ["conversations"]) => {
            Place::new(DATABASE, "threads", "threads").order("date DESC")
        }
        ("mms-sms", ["canonical-addresses"]) => {
            Place::new(DATABASE, "canonical_addresses", "canonical_addresses")
        }
        _ => return None,
    })
}

/// A message.
#[derive(Debug, Clone)]
pub struct Sms {
    /// Row.
    pub id: i64,
    /// The other's number.
    pub address: String,
    /// What it says.
    pub body: String,
    /// Milliseconds since 1970.
    pub date: i64,
    /// It was sent from here.
    pub sent: bool,
}

/// A conversation.
#[derive(Debug, Clone)]
pub struct Thread {
    /// Row.
    pub id: i64,
    /// Its last message.
    pub last: Sms,
    /// Messages in it that were not read.
    pub unread: i64,
}

/// Conversations, the latest first.
pub fn threads(files: &Files) -> Vec<Thread> {
    DATABASE.rows(
        files,
        "SELECT thread_id, _id, coalesce(address, ''), coalesce(body, ''), coalesce(date, 0), coalesce(type, 1),
            (SELECT count(*) FROM sms u WHERE u.thread_id IS s.thread_id AND u.read = 0 AND u.type = 1)
         FROM sms s WHERE _id = (SELECT l._id FROM sms l WHERE l.thread_id IS s.thread_id
            ORDER BY coalesce(l.date, 0) DESC, l._id DESC LIMIT 1)
         ORDER BY coalesce(date, 0) DESC, _id DESC",
        [],
        |row| {
            Ok(Thread {
                id: row.get::<_, Option<i64>>(0)?.unwrap_or(0),
                last: Sms {
                    id: row.get(1)?,
                    address: row.get(2)?,
                    body: row.get(3)?,
                    date: row.get(4)?,
                    sent: row.get::<_, i64>(5)? != INBOX,
                },
                unread: row.get(6)?,
            })
        },
    )
}

/// Messages of a conversation, the oldest first.
pub fn messages(files: &Files, thread: i64) -> Vec<Sms> {
    DATABASE.rows(
        files,
        "SELECT _id, coalesce(address, ''), coalesce(body, ''), coalesce(date, 0), coalesce(type, 1) FROM sms
         WHERE thread_id = ?1 ORDER BY coalesce(date, 0), _id",
        [thread],
        |row| {
            Ok(Sms {
                id: row.get(0)?,
                address: row.get(1)?,
                body: row.get(2)?,
                date: row.get(3)?,
                sent: row.get::<_, i64>(4)? != INBOX,
            })
        },
    )
}

/// The conversation with a number, however the number is written.
pub fn thread_with(files: &Files, number: &str) -> Option<i64> {
    threads(files)
        .into_iter()
        .find(|thread| same_number(&thread.last.address, number))
        .map(|thread| thread.id)
}

/// Keeps a message. It joins the conversation with the same number, however that is written.
pub fn add(files: &Files, number: &str, body: &str, date: i64, kind: i64) -> Option<i64> {
    let known = threads(files).into_iter().find(|thread| same_number(&thread.last.address, number));
    let connection = DATABASE.open(files).ok()?;
    let added = connection
        .execute(
            "INSERT INTO sms (address, body, date, date_sent, type, read, seen, creator)
             VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?5, 'com.google.android.apps.messaging')",
            params![number, body, date, kind, i64::from(kind != INBOX)],
        )
        .map(|_| connection.last_insert_rowid());
    let id = added.inspect_err(|error| tracing::warn!(%error, "cannot keep a message")).ok()?;
    if let Some(known) = known.filter(|known| known.last.address != number) {
        join(&connection, id, known.id);
    }
    Some(id)
}

fn join(connection: &rusqlite::Connection, message: i64, thread: i64) {
    let moved = connection.execute_batch(&format!(
        "DELETE FROM threads WHERE _id = (SELECT thread_id FROM sms WHERE _id = {message}) AND _id <> {thread};
         UPDATE sms SET thread_id = {thread} WHERE _id = {message};"
    ));
    if let Err(error) = moved {
        tracing::warn!(%error, "cannot join a conversation");
    }
}

/// Marks a conversation as read.
pub fn mark_read(files: &Files, thread: i64) {
    DATABASE.write(files, "UPDATE sms SET read = 1, seen = 1 WHERE thread_id = ?1 AND read = 0", [thread]);
}

/// Removes a conversation.
pub fn delete_thread(files: &Files, thread: i64) {
    DATABASE.write(files, "DELETE FROM sms WHERE thread_id = ?1", [thread]);
}
