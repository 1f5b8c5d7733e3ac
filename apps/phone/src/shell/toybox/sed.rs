//! `sed`: `s/regex/text/[g][i][p]`, `p`, `d`, with a line number, `$` or `/regex/` before them; `-n`, `-E`, `-e`, `-i`.

use std::io::{self, BufRead, Write};

use regex::{Regex, RegexBuilder};

use super::{grep, input, options::Options};
use crate::shell::Context;

enum Address {
    Every,
    Line(usize),
    Last,
    Matching(Regex),
}

enum Act {
    Substitute { pattern: Regex, replacement: String, every: bool, print: bool },
    Print,
    Delete,
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut options = match Options::parse(ctx, "sed", args, "nEre:i")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let mut scripts: Vec<String> = options.values('e').map(str::to_owned).collect();
    if scripts.is_empty() && !options.rest.is_empty() {
        scripts.push(options.rest.remove(0));
    }
    let extended = options.has('E') || options.has('r');
    let lines = scripts.iter().flat_map(|script| script.split('\n')).filter(|line| !line.trim().is_empty());
    let commands: Option<Vec<_>> = lines.map(|line| parse(line.trim(), extended)).collect();
    let Some(commands) = commands.filter(|commands| !commands.is_empty()) else {
        writeln!(ctx.err, "sed: bad pattern '{}'", scripts.join(" "))?;
        return Ok(1);
    };
    if !options.has('i') {
        return input::each(ctx, "sed", &options.rest, |_, from, to| {
            edit(&commands, options.has('n'), from, to)
        });
    }
    let mut edited = Vec::new();
    let status = input::each(ctx, "sed", &options.rest, |path, from, _| {
        let mut text = Vec::new();
        edit(&commands, options.has('n'), from, &mut text)?;
        edited.push((path.to_owned(), text));
        Ok(())
    })?;
    for (path, text) in edited {
        if let Err(error) = ctx.writable_path(&path).and_then(|host| std::fs::write(host, text)) {
            writeln!(ctx.err, "sed: {path}: {}", crate::files::reason(&error))?;
            return Ok(1);
        }
    }
    Ok(status)
}

fn parse(text: &str, extended: bool) -> Option<(Address, Act)> {
    let compile = |pattern: &str, any_case| {
        let pattern = if extended { pattern.to_owned() } else { grep::extended(pattern) };
        RegexBuilder::new(&pattern).case_insensitive(any_case).build().ok()
    };
    let (address, rest) = if let Some(rest) = text.strip_prefix('$') {
        (Address::Last, rest)
    } else if text.starts_with('/') {
        let (pattern, rest) = delimited(text.get(1..)?, '/')?;
        (Address::Matching(compile(&pattern, false)?), rest)
    } else {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let (digits, rest) = text.split_at(end);
        (if digits.is_empty() { Address::Every } else { Address::Line(digits.parse().ok()?) }, rest)
    };
    let rest = rest.trim_start();
    let act = match rest {
        "p" => Act::Print,
        "d" => Act::Delete,
        _ => {
            let rest = rest.strip_prefix('s')?;
            let delimiter = rest.chars().next()?;
            let (pattern, rest) = delimited(rest.get(delimiter.len_utf8()..)?, delimiter)?;
            let (replacement, flags) = delimited(rest, delimiter)?;
            if !flags.chars().all(|flag| matches!(flag, 'g' | 'i' | 'I' | 'p')) {
                return None;
            }
            Act::Substitute {
                pattern: compile(&pattern, flags.contains(['i', 'I']))?,
                replacement: template(&replacement),
                every: flags.contains('g'),
                print: flags.contains('p'),
            }
        }
    };
    Some((address, act))
}

/// Text up to the delimiter, which a backslash makes a character like any other, and what follows it.
fn delimited(text: &str, delimiter: char) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == delimiter {
            return Some((part, text.get(at + c.len_utf8()..)?));
        }
        if c == '\\' {
            let (_, next) = chars.next()?;
            if next != delimiter {
                part.push('\\');
            }
            part.push(next);
        } else {
            part.push(c);
        }
    }
    None
}

/// sed's `\1` and `&` in the regex crate's spelling.
fn template(replacement: &str) -> String {
    let mut text = String::new();
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        match c {
            '&' => text.push_str("${0}"),
            '$' => text.push_str("$$"),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => text += &format!("${{{digit}}}"),
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(c) => text.push(c),
                None => text.push('\\'),
            },
            c => text.push(c),
        }
    }
    text
}

fn edit(
    commands: &[(Address, Act)],
    silent: bool,
    from: &mut dyn BufRead,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut lines = input::lines(from).peekable();
    let mut number = 0;
    while let Some(line) = lines.next() {
        let mut line = line?;
        number += 1;
        let mut deleted = false;
        for (address, act) in commands {
            let addressed = match address {
                Address::Every => true,
                Address::Line(own) => *own == number,
                Address::Last => lines.peek().is_none(),
                Address::Matching(pattern) => pattern.is_match(&line),
            };
            if !addressed || deleted {
                continue;
            }
            match act {
                Act::Print => writeln!(to, "{line}")?,
                Act::Delete => deleted = true,
                Act::Substitute { pattern, replacement, every, print } => {
                    let changed = pattern.is_match(&line);
                    let limit = if *every { 0 } else { 1 };
                    line = pattern.replacen(&line, limit, replacement).into_owned();
                    if changed && *print {
                        writeln!(to, "{line}")?;
                    }
                }
            }
        }
        if !silent && !deleted {
            writeln!(to, "{line}")?;
        }
    }
    Ok(())
}
