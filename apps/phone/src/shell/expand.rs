//! Turns words into arguments: variables, command substitution, splitting, file name patterns.

use std::io::{self, Write};

use super::{
    Shell, Streams, glob,
    run::Captured,
    syntax::{Piece, Word},
};

/// An argument in the making: its text, and the same as a pattern in which what was quoted is escaped.
#[derive(Default)]
struct Field {
    text: String,
    pattern: String,
}

impl Field {
    fn push(&mut self, text: &str, quoted: bool) {
        self.text.push_str(text);
        for c in text.chars() {
            if c == '\\' || (quoted && matches!(c, '*' | '?' | '[')) {
                self.pattern.push('\\');
            }
            self.pattern.push(c);
        }
    }
}

impl Shell {
    /// The arguments that `words` make.
    ///
    /// # Errors
    /// A substituted command's streams broke.
    pub(super) fn arguments(&mut self, words: &[Word], io: &mut Streams<'_>) -> io::Result<Vec<String>> {
        let mut arguments = Vec::new();
        for word in words {
            for field in self.fields(word, io)? {
                let names = match glob::is_pattern(&field.pattern) {
                    true => glob::expand(&self.device.files, &self.cwd, &field.pattern),
                    false => Vec::new(),
                };
                if names.is_empty() {
                    arguments.push(field.text);
                } else {
                    arguments.extend(names);
                }
            }
        }
        Ok(arguments)
    }

    /// The one text that `word` makes where nothing is split: in assignments and redirections.
    ///
    /// # Errors
    /// A substituted command's streams broke.
    pub(super) fn text(&mut self, word: &Word, io: &mut Streams<'_>) -> io::Result<String> {
        let mut whole = String::new();
        for piece in &word.0 {
            match piece {
                Piece::Text { text, .. } => whole.push_str(text),
                _ => whole.push_str(&self.value(piece, io)?),
            }
        }
        Ok(whole)
    }

    fn fields(&mut self, word: &Word, io: &mut Streams<'_>) -> io::Result<Vec<Field>> {
        let mut done = Vec::new();
        let mut current: Option<Field> = None;
        for piece in &word.0 {
            let (text, quoted) = match piece {
                Piece::Text { text, quoted } => {
                    current.get_or_insert_default().push(text, *quoted);
                    continue;
                }
                Piece::Variable { quoted, .. } | Piece::Command { quoted, .. } => {
                    (self.value(piece, io)?, *quoted)
                }
            };
            if quoted {
                current.get_or_insert_default().push(&text, true);
                continue;
            }
            if text.starts_with(char::is_whitespace) {
                done.extend(current.take());
            }
            for (index, part) in text.split_whitespace().enumerate() {
                if index > 0 {
                    done.extend(current.take());
                }
                current.get_or_insert_default().push(part, false);
            }
            if text.ends_with(char::is_whitespace) {
                done.extend(current.take());
            }
        }
        done.extend(current);
        Ok(done)
    }

    /// What a variable or a command is replaced by.
    fn value(&mut self, piece: &Piece, io: &mut Streams<'_>) -> io::Result<String> {
        match piece {
            Piece::Text { text, .. } => Ok(text.clone()),
            Piece::Variable { name, default, .. } => match (self.variable(name), default) {
                (value, Some(default)) if value.is_empty() => self.text(default, io),
                (value, _) => Ok(value),
            },
            Piece::Command { script, .. } => {
                let captured = Captured::default();
                let mut shell = self.clone();
                let mut inner =
                    Streams { stdin: &mut *io.stdin, out: captured.output(), err: io.err.clone() };
                self.substituted = shell.subshell(script, &mut inner)?;
                inner.out.flush()?;
                let mut text = String::from_utf8_lossy(&captured.take()).into_owned();
                text.truncate(text.trim_end_matches('\n').len());
                Ok(text)
            }
        }
    }

    /// A variable's value; empty if it is not set.
    pub(super) fn variable(&self, name: &str) -> String {
        match name {
            "?" => self.status.to_string(),
            "$" => std::process::id().to_string(),
            "#" => "0".to_owned(),
            "0" => "sh".to_owned(),
            "PWD" => self.cwd.clone(),
            _ => self.variables.get(name).cloned().unwrap_or_default(),
        }
    }
}
