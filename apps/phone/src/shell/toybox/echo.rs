//! `echo`, `printf`.

use std::{
    io::{self, Write},
    iter::Peekable,
    str::Chars,
};

use crate::shell::Context;

pub(super) fn echo(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let (mut newline, mut escapes, mut first) = (true, false, 0);
    for arg in args {
        match arg.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            Some(letters) if letters.chars().all(|letter| matches!(letter, 'n' | 'e' | 'E')) => {
                newline &= !letters.contains('n');
                escapes |= letters.contains('e');
                first += 1;
            }
            _ => break,
        }
    }
    let text = args.get(first..).unwrap_or_default().join(" ");
    let text = if escapes { unescape(&text) } else { text };
    write!(ctx.out, "{text}{}", if newline { "\n" } else { "" })?;
    Ok(0)
}

pub(super) fn printf(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let Some((format, values)) = args.split_first() else {
        writeln!(ctx.err, "printf: Needs 1 argument (see \"printf --help\")")?;
        return Ok(1);
    };
    let format = unescape(format);
    let mut values = values.iter();
    loop {
        let before = values.len();
        write!(ctx.out, "{}", fill(&format, &mut values))?;
        // The format is used again for what is left, unless it takes nothing.
        if values.len() == 0 || values.len() == before {
            return Ok(0);
        }
    }
}

/// Replaces each `%` directive by the next value.
fn fill<'a>(format: &str, values: &mut impl Iterator<Item = &'a String>) -> String {
    let mut text = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = chars.next_if(|c| c.is_ascii_digit() || matches!(c, '-' | '.')) {
            flags.push(flag);
        }
        let kind = chars.next().unwrap_or('%');
        if kind == '%' {
            text.push('%');
            continue;
        }
        let value = values.next().map_or("", String::as_str);
        let number = || value.trim().parse::<i64>().unwrap_or(0);
        let plain = match kind {
            'd' | 'i' | 'u' => number().to_string(),
            'x' => format!("{:x}", number()),
            'X' => format!("{:X}", number()),
            'o' => format!("{:o}", number()),
            'c' => value.chars().take(1).collect(),
            'b' => unescape(value),
            _ => value.to_owned(),
        };
        text += &pad(&plain, &flags);
    }
    text
}

/// Pads to the width in `flags`: `5`, `-5`, `05`. A width beyond a screen's line is none.
fn pad(text: &str, flags: &str) -> String {
    const MAX_WIDTH: usize = 1024;
    let left = flags.starts_with('-');
    let digits = flags.trim_start_matches('-').split('.').next().unwrap_or_default();
    let width = digits.parse().ok().filter(|width| *width <= MAX_WIDTH).unwrap_or(0);
    match (left, digits.starts_with('0')) {
        (true, _) => format!("{text:<width$}"),
        (false, true) => format!("{text:0>width$}"),
        (false, false) => format!("{text:>width$}"),
    }
}

/// Replaces `\n`, `\t`, `\x41`, `\0101` and the like.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('a') => plain.push('\x07'),
            Some('e') => plain.push('\x1b'),
            Some('x') => plain.push(code(&mut chars, 16, 2)),
            Some('0') => plain.push(code(&mut chars, 8, 3)),
            Some(c @ ('\\' | '"' | '\'')) => plain.push(c),
            Some(c) => plain.extend(['\\', c]),
            None => plain.push('\\'),
        }
    }
    plain
}

/// The character whose number follows in up to `digits` digits.
fn code(chars: &mut Peekable<Chars<'_>>, radix: u32, digits: usize) -> char {
    let mut value = 0;
    for _ in 0..digits {
        let Some(digit) = chars.peek().and_then(|c| c.to_digit(radix)) else { break };
        value = value * radix + digit;
        chars.next();
    }
    char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER)
}
