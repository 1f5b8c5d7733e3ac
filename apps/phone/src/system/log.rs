//! The log: what `logcat` prints.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

/// How many lines are kept; the oldest go first.
const LINES: usize = 2000;

/// A line that an app, or the shell, wrote.
#[derive(Debug, Clone)]
pub struct Line {
    /// When.
    pub at: DateTime<Utc>,
    /// Number of the process that wrote it.
    pub process: u32,
    /// How grave it is: `W` for a warning.
    pub level: char,
    /// What it is about.
    pub tag: String,
    /// One line.
    pub text: String,
}

/// How a line is written, as `logcat -v` names it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// Time, process, thread, level, tag.
    #[default]
    Threadtime,
    /// The same with seconds since 1970.
    Epoch,
    /// Time, level, tag, process.
    Time,
    /// Level, tag, process.
    Brief,
    /// Level, tag.
    Tag,
    /// The text alone.
    Raw,
}

impl Format {
    /// By its name.
    pub fn parse(name: &str) -> Option<Format> {
        Some(match name {
            "threadtime" => Format::Threadtime,
            "epoch" => Format::Epoch,
            "time" => Format::Time,
            "brief" => Format::Brief,
            "tag" => Format::Tag,
            "raw" => Format::Raw,
            _ => return None,
        })
    }
}

impl Line {
    /// The line in a format.
    pub fn show(&self, format: Format) -> String {
        let Line { at, process, level, tag, text } = self;
        let time = at.format("%m-%d %H:%M:%S%.3f");
        match format {
            Format::Threadtime => format!("{time} {process:5} {process:5} {level} {tag:<8}: {text}"),
            Format::Epoch => {
                let (seconds, millis) = (at.timestamp(), at.timestamp_subsec_millis());
                format!("{seconds:>19}.{millis:03} {process:5} {process:5} {level} {tag:<8}: {text}")
            }
            Format::Time => format!("{time} {level}/{tag:<8}({process:5}): {text}"),
            Format::Brief => format!("{level}/{tag:<8}({process:5}): {text}"),
            Format::Tag => format!("{level}/{tag:<8}: {text}"),
            Format::Raw => text.clone(),
        }
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
        for part in [&mut line.text, &mut line.tag] {
            *part = part.replace(char::is_control, " ");
        }
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

    fn line(text: String) -> Line {
        Line { at: DateTime::UNIX_EPOCH, process: 42, level: 'W', tag: "Test".to_owned(), text }
    }

    #[test]
    fn lines_are_logcats_and_the_oldest_go() {
        let mut log = Log::default();
        for nth in 0..=LINES {
            log.add(line(format!("{nth}\nth")));
        }
        assert_eq!(log.lines().count(), LINES);
        let first = log.lines().next().map(|line| line.show(Format::default()));
        assert_eq!(first.as_deref(), Some("01-01 00:00:00.000    42    42 W Test    : 1 th"));
    }

    #[track_caller]
    fn check(format: &str, expected: &str) {
        let format = Format::parse(format).expect("a format");
        assert_eq!(line("x".to_owned()).show(format), expected);
    }

    #[test]
    fn formats_are_logcats() {
        check("epoch", "                  0.000    42    42 W Test    : x");
        check("time", "01-01 00:00:00.000 W/Test    (   42): x");
        check("brief", "W/Test    (   42): x");
        check("tag", "W/Test    : x");
        check("raw", "x");
        assert_eq!(Format::parse("none"), None);
    }
}
