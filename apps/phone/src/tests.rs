//! The phone driven from outside: shell commands in, dumps and tables out.

mod bank;
mod browser;
mod calculator;
mod commands;
mod documents;
mod faults;
mod hostile;
mod journeys;
mod launcher;
mod mail;
mod many;
mod music;
mod notes;
mod photo_note;
mod photos;
mod pictures;
mod recorded;
mod recorded_tasks;
mod screens;
mod stock_trainer;
mod tasks;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::device::Device;
use crate::shell::{Context, Output, Shell, command};
use crate::system::app::Manifest;

/// Apps that a person starts.
const STARTED: [&str; 20] = [
    "com.android.settings",
    "com.google.android.deskclock",
    "com.android.contacts",
    "com.google.android.apps.messaging",
    "com.google.android.dialer",
    "com.google.android.calendar",
    "com.android.chrome",
    "com.google.android.apps.maps",
    "net.cozic.joplin",
    "org.tasks",
    "com.google.android.calculator",
    "com.google.android.gm",
    "com.google.android.documentsui",
    "com.example.bankApp",
    "com.chartreux.photo_note",
    "com.alifesoftware.stocktrainer",
    "com.google.android.apps.photos",
    "com.android.camera2",
    "com.android.music",
    "com.android.soundrecorder",
];

/// A phone and a shell on it.
struct Probe {
    shell: Shell,
    _home: tempfile::TempDir,
}

impl Probe {
    fn new() -> Probe {
        Probe::with(Vec::new())
    }

    /// A phone with further apps.
    fn with(apps: Vec<Manifest>) -> Probe {
        let home = tempfile::tempdir().expect("a directory");
        let apps = apps.into_iter().map(Arc::new).collect();
        let device = Arc::new(Device::boot_with(home.path(), 7, apps).expect("boots"));
        Probe { shell: Shell::new(device), _home: home }
    }

    /// Runs a command; returns what it printed and its status.
    fn run(&mut self, words: &[&str]) -> (String, i32) {
        let (bytes, status) = self.run_bytes(words);
        (String::from_utf8_lossy(&bytes).into_owned(), status)
    }

    fn run_bytes(&mut self, words: &[&str]) -> (Vec<u8>, i32) {
        let run = command::find(words[0]).unwrap_or_else(|| panic!("no command {}", words[0]));
        let args: Vec<String> = words[1..].iter().map(|word| (*word).to_owned()).collect();
        let out = Rc::new(RefCell::new(Vec::new()));
        let status = {
            let output = Output::shared(out.clone());
            let mut stdin: &[u8] = &[];
            let mut ctx =
                Context { shell: &mut self.shell, stdin: &mut stdin, out: output.clone(), err: output };
            run(&mut ctx, &args).expect("the streams hold")
        };
        let printed = out.borrow().clone();
        (printed, status)
    }

    /// What a query finds in a database of the phone, in sqlite3's own form.
    #[track_caller]
    fn finds(&mut self, database: &str, sql: &str, expected: &str) {
        assert_eq!(self.run(&["sqlite3", database, sql]), (format!("{expected}\n"), 0), "{sql}");
    }

    /// Runs a command line without quotes; it must succeed.
    #[track_caller]
    fn ok(&mut self, line: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        let (text, status) = self.run(&words);
        assert_eq!(status, 0, "{line}: {text}");
        text
    }

    fn dump(&mut self) -> String {
        let text = self.ok("uiautomator dump /dev/tty");
        let xml = text.strip_suffix("UI hierchary dumped to: /dev/tty\n").expect("AOSP's line follows");
        roxmltree::Document::parse(xml).expect("well-formed");
        xml.to_owned()
    }

    /// The middle of the node whose text, description or id is `label`, and whether it is checked.
    fn find(&mut self, label: &str) -> Option<((i32, i32), bool)> {
        let xml = self.dump();
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        let node = document.descendants().find(|node| {
            let is = |name| node.attribute(name).is_some_and(|value| value == label);
            is("text")
                || is("content-desc")
                || node.attribute("resource-id").is_some_and(|id| id.ends_with(&format!("/{label}")))
        })?;
        let bounds = node.attribute("bounds")?;
        let numbers: Vec<i32> =
            bounds.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
        let [left, top, right, bottom] = numbers[..] else { return None };
        Some(((left.midpoint(right), top.midpoint(bottom)), node.attribute("checked") == Some("true")))
    }

    #[track_caller]
    fn tap(&mut self, label: &str) {
        let Some(((x, y), _)) = self.find(label) else { panic!("no {label:?} in {}", self.dump()) };
        self.ok(&format!("input tap {x} {y}"));
    }

    #[track_caller]
    fn type_into(&mut self, label: &str, text: &str) {
        self.tap(label);
        assert_eq!(self.run(&["input", "text", text]).1, 0);
    }

    /// Texts and descriptions on the screen, in order, without repetitions.
    fn texts(&mut self) -> Vec<String> {
        let xml = self.dump();
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        let mut texts: Vec<String> = Vec::new();
        for node in document.descendants() {
            for name in ["text", "content-desc"] {
                let value = node.attribute(name).unwrap_or_default();
                if !value.is_empty() && texts.last().is_none_or(|last| last != value) {
                    texts.push(value.to_owned());
                }
            }
        }
        texts
    }

    #[track_caller]
    fn shows(&mut self, text: &str) {
        let texts = self.texts();
        assert!(texts.iter().any(|shown| shown == text), "no {text:?} in {texts:#?}");
    }
}
