//! The log: what `logcat` prints.

use std::collections::VecDeque;
use std::fmt;

use chrono::{DateTime, Utc};

/// How many lines are kept; the oldest go first.
const LINES: usize = 2000;

/// A warning that an app wrote.
#[derive(Debug, Clone)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// Number of the process that wrote it.
    pub process: u32,
    /// What it is about.
    pub tag: &'static str,
    /// One line.
    pub text: String,
}

impl fmt::Display for Line {
    /// As `logcat -v threadtime` writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.format("%m-%d %H:%M:%S%.3f");
        write!(f, "{at} {0:5} {0:5} W {1}: {2}", self.process, self.tag, self.text)
    }
}

/// The lines.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: VecDeque<Line>,
}

impl Log {
    /// Adds a line; what would break it becomes a space.
    pub fn add(&mut self, mut line: Line) {
        line.text = line.text.replace(char::is_control, " ");
        if self.lines.len() == LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// The lines, the oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    /// Forgets all lines.
    pub fn clear(&mut self) {
        self.lines.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_logcats_and_the_oldest_go() {
        let mut log = Log::default();
        for nth in 0..=LINES {
            let text = format!("{nth}\nth");
            log.add(Line { at: DateTime::UNIX_EPOCH, process: 42, tag: "Test", text });
        }
        assert_eq!(log.lines().count(), LINES);
        let first = log.lines().next().map(ToString::to_string);
        assert_eq!(first.as_deref(), Some("01-01 00:00:00.000    42    42 W Test: 1 th"));
    }
}
