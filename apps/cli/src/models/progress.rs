//! Tells a person how a fetch goes.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

/// Listens to a fetch.
pub trait Progress: Sync {
    /// A file of so many bytes is begun.
    fn start(&self, what: &str, bytes: u64);
    /// A part of it is begun.
    fn part(&self, what: &str);
    /// So many of its bytes were here before: what follows is measured from there.
    fn resume(&self, bytes: u64);
    /// So many of its bytes are here.
    fn at(&self, bytes: u64);
    /// Something worth a line happened.
    fn note(&self, line: &str);
    /// The file is in its place.
    fn finish(&self, what: &str);
}

/// A bar on standard error where that is a terminal, else a line for each part.
#[derive(Debug, Default)]
pub struct StderrProgress {
    bar: Mutex<Option<ProgressBar>>,
}

impl StderrProgress {
    /// With the bar if there is one, else with `None`.
    fn with(&self, f: impl FnOnce(Option<&ProgressBar>)) {
        f(self.bar.lock().unwrap_or_else(PoisonError::into_inner).as_ref());
    }
}

impl Progress for StderrProgress {
    fn start(&self, what: &str, bytes: u64) {
        if !std::io::stderr().is_terminal() {
            eprintln!("fetching {what} ({:.1} MB)", bytes as f64 / 1e6);
            return;
        }
        let template = "{prefix} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} left {msg}";
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(bytes).with_style(style).with_prefix(what.to_owned());
        *self.bar.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn part(&self, what: &str) {
        self.with(|bar| match bar {
            Some(bar) => bar.set_message(what.to_owned()),
            None => eprintln!("  {what}"),
        });
    }

    fn resume(&self, bytes: u64) {
        self.with(|bar| {
            if let Some(bar) = bar {
                bar.update(|state| state.set_pos(bytes));
                bar.reset_eta();
            }
        });
    }

    fn at(&self, bytes: u64) {
        self.with(|bar| {
            if let Some(bar) = bar {
                bar.set_position(bytes.min(bar.length().unwrap_or(bytes)));
            }
        });
    }

    fn note(&self, line: &str) {
        self.with(|bar| match bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        });
    }

    fn finish(&self, what: &str) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
        eprintln!("fetched and verified {what}");
    }
}
