//! `grep`: `-E -F -G -i -v -w -x -c -n -l -L -q -s -o -h -H -r -e -m -A -B -C`.

use std::{
    collections::VecDeque,
    io::{self, BufRead, Write},
};

use regex::{Regex, RegexBuilder};

use super::{input, options::Options};
use crate::{files::Files, shell::Context};

/// Files that `-r` looks into at most.
const MAX_FILES: usize = 100_000;

struct Search {
    pattern: Regex,
    options: Options,
    titled: bool,
    before: usize,
    after: usize,
    limit: usize,
}

pub(super) fn egrep(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let args: Vec<String> = std::iter::once("-E".to_owned()).chain(args.iter().cloned()).collect();
    run(ctx, &args)
}

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let mut options = match Options::parse(ctx, "grep", args, "EFGivwxcnlLqsohHrRze:m:A:B:C:a")? {
        Ok(options) => options,
        Err(status) => return Ok(if status == 0 { 0 } else { 2 }),
    };
    let mut patterns: Vec<String> = options.values('e').map(str::to_owned).collect();
    if patterns.is_empty() {
        if options.rest.is_empty() {
            writeln!(ctx.err, "grep: no REGEX (see \"grep --help\")")?;
            return Ok(2);
        }
        patterns = options.rest.remove(0).split('\n').map(str::to_owned).collect();
    }
    let pattern = match compile(&patterns, &options) {
        Ok(pattern) => pattern,
        Err(_) => {
            writeln!(ctx.err, "grep: bad REGEX '{}'", patterns.join("|"))?;
            return Ok(2);
        }
    };
    let recursive = options.has('r') || options.has('R');
    let paths = if recursive { below(ctx, &options.rest) } else { options.rest.clone() };
    let number = |letter| options.value(letter).or(options.value('C')).and_then(|value| value.parse().ok());
    let search = Search {
        pattern,
        titled: !options.has('h') && (options.has('H') || recursive || paths.len() > 1),
        before: number('B').unwrap_or(0),
        after: number('A').unwrap_or(0),
        limit: options.value('m').and_then(|value| value.parse().ok()).unwrap_or(usize::MAX),
        options,
    };
    let mut found = false;
    let status = input::each(ctx, "grep", &paths, |path, from, to| {
        found |= search.file(path, from, to)?;
        Ok(())
    })?;
    Ok(match (found, status) {
        (true, 0) => 0,
        (_, 0) => 1,
        _ => 2,
    })
}

fn compile(patterns: &[String], options: &Options) -> Result<Regex, regex::Error> {
    let one = |pattern: &String| match (options.has('F'), options.has('E')) {
        (true, _) => regex::escape(pattern),
        (_, true) => pattern.clone(),
        _ => extended(pattern),
    };
    let mut text = patterns.iter().map(one).collect::<Vec<_>>().join("|");
    if options.has('w') {
        text = format!(r"\b(?:{text})\b");
    }
    if options.has('x') {
        text = format!("^(?:{text})$");
    }
    RegexBuilder::new(&text).case_insensitive(options.has('i')).build()
}

/// A basic expression as an extended one: `\|` and the like are operators, `|` and the like are not.
pub(super) fn extended(basic: &str) -> String {
    const SWAPPED: &str = "|(){}+?";
    let mut text = String::new();
    let mut chars = basic.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c) if SWAPPED.contains(c) => text.push(c),
                Some(c) => text.extend(['\\', c]),
                None => text.push_str(r"\\"),
            },
            '*' if text.is_empty() => text.push_str(r"\*"),
            '[' => {
                text.push('[');
                // Nothing is swapped within a class; its first character may be a `]`.
                let mut first = true;
                while let Some(c) = chars.next() {
                    match c {
                        '[' if chars.peek() != Some(&':') => text.push_str(r"\["),
                        c => text.push(c),
                    }
                    if c == ']' && !first {
                        break;
                    }
                    first = first && c == '^';
                }
            }
            c if SWAPPED.contains(c) => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    text
}

/// All files below the paths, or below the working directory.
fn below(ctx: &Context<'_>, paths: &[String]) -> Vec<String> {
    let mut pending: Vec<String> = if paths.is_empty() { vec![".".to_owned()] } else { paths.to_vec() };
    pending.reverse();
    let mut files = Vec::new();
    while let Some(path) = pending.pop() {
        let absolute = Files::absolute(&ctx.shell.cwd, &path);
        let files_of = &ctx.shell.device.files;
        match files_of.metadata(&absolute) {
            Ok(metadata) if metadata.is_dir() => {
                let names = files_of.list(&absolute).unwrap_or_default();
                pending.extend(
                    names.into_iter().rev().map(|name| format!("{}/{name}", path.trim_end_matches('/'))),
                );
            }
            _ => files.push(path),
        }
        if files.len() >= MAX_FILES {
            break;
        }
    }
    files
}

impl Search {
    /// Searches one file; tells whether anything was found.
    fn file(&self, path: &str, from: &mut dyn BufRead, to: &mut dyn Write) -> io::Result<bool> {
        let mut count = 0;
        let mut earlier: VecDeque<(usize, String)> = VecDeque::new();
        let mut after = 0;
        for (index, line) in input::lines(from).enumerate() {
            let line = line?;
            let matches = self.pattern.is_match(&line) != self.options.has('v');
            let quiet = ['q', 'l', 'L', 'c'].iter().any(|letter| self.options.has(*letter));
            if matches {
                count += 1;
                if quiet && !self.options.has('c') {
                    break;
                }
            }
            if quiet {
                continue;
            }
            if matches {
                for (number, line) in earlier.drain(..) {
                    self.print(to, path, number, '-', &line)?;
                }
                if self.options.has('o') {
                    for part in self.pattern.find_iter(&line).filter(|part| !part.is_empty()) {
                        self.print(to, path, index + 1, ':', part.as_str())?;
                    }
                } else {
                    self.print(to, path, index + 1, ':', &line)?;
                }
                after = self.after;
                if count >= self.limit {
                    break;
                }
            } else if after > 0 {
                after -= 1;
                self.print(to, path, index + 1, '-', &line)?;
            } else if self.before > 0 {
                if earlier.len() >= self.before {
                    earlier.pop_front();
                }
                earlier.push_back((index + 1, line));
            }
        }
        if self.options.has('c') && !self.options.has('q') {
            let title = if self.titled { format!("{path}:") } else { String::new() };
            writeln!(to, "{title}{count}")?;
        } else if (self.options.has('l') && count > 0) || (self.options.has('L') && count == 0) {
            writeln!(to, "{path}")?;
        }
        Ok(count > 0)
    }

    fn print(&self, to: &mut dyn Write, path: &str, number: usize, mark: char, line: &str) -> io::Result<()> {
        if self.titled {
            write!(to, "{path}{mark}")?;
        }
        if self.options.has('n') {
            write!(to, "{number}{mark}")?;
        }
        writeln!(to, "{line}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(basic: &str, expected: &str) {
        assert_eq!(extended(basic), expected);
    }

    #[test]
    fn basic_expressions_are_extended() {
        check(r"a\|b", "a|b");
        check("a|b", r"a\|b");
        check(r"\(x\)\{2\}", "(x){2}");
        check("f(x)+", r"f\(x\)\+");
        check("[|()]", "[|()]");
        check("[]a]", "[]a]");
        check("*a", r"\*a");
        check(r"end\", r"end\\");
    }
}
