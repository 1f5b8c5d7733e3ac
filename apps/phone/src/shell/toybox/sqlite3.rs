//! `sqlite3`: the phone's own databases, as a client of the command line sees them.

use std::{
    io::{self, BufRead, Write},
    path::Path,
    time::Duration,
};

use rusqlite::{
    Batch, Connection, Error, OpenFlags, fallible_iterator::FallibleIterator, limits::Limit, types::ValueRef,
};

use crate::shell::{Context, Output};
use crate::system::database;

/// How long is waited for a database that an app writes to.
const BUSY: Duration = Duration::from_secs(5);

/// Longest statement that is gathered from standard input, in bytes.
const MAX_STATEMENT: usize = 4 * 1024 * 1024;

/// Steps of SQLite's machine between two looks at whether anybody still waits.
const STEPS: i32 = 10_000;

struct Session {
    connection: Connection,
    out: Output,
    err: Output,
    header: bool,
    separator: String,
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let (mut header, mut separator, mut words) = (false, "|".to_owned(), Vec::new());
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match arg.trim_start_matches('-') {
            _ if !arg.starts_with('-') => words.push(arg),
            "header" => header = true,
            "noheader" => header = false,
            "separator" => separator = rest.next().cloned().unwrap_or_default(),
            "csv" => ",".clone_into(&mut separator),
            "batch" | "list" | "readonly" | "interactive" | "bail" => {}
            option => {
                writeln!(
                    ctx.err,
                    "sqlite3: Error: unknown option: -{option}\nUse -help for a list of options."
                )?;
                return Ok(1);
            }
        }
    }
    let Some((path, statements)) = words.split_first() else {
        writeln!(ctx.err, "sqlite3: Error: no database is named")?;
        return Ok(1);
    };
    let stop = ctx.shell.stop.clone();
    let opened = match path.as_str() {
        ":memory:" => open(None),
        path => ctx.host_path(path).ok().ok_or(Error::InvalidQuery).and_then(|host| {
            let connection = open(Some(&host))?;
            database::keep_to_room(&connection, &ctx.device().files, &host)?;
            Ok(connection)
        }),
    };
    let mut connection = match opened {
        Ok(connection) => connection,
        Err(_) => {
            writeln!(ctx.err, "Error: unable to open database \"{path}\": unable to open database file")?;
            return Ok(1);
        }
    };
    // The handler outlives no statement; it cannot fail to be set on an open connection.
    let _ = connection.progress_handler(STEPS, Some(move || stop.is_cancelled()));
    let mut session = Session { connection, out: ctx.out.clone(), err: ctx.err.clone(), header, separator };
    if statements.is_empty() {
        return session.interactive(&mut *ctx.stdin);
    }
    for statement in statements {
        if statement.starts_with('.') {
            if !session.dot(statement)? {
                break;
            }
        } else if let Err(failure) = session.execute(statement)? {
            writeln!(session.err, "Error: {}", failure.one_shot())?;
            return Ok(1);
        }
    }
    Ok(0)
}

/// Opens a database that cannot reach other files: names are no URIs, and nothing can be attached.
fn open(path: Option<&Path>) -> Result<Connection, Error> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = match path {
        Some(path) => Connection::open_with_flags(path, flags)?,
        None => Connection::open_in_memory_with_flags(flags)?,
    };
    connection.busy_timeout(BUSY)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    Ok(connection)
}

/// Where a statement failed, and how.
struct Failure {
    stepping: bool,
    message: String,
    code: i32,
}

impl Failure {
    fn new(error: &Error, stepping: bool) -> Failure {
        let (message, code) = match error {
            Error::SqliteFailure(failure, Some(message)) => (message.clone(), failure.extended_code & 0xff),
            Error::SqliteFailure(failure, None) => (failure.to_string(), failure.extended_code & 0xff),
            Error::SqlInputError { msg, error, .. } => (msg.clone(), error.extended_code & 0xff),
            other => (other.to_string(), 1),
        };
        Failure { stepping, message, code }
    }

    /// As it is told for a statement on the command line.
    fn one_shot(&self) -> String {
        match self.stepping {
            true => format!("stepping, {} ({})", self.message, self.code),
            false => format!("in prepare, {}", self.message),
        }
    }

    /// As it is told for a statement in a script.
    fn in_script(&self, line: usize) -> String {
        match self.stepping {
            true => format!("Runtime error near line {line}: {} ({})", self.message, self.code),
            false => format!("Parse error near line {line}: {}", self.message),
        }
    }
}

impl Session {
    /// Reads statements and dot commands until `.quit` or the end of the input.
    fn interactive(&mut self, stdin: &mut dyn BufRead) -> io::Result<i32> {
        let (mut statement, mut number, mut started, mut status) = (String::new(), 0, 1, 0);
        loop {
            let mut line = Vec::new();
            let ended = stdin.read_until(b'\n', &mut line)? == 0;
            number += 1;
            let line = String::from_utf8_lossy(&line);
            if statement.trim().is_empty() {
                started = number;
                if line.starts_with('.') {
                    statement.clear();
                    if !self.dot(line.trim())? {
                        return Ok(status);
                    }
                    continue;
                }
            }
            statement += &line;
            if ended || is_complete(&statement) || statement.len() > MAX_STATEMENT {
                if let Err(failure) = self.execute(&std::mem::take(&mut statement))? {
                    writeln!(self.err, "{}", failure.in_script(started))?;
                    status = 1;
                }
                self.out.flush()?;
                self.err.flush()?;
            }
            if ended {
                return Ok(status);
            }
        }
    }

    /// Runs statements and prints their rows. The outer error is the output's.
    fn execute(&self, sql: &str) -> io::Result<Result<(), Failure>> {
        let mut out = self.out.clone();
        let mut batch = Batch::new(&self.connection, sql);
        loop {
            let mut statement = match batch.next() {
                Ok(Some(statement)) => statement,
                Ok(None) => return Ok(Ok(())),
                Err(error) => return Ok(Err(Failure::new(&error, false))),
            };
            let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
            let mut rows = match statement.query([]) {
                Ok(rows) => rows,
                Err(error) => return Ok(Err(Failure::new(&error, true))),
            };
            let mut titled = !self.header;
            loop {
                let row = match rows.next() {
                    Ok(Some(row)) => row,
                    Ok(None) => break,
                    Err(error) => return Ok(Err(Failure::new(&error, true))),
                };
                if !titled {
                    writeln!(out, "{}", names.join(&self.separator))?;
                    titled = true;
                }
                for at in 0..names.len() {
                    if at > 0 {
                        out.write_all(self.separator.as_bytes())?;
                    }
                    match row.get_ref(at) {
                        Ok(ValueRef::Integer(number)) => write!(out, "{number}")?,
                        Ok(ValueRef::Real(number)) => write!(out, "{number:?}")?,
                        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => out.write_all(bytes)?,
                        Ok(ValueRef::Null) | Err(_) => {}
                    }
                }
                writeln!(out)?;
            }
        }
    }

    /// Runs a dot command; `false` ends the session.
    fn dot(&mut self, line: &str) -> io::Result<bool> {
        let mut words = line.split_whitespace();
        let (name, argument) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let on = matches!(argument, "on" | "yes" | "1");
        match name {
            ".quit" | ".exit" | ".q" => return Ok(false),
            ".headers" | ".header" => self.header = on,
            ".separator" => argument.trim_matches('"').clone_into(&mut self.separator),
            ".mode" if argument == "csv" => ",".clone_into(&mut self.separator),
            ".mode" => "|".clone_into(&mut self.separator),
            ".tables" => self.tables(argument)?,
            ".schema" => self.schema(argument)?,
            _ => writeln!(
                self.err,
                "Error: unknown command or invalid arguments:  \"{}\". Enter \".help\" for help",
                name.trim_start_matches('.')
            )?,
        }
        Ok(true)
    }

    fn strings(&self, sql: &str, argument: &str) -> Vec<String> {
        let pattern = if argument.is_empty() { "%" } else { argument };
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let rows = statement.query_map([pattern], |row| row.get(0))?;
            rows.collect::<Result<Vec<String>, Error>>()
        };
        read().unwrap_or_default()
    }

    /// Names of tables and views in as many columns as fit a line of 80.
    fn tables(&mut self, pattern: &str) -> io::Result<()> {
        let names = self.strings(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' \
             AND name LIKE ?1 ORDER BY 1",
            pattern,
        );
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let columns = (80 / (width + 2)).max(1);
        let rows = names.len().div_ceil(columns);
        for row in 0..rows {
            let line: Vec<String> =
                names.iter().skip(row).step_by(rows).map(|name| format!("{name:<width$}")).collect();
            writeln!(self.out, "{}", line.join("  "))?;
        }
        Ok(())
    }

    fn schema(&mut self, pattern: &str) -> io::Result<()> {
        let statements = self.strings(
            "SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND tbl_name LIKE ?1 AND name NOT LIKE 'sqlite_%' \
             ORDER BY tbl_name, type DESC, name",
            pattern,
        );
        statements.iter().try_for_each(|sql| writeln!(self.out, "{sql};"))
    }
}

/// The text ends in a `;` that is neither quoted nor in a comment.
fn is_complete(sql: &str) -> bool {
    let mut chars = sql.chars().peekable();
    let mut complete = false;
    while let Some(c) = chars.next() {
        match c {
            ';' => complete = true,
            '\'' | '"' | '`' => {
                complete = false;
                if !chars.by_ref().any(|next| next == c) {
                    return false;
                }
            }
            '-' if chars.peek() == Some(&'-') => {
                if !chars.by_ref().any(|next| next == '\n') {
                    return complete;
                }
            }
            c if c.is_whitespace() => {}
            _ => complete = false,
        }
    }
    complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: bool) {
        assert_eq!(is_complete(sql), expected, "{sql}");
    }

    #[test]
    fn statements_end_outside_quotes() {
        check("SELECT 1;", true);
        check("SELECT 1", false);
        check("SELECT ';", false);
        check("SELECT ';';\n", true);
        check("SELECT 'it''s';", true);
        check("SELECT 1; -- more", true);
        check("SELECT 1 -- ;", false);
        check("", false);
    }
}
