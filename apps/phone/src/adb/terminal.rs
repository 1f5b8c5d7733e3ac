//! What a terminal's line discipline does for a person: echo, erase, end of line, end of file.

use std::io::{self, BufRead, Read, Write};

use crate::shell::Output;

/// Turns the keys that a client's raw terminal sends into lines, echoing them.
pub(crate) struct Terminal<R> {
    keys: R,
    echo: Output,
    line: Vec<u8>,
    read: usize,
    closed: bool,
}

// Keys that a terminal in its usual settings acts upon.
const INTERRUPT: u8 = 3;
const END_OF_FILE: u8 = 4;
const BACKSPACE: u8 = 8;
const ESCAPE: u8 = 27;
const DELETE: u8 = 127;

/// Longest line that a terminal takes, as Linux has it.
const MAX_LINE: usize = 4096;

impl<R: BufRead> Terminal<R> {
    /// Reads keys and echoes them to `echo`.
    pub(crate) fn new(keys: R, echo: Output) -> Terminal<R> {
        Terminal { keys, echo, line: Vec::new(), read: 0, closed: false }
    }

    fn next_line(&mut self) -> io::Result<()> {
        self.line.clear();
        self.read = 0;
        let mut key = [0];
        loop {
            self.echo.flush()?;
            if self.keys.read(&mut key)? == 0 {
                self.closed = true;
                return Ok(());
            }
            let [byte] = key;
            match byte {
                b'\r' | b'\n' => {
                    self.line.push(b'\n');
                    return self.echo.write_all(b"\r\n");
                }
                END_OF_FILE => {
                    self.closed = self.line.is_empty();
                    return Ok(());
                }
                INTERRUPT => {
                    self.line = b"\n".to_vec();
                    return self.echo.write_all(b"^C\r\n");
                }
                BACKSPACE | DELETE => self.erase()?,
                // Arrow keys and the like: there is no history to walk through.
                ESCAPE => {}
                byte if self.line.len() < MAX_LINE && byte >= b' ' => {
                    self.line.push(byte);
                    self.echo.write_all(&key)?;
                }
                _ => {}
            }
        }
    }

    /// Removes the last character, which may be several bytes.
    fn erase(&mut self) -> io::Result<()> {
        let is_continuation = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
        if self.line.is_empty() {
            return Ok(());
        }
        while self.line.pop().is_some_and(is_continuation) {}
        self.echo.write_all(b"\x08 \x08")
    }
}

impl<R: BufRead> BufRead for Terminal<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.read >= self.line.len() && !self.closed {
            self.next_line()?;
        }
        Ok(self.line.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.read += amount;
    }
}

impl<R: BufRead> Read for Terminal<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let amount = available.read(into)?;
        self.consume(amount);
        Ok(amount)
    }
}

/// Ends lines for a raw terminal: `\n` becomes `\r\n`.
#[derive(Debug)]
pub(crate) struct Crlf(pub(crate) Output);

impl Write for Crlf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        self.0.write_all(lines.next().unwrap_or_default())?;
        for line in lines {
            self.0.write_all(b"\r\n")?;
            self.0.write_all(line)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    #[track_caller]
    fn check(keys: &[u8], lines: &str, echo: &str) {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let mut text = String::new();
        Terminal::new(keys, Output::shared(Rc::clone(&seen))).read_to_string(&mut text).unwrap();
        assert_eq!(text, lines);
        assert_eq!(String::from_utf8_lossy(&seen.borrow()), echo);
    }

    #[test]
    fn keys_become_lines() {
        check(b"ls\r", "ls\n", "ls\r\n");
        check(b"lx\x7fs\rpwd\r\x04rest", "ls\npwd\n", "lx\x08 \x08s\r\npwd\r\n");
        check("é\x7f\x7fa\r".as_bytes(), "a\n", "é\x08 \x08a\r\n");
        check(b"ab\x03c\r", "\nc\n", "ab^C\r\nc\r\n");
        check(b"ab\x04c\r", "abc\n", "abc\r\n");
    }
}
