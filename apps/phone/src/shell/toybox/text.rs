//! `head`, `tail`, `wc`, `sort`, `uniq`, `cut`, `tr`.

use std::{
    collections::VecDeque,
    io::{self, Write},
};

use super::{input, options::Options};
use crate::shell::Context;

/// Lines that `head` and `tail` print unless told otherwise.
const LINES: usize = 10;

/// Turns `-5`, which `head` and `tail` take for `-n 5`, into that.
fn with_count(args: &[String]) -> Vec<String> {
    let spell = |arg: &String| match arg.strip_prefix('-') {
        Some(digits) if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) => {
            format!("-n{digits}")
        }
        _ => arg.clone(),
    };
    args.iter().map(spell).collect()
}

pub(super) fn head(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "head", &with_count(args), "n:c:qv")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let number = |letter| options.value(letter).and_then(|value| value.parse().ok());
    let (bytes, lines) = (number('c').map(|count| count as u64), number('n').unwrap_or(LINES));
    let titled = options.rest.len() > 1 && !options.has('q');
    input::each(ctx, "head", &options.rest, |path, from, to| {
        if titled {
            writeln!(to, "==> {path} <==")?;
        }
        if let Some(bytes) = bytes {
            return io::copy(&mut io::Read::take(from, bytes), to).map(drop);
        }
        let mut line = Vec::new();
        for _ in 0..lines {
            line.clear();
            if from.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            to.write_all(&line)?;
        }
        Ok(())
    })
}

pub(super) fn tail(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "tail", &with_count(args), "n:c:")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let from_start = options.value('n').is_some_and(|value| value.starts_with('+'));
    let number = |letter| options.value(letter).and_then(|value| value.trim_start_matches('+').parse().ok());
    let (bytes, lines): (Option<usize>, usize) = (number('c'), number('n').unwrap_or(LINES));
    input::each(ctx, "tail", &options.rest, |_, from, to| {
        if let Some(bytes) = bytes {
            let mut all = Vec::new();
            from.read_to_end(&mut all)?;
            return to.write_all(all.get(all.len().saturating_sub(bytes)..).unwrap_or_default());
        }
        if from_start {
            return input::lines(from)
                .skip(lines.saturating_sub(1))
                .try_for_each(|line| writeln!(to, "{}", line?));
        }
        let mut last = VecDeque::new();
        for line in input::lines(from) {
            last.push_back(line?);
            if last.len() > lines {
                last.pop_front();
            }
        }
        last.iter().try_for_each(|line| writeln!(to, "{line}"))
    })
}

pub(super) fn wc(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "wc", args, "lwcm")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let all = !"lwcm".chars().any(|letter| options.has(letter));
    let mut sums = [0; 3];
    let print = |to: &mut dyn Write, counts: [usize; 3], name: &str| {
        let letters = [['l', 'l'], ['w', 'w'], ['c', 'm']];
        let shown =
            letters.iter().zip(counts).filter(|(letters, _)| all || letters.iter().any(|c| options.has(*c)));
        let text: Vec<String> = shown.map(|(_, count)| count.to_string()).collect();
        let name = if name == "-" { String::new() } else { format!(" {name}") };
        writeln!(to, "{}{name}", text.join(" "))
    };
    let status = input::each(ctx, "wc", &options.rest, |path, from, to| {
        let mut bytes = Vec::new();
        let mut counts = [0; 3];
        while from.read_until(b'\n', &mut bytes)? > 0 {
            let [lines, words, size] = &mut counts;
            *lines += usize::from(bytes.ends_with(b"\n"));
            *words += bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
            *size += bytes.len();
            bytes.clear();
        }
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        print(to, counts, path)
    })?;
    if options.rest.len() > 1 {
        print(&mut ctx.out, sums, "total")?;
    }
    Ok(status)
}

/// Reads all lines of all files.
fn all_lines(ctx: &mut Context<'_>, command: &str, paths: &[String]) -> io::Result<(i32, Vec<String>)> {
    let mut lines = Vec::new();
    let status = input::each(ctx, command, paths, |_, from, _| {
        for line in input::lines(from) {
            lines.push(line?);
        }
        Ok(())
    })?;
    Ok((status, lines))
}

pub(super) fn sort(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "sort", args, "nrufk:t:")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (status, mut lines) = all_lines(ctx, "sort", &options.rest)?;
    let field =
        options.value('k').and_then(|value| value.split([',', '.', 'n']).next()?.parse::<usize>().ok());
    let separator = options.value('t').and_then(|text| text.chars().next());
    let key = |line: &str| -> String {
        let key = match (field, separator) {
            (None, _) => line.to_owned(),
            (Some(field), Some(separator)) => {
                line.split(separator).nth(field.saturating_sub(1)).unwrap_or("").to_owned()
            }
            (Some(field), None) => {
                line.split_whitespace().nth(field.saturating_sub(1)).unwrap_or("").to_owned()
            }
        };
        if options.has('f') { key.to_uppercase() } else { key }
    };
    let number = |text: &str| {
        let text = text.trim_start();
        let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.'))).unwrap_or(text.len());
        text.get(..end).and_then(|digits| digits.parse::<f64>().ok()).unwrap_or(0.0)
    };
    if options.has('n') || options.value('k').is_some_and(|value| value.contains('n')) {
        lines.sort_by(|a, b| number(&key(a)).total_cmp(&number(&key(b))));
    } else {
        lines.sort_by_cached_key(|line| key(line));
    }
    if options.has('r') {
        lines.reverse();
    }
    if options.has('u') {
        lines.dedup_by_key(|line| key(line));
    }
    lines.iter().try_for_each(|line| writeln!(ctx.out, "{line}"))?;
    Ok(status)
}

pub(super) fn uniq(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "uniq", args, "cdu")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let (status, lines) = all_lines(ctx, "uniq", &options.rest)?;
    for run in lines.chunk_by(|a, b| a == b) {
        let Some(line) = run.first() else { continue };
        if (options.has('d') && run.len() < 2) || (options.has('u') && run.len() > 1) {
            continue;
        }
        if options.has('c') {
            write!(ctx.out, "{:>7} ", run.len())?;
        }
        writeln!(ctx.out, "{line}")?;
    }
    Ok(status)
}

pub(super) fn cut(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "cut", args, "d:f:c:b:s")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let fields = options.value('f');
    let Some(ranges) = fields.or(options.value('c')).or(options.value('b')).and_then(ranges) else {
        writeln!(ctx.err, "cut: no -fcb (see \"cut --help\")")?;
        return Ok(1);
    };
    let chosen = |number: usize| ranges.iter().any(|(low, high)| (*low..=*high).contains(&number));
    let separator = options.value('d').unwrap_or("\t").to_owned();
    input::each(ctx, "cut", &options.rest, |_, from, to| {
        for line in input::lines(from) {
            let line = line?;
            let kept = |(index, _): &(usize, _)| chosen(index + 1);
            if fields.is_none() {
                let text: String =
                    line.chars().enumerate().filter(|(index, _)| chosen(index + 1)).map(|(_, c)| c).collect();
                writeln!(to, "{text}")?;
            } else if line.contains(&separator) {
                let parts: Vec<&str> =
                    line.split(&separator).enumerate().filter(kept).map(|(_, part)| part).collect();
                writeln!(to, "{}", parts.join(&separator))?;
            } else if !options.has('s') {
                writeln!(to, "{line}")?;
            }
        }
        Ok(())
    })
}

/// `1,3-5,7-` as pairs of first and last.
fn ranges(text: &str) -> Option<Vec<(usize, usize)>> {
    let one = |part: &str| {
        let number = |text: &str, empty| if text.is_empty() { Some(empty) } else { text.parse().ok() };
        match part.split_once('-') {
            Some((low, high)) => Some((number(low, 1)?, number(high, usize::MAX)?)),
            None => part.parse().ok().map(|number| (number, number)),
        }
    };
    text.split(',').map(one).collect()
}

pub(super) fn tr(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let options = match Options::parse(ctx, "tr", args, "dscC")? {
        Ok(options) => options,
        Err(status) => return Ok(status),
    };
    let [from, to] = [0, 1].map(|at| set(options.rest.get(at).map_or("", String::as_str)));
    let mut text = Vec::new();
    ctx.stdin.read_to_end(&mut text)?;
    let complement = options.has('c') || options.has('C');
    let mut last = None;
    let mut out = String::new();
    for c in String::from_utf8_lossy(&text).chars() {
        let at = from.iter().position(|own| *own == c).filter(|_| !complement);
        let hit = at.is_some() || (complement && !from.contains(&c));
        let replaced = match (hit, options.has('d')) {
            (true, true) => continue,
            (true, false) => at.and_then(|at| to.get(at)).or(to.last()).copied().unwrap_or(c),
            (false, _) => c,
        };
        if options.has('s') && hit && last == Some(replaced) {
            continue;
        }
        last = Some(replaced);
        out.push(replaced);
    }
    ctx.out.write_all(out.as_bytes())?;
    Ok(0)
}

/// The characters of `a-z`, `\n`, `[:upper:]`.
fn set(text: &str) -> Vec<char> {
    let text = text
        .replace("[:upper:]", "A-Z")
        .replace("[:lower:]", "a-z")
        .replace("[:digit:]", "0-9")
        .replace("[:space:]", " \\t\\n\\r")
        .replace("[:alpha:]", "A-Za-z")
        .replace("[:alnum:]", "A-Za-z0-9");
    let mut chars = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let c = match (c, rest.peek()) {
            ('\\', Some(escaped)) => {
                let c = match escaped {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => *other,
                };
                rest.next();
                c
            }
            _ => c,
        };
        let mut ahead = rest.clone();
        match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) if last.is_ascii() && c.is_ascii() => {
                chars.extend(c..=last);
                rest = ahead;
            }
            _ => chars.push(c),
        }
    }
    chars
}
