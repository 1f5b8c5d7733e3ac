//! Words: quotes, escapes, variables, command substitution.

use super::{MAX_DEPTH, Parsed, Parser, SyntaxError};
use crate::shell::syntax::{Piece, Word};

impl Parser {
    /// The next word, or `None` where something else stands.
    pub(super) fn word(&mut self) -> Parsed<Option<Word>> {
        let mut word = Word::default();
        let start = self.at;
        while let Some(c) = self.peek() {
            match c {
                c if c.is_whitespace() => break,
                ';' | '&' | '|' | '<' | '>' | '(' | ')' => break,
                '\'' => {
                    self.at += 1;
                    let text = self.until_quote()?;
                    word.text(&text, true);
                }
                '"' => {
                    self.at += 1;
                    self.quoted(&mut word)?;
                }
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => {}
                        Some(c) => word.text(c.encode_utf8(&mut [0; 4]), true),
                        None => return Err(SyntaxError::Incomplete),
                    }
                    self.at += 1;
                }
                '$' => self.dollar(&mut word, false)?,
                '`' => self.backquoted(&mut word, false)?,
                c => {
                    self.at += 1;
                    word.text(c.encode_utf8(&mut [0; 4]), false);
                }
            }
        }
        Ok((self.at > start).then_some(word))
    }

    fn until_quote(&mut self) -> Parsed<String> {
        let start = self.at;
        while let Some(c) = self.peek() {
            self.at += 1;
            if c == '\'' {
                return Ok(self.text.get(start..self.at - 1).unwrap_or_default().iter().collect());
            }
        }
        Err(SyntaxError::Incomplete)
    }

    /// The rest of a double-quoted part.
    fn quoted(&mut self, word: &mut Word) -> Parsed<()> {
        // An empty pair of quotes is a word, too.
        word.text("", true);
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.at += 1;
                    return Ok(());
                }
                '$' => self.dollar(word, true)?,
                '`' => self.backquoted(word, true)?,
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => {}
                        Some(c @ ('$' | '`' | '"' | '\\')) => word.text(c.encode_utf8(&mut [0; 4]), true),
                        Some(c) => {
                            word.text("\\", true);
                            word.text(c.encode_utf8(&mut [0; 4]), true);
                        }
                        None => return Err(SyntaxError::Incomplete),
                    }
                    self.at += 1;
                }
                c => {
                    self.at += 1;
                    word.text(c.encode_utf8(&mut [0; 4]), true);
                }
            }
        }
        Err(SyntaxError::Incomplete)
    }

    /// What a `$` begins.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Parsed<()> {
        self.at += 1;
        match self.peek() {
            Some('(') if self.text.get(self.at + 1) == Some(&'(') => {
                Err(SyntaxError::Unexpected("((".to_owned()))
            }
            Some('(') => {
                self.at += 1;
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(SyntaxError::TooDeep);
                }
                let script = self.list()?;
                self.depth -= 1;
                if !self.take(')') {
                    return Err(self.unexpected());
                }
                word.0.push(Piece::Command { script, quoted });
                Ok(())
            }
            Some('{') => {
                self.at += 1;
                self.braced(word, quoted)
            }
            Some(c) if matches!(c, '?' | '$' | '#' | '@' | '*' | '!') || c.is_ascii_digit() => {
                self.at += 1;
                word.0.push(Piece::Variable { name: c.to_string(), default: None, quoted });
                Ok(())
            }
            _ => {
                let name = self.name();
                if name.is_empty() {
                    word.text("$", quoted);
                } else {
                    word.0.push(Piece::Variable { name, default: None, quoted });
                }
                Ok(())
            }
        }
    }

    /// `name}` or `name:-default}`
    fn braced(&mut self, word: &mut Word, quoted: bool) -> Parsed<()> {
        let mut name = self.name();
        if name.is_empty()
            && let Some(c) = self.peek()
            && (c == '?' || c.is_ascii_digit())
        {
            self.at += 1;
            name.push(c);
        }
        let default = if self.take_text(":-") {
            let mut text = String::new();
            while self.peek().is_some_and(|c| c != '}') {
                text.extend(self.peek());
                self.at += 1;
            }
            Some(Word(vec![Piece::Text { text, quoted }]))
        } else {
            None
        };
        if name.is_empty() || !self.take('}') {
            return Err(self.unexpected());
        }
        word.0.push(Piece::Variable { name, default, quoted });
        Ok(())
    }

    fn backquoted(&mut self, word: &mut Word, quoted: bool) -> Parsed<()> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let Some(c) = self.peek() else { return Err(SyntaxError::Incomplete) };
            self.at += 1;
            match c {
                '`' => break,
                '\\' => {
                    let escaped = self.peek().filter(|c| matches!(c, '`' | '\\' | '$'));
                    self.at += usize::from(escaped.is_some());
                    text.push(escaped.unwrap_or('\\'));
                }
                c => text.push(c),
            }
        }
        let depth = self.depth + 1;
        if depth > MAX_DEPTH {
            return Err(SyntaxError::TooDeep);
        }
        let mut inner = Parser { text: text.chars().collect(), at: 0, depth };
        let script = inner.list()?;
        if inner.peek().is_some() {
            return Err(inner.unexpected());
        }
        word.0.push(Piece::Command { script, quoted });
        Ok(())
    }
}

impl Word {
    /// Appends text, joining it with what stands before it.
    fn text(&mut self, more: &str, is_quoted: bool) {
        match self.0.last_mut() {
            Some(Piece::Text { text, quoted }) if *quoted == is_quoted => text.push_str(more),
            _ => self.0.push(Piece::Text { text: more.to_owned(), quoted: is_quoted }),
        }
    }
}
