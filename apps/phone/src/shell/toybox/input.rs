//! What most commands do with their file arguments: read each, or standard input if there is none.

use std::io::{self, BufRead, Write};

use crate::{files::reason, shell::Context};

/// Calls `read` with each file's name and content and returns 1 if one could not be opened, else 0.
pub(super) fn each(
    ctx: &mut Context<'_>,
    command: &str,
    paths: &[String],
    mut read: impl FnMut(&str, &mut dyn BufRead, &mut dyn Write) -> io::Result<()>,
) -> io::Result<i32> {
    if paths.is_empty() {
        read("-", &mut *ctx.stdin, &mut ctx.out)?;
        return Ok(0);
    }
    let mut status = 0;
    for path in paths {
        if path == "-" {
            read(path, &mut *ctx.stdin, &mut ctx.out)?;
            continue;
        }
        match ctx.shell.open(path) {
            Ok(mut file) => read(path, &mut file, &mut ctx.out)?,
            Err(error) => {
                writeln!(ctx.err, "{command}: {path}: {}", reason(&error))?;
                status = 1;
            }
        }
    }
    Ok(status)
}

/// The lines of a text without their ends; what is not UTF-8 is replaced.
pub(super) fn lines(from: &mut dyn BufRead) -> impl Iterator<Item = io::Result<String>> {
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match from.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => {
                if line.last() == Some(&b'\n') {
                    line.pop();
                }
                Some(Ok(String::from_utf8_lossy(&line).into_owned()))
            }
            Err(error) => Some(Err(error)),
        }
    })
}
