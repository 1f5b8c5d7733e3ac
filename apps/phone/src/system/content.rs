//! Content providers: tables behind `content://` addresses, kept in the SQLite files of the real providers.

pub mod calendar;
pub mod calls;
pub mod contacts;
pub mod media;
pub mod telephony;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::database::Database;
use super::settings;
use crate::files::Files;

/// What can go wrong with a content request; the texts are Android's.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// No provider has this address.
    #[error("Unknown URI {0}")]
    Unknown(String),
    /// No provider has this authority.
    #[error("Could not find provider: {0}")]
    NoProvider(String),
    /// The database refuses.
    #[error("{0}")]
    Database(#[from] rusqlite::Error),
}

/// What a query found.
#[derive(Debug, Default)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Values, row by row.
    pub rows: Vec<Vec<Value>>,
}

/// What a query asks.
#[derive(Debug, Default)]
pub struct Query {
    /// Columns; all if empty.
    pub projection: Vec<String>,
    /// Condition.
    pub condition: Option<String>,
    /// Order.
    pub sort: Option<String>,
}

/// A place in a provider: what is read, what is written, and which rows.
struct Place {
    database: Database,
    /// Table or view that is read.
    read: &'static str,
    /// Table that is written.
    write: &'static str,
    /// Condition that the address itself sets.
    within: Option<String>,
    /// Columns that rows get unless the request sets them.
    defaults: Vec<(&'static str, Value)>,
    /// Order unless the request sets one.
    order: &'static str,
}

impl Place {
    fn new(database: Database, read: &'static str, write: &'static str) -> Place {
        Place { database, read, write, within: None, defaults: Vec::new(), order: "_id" }
    }

    fn within(mut self, condition: impl Into<String>) -> Place {
        self.within = Some(condition.into());
        self
    }

    fn default(mut self, column: &'static str, value: impl Into<Value>) -> Place {
        self.defaults.push((column, value.into()));
        self
    }

    fn order(mut self, order: &'static str) -> Place {
        self.order = order;
        self
    }

    fn condition(&self, asked: Option<&str>) -> String {
        let asked = asked.filter(|condition| !condition.trim().is_empty());
        match (&self.within, asked) {
            (Some(within), Some(asked)) => format!(" WHERE ({within}) AND ({asked})"),
            (Some(one), None) => format!(" WHERE {one}"),
            (None, Some(one)) => format!(" WHERE {one}"),
            (None, None) => String::new(),
        }
    }
}

fn place(files: &Files, uri: &str) -> Result<Place, ContentError> {
    let path = uri.strip_prefix("content://").ok_or_else(|| ContentError::Unknown(uri.to_owned()))?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let authority = parts.next().unwrap_or_default();
    let mut parts: Vec<&str> = parts.collect();
    let id = parts.last().and_then(|last| last.parse::<i64>().ok());
    if id.is_some() {
        parts.pop();
    }
    let found = match authority {
        "sms" | "mms-sms" => telephony::place(authority, &parts),
        "contacts" | "com.android.contacts" => contacts::place(&parts),
        "call_log" => calls::place(&parts),
        "com.android.calendar" => calendar::place(&parts),
        "settings" => settings_place(&parts),
        "media" => {
            media::scan(files);
            media::place(&parts)
        }
        _ => return Err(ContentError::NoProvider(authority.to_owned())),
    };
    let mut place = found.ok_or_else(|| ContentError::Unknown(uri.to_owned()))?;
    if let Some(id) = id {
        let within = place.within.take().map_or_else(String::new, |within| format!("({within}) AND "));
        place.within = Some(format!("{within}_id = {id}"));
    }
    Ok(place)
}

fn settings_place(parts: &[&str]) -> Option<Place> {
    let table = match *parts.first()? {
        "system" => "system",
        "secure" => "secure",
        "global" => "global",
        _ => return None,
    };
    let place = Place::new(settings::DATABASE, table, table);
    Some(match parts.get(1) {
        Some(name) => place.within(format!("name = '{}'", name.replace('\'', "''"))),
        None => place,
    })
}

/// Reads rows.
///
/// # Errors
/// No such place, or SQL that SQLite refuses.
pub fn query(files: &Files, uri: &str, query: &Query) -> Result<Rows, ContentError> {
    let place = place(files, uri)?;
    let columns = if query.projection.is_empty() { "*".to_owned() } else { query.projection.join(", ") };
    let order = query.sort.as_deref().unwrap_or(place.order);
    let sql = format!(
        "SELECT {columns} FROM {}{} ORDER BY {order}",
        place.read,
        place.condition(query.condition.as_deref())
    );
    let connection = place.database.open(files)?;
    let mut statement = connection.prepare(&sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let count = columns.len();
    let rows = statement
        .query_map([], |row| (0..count).map(|at| row.get(at)).collect())?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Rows { columns, rows })
}

/// Inserts a row and returns its address.
///
/// # Errors
/// As [`query`].
pub fn insert(files: &Files, uri: &str, values: Vec<(String, Value)>) -> Result<String, ContentError> {
    let place = place(files, uri)?;
    let connection = place.database.open(files)?;
    let mut values = translated(&connection, &place, values)?;
    for (column, value) in place.defaults {
        if !values.iter().any(|(name, _)| name == column) {
            values.push((column.to_owned(), value));
        }
    }
    let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = match names.is_empty() {
        true => format!("INSERT INTO {} DEFAULT VALUES", place.write),
        false => format!("INSERT INTO {} ({}) VALUES ({marks})", place.write, names.join(", ")),
    };
    connection.execute(&sql, params_from_iter(values.iter().map(|(_, value)| value)))?;
    Ok(format!("{}/{}", uri.trim_end_matches('/'), connection.last_insert_rowid()))
}

/// Changes rows; returns how many.
///
/// # Errors
/// As [`query`].
pub fn update(
    files: &Files,
    uri: &str,
    values: Vec<(String, Value)>,
    condition: Option<&str>,
) -> Result<usize, ContentError> {
    let place = place(files, uri)?;
    let connection = place.database.open(files)?;
    let values = translated(&connection, &place, values)?;
    if values.is_empty() {
        return Ok(0);
    }
    let sets: Vec<String> = values.iter().map(|(name, _)| format!("{name} = ?")).collect();
    let sql = format!(
        "UPDATE {0} SET {1} WHERE _id IN (SELECT _id FROM {2}{3})",
        place.write,
        sets.join(", "),
        place.read,
        place.condition(condition)
    );
    Ok(connection.execute(&sql, params_from_iter(values.iter().map(|(_, value)| value)))?)
}

/// Removes rows; returns how many.
///
/// # Errors
/// As [`query`].
pub fn delete(files: &Files, uri: &str, condition: Option<&str>) -> Result<usize, ContentError> {
    let place = place(files, uri)?;
    let connection = place.database.open(files)?;
    if place.database.path == media::DATABASE.path {
        media::remove(files, &connection, &format!("{}{}", place.read, place.condition(condition)))?;
    }
    let sql = format!(
        "DELETE FROM {0} WHERE _id IN (SELECT _id FROM {1}{2})",
        place.write,
        place.read,
        place.condition(condition)
    );
    Ok(connection.execute(&sql, [])?)
}

/// Requests name a row's MIME type; the table keeps its number.
fn translated(
    connection: &Connection,
    place: &Place,
    values: Vec<(String, Value)>,
) -> rusqlite::Result<Vec<(String, Value)>> {
    if place.write != "data" {
        return Ok(values);
    }
    values
        .into_iter()
        .map(|(name, value)| match (name.as_str(), &value) {
            ("mimetype", Value::Text(mime)) => {
                Ok(("mimetype_id".to_owned(), Value::Integer(contacts::mimetype(connection, mime)?)))
            }
            _ => Ok((name, value)),
        })
        .collect()
}
