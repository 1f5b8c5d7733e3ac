//! Contacts: `contacts2.db`, with the tables and views of Android's contacts provider that clients use.

use rusqlite::{Connection, OptionalExtension, params};

use super::Place;
use crate::files::Files;
use crate::system::database::Database;

/// The file. Triggers do what the provider does in code (a contact for each raw contact, its display name from its data),
/// so that rows inserted through `content` or `sqlite3` show up. `people` is the old provider's table, as a view.
pub const DATABASE: Database = Database {
    path: "/data/data/com.android.providers.contacts/databases/contacts2.db",
    schema: "
        CREATE TABLE IF NOT EXISTS mimetypes (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype TEXT NOT NULL UNIQUE);
        INSERT OR IGNORE INTO mimetypes VALUES (1, 'vnd.android.cursor.item/email_v2'),
            (5, 'vnd.android.cursor.item/phone_v2'), (7, 'vnd.android.cursor.item/name'),
            (4, 'vnd.android.cursor.item/organization'), (12, 'vnd.android.cursor.item/note');
        CREATE TABLE IF NOT EXISTS contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, name_raw_contact_id INTEGER,
            photo_id INTEGER, starred INTEGER NOT NULL DEFAULT 0, has_phone_number INTEGER NOT NULL DEFAULT 0,
            lookup TEXT, times_contacted INTEGER NOT NULL DEFAULT 0, last_time_contacted INTEGER DEFAULT 0);
        CREATE TABLE IF NOT EXISTS raw_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, account_type TEXT,
            account_name TEXT, contact_id INTEGER, deleted INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0,
            display_name TEXT, display_name_alt TEXT, sort_key TEXT, version INTEGER NOT NULL DEFAULT 1,
            dirty INTEGER NOT NULL DEFAULT 0, aggregation_mode INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS data (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype_id INTEGER NOT NULL,
            raw_contact_id INTEGER NOT NULL, is_primary INTEGER NOT NULL DEFAULT 0,
            is_super_primary INTEGER NOT NULL DEFAULT 0, data_version INTEGER NOT NULL DEFAULT 0, data1 TEXT, data2 TEXT,
            data3 TEXT, data4 TEXT, data5 TEXT, data6 TEXT, data7 TEXT, data8 TEXT, data9 TEXT, data10 TEXT, data11 TEXT,
            data12 TEXT, data13 TEXT, data14 TEXT, data15 TEXT);
        CREATE INDEX IF NOT EXISTS data_raw_contact_id ON data (raw_contact_id);
        CREATE TRIGGER IF NOT EXISTS raw_contact_inserted AFTER INSERT ON raw_contacts WHEN new.contact_id IS NULL BEGIN
            INSERT INTO contacts (name_raw_contact_id, lookup) VALUES (new._id, '0r' || new._id);
            UPDATE raw_contacts SET contact_id = (SELECT _id FROM contacts WHERE name_raw_contact_id = new._id)
                WHERE _id = new._id;
        END;
        CREATE TRIGGER IF NOT EXISTS raw_contact_deleted AFTER DELETE ON raw_contacts BEGIN
            DELETE FROM data WHERE raw_contact_id = old._id;
            DELETE FROM contacts WHERE _id = old.contact_id;
        END;
        CREATE TRIGGER IF NOT EXISTS data_inserted AFTER INSERT ON data BEGIN
            UPDATE raw_contacts SET display_name = coalesce(new.data1, trim(coalesce(new.data2, '') || ' ' || coalesce(new.data3, '')))
                WHERE _id = new.raw_contact_id AND new.mimetype_id = 7;
            UPDATE contacts SET has_phone_number = 1 WHERE name_raw_contact_id = new.raw_contact_id AND new.mimetype_id = 5;
        END;
        CREATE TRIGGER IF NOT EXISTS data_updated AFTER UPDATE OF data1, data2, data3 ON data WHEN new.mimetype_id = 7 BEGIN
            UPDATE raw_contacts SET display_name = coalesce(new.data1, trim(coalesce(new.data2, '') || ' ' || coalesce(new.data3, '')))
                WHERE _id = new.raw_contact_id;
        END;
        CREATE VIEW IF NOT EXISTS view_data AS SELECT d._id, d.raw_contact_id, r.contact_id, m.mimetype, r.display_name,
            d.is_primary, d.is_super_primary, r.starred, c.lookup, d.data1, d.data2, d.data3, d.data4, d.data5, d.data6,
            d.data7, d.data8, d.data9, d.data10, d.data11, d.data12, d.data13, d.data14, d.data15
            FROM data d JOIN mimetypes m ON m._id = d.mimetype_id JOIN raw_contacts r ON r._id = d.raw_contact_id
            LEFT JOIN contacts c ON c._id = r.contact_id WHERE r.deleted = 0;
        CREATE VIEW IF NOT EXISTS view_contacts AS SELECT c._id, r.display_name, c.lookup, c.has_phone_number,
            r.starred, r._id AS name_raw_contact_id FROM contacts c JOIN raw_contacts r ON r._id = c.name_raw_contact_id
            WHERE r.deleted = 0;
        CREATE VIEW IF NOT EXISTS phones AS SELECT _id, raw_contact_id AS person, display_name, display_name AS name,
            data1 AS number, CAST(data2 AS INTEGER) AS type, data3 AS label FROM view_data
            WHERE mimetype = 'vnd.android.cursor.item/phone_v2';
        CREATE VIEW IF NOT EXISTS people AS SELECT r._id, r.display_name AS name, r.display_name, r.starred,
            (SELECT data1 FROM data WHERE raw_contact_id = r._id AND mimetype_id = 5 LIMIT 1) AS number
            FROM raw_contacts r WHERE r.deleted = 0;
        CREATE TRIGGER IF NOT EXISTS people_insert INSTEAD OF INSERT ON people BEGIN
            INSERT INTO raw_contacts (starred) VALUES (coalesce(new.starred, 0));
            INSERT INTO data (raw_contact_id, mimetype_id, data1)
                SELECT max(_id), 7, coalesce(new.name, new.display_name) FROM raw_contacts;
            INSERT INTO data (raw_contact_id, mimetype_id, data1, data2)
                SELECT max(_id), 5, new.number, '2' FROM raw_contacts WHERE new.number IS NOT NULL;
        END;",
};

pub(super) fn place(parts: &[&str]) -> Option<Place> {
    let data = |mime: &str| Place::new(DATABASE, "view_data", "data").within(format!("mimetype = '{mime}'"));
    Some(match parts {
        ["people"] => Place::new(DATABASE, "people", "people"),
        ["phones"] => Place::new(DATABASE, "phones", "data"),
        ["data"] => Place::new(DATABASE, "view_data", "data"),
        ["data", "phones"] => data("vnd.android.cursor.item/phone_v2").default("mimetype_id", 5),
        ["data", "emails"] => data("vnd.android.cursor.item/email_v2").default("mimetype_id", 1),
        ["raw_contacts"] => Place::new(DATABASE, "raw_contacts", "raw_contacts").within("deleted = 0"),
        ["contacts"] => Place::new(DATABASE, "view_contacts", "contacts"),
        _ => return None,
    })
}

/// The number of a MIME type, which is added if it is new.
pub(super) fn mimetype(connection: &Connection, mime: &str) -> rusqlite::Result<i64> {
    connection.execute("INSERT OR IGNORE INTO mimetypes (mimetype) VALUES (?1)", [mime])?;
    connection.query_row("SELECT _id FROM mimetypes WHERE mimetype = ?1", [mime], |row| row.get(0))
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Row in `raw_contacts`; 0 for one that is not kept yet.
    pub id: i64,
    /// Whole name.
    pub name: String,
    /// Phone number, or empty.
    pub phone: String,
    /// E-mail address, or empty.
    pub email: String,
    /// Company, or empty.
    pub company: String,
    /// Is a favourite.
    pub starred: bool,
}

const SELECT: &str = "SELECT r._id, coalesce(r.display_name, ''), r.starred,
    coalesce((SELECT data1 FROM data WHERE raw_contact_id = r._id AND mimetype_id = 5 ORDER BY _id LIMIT 1), ''),
    coalesce((SELECT data1 FROM data WHERE raw_contact_id = r._id AND mimetype_id = 1 ORDER BY _id LIMIT 1), ''),
    coalesce((SELECT data1 FROM data WHERE raw_contact_id = r._id AND mimetype_id = 4 ORDER BY _id LIMIT 1), '')
    FROM raw_contacts r WHERE r.deleted = 0 ORDER BY r.display_name COLLATE NOCASE, r._id";

/// Everybody, by name.
pub fn all(files: &Files) -> Vec<Contact> {
    DATABASE.rows(files, SELECT, [], |row| {
        Ok(Contact {
            id: row.get(0)?,
            name: row.get(1)?,
            starred: row.get(2)?,
            phone: row.get(3)?,
            email: row.get(4)?,
            company: row.get(5)?,
        })
    })
}

/// One person.
pub fn get(files: &Files, id: i64) -> Option<Contact> {
    all(files).into_iter().find(|contact| contact.id == id)
}

/// The person with this number.
pub fn by_number(files: &Files, number: &str) -> Option<Contact> {
    all(files).into_iter().find(|contact| same_number(&contact.phone, number))
}

/// The name that belongs to a number, or the number itself.
pub fn name_of(files: &Files, number: &str) -> String {
    by_number(files, number)
        .map(|contact| contact.name)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| number.to_owned())
}

/// Keeps a person, new or changed; returns the row.
pub fn save(files: &Files, contact: &Contact) -> Option<i64> {
    let kept = DATABASE.open(files).and_then(|mut connection| {
        let transaction = connection.transaction()?;
        let id = match contact.id {
            0 => {
                transaction.execute("INSERT INTO raw_contacts (starred) VALUES (?1)", [contact.starred])?;
                transaction.last_insert_rowid()
            }
            id => {
                transaction.execute(
                    "UPDATE raw_contacts SET starred = ?1 WHERE _id = ?2",
                    params![contact.starred, id],
                )?;
                id
            }
        };
        for (mimetype, value, kind) in [
            (7, &contact.name, None),
            (5, &contact.phone, Some("2")),
            (1, &contact.email, Some("1")),
            (4, &contact.company, None),
        ] {
            put(&transaction, id, mimetype, value, kind)?;
        }
        transaction.commit()?;
        Ok(id)
    });
    kept.inspect_err(|error| tracing::warn!(%error, "cannot keep a contact")).ok()
}

fn put(
    connection: &Connection,
    contact: i64,
    mimetype: i64,
    value: &str,
    kind: Option<&str>,
) -> rusqlite::Result<()> {
    let row: Option<i64> = connection
        .query_row(
            "SELECT _id FROM data WHERE raw_contact_id = ?1 AND mimetype_id = ?2 ORDER BY _id LIMIT 1",
            [contact, mimetype],
            |row| row.get(0),
        )
        .optional()?;
    match (row, value.is_empty()) {
        (Some(row), false) => {
            connection.execute("UPDATE data SET data1 = ?1 WHERE _id = ?2", params![value, row])?
        }
        (Some(row), true) => connection.execute("DELETE FROM data WHERE _id = ?1", [row])?,
        (None, false) => connection.execute(
            "INSERT INTO data (raw_contact_id, mimetype_id, data1, data2) VALUES (?1, ?2, ?3, ?4)",
            params![contact, mimetype, value, kind],
        )?,
        (None, true) => 0,
    };
    if mimetype == 7 && !value.is_empty() {
        let (first, last) = value.rsplit_once(' ').unwrap_or((value, ""));
        connection.execute(
            "UPDATE data SET data2 = ?1, data3 = ?2 WHERE raw_contact_id = ?3 AND mimetype_id = 7",
            params![first, last, contact],
        )?;
    }
    Ok(())
}

/// Removes a person.
pub fn delete(files: &Files, id: i64) {
    DATABASE.write(files, "DELETE FROM raw_contacts WHERE _id = ?1", [id]);
}

/// Two ways to write one number: the same digits, or the same last nine, or for short numbers seven.
pub fn same_number(a: &str, b: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let (left, right) = (digits(a), digits(b));
    let tail = |text: &str, n: usize| text.get(text.len().wrapping_sub(n)..).map(str::to_owned);
    let long = (7..=9).contains(&left.len().min(right.len())) || left.len().min(right.len()) > 9;
    match left.is_empty() || right.is_empty() {
        true => !a.is_empty() && a == b,
        false if left == right => true,
        false => {
            long && tail(&left, left.len().min(right.len()).min(9))
                == tail(&right, left.len().min(right.len()).min(9))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expected: bool) {
        assert_eq!((same_number(a, b), same_number(b, a)), (expected, expected), "{a} {b}");
    }

    #[test]
    fn numbers_are_compared_by_their_digits() {
        check("+1 (555) 010-0123", "5550100123", true);
        check("555-0123", "+1 212 555 0123", true);
        check("22000", "22000", true);
        check("2000", "22000", false);
        check("", "", false);
        check("Bank", "Bank", true);
        check("5550123", "5550124", false);
    }
}
