//! Files: the shared storage of the phone, browsed, renamed, deleted.

mod entries;
mod pages;

pub use entries::fill;

use std::fs;
use std::io;

use self::entries::{Entry, Order};
use crate::files::{Files, reason};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::content::media;
use crate::system::intent::Intent;
use crate::ui::{Icon, Scene};

const MAIN: &str = "com.android.documentsui.files.FilesActivity";
/// Where the shared storage begins.
const ROOT: &str = "/sdcard";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.documentsui".to_owned(),
        label: "Files".to_owned(),
        icon: Icon::Folder,
        system: true,
        color: (0x1f, 0x6b, 0x75),
        version: "14".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![
                Filter::LAUNCHER,
                Filter {
                    categories: &["android.intent.category.APP_FILES"],
                    ..Filter::action(&["android.intent.action.MAIN"])
                },
            ],
        }],
        permissions: &["android.permission.MANAGE_EXTERNAL_STORAGE"],
        launch: launch::<Documents>(),
        setup: |_| Ok(()),
    }
}

/// A question or a menu over the screen.
#[derive(Debug, Clone)]
pub enum Question {
    /// What else to do.
    More,
    /// By what to sort.
    Sort,
    /// Whether to delete what is selected.
    Delete,
    /// The name of a new folder, as typed.
    Folder(String),
    /// Another name for what is selected, as typed.
    Rename(String),
}

/// The files.
#[derive(Debug, Default)]
pub struct Documents {
    /// Folders within each other, from the root on.
    path: Vec<String>,
    /// The name of the file that is read.
    reading: Option<String>,
    selected: Vec<String>,
    order: Order,
    search: Option<String>,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Open a folder or a file; while something is selected, select it too.
    Open(String),
    /// Select something.
    Select(String),
    /// Select everything.
    All,
    /// Go up to a folder of the path: so many folders are left.
    Leave(usize),
    /// Show the search field.
    Find,
    /// Look for names.
    Search(String),
    /// Sort by something else.
    Sort(Order),
    /// Ask something.
    Ask(Question),
    /// A name as typed.
    Name(String),
    /// The answer to what was asked.
    Answer(bool),
    /// One screen back.
    Up,
}

impl App for Documents {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let body = match &self.reading {
            Some(name) => pages::text_of(cx, name, &self.at(name)),
            None => pages::folder(cx, self, &self.entries(&cx.files)),
        };
        Scene::from(body).dialog(self.asking.as_ref().map(|question| pages::question(self, question)))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Open(name) if !self.selected.is_empty() => self.select(name),
            Message::Open(name) => self.enter(name, cx),
            Message::Select(name) => self.select(name),
            Message::All => {
                self.asking = None;
                self.selected = self.entries(&cx.files).into_iter().map(|entry| entry.name).collect();
            }
            Message::Leave(left) => {
                self.path.truncate(left);
                self.search = None;
                self.selected.clear();
            }
            Message::Find => {
                self.asking = None;
                self.search = Some(String::new());
            }
            Message::Search(wanted) => self.search = Some(wanted),
            Message::Sort(order) => {
                self.asking = None;
                self.order = order;
            }
            Message::Ask(question) => self.asking = Some(question),
            Message::Name(typed) => {
                if let Some(Question::Folder(name) | Question::Rename(name)) = &mut self.asking {
                    *name = typed;
                }
            }
            Message::Answer(yes) => {
                if let Some(question) = self.asking.take().filter(|_| yes) {
                    self.answer(question, cx);
                }
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, _: &mut Services) -> bool {
        if self.asking.take().is_some() || self.reading.take().is_some() {
            return true;
        }
        if !self.selected.is_empty() {
            self.selected.clear();
            return true;
        }
        self.search.take().is_some() || self.path.pop().is_some()
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("{:?} {:?} {}", self.path, self.reading, self.search.is_some())
    }
}

impl Documents {
    /// The Android path of something in the folder that is shown.
    fn at(&self, name: &str) -> String {
        let parts = [ROOT].into_iter().chain(self.path.iter().map(String::as_str)).chain([name]);
        parts.collect::<Vec<_>>().join("/")
    }

    fn entries(&self, files: &Files) -> Vec<Entry> {
        let mut found = entries::of(files, &self.at(""), self.order);
        if let Some(wanted) = &self.search {
            found.retain(|entry| entry.name.to_lowercase().contains(&wanted.trim().to_lowercase()));
        }
        found
    }

    fn select(&mut self, name: String) {
        if self.selected.contains(&name) {
            self.selected.retain(|selected| *selected != name);
        } else {
            self.selected.push(name);
        }
    }

    fn enter(&mut self, name: String, cx: &mut Services) {
        let Some(entry) = self.entries(&cx.files).into_iter().find(|entry| entry.name == name) else {
            return;
        };
        if entry.folder {
            self.path.push(name);
            self.search = None;
        } else if let Some(image) = self.image(cx, &name) {
            cx.start(Intent {
                mime: Some("image/*".to_owned()),
                ..Intent::data("android.intent.action.VIEW", media::image_uri(image))
            });
        } else if entries::text(&cx.files, &self.at(&name)).is_some() {
            self.reading = Some(name);
        } else {
            cx.toast("No app can open this file");
        }
    }

    /// The row of a picture in the folder that is shown.
    fn image(&self, cx: &Services, name: &str) -> Option<i64> {
        let path = Files::canonical("/", &self.at(name));
        media::images(&cx.files).into_iter().find(|image| image.path == path).map(|image| image.id)
    }

    fn answer(&mut self, question: Question, cx: &mut Services) {
        let (done, what) = match question {
            Question::Delete => {
                let names = std::mem::take(&mut self.selected);
                (names.iter().try_for_each(|name| cx.files.remove(&self.at(name))), "delete")
            }
            Question::Folder(name) => (self.make(&cx.files, name.trim()), "create folder"),
            Question::Rename(name) => {
                let from = self.selected.pop();
                self.selected.clear();
                (from.map_or(Ok(()), |from| self.rename(&cx.files, &from, name.trim())), "rename")
            }
            Question::More | Question::Sort => return,
        };
        if let Err(error) = done {
            cx.toast(format!("Failed to {what}: {}", reason(&error)));
        }
    }

    fn make(&self, files: &Files, name: &str) -> io::Result<()> {
        let host = files.host_path("/", &self.at(valid(name)?))?;
        files.room(&host)?;
        fs::create_dir(host)
    }

    fn rename(&self, files: &Files, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (self.at(from), self.at(valid(to)?));
        if from == to {
            return Ok(());
        }
        if files.exists(&to) {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "File exists"));
        }
        fs::rename(files.host_path("/", &from)?, files.host_path("/", &to)?)
    }
}

/// A name that stays in its folder.
fn valid(name: &str) -> io::Result<&str> {
    let fine = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\0']);
    fine.then_some(name).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "Invalid name"))
}
