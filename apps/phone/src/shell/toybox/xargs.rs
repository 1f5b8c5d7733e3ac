//! `xargs`: `-n N`, `-I TEXT`, `-r`, `-0`.

use std::io;

use super::options::Options;
use crate::shell::Context;

/// Arguments that one command gets at most unless told otherwise.
const MAX_ARGUMENTS: usize = 4096;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    // Options end where the command begins; the command's own are not xargs's.
    let mut own = 0;
    while let Some(arg) = args.get(own).filter(|arg| arg.starts_with('-')) {
        own += if matches!(arg.as_str(), "-n" | "-I") { 2 } else { 1 };
    }
    let (options, command) = args.split_at(own.min(args.len()));
    let options = match Options::parse(ctx, "xargs", options, "n:I:r0tp")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let mut text = Vec::new();
    ctx.stdin.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let items: Vec<String> = match (options.has('0'), options.has('I')) {
        (true, _) => text.split('\0').filter(|item| !item.is_empty()).map(str::to_owned).collect(),
        (_, true) => {
            text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
        }
        _ => text.split_whitespace().map(str::to_owned).collect(),
    };
    let echo = ["echo".to_owned()];
    let command = if command.is_empty() { &echo[..] } else { command };
    let mut lines: Vec<Vec<String>> = Vec::new();
    if let Some(mark) = options.value('I').filter(|mark| !mark.is_empty()) {
        lines.extend(items.iter().map(|item| command.iter().map(|word| word.replace(mark, item)).collect()));
    } else {
        let size = options.value('n').and_then(|size| size.parse().ok()).unwrap_or(MAX_ARGUMENTS).max(1);
        lines.extend(items.chunks(size).map(|chunk| [command, chunk].concat()));
        if items.is_empty() && !options.has('r') {
            lines.push(command.to_vec());
        }
    }
    let mut status = 0;
    for line in lines {
        if ctx.run(&line)? != 0 {
            status = 123;
        }
    }
    Ok(status)
}
