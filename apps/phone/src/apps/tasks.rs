//! The to-do list, as in Tasks.org: lists of tasks, one task, due dates.

mod pages;
mod seed;
pub mod store;

pub use seed::fill;

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use self::store::Task;
use crate::apps::date_picker::{self, Choice, DatePicker};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::view::Art;
use crate::ui::widget::{choice, confirm, dialog, dialog_button, field, menu, menu_item};
use crate::ui::{Icon, Scene, View};

const MAIN: &str = "com.todoroo.astrid.activity.MainActivity";

/// The app.
pub const MANIFEST: Manifest = Manifest {
    package: "org.tasks",
    label: "Tasks",
    icon: Icon::ListChecks,
    color: (0x2a, 0x7a, 0xd4),
    version: "13.7",
    activities: &[
        Activity { name: MAIN, filters: &[Filter::LAUNCHER] },
        Activity {
            name: "com.todoroo.astrid.activity.ShareLinkActivity",
            filters: &[Filter::typed(&["android.intent.action.SEND"], &["text/plain"])],
        },
    ],
    permissions: &["android.permission.POST_NOTIFICATIONS"],
    launch: launch::<Tasks>,
    setup: |cx| store::DATABASE.open(&cx.files).map(drop),
};

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
        Scene::from(body).dialog(self.asking.as_ref().map(|question| self.question(cx, question)))
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

    fn question(&self, cx: &Services, question: &Question) -> View<Message> {
        let lists = store::lists(&cx.files);
        let name_of = |uuid: &str| {
            lists.iter().find(|list| list.uuid == uuid).map_or_else(String::new, |list| list.name.clone())
        };
        let sure = |title: &str, message: &str| {
            confirm(title, message, "OK", Message::Answer(false), Message::Answer(true))
        };
        match question {
            Question::Due => {
                let today = cx.clock.now().date_naive();
                let day = self.edited.as_ref().and_then(Task::day).unwrap_or(today);
                let after = |days| Message::Due(today.checked_add_days(Days::new(days)));
                menu(
                    "Due date",
                    vec![
                        menu_item("Today", after(0)),
                        menu_item("Tomorrow", after(1)),
                        menu_item("Next week", after(7)),
                        menu_item("Pick a date", Message::Ask(Question::Day(DatePicker::new(day)))),
                        menu_item("No due date", Message::Due(None)),
                    ],
                )
            }
            Question::Day(picker) => {
                let wrap: Arc<dyn Fn(date_picker::Message) -> Message + Send + Sync> =
                    Arc::new(Message::Picker);
                picker.view().map(&wrap)
            }
            Question::List => {
                let now = self.edited.as_ref().map_or("", |task| &task.list);
                let choices = lists.iter().map(|list| {
                    choice(Art::Radio, &list.name, list.uuid == now, Message::Put(list.uuid.clone()))
                        .pad(24, 14)
                });
                menu("List", choices.collect())
            }
            Question::Delete => sure("Delete this task?", ""),
            Question::ListMenu(uuid) => menu(
                &name_of(uuid),
                vec![
                    menu_item("Rename", Message::Ask(Question::Name(Some(uuid.clone()), name_of(uuid)))),
                    menu_item("Delete", Message::Ask(Question::DeleteList(uuid.clone()))),
                ],
            ),
            Question::DeleteList(uuid) => {
                sure(&format!("Delete {}?", name_of(uuid)), "All tasks in this list will be deleted.")
            }
            Question::Name(uuid, name) => dialog(
                if uuid.is_some() { "Rename list" } else { "Create new list" },
                vec![
                    field("name", "Display name", name, Message::Name)
                        .autofocus()
                        .submit(Message::Answer(true)),
                ],
                vec![
                    dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
                    dialog_button("android:id/button1", "Save", Message::Answer(true)),
                ],
            ),
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
