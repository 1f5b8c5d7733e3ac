//! Short options, as toybox reads them.

use std::io::{self, Write};

use crate::shell::Context;

/// A command line taken apart.
#[derive(Debug, Default)]
pub(super) struct Options {
    given: Vec<(char, String)>,
    /// What is not an option.
    pub(super) rest: Vec<String>,
}

impl Options {
    /// Takes options apart. `known` lists them as `getopt` does: `n:` takes a value. Options may stand together (`-la`)
    /// and after other arguments, but not after `--`. An unknown one is told as toybox tells it, and `Err` holds the
    /// status to return.
    pub(super) fn parse(
        ctx: &mut Context<'_>,
        command: &str,
        args: &[String],
        known: &str,
    ) -> io::Result<Result<Options, i32>> {
        let mut options = Options::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let Some(letters) = arg.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                options.rest.push(arg.clone());
                continue;
            };
            if letters == "-" {
                options.rest.extend(args.cloned());
                break;
            }
            let mut letters = letters.chars();
            while let Some(letter) = letters.next() {
                let Some(at) = known.find(letter).filter(|_| letter != ':') else {
                    writeln!(ctx.err, "{command}: Unknown option '{letter}' (see \"{command} --help\")")?;
                    return Ok(Err(1));
                };
                let mut value = String::new();
                if known.get(at + letter.len_utf8()..).is_some_and(|after| after.starts_with(':')) {
                    value = letters.by_ref().collect();
                    if value.is_empty() {
                        let Some(next) = args.next() else {
                            writeln!(ctx.err, "{command}: Missing argument to -{letter}")?;
                            return Ok(Err(1));
                        };
                        value.clone_from(next);
                    }
                }
                options.given.push((letter, value));
            }
        }
        Ok(Ok(options))
    }

    /// The option was given.
    pub(super) fn has(&self, letter: char) -> bool {
        self.given.iter().any(|(given, _)| *given == letter)
    }

    /// The option was given that often.
    pub(super) fn count(&self, letter: char) -> usize {
        self.given.iter().filter(|(given, _)| *given == letter).count()
    }

    /// The option's last value.
    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.given.iter().rev().find(|(given, _)| *given == letter).map(|(_, value)| value.as_str())
    }

    /// All values of the option.
    pub(super) fn values(&self, letter: char) -> impl Iterator<Item = &str> {
        self.given.iter().filter(move |(given, _)| *given == letter).map(|(_, value)| value.as_str())
    }
}
