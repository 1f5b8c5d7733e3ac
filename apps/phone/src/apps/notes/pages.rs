//! The screens of the notes: a list, the notebooks, a search, one note.

use super::store::{self, Note};
use super::{Message, Question, Shelf};
use crate::system::Services;
use crate::ui::style::{Align, Art};
use crate::ui::widget::{
    self, bar, choice, column, empty, fab, field, icon, icon_button, item, row, scroll, space, text, with_fab,
};
use crate::ui::{Icon, Tone, View};

/// The notes of a shelf.
pub(super) fn list(cx: &Services, shelf: &Shelf, adding: bool) -> View<Message> {
    let folders = store::folders(&cx.files);
    let title = match shelf {
        Shelf::All => "All notes",
        Shelf::Trash => "Trash",
        Shelf::Notebook(id) => {
            folders.iter().find(|folder| folder.id == *id).map_or("Notebook", |folder| &folder.title)
        }
    };
    let top = bar(
        Some(icon_button(Icon::Menu, "Sidebar", Message::Sidebar)),
        title,
        vec![
            icon_button(Icon::Search, "Search", Message::Find),
            icon_button(Icon::ArrowDownWideNarrow, "Sort notes by", Message::Ask(Question::Sort)),
        ],
    );
    let mut notes = store::notes(&cx.files);
    notes.retain(|note| match shelf {
        Shelf::All => !note.deleted,
        Shelf::Trash => note.deleted,
        Shelf::Notebook(id) => !note.deleted && note.folder == *id,
    });
    let body = match (notes.is_empty(), shelf) {
        (true, Shelf::Trash) => empty(Icon::Trash2, "There are no notes in the trash folder."),
        (true, _) => empty(
            Icon::NotebookText,
            "There are currently no notes. Create one by clicking on the (+) button.",
        ),
        (false, _) => rows(&notes),
    };
    let page = column(vec![top, body]);
    if *shelf == Shelf::Trash { page } else { with_fab(page, add_button(adding)) }
}

/// The floating button, with what it offers above it once it was tapped.
fn add_button(adding: bool) -> View<Message> {
    let (picture, label) =
        if adding { (Icon::X, "Add new, expanded") } else { (Icon::Plus, "Add new, collapsed") };
    let main = fab(picture, label, Message::Add);
    if !adding {
        return main;
    }
    let offer = |picture, label: &str, todo| {
        let mut view =
            row(vec![icon(picture, 20, Tone::OnContainer), text(label).ink(15, Tone::OnContainer).bold()])
                .describe(label)
                .tap(Message::New(todo))
                .gap(10)
                .pad(18, 14)
                .fill(Tone::Container, 16);
        view.class = "android.widget.Button".into();
        view
    };
    let offers =
        vec![offer(Icon::SquareCheck, "New to-do", true), offer(Icon::FileText, "New note", false), main];
    column(offers).gap(12).style(|s| s.cross = Align::End)
}

fn rows(notes: &[Note]) -> View<Message> {
    widget::list("note_list", notes.iter().map(note_row).chain([space(88)]).collect())
}

fn note_row(note: &Note) -> View<Message> {
    let title = if note.title.is_empty() { "Untitled" } else { &note.title };
    let lead = if note.todo {
        choice(Art::Checkbox, "", note.completed != 0, Message::Check(note.id.clone()))
            .describe(format!("to-do: {title}"))
            .pad(0, 0)
            .sized(24, 24)
    } else {
        icon(Icon::FileText, 22, Tone::Dim).sized(24, 24).centered()
    };
    let mut entry = item(Some(lead), title, "", None).tap(Message::Show(note.id.clone()));
    if note.completed != 0
        && let Some(label) = entry.children.last_mut().and_then(|texts| texts.children.first_mut())
    {
        label.style.tone = Tone::Dim;
    }
    entry
}

/// The notebooks, and what else can be listed.
pub(super) fn sidebar(cx: &Services, shelf: &Shelf) -> View<Message> {
    let mut close = bar(Some(icon_button(Icon::X, "Close sidebar", Message::Up)), "Joplin", Vec::new());
    close.style.background = None;
    let entry = |picture, label: &str, to: Shelf| {
        let selected = *shelf == to;
        let ink = if selected { Tone::OnContainer } else { Tone::Text };
        let view = row(vec![icon(picture, 22, ink), text(label).ink(16, ink).wide().lines(1)])
            .describe(label)
            .wide()
            .gap(18)
            .pad(16, 14)
            .selected(selected);
        let view = if selected { view.fill(Tone::Container, 26) } else { view };
        match to.clone() {
            Shelf::Notebook(id) => view.hold(Message::Ask(Question::Notebook(id))),
            Shelf::All | Shelf::Trash => view,
        }
        .tap(Message::Shelf(to))
    };
    let mut parts = vec![entry(Icon::NotebookText, "All notes", Shelf::All)];
    parts.push(
        row(vec![
            text("Notebooks").ink(14, Tone::Primary).bold().wide(),
            icon_button(Icon::FolderPlus, "New notebook", Message::Ask(Question::Name(None, String::new()))),
        ])
        .wide()
        .pad(16, 4),
    );
    for folder in store::folders(&cx.files) {
        parts.push(entry(Icon::Notebook, &folder.title, Shelf::Notebook(folder.id)));
    }
    parts.push(space(12));
    parts.push(entry(Icon::Trash2, "Trash", Shelf::Trash));
    column(vec![close, scroll("side_menu", parts).pad(12, 4)]).fill(Tone::Surface, 0)
}

/// Notes in which something stands.
pub(super) fn search(cx: &Services, wanted: &str) -> View<Message> {
    let low = wanted.trim().to_lowercase();
    let mut found = store::notes(&cx.files);
    found.retain(|note| {
        !low.is_empty()
            && !note.deleted
            && [&note.title, &note.body].iter().any(|text| text.to_lowercase().contains(&low))
    });
    let top = row(vec![
        icon_button(Icon::ArrowLeft, "Back", Message::Up),
        field("search_input", "Search", wanted, Message::Search).autofocus(),
    ]);
    let body = match (found.is_empty(), low.is_empty()) {
        (true, true) => empty(Icon::Search, "Search titles and texts of your notes"),
        (true, false) => empty(Icon::Search, "No results found"),
        (false, _) => rows(&found),
    };
    column(vec![top.wide().pad(8, 8).gap(4), body])
}

/// A note; its title can always be edited, its body only while `editing`.
pub(super) fn note(cx: &Services, note: &Note, editing: bool) -> View<Message> {
    let folders = store::folders(&cx.files);
    let folder = folders.iter().find(|folder| folder.id == note.folder).map_or("", |folder| &folder.title);
    let top = bar(
        Some(icon_button(Icon::ArrowLeft, "Back", Message::Up)),
        if note.deleted { "Trash" } else { folder },
        vec![icon_button(Icon::EllipsisVertical, "Actions", Message::Ask(Question::Actions))],
    );
    let plain = |view: View<Message>| view.style(|s| (s.background, s.radius) = (None, 8));
    let title = field("note_title", "Add title", &note.title, Message::Title)
        .ink(21, Tone::Text)
        .bold()
        .pad(12, 10)
        .enabled(!note.deleted);
    let mut head = vec![plain(title)];
    if note.todo {
        let check = choice(Art::Checkbox, "", note.completed != 0, Message::Check(note.id.clone()));
        head.insert(0, check.describe(format!("to-do: {}", note.title)).pad(0, 0).sized(24, 24));
    }
    let head = row(head).wide().gap(8).pad(if note.todo { 20 } else { 8 }, 0);
    let body = if editing && !note.deleted {
        let mut body =
            field("note_body", "Add body", &note.body, Message::Body).pad(12, 8).lines(1000).autofocus();
        body.flags.multiline = true;
        scroll("note_editor", vec![column(vec![plain(body)]).wide().pad(8, 0)])
    } else {
        let text = text(note.body.clone()).id("note_body").wide().pad(20, 8);
        scroll("note_viewer", vec![text, space(88)])
    };
    let page = column(vec![top, head, body]);
    if editing || note.deleted { page } else { with_fab(page, fab(Icon::Pencil, "Edit", Message::Edit)) }
}
