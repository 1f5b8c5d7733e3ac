//! What the phone's shell was asked lately.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Lines that are kept.
const KEPT: usize = 500;
/// Characters of a line that are kept: a script can be long.
const LENGTH: usize = 400;

/// The lines, numbered from 0 as long as the phone runs.
#[derive(Debug, Default)]
pub struct Journal(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    kept: VecDeque<String>,
    /// Number of the next line.
    next: u64,
}

impl Journal {
    /// Notes a line.
    pub fn add(&self, line: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.push_back(line.chars().take(LENGTH).collect());
        lines.next += 1;
        if lines.kept.len() > KEPT {
            lines.kept.pop_front();
        }
    }

    /// The lines from this number on, as far as they are kept, and the number of the next.
    pub fn since(&self, number: u64) -> (Vec<String>, u64) {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = usize::try_from(lines.next.saturating_sub(number)).unwrap_or(KEPT).min(lines.kept.len());
        (lines.kept.iter().skip(lines.kept.len() - new).cloned().collect(), lines.next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_once_and_the_oldest_are_forgotten() {
        let journal = Journal::default();
        assert_eq!(journal.since(0), (vec![], 0));
        journal.add("ls");
        journal.add(&"x".repeat(1000));
        assert_eq!(journal.since(0), (vec!["ls".to_owned(), "x".repeat(LENGTH)], 2));
        assert_eq!(journal.since(1).0.len(), 1);
        assert_eq!(journal.since(2), (vec![], 2));
        (0..KEPT).for_each(|i| journal.add(&i.to_string()));
        let (lines, next) = journal.since(0);
        assert_eq!((lines.len(), lines[0].as_str(), next), (KEPT, "0", 2 + KEPT as u64));
    }
}
