//! Rows of Android's content providers, as `content query` prints them.

use pocketpilot_core::device::Device;
use pocketpilot_core::tool::ToolError;

use crate::device::shell::quote;

/// One row: the values in the order of the asked columns.
pub(super) type Row = Vec<String>;

/// Reads columns of a provider's rows; `None` if the provider does not answer (not installed, or
/// closed to the shell).
///
/// A row is printed as `Row: 0 a=x, b=y` with nothing quoted, so the column that holds free text must
/// come last: then no value can pass for another.
pub(super) async fn query(
    device: &dyn Device,
    uri: &str,
    columns: &[&str],
) -> Result<Option<Vec<Row>>, ToolError> {
    let command = format!("content query --uri {} --projection {}", quote(uri), quote(&columns.join(":")));
    let output = device.shell(&command).await?;
    Ok(parse(&output.text, columns))
}

fn parse(answer: &str, columns: &[&str]) -> Option<Vec<Row>> {
    let answer = answer.trim_end_matches('\n');
    if answer.starts_with("No result found.") {
        return Some(Vec::new());
    }
    let mut rest = answer.strip_prefix("Row: 0 ")?;
    let mut rows = Vec::new();
    loop {
        let next = format!("\nRow: {} ", rows.len() + 1);
        let (row, after) = match rest.split_once(&next) {
            Some((row, after)) => (row, Some(after)),
            None => (rest, None),
        };
        rows.push(parse_row(row, columns)?);
        match after {
            Some(after) => rest = after,
            None => return Some(rows),
        }
    }
}

fn parse_row(row: &str, columns: &[&str]) -> Option<Row> {
    let (first, others) = columns.split_first()?;
    let mut rest = row.strip_prefix(first)?.strip_prefix('=')?;
    let mut values = Vec::with_capacity(columns.len());
    for column in others {
        let (value, after) = rest.split_once(&format!(", {column}="))?;
        values.push(value.to_owned());
        rest = after;
    }
    values.push(rest.to_owned());
    Some(values)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(answer: &str, columns: &[&str], expected: Option<&[&[&str]]>) {
        let rows = parse(answer, columns);
        let expected: Option<Vec<Row>> =
            expected.map(|rows| rows.iter().map(|r| r.iter().map(|&v| v.to_owned()).collect()).collect());
        assert_eq!(rows, expected);
    }

    #[test]
    fn rows() {
        check(
            "Row: 0 _id=1, address=+1 2, body=Hi, there\nRow: 1 _id=2, address=3, body=two\nlines, body=x\n",
            &["_id", "address", "body"],
            Some(&[&["1", "+1 2", "Hi, there"], &["2", "3", "two\nlines, body=x"]]),
        );
        check("No result found.\n", &["_id"], Some(&[]));
        check("Row: 0 _id=NULL\n", &["_id"], Some(&[&["NULL"]]));
        check("Error while accessing provider:sms\njava.lang.SecurityException", &["_id"], None);
        check("/system/bin/sh: content: not found", &["_id"], None);
        check("Row: 0 other=1", &["_id"], None);
        check("", &["_id"], None);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(answer in "(Row: [0-3] |_id=|, body=|\n|[a-z ]){0,20}") {
            let _ = parse(&answer, &["_id", "body"]);
        }
    }
}
