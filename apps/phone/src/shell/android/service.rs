//! `service`: the services by name. None of them is called by number: what they do has commands of its own.

use std::io::{self, Write};

use super::dumpsys::SERVICES;
use crate::shell::Context;

/// `service list`, `service check NAME`
pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["list"] => {
            writeln!(ctx.out, "Found {} services:", SERVICES.len())?;
            for (nth, name) in SERVICES.iter().enumerate() {
                writeln!(ctx.out, "{nth}\t{name}: []")?;
            }
        }
        ["check", name] => {
            let found = if SERVICES.contains(name) { "found" } else { "not found" };
            writeln!(ctx.out, "Service {name}: {found}")?;
        }
        ["call", name, ..] if !SERVICES.contains(name) => {
            writeln!(ctx.err, "service: Service {name} does not exist")?;
            return Ok(10);
        }
        _ => {
            writeln!(ctx.err, "Usage: service [-h|-?]\n       service list\n       service check SERVICE")?;
            return Ok(10);
        }
    }
    Ok(0)
}
