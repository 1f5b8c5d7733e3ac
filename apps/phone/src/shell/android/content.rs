//! `content`: reads and writes what content providers keep.

use std::io::{self, Write};

use rusqlite::types::Value;

use crate::shell::Context;
use crate::system::content::{self, ContentError, Query, Rows};

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let Some((verb, rest)) = args.split_first() else {
        writeln!(ctx.err, "[ERROR] Unsupported operation: null")?;
        return Ok(1);
    };
    let request = match Request::parse(rest) {
        Ok(request) => request,
        Err(error) => {
            writeln!(ctx.err, "[ERROR] {error}")?;
            return Ok(1);
        }
    };
    let files = ctx.device().files.clone();
    // The lock keeps apps from looking while a request is half done.
    let answer = {
        let device = ctx.device();
        let _system = device.system();
        let Request { uri, query, values } = request;
        match verb.as_str() {
            "query" => content::query(&files, &uri, &query).map(|rows| write_rows(&rows)),
            "insert" => content::insert(&files, &uri, values).map(|_| String::new()),
            "update" => {
                content::update(&files, &uri, values, query.condition.as_deref()).map(|_| String::new())
            }
            "delete" => content::delete(&files, &uri, query.condition.as_deref()).map(|_| String::new()),
            other => Err(ContentError::Unknown(other.to_owned())),
        }
    };
    match answer {
        Ok(text) => {
            ctx.out.write_all(text.as_bytes())?;
            Ok(0)
        }
        Err(ContentError::NoProvider(name)) => {
            writeln!(
                ctx.err,
                "Error while accessing provider:{name}\njava.lang.IllegalStateException: Could not find provider: {name}"
            )?;
            Ok(0)
        }
        Err(error) => {
            writeln!(
                ctx.err,
                "Error while accessing provider:\njava.lang.IllegalArgumentException: {error}"
            )?;
            Ok(0)
        }
    }
}

fn write_rows(rows: &Rows) -> String {
    if rows.rows.is_empty() {
        return "No result found.\n".to_owned();
    }
    let mut out = String::new();
    for (nth, row) in rows.rows.iter().enumerate() {
        let parts: Vec<String> = rows
            .columns
            .iter()
            .zip(row)
            .map(|(column, value)| match value {
                Value::Null => format!("{column}=NULL"),
                Value::Integer(number) => format!("{column}={number}"),
                Value::Real(number) => format!("{column}={number}"),
                Value::Text(text) => format!("{column}={text}"),
                Value::Blob(_) => format!("{column}=BLOB"),
            })
            .collect();
        out.push_str(&format!("Row: {nth} {}\n", parts.join(", ")));
    }
    out
}

#[derive(Debug)]
struct Request {
    uri: String,
    query: Query,
    values: Vec<(String, Value)>,
}

impl Request {
    fn parse(args: &[String]) -> Result<Request, String> {
        let mut request = Request { uri: String::new(), query: Query::default(), values: Vec::new() };
        let mut left = args.iter();
        while let Some(option) = left.next() {
            let value = left.next().ok_or_else(|| format!("Argument expected after \"{option}\""))?;
            match option.as_str() {
                "--uri" => request.uri.clone_from(value),
                "--projection" => request.query.projection = value.split(':').map(str::to_owned).collect(),
                "--where" => request.query.condition = Some(value.clone()),
                "--sort" => request.query.sort = Some(value.clone()),
                "--bind" => request.values.push(bind(value)?),
                "--user" | "--extra" => {}
                other => return Err(format!("Unsupported argument: {other}")),
            }
        }
        if request.uri.is_empty() {
            return Err("Content provider URI not specified. Did you specify --uri argument?".to_owned());
        }
        Ok(request)
    }
}

/// `name:type:value`; a colon in the value belongs to it.
fn bind(text: &str) -> Result<(String, Value), String> {
    let malformed = || format!("Binding not well formed: {text}");
    let (name, rest) = text.split_once(':').ok_or_else(malformed)?;
    let (kind, value) = rest.split_once(':').ok_or_else(malformed)?;
    let number = || value.trim().parse::<i64>().map_err(|_| format!("For input string: \"{value}\""));
    let value = match kind {
        "s" => Value::Text(value.to_owned()),
        "b" => Value::Integer(i64::from(value == "true" || value == "1")),
        "i" | "l" => Value::Integer(number()?),
        "f" | "d" => Value::Real(value.trim().parse().map_err(|_| format!("For input string: \"{value}\""))?),
        "n" => Value::Null,
        other => return Err(format!("Unsupported type: {other}")),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, Value), &str>) {
        assert_eq!(bind(text), expected.map(|(name, value)| (name.to_owned(), value)).map_err(str::to_owned));
    }

    #[test]
    fn bindings_are_read() {
        check("body:s:a:b c", Ok(("body", Value::Text("a:b c".into()))));
        check("type:i:2", Ok(("type", Value::Integer(2))));
        check("read:b:true", Ok(("read", Value::Integer(1))));
        check("x:i:y", Err("For input string: \"y\""));
        check("x:q:y", Err("Unsupported type: q"));
        check("x", Err("Binding not well formed: x"));
    }
}
