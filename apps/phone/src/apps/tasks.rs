//! The to-do list, as in Tasks.org: lists of tasks, one task, due dates.

mod dialogs;
mod pages;
mod seed;
pub mod store;

pub use seed::fill;

use chrono::NaiveDate;

use self::store::Task;
use crate::apps::date_picker::{self, Choice, DatePicker};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::{Icon, Scene};

const MAIN: &str = "com.todoroo.astrid.activity.MainActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "org.tasks".to_owned(),
        label: "Tasks".to_owned(),
        icon: Icon::ListChecks,
        system: true,
        color: (0x2a, 0x7a, 0xd4),
        version: "13.7".to_owned(),
        activities: vec![
            Activity { name: MAIN.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity {
                name: "com.todoroo.astrid.activity.ShareLinkActivity".to_owned(),
                filters: vec![Filter::typed(&["android.intent.action.SEND"], &["text/plain"])],
            },
        ],
        permissions: &["android.permission.POST_NOTIFICATIONS"],
        launch: launch::<Tasks>(),
        setup: |cx| store::DATABASE.create(&cx.files),
    }
}

/// A question or a menu over the screen.
#[derive(Debug, Clone)]
pub enum Question {
    /// When the edited task is due.
    Due,
    /// On which day.
    Day(DatePicker),
    /// On which list the edited task is.
    List,
    /// Whether to delete the edited task.
    Delete,
    /// What to do with a list.
    ListMenu(String),
    /// Whether to delete a list.
    DeleteList(String),
    /// The name of a list, as typed; without the list it is a new one.
    Name(Option<String>, String),
}

/// The tasks.
#[derive(Debug, Default)]
pub struct Tasks {
    /// The list shown; none: all tasks.
    list: Option<String>,
    drawer: bool,
    search: Option<String>,
    edited: Option<Task>,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show the lists.
    Drawer,
    /// Show a list, or all tasks.
    Show(Option<String>),
    /// Show the search field.
    Find,
    /// Look for tasks.
    Search(String),
    /// Make a task.
    New,
    /// Edit a task.
    Edit(i64),
    /// A task is done, or not.
    Check(i64),
    /// Change a part of the form.
    Title(String),
    /// Change a part of the form.
    Notes(String),
    /// Change a part of the form.
    Importance(i64),
    /// Change a part of the form.
    Due(Option<NaiveDate>),
    /// Change a part of the form.
    Put(String),
    /// The edited task is done, or not.
    Complete,
    /// Keep the form.
    Save,
    /// Ask something.
    Ask(Question),
    /// In the dialog for a day.
    Picker(date_picker::Message),
    /// The name of a list as typed.
    Name(String),
    /// The answer to what was asked.
    Answer(bool),
    /// One screen back.
    Up,
}

impl App for Tasks {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let body = match (&self.edited, self.drawer, &self.search) {
            (Some(task), _, _) => pages::editor(cx, task),
            (None, true, _) => pages::drawer(cx, self.list.as_deref()),
            (None, false, Some(wanted)) => pages::search(cx, wanted),
            (None, false, None) => pages::tasks(cx, self.list.as_deref()),
        };
        Scene::from(body)
            .dialog(self.asking.as_ref().map(|question| dialogs::view(cx, question, self.edited.as_ref())))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Drawer => self.drawer = true,
            Message::Show(list) => *self = Tasks { list, ..Tasks::default() },
            Message::Find => self.search = Some(String::new()),
            Message::Search(wanted) => self.search = Some(wanted),
            Message::New => self.edited = Some(self.new_task(cx)),
            Message::Edit(id) => self.edited = store::tasks(&cx.files).into_iter().find(|task| task.id == id),
            Message::Check(id) => check(cx, id),
            Message::Title(value) => self.edit(|task| task.title = value),
            Message::Notes(value) => self.edit(|task| task.notes = value),
            Message::Importance(value) => self.edit(|task| task.importance = value),
            Message::Due(day) => {
                self.asking = None;
                self.edit(|task| task.set_day(day));
            }
            Message::Put(list) => {
                self.asking = None;
                self.edit(|task| task.list = list);
            }
            Message::Complete => {
                let now = cx.clock.millis();
                self.edit(|task| task.completed = if task.completed == 0 { now } else { 0 });
            }
            Message::Save => self.save(cx),
            Message::Ask(question) => self.asking = Some(question),
            Message::Picker(message) => self.pick(message),
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
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        if intent.is("android.intent.action.SEND") {
            let text = |name| intent.text(name).unwrap_or_default();
            let (title, body) = (text("android.intent.extra.SUBJECT"), text("android.intent.extra.TEXT"));
            let (title, notes) = if title.is_empty() { (body, String::new()) } else { (title, body) };
            *self = Tasks::default();
            self.edited = Some(Task { title, notes, ..self.new_task(cx) });
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        if self.asking.take().is_some() {
            return true;
        }
        if self.edited.is_some() {
            self.save(cx);
            return true;
        }
        std::mem::take(&mut self.drawer) || self.search.take().is_some() || self.list.take().is_some()
    }

    fn activity(&self) -> &'static str {
        MAIN
    }

    fn place(&self) -> String {
        let edited = self.edited.as_ref().map(|task| task.id);
        format!("{:?} {} {} {edited:?}", self.list, self.drawer, self.search.is_some())
    }
}

impl Tasks {
    fn edit(&mut self, change: impl FnOnce(&mut Task)) {
        if let Some(edited) = &mut self.edited {
            change(edited);
        }
    }

    /// For the list that is shown, else for the one that every phone has.
    fn new_task(&self, cx: &Services) -> Task {
        let lists = store::lists(&cx.files);
        let usual = lists.iter().find(|list| list.uuid == "default").or(lists.first());
        Task::new(self.list.clone().or_else(|| usual.map(|list| list.uuid.clone())).unwrap_or_default())
    }

    /// Keeps the form, unless nothing was written into a new one.
    fn save(&mut self, cx: &mut Services) {
        let Some(mut task) = self.edited.take() else { return };
        if task.title.trim().is_empty() {
            if task.id == 0 && task.notes.is_empty() {
                return;
            }
            task.title = "(No title)".to_owned();
        }
        store::save(&cx.files, cx.seed, &task, cx.clock.millis());
        cx.toast("Task saved");
    }

    fn pick(&mut self, message: date_picker::Message) {
        let Some(Question::Day(picker)) = &mut self.asking else { return };
        match picker.update(message) {
            Choice::Open => {}
            Choice::Cancelled => self.asking = None,
            Choice::Done(day) => {
                self.asking = None;
                self.edit(|task| task.set_day(Some(day)));
            }
        }
    }

    fn answer(&mut self, question: Question, cx: &mut Services) {
        let now = cx.clock.millis();
        match question {
            Question::Delete => {
                if let Some(task) = self.edited.take().filter(|task| task.id != 0) {
                    store::delete(&cx.files, task.id, now);
                    cx.toast("Task deleted");
                }
            }
            Question::DeleteList(uuid) => {
                store::delete_list(&cx.files, &uuid, now);
                self.list = self.list.take().filter(|list| *list != uuid);
            }
            Question::Name(uuid, name) => match (uuid, name.trim()) {
                (_, "") => {}
                (Some(uuid), name) => store::rename_list(&cx.files, &uuid, name),
                (None, name) => {
                    let list = Some(store::add_list(&cx.files, cx.seed, name, now));
                    *self = Tasks { list, ..Tasks::default() };
                }
            },
            Question::Due | Question::Day(_) | Question::List | Question::ListMenu(_) => {}
        }
    }
}

fn check(cx: &mut Services, id: i64) {
    if let Some(task) = store::tasks(&cx.files).into_iter().find(|task| task.id == id) {
        let now = cx.clock.millis();
        let completed = if task.completed == 0 { now } else { 0 };
        store::save(&cx.files, cx.seed, &Task { completed, ..task }, now);
        if completed != 0 {
            cx.toast("Task completed");
        }
    }
}
