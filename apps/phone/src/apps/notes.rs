//! Notes, as in Joplin: notebooks, notes and to-dos, a search, a trash.

mod dialogs;
mod pages;
mod seed;
pub mod store;

pub use seed::fill;

use self::store::{Note, Order};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::{Extra, Intent};
use crate::ui::{Icon, Scene};

const MAIN: &str = "net.cozic.joplin.MainActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "net.cozic.joplin".to_owned(),
        label: "Joplin".to_owned(),
        icon: Icon::NotebookPen,
        system: true,
        color: (0x10, 0x53, 0xb5),
        version: "3.1.2".to_owned(),
        activities: vec![Activity {
            name: MAIN.to_owned(),
            filters: vec![Filter::LAUNCHER, Filter::typed(&["android.intent.action.SEND"], &["text/plain"])],
        }],
        permissions: &["android.permission.POST_NOTIFICATIONS"],
        launch: launch::<Notes>(),
        setup: |cx| store::DATABASE.create(&cx.files),
    }
}

/// Which notes are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Shelf {
    /// All but those in the trash.
    #[default]
    All,
    /// Those of a notebook, by its id.
    Notebook(String),
    /// Those that were deleted.
    Trash,
}

/// A question or a menu over the screen.
#[derive(Debug, Clone)]
pub enum Question {
    /// By what to sort.
    Sort,
    /// What to do with the open note.
    Actions,
    /// Where to move the open note.
    Move,
    /// Whether to delete the open note.
    Delete,
    /// What to do with a notebook.
    Notebook(String),
    /// Whether to delete a notebook.
    DeleteNotebook(String),
    /// The name of a notebook, as typed; without an id it is a new one.
    Name(Option<String>, String),
}

/// The notes.
#[derive(Debug, Default)]
pub struct Notes {
    shelf: Shelf,
    sidebar: bool,
    search: Option<String>,
    /// The id of the note shown, and whether its body is edited.
    open: Option<(String, bool)>,
    /// The choice between a note and a to-do is shown.
    adding: bool,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show or hide the notebooks.
    Sidebar,
    /// List other notes.
    Shelf(Shelf),
    /// Show the search field.
    Find,
    /// Look for notes.
    Search(String),
    /// Show or hide the choice between a note and a to-do.
    Add,
    /// Make a note, or a to-do.
    New(bool),
    /// Show a note.
    Show(String),
    /// Edit the body of the open note.
    Edit,
    /// Change the title of the open note.
    Title(String),
    /// Change the body of the open note.
    Body(String),
    /// A to-do is done, or not.
    Check(String),
    /// Ask something.
    Ask(Question),
    /// The name of a notebook as typed.
    Name(String),
    /// The answer to what was asked.
    Answer(bool),
    /// Sort by something else.
    Sort(Order),
    /// Move the open note to a notebook.
    MoveTo(String),
    /// Make the open note a to-do, or no longer one.
    Convert,
    /// Send the open note to another app.
    Share,
    /// Take the open note out of the trash.
    Restore,
    /// One screen back.
    Up,
}

impl App for Notes {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let open = self.open.as_ref().and_then(|(id, editing)| Some((store::note(&cx.files, id)?, *editing)));
        let body = match (&open, self.sidebar, &self.search) {
            (Some((note, editing)), _, _) => pages::note(cx, note, *editing),
            (None, true, _) => pages::sidebar(cx, &self.shelf),
            (None, false, Some(wanted)) => pages::search(cx, wanted),
            (None, false, None) => pages::list(cx, &self.shelf, self.adding),
        };
        let note = open.map(|(note, _)| note);
        Scene::from(body)
            .dialog(self.asking.as_ref().map(|question| dialogs::view(cx, question, note.as_ref())))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        if !matches!(message, Message::Add) {
            self.adding = false;
        }
        match message {
            Message::Sidebar => self.sidebar = true,
            Message::Shelf(shelf) => *self = Notes { shelf, ..Notes::default() },
            Message::Find => self.search = Some(String::new()),
            Message::Search(wanted) => self.search = Some(wanted),
            Message::Add => self.adding = !self.adding,
            Message::New(todo) => self.create(Note { todo, ..Note::default() }, cx),
            Message::Show(id) => self.open = Some((id, false)),
            Message::Edit => {
                if let Some((_, editing)) = &mut self.open {
                    *editing = true;
                }
            }
            Message::Title(title) => self.change(cx, |note| note.title = title),
            Message::Body(body) => self.change(cx, |note| note.body = body),
            Message::Check(id) => check(cx, &id),
            Message::Ask(question) => self.asking = Some(question),
            Message::Name(typed) => {
                if let Some(Question::Name(_, name)) = &mut self.asking {
                    *name = typed;
                }
            }
            Message::Answer(yes) => {
                if let Some(question) = self.asking.take().filter(|_| yes) {
                    self.answer(question, cx);
                }
            }
            Message::Sort(order) => {
                self.asking = None;
                store::sort_by(cx, order);
            }
            Message::MoveTo(folder) => {
                self.asking = None;
                self.change(cx, |note| note.folder = folder);
            }
            Message::Convert => {
                self.asking = None;
                self.change(cx, |note| (note.todo, note.completed) = (!note.todo, 0));
            }
            Message::Share => {
                self.asking = None;
                self.share(cx);
            }
            Message::Restore => {
                self.asking = None;
                self.restore(cx);
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        if intent.is("android.intent.action.SEND") {
            self.close(cx);
            *self = Notes::default();
            let text = |name| intent.text(name).unwrap_or_default();
            let (title, body) = (text("android.intent.extra.SUBJECT"), text("android.intent.extra.TEXT"));
            self.create(Note { title, body, ..Note::default() }, cx);
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        if self.asking.take().is_some() || std::mem::take(&mut self.adding) {
            return true;
        }
        if self.open.is_some() {
            self.close(cx);
            return true;
        }
        if std::mem::take(&mut self.sidebar) || self.search.take().is_some() {
            return true;
        }
        std::mem::take(&mut self.shelf) != Shelf::All
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        format!("{:?} {:?} {} {}", self.open, self.shelf, self.sidebar, self.search.is_some())
    }
}

impl Notes {
    fn opened(&self, cx: &Services) -> Option<Note> {
        store::note(&cx.files, &self.open.as_ref()?.0)
    }

    fn change(&self, cx: &Services, edit: impl FnOnce(&mut Note)) {
        if let Some(mut note) = self.opened(cx) {
            edit(&mut note);
            store::save_note(&cx.files, &note, cx.clock.millis());
        }
    }

    /// Makes a note in the notebook that is listed, else in the first one, and opens it.
    fn create(&mut self, note: Note, cx: &Services) {
        let folder = match &self.shelf {
            Shelf::Notebook(id) => Some(id.clone()),
            Shelf::All | Shelf::Trash => store::folders(&cx.files).into_iter().next().map(|folder| folder.id),
        };
        let note = Note { folder: folder.unwrap_or_default(), ..note };
        self.open = Some((store::add_note(&cx.files, cx.seed, &note, cx.clock.millis()), true));
    }

    /// Leaves the open note. One without a title gets its first line; an empty one was not wanted.
    fn close(&mut self, cx: &Services) {
        let note = self.opened(cx);
        if let Some(note) = note.filter(|note| note.title.is_empty()) {
            match note.body.lines().find(|line| !line.trim().is_empty()) {
                Some(line) => {
                    let title = line.trim_start_matches(['#', '-', '*', ' ']).chars().take(80).collect();
                    self.change(cx, |note| note.title = title);
                }
                None => store::delete_note(&cx.files, &note.id),
            }
        }
        self.open = None;
    }

    fn answer(&mut self, question: Question, cx: &mut Services) {
        let now = cx.clock.millis();
        match question {
            Question::Delete => {
                if let Some(note) = self.opened(cx) {
                    if note.deleted {
                        store::delete_note(&cx.files, &note.id);
                        cx.toast("Note deleted");
                    } else {
                        store::save_note(&cx.files, &Note { deleted: true, ..note }, now);
                        cx.toast("Note moved to trash");
                    }
                }
                self.open = None;
            }
            Question::DeleteNotebook(id) => {
                store::delete_folder(&cx.files, &id, now);
                if self.shelf == Shelf::Notebook(id) {
                    self.shelf = Shelf::All;
                }
            }
            Question::Name(id, name) => match (id, name.trim()) {
                (_, "") => {}
                (Some(id), name) => store::rename_folder(&cx.files, &id, name, now),
                (None, name) => {
                    let id = store::add_folder(&cx.files, cx.seed, name, now);
                    *self = Notes { shelf: Shelf::Notebook(id), ..Notes::default() };
                }
            },
            Question::Sort | Question::Actions | Question::Move | Question::Notebook(_) => {}
        }
    }

    /// Joplin sends title and body as one text.
    fn share(&self, cx: &mut Services) {
        let Some(note) = self.opened(cx) else { return };
        let text = format!("{}\n\n{}", note.title, note.body);
        let send =
            Intent { mime: Some("text/plain".to_owned()), ..Intent::action("android.intent.action.CHOOSER") };
        cx.start(
            send.extra("android.intent.extra.SUBJECT", Extra::Text(note.title))
                .extra("android.intent.extra.TEXT", Extra::Text(text)),
        );
    }

    /// A note whose notebook is gone goes to the first one.
    fn restore(&self, cx: &Services) {
        let folders = store::folders(&cx.files);
        self.change(cx, |note| {
            note.deleted = false;
            if !folders.iter().any(|folder| folder.id == note.folder) {
                note.folder = folders.first().map(|folder| folder.id.clone()).unwrap_or_default();
            }
        });
    }
}

fn check(cx: &Services, id: &str) {
    if let Some(note) = store::note(&cx.files, id) {
        let now = cx.clock.millis();
        let completed = if note.completed == 0 { now } else { 0 };
        store::save_note(&cx.files, &Note { completed, ..note }, now);
    }
}
