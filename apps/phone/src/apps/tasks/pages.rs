//! The screens of the to-do list: tasks, lists, a search, one task.

use super::store::{self, Task, day_name};
use super::{Message, Question};
use crate::system::Services;
use crate::ui::style::Art;
use crate::ui::widget::{
    self, bar, choice, column, empty, fab, field, heading, icon, icon_button, item, row, scroll, space, text,
    with_fab,
};
use crate::ui::{Icon, Tone, View};

/// Importance, its name, its colour.
const IMPORTANCE: [(i64, &str, Tone); 4] = [
    (0, "High", Tone::Rgb(0xd3, 0x3c, 0x3c)),
    (1, "Medium", Tone::Rgb(0xd9, 0x8b, 0x1b)),
    (2, "Low", Tone::Rgb(0x3b, 0x7d, 0xd8)),
    (3, "None", Tone::Dim),
];

/// The tasks of a list, or all of them.
pub(super) fn tasks(cx: &Services, list: Option<&str>) -> View<Message> {
    let lists = store::lists(&cx.files);
    let title = match list {
        Some(uuid) => lists.iter().find(|list| list.uuid == uuid).map_or("List", |list| &list.name),
        None => "My Tasks",
    };
    let mut tasks = store::tasks(&cx.files);
    tasks.retain(|task| list.is_none_or(|list| task.list == list));
    let top = bar(
        Some(icon_button(Icon::Menu, "Menu", Message::Drawer)),
        title,
        vec![icon_button(Icon::Search, "Search", Message::Find).id("menu_search")],
    );
    let body = if tasks.is_empty() {
        empty(Icon::ListChecks, "There are no tasks here.")
    } else {
        widget::list("recycler_view", rows(cx, &tasks))
    };
    with_fab(column(vec![top, body]), fab(Icon::Plus, "Create new task", Message::New))
}

fn rows(cx: &Services, tasks: &[Task]) -> Vec<View<Message>> {
    let now = cx.clock.now();
    let mut rows = Vec::new();
    let mut group = String::new();
    for task in tasks {
        let name = match task.day() {
            _ if task.completed != 0 => "Completed".to_owned(),
            Some(day) if day < now.date_naive() => "Overdue".to_owned(),
            Some(day) => day_name(day, now),
            None => "No due date".to_owned(),
        };
        if group != name {
            rows.push(heading(&name));
            group = name;
        }
        rows.push(task_row(cx, task, &group));
    }
    rows.push(space(88));
    rows
}

/// `group` is the heading above, which need not be said again.
fn task_row(cx: &Services, task: &Task, group: &str) -> View<Message> {
    let now = cx.clock.now();
    let done = task.completed != 0;
    let lead = choice(Art::Checkbox, "", done, Message::Check(task.id))
        .id("completeBox")
        .describe(format!("Complete {}", task.title))
        .pad(0, 0)
        .sized(24, 24);
    let when = task.when(now);
    let end = (!done && when != group).then(|| {
        let late = task.overdue(now);
        text(when).id("due_date").ink(13, if late { Tone::Danger } else { Tone::Dim })
    });
    let flag = IMPORTANCE.iter().find(|(value, _, _)| *value == task.importance && task.importance < 3);
    let flag = flag.filter(|_| !done).map(|(_, name, tone)| {
        icon(Icon::Flag, 16, *tone).id("priority").describe(format!("{name} priority"))
    });
    let end = row(flag.into_iter().chain(end).collect()).gap(10);
    let mut entry = item(Some(lead), &task.title, &task.notes, Some(end)).tap(Message::Edit(task.id));
    if let Some(texts) = entry.children.get_mut(1) {
        for (part, id) in texts.children.iter_mut().zip(["title", "description"]) {
            part.id = id.to_owned();
            part.style.max_lines = 1;
            if done {
                part.style.tone = Tone::Dim;
            }
        }
    }
    entry
}

/// The lists.
pub(super) fn drawer(cx: &Services, shown: Option<&str>) -> View<Message> {
    let top = bar(Some(icon_button(Icon::X, "Close menu", Message::Up)), "Tasks", Vec::new());
    let open: Vec<Task> = store::tasks(&cx.files).into_iter().filter(|task| task.completed == 0).collect();
    let entry = |picture, label: &str, list: Option<String>| {
        let selected = shown == list.as_deref();
        let ink = if selected { Tone::OnContainer } else { Tone::Text };
        let count = open.iter().filter(|task| list.as_ref().is_none_or(|list| task.list == *list)).count();
        let parts = vec![
            icon(picture, 22, ink),
            text(label).id("text").ink(16, ink).wide().lines(1),
            text(count.to_string()).id("count").ink(14, if selected { ink } else { Tone::Dim }),
        ];
        let view = row(parts).wide().gap(18).pad(16, 14).selected(selected);
        let view = if selected { view.fill(Tone::Container, 26) } else { view };
        match &list {
            Some(uuid) => view.hold(Message::Ask(Question::ListMenu(uuid.clone()))),
            None => view,
        }
        .tap(Message::Show(list))
    };
    let mut parts = vec![entry(Icon::House, "My Tasks", None), heading("Local lists").pad(16, 10)];
    for list in store::lists(&cx.files) {
        parts.push(entry(Icon::ListTodo, &list.name, Some(list.uuid)));
    }
    let new = row(vec![icon(Icon::Plus, 22, Tone::Text), text("Create new list").ink(16, Tone::Text)]);
    parts.push(new.wide().gap(18).pad(16, 14).tap(Message::Ask(Question::Name(None, String::new()))));
    column(vec![top, scroll("navigation_list", parts).pad(12, 4)]).fill(Tone::Surface, 0)
}

/// Tasks in which something stands.
pub(super) fn search(cx: &Services, wanted: &str) -> View<Message> {
    let low = wanted.trim().to_lowercase();
    let mut found = store::tasks(&cx.files);
    found.retain(|task| {
        !low.is_empty() && [&task.title, &task.notes].iter().any(|text| text.to_lowercase().contains(&low))
    });
    let top = row(vec![
        icon_button(Icon::ArrowLeft, "Collapse", Message::Up),
        field("search_src_text", "Search", wanted, Message::Search).autofocus(),
    ]);
    let body = if found.is_empty() {
        empty(Icon::Search, if low.is_empty() { "Search your tasks" } else { "No matching tasks" })
    } else {
        widget::list("recycler_view", rows(cx, &found))
    };
    column(vec![top.wide().pad(8, 8).gap(4), body])
}

/// The form of a task.
pub(super) fn editor(cx: &Services, task: &Task) -> View<Message> {
    let now = cx.clock.now();
    let mut actions = Vec::new();
    if task.id != 0 {
        actions
            .push(icon_button(Icon::Trash2, "Delete task", Message::Ask(Question::Delete)).id("menu_delete"));
    }
    let title = if task.id == 0 { "New task" } else { "Edit task" };
    let top = bar(Some(icon_button(Icon::Check, "Save", Message::Save)), title, actions);
    let lists = store::lists(&cx.files);
    let list = lists.iter().find(|list| list.uuid == task.list).map_or("No list", |list| &list.name);
    let mut name = field("title", "Task name", &task.title, Message::Title).ink(20, Tone::Text);
    // A new task is about to be named; one that is only looked at keeps the keyboard away.
    if task.id == 0 {
        name = name.autofocus();
    }
    let done = choice(Art::Checkbox, "", task.completed != 0, Message::Complete)
        .id("completeBox")
        .describe("Complete")
        .pad(0, 0)
        .sized(24, 24);
    let mut notes = field("notes", "Description", &task.notes, Message::Notes);
    notes.flags.multiline = true;
    let line = |picture, id: &str, label: String, tone, message| {
        row(vec![icon(picture, 22, Tone::Dim).sized(24, 24), text(label).id(id).ink(16, tone)])
            .tap(message)
            .wide()
            .gap(18)
            .pad(20, 16)
    };
    let due_tone = if task.completed == 0 && task.overdue(now) { Tone::Danger } else { Tone::Text };
    let priority = IMPORTANCE.map(|(value, name, tone)| {
        let selected = value == task.importance;
        let mut view = text(name)
            .describe(format!("Priority {name}"))
            .tap(Message::Importance(value))
            .selected(selected)
            .ink(14, if selected { Tone::OnContainer } else { tone })
            .bold()
            .wide()
            .pad(0, 10)
            .style(|s| {
                (s.cross, s.border, s.radius) = (crate::ui::style::Align::Center, Some(Tone::Outline), 18)
            });
        view.class = "android.widget.RadioButton".into();
        (view.flags.checkable, view.flags.checked) = (true, selected);
        if selected { view.fill(Tone::Container, 18) } else { view }
    });
    column(vec![
        top,
        scroll(
            "edit_scroll",
            vec![
                row(vec![done, name]).wide().gap(14).pad(20, 8),
                line(Icon::CalendarDays, "due_date", task.when(now), due_tone, Message::Ask(Question::Due)),
                line(Icon::ListTodo, "list", list.to_owned(), Tone::Text, Message::Ask(Question::List)),
                row(vec![
                    icon(Icon::Flag, 22, Tone::Dim).sized(24, 24),
                    row(priority.into()).id("priority").wide().gap(6),
                ])
                .wide()
                .gap(18)
                .pad(20, 10),
                row(vec![icon(Icon::TextAlignStart, 22, Tone::Dim).sized(24, 24), notes])
                    .wide()
                    .gap(14)
                    .pad(20, 8),
            ],
        ),
    ])
}
