//! `settings`: reads and writes the settings tables.

use std::io::{self, Write};

use crate::shell::Context;
use crate::system::settings::Namespace;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut words: Vec<&str> = args.iter().map(String::as_str).collect();
    if let Some(at) = words.iter().position(|word| *word == "--user") {
        words.drain(at..words.len().min(at + 2));
    }
    let Some((verb, rest)) = words.split_first() else {
        writeln!(ctx.err, "No command specified")?;
        return Ok(255);
    };
    if !matches!(*verb, "get" | "put" | "delete" | "list") {
        writeln!(ctx.err, "Unknown command: {verb}")?;
        return Ok(255);
    }
    let Some(table) = rest.first().and_then(|name| Namespace::parse(name)) else {
        let name = rest.first().unwrap_or(&"");
        writeln!(ctx.err, "Invalid namespace '{name}'")?;
        return Ok(255);
    };
    let settings = ctx.device().system().services.settings.clone();
    match (*verb, &rest[1..]) {
        ("get", [name]) => {
            let value = settings.get(table, name).unwrap_or_else(|| "null".to_owned());
            writeln!(ctx.out, "{value}")?;
        }
        ("put", [name, value, ..]) => settings.put(table, name, value),
        ("delete", [name]) => {
            writeln!(ctx.out, "Deleted {} rows", u8::from(settings.delete(table, name)))?;
        }
        ("list", []) => {
            for (name, value) in settings.list(table) {
                writeln!(ctx.out, "{name}={value}")?;
            }
        }
        _ => {
            writeln!(ctx.err, "Bad arguments")?;
            return Ok(255);
        }
    }
    Ok(0)
}
