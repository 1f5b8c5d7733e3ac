//! Parses the shell's grammar: what clients send and what people type, a large part of POSIX.
//!
//! Left out, and refused as a syntax error: here-documents, `case`, functions, arithmetic.

use super::syntax::{Node, Operator, Redirect, Target};

mod word;

/// How deep compositions may be nested.
const MAX_DEPTH: usize = 32;

/// Why a text is not a command line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum SyntaxError {
    /// It may become one with more lines.
    #[error("syntax error: unexpected end of file")]
    Incomplete,
    /// It cannot.
    #[error("syntax error: unexpected '{0}'")]
    Unexpected(String),
    /// Compositions in compositions without end.
    #[error("syntax error: nested too deeply")]
    TooDeep,
}

type Parsed<T> = Result<T, SyntaxError>;

/// Parses a whole script.
pub(super) fn parse(text: &str) -> Parsed<Node> {
    let mut parser = Parser { text: text.chars().collect(), at: 0, depth: 0 };
    let script = parser.list()?;
    match parser.peek() {
        None => Ok(script),
        Some(c) => Err(SyntaxError::Unexpected(c.to_string())),
    }
}

/// Words that end a list where a command could begin.
const TERMINATORS: &[&str] = &["then", "elif", "else", "fi", "do", "done", "}"];

struct Parser {
    text: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.at += usize::from(found);
        found
    }

    fn take_text(&mut self, expected: &str) -> bool {
        let found = self.text.get(self.at..).is_some_and(|rest| {
            let mut rest = rest.iter();
            expected.chars().all(|c| rest.next() == Some(&c))
        });
        if found {
            self.at += expected.chars().count();
        }
        found
    }

    /// Skips blanks, comments and continued lines.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.at += 1,
                Some('\\') if self.text.get(self.at + 1) == Some(&'\n') => self.at += 2,
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    fn lines(&mut self) {
        self.blanks();
        while self.take('\n') {
            self.blanks();
        }
    }

    /// The reserved word, if it stands alone here.
    fn at_keyword(&mut self, keyword: &str) -> bool {
        let start = self.at;
        let found = self.take_text(keyword)
            && self
                .peek()
                .is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(' | ')' | '<' | '>'));
        self.at = start;
        found
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = self.at_keyword(keyword);
        if found {
            self.at += keyword.len();
        }
        found
    }

    fn expect_keyword(&mut self, keyword: &str) -> Parsed<()> {
        self.lines();
        if self.keyword(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> SyntaxError {
        match self.peek() {
            Some('\n') => SyntaxError::Unexpected("newline".to_owned()),
            Some(c) => SyntaxError::Unexpected(c.to_string()),
            None => SyntaxError::Incomplete,
        }
    }

    /// Commands up to the end, a `)` or a terminator.
    fn list(&mut self) -> Parsed<Node> {
        let mut commands = Vec::new();
        loop {
            self.lines();
            if self.peek().is_none_or(|c| c == ')') || TERMINATORS.iter().any(|word| self.at_keyword(word)) {
                return Ok(Node::List(commands));
            }
            commands.push(self.and_or()?);
            self.blanks();
            match self.peek() {
                Some(';' | '\n' | '&') => self.at += 1,
                None | Some(')') => {}
                Some(_) => return Err(self.unexpected()),
            }
        }
    }

    /// A list that must not be empty, as between `then` and `fi`.
    fn body(&mut self) -> Parsed<Node> {
        match self.list()? {
            Node::List(commands) if commands.is_empty() => Err(self.unexpected()),
            list => Ok(list),
        }
    }

    fn and_or(&mut self) -> Parsed<Node> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let operator = if self.take_text("&&") {
                Operator::And
            } else if self.take_text("||") {
                Operator::Or
            } else {
                break;
            };
            self.lines();
            rest.push((operator, self.pipeline()?));
        }
        Ok(if rest.is_empty() { first } else { Node::AndOr { first: Box::new(first), rest } })
    }

    fn pipeline(&mut self) -> Parsed<Node> {
        self.blanks();
        let negated = self.keyword("!");
        let first = self.command()?;
        let mut stages = vec![first];
        loop {
            self.blanks();
            if self.peek() != Some('|') || self.text.get(self.at + 1) == Some(&'|') {
                break;
            }
            self.at += 1;
            self.lines();
            stages.push(self.command()?);
        }
        match (negated, stages.len()) {
            (false, 1) => Ok(stages.remove(0)),
            _ => Ok(Node::Pipeline { negated, stages }),
        }
    }

    fn command(&mut self) -> Parsed<Node> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(SyntaxError::TooDeep);
        }
        self.blanks();
        let command = if self.take('(') {
            let list = self.body()?;
            if !self.take(')') {
                return Err(self.unexpected());
            }
            Node::Subshell(Box::new(list))
        } else if self.keyword("{") {
            let list = self.body()?;
            self.expect_keyword("}")?;
            list
        } else if self.keyword("if") {
            self.conditional()?
        } else if self.keyword("for") {
            self.iteration()?
        } else if self.keyword("while") {
            self.repetition(false)?
        } else if self.keyword("until") {
            self.repetition(true)?
        } else {
            self.depth -= 1;
            return self.simple();
        };
        self.depth -= 1;
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        Ok(redirected(command, redirects))
    }

    fn conditional(&mut self) -> Parsed<Node> {
        let mut arms = Vec::new();
        loop {
            let condition = self.body()?;
            self.expect_keyword("then")?;
            arms.push((condition, self.body()?));
            self.lines();
            if self.keyword("elif") {
                continue;
            }
            let otherwise = if self.keyword("else") { Some(Box::new(self.body()?)) } else { None };
            self.expect_keyword("fi")?;
            return Ok(Node::If { arms, otherwise });
        }
    }

    fn iteration(&mut self) -> Parsed<Node> {
        self.blanks();
        let name = self.name();
        if name.is_empty() {
            return Err(self.unexpected());
        }
        self.lines();
        let mut words = Vec::new();
        if self.keyword("in") {
            self.blanks();
            while let Some(word) = self.word()? {
                words.push(word);
                self.blanks();
            }
        }
        self.take(';');
        self.expect_keyword("do")?;
        let body = Box::new(self.body()?);
        self.expect_keyword("done")?;
        Ok(Node::For { name, words, body })
    }

    fn repetition(&mut self, until: bool) -> Parsed<Node> {
        let condition = Box::new(self.body()?);
        self.expect_keyword("do")?;
        let body = Box::new(self.body()?);
        self.expect_keyword("done")?;
        Ok(Node::Loop { until, condition, body })
    }

    fn simple(&mut self) -> Parsed<Node> {
        let mut assignments = Vec::new();
        let mut words = Vec::new();
        let mut redirects = Vec::new();
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
            } else if words.is_empty()
                && let Some(name) = self.assigned_name()
            {
                assignments.push((name, self.word()?.unwrap_or_default()));
            } else if let Some(word) = self.word()? {
                words.push(word);
            } else {
                break;
            }
        }
        if assignments.is_empty() && words.is_empty() && redirects.is_empty() {
            return Err(self.unexpected());
        }
        Ok(redirected(Node::Simple { assignments, words }, redirects))
    }

    fn name(&mut self) -> String {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| c == '_' || c.is_ascii_alphabetic() || (self.at > start && c.is_ascii_digit()))
        {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default().iter().collect()
    }

    /// The name before a `=`, both consumed; nothing is consumed if there is none.
    fn assigned_name(&mut self) -> Option<String> {
        let start = self.at;
        let name = self.name();
        if !name.is_empty() && self.take('=') {
            return Some(name);
        }
        self.at = start;
        None
    }

    fn redirect(&mut self) -> Parsed<Option<Redirect>> {
        self.blanks();
        let start = self.at;
        let number = self.peek().and_then(|c| c.to_digit(10)).and_then(|digit| u8::try_from(digit).ok());
        if number.is_some() {
            self.at += 1;
        }
        let (descriptor, make): (u8, fn(super::syntax::Word) -> Target) = if self.take_text("<<") {
            return Err(SyntaxError::Unexpected("<<".to_owned()));
        } else if self.take('<') {
            (number.unwrap_or(0), Target::Read)
        } else if self.take_text(">>") {
            (number.unwrap_or(1), Target::Append)
        } else if self.take_text(">&") {
            let Some(same) =
                self.peek().and_then(|c| c.to_digit(10)).and_then(|digit| u8::try_from(digit).ok())
            else {
                return Err(self.unexpected());
            };
            self.at += 1;
            return Ok(Some(Redirect { descriptor: number.unwrap_or(1), target: Target::Same(same) }));
        } else if self.take('>') {
            self.take('|');
            (number.unwrap_or(1), Target::Write)
        } else {
            self.at = start;
            return Ok(None);
        };
        self.blanks();
        match self.word()? {
            Some(word) => Ok(Some(Redirect { descriptor, target: make(word) })),
            None => Err(self.unexpected()),
        }
    }
}

fn redirected(command: Node, redirects: Vec<Redirect>) -> Node {
    if redirects.is_empty() { command } else { Node::Redirected(Box::new(command), redirects) }
}
