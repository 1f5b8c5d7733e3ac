//! The screens of the files: a folder, the text of a file, questions.

use super::entries::{self, Entry, Order};
use super::{Documents, Message, Question};
use crate::system::Services;
use crate::system::clock::ago;
use crate::ui::style::Art;
use crate::ui::widget::{
    app_bar, bar, choice, column, confirm, dialog, dialog_button, empty, field, icon, icon_button, item,
    list, menu, menu_item, row, scroll, space, text,
};
use crate::ui::{Icon, Tone, View};

/// A folder.
pub(super) fn folder(cx: &Services, app: &Documents, found: &[Entry]) -> View<Message> {
    let body = match (found.is_empty(), &app.search) {
        (true, None) => empty(Icon::Folder, "No items"),
        (true, Some(_)) => empty(Icon::Search, "No matches"),
        (false, _) => {
            let rows = found.iter().map(|entry| entry_row(cx, entry, &app.selected));
            list("dir_list", rows.chain([space(24)]).collect())
        }
    };
    column(vec![top(app), crumbs(app), body])
}

fn top(app: &Documents) -> View<Message> {
    let more = icon_button(Icon::EllipsisVertical, "More options", Message::Ask(Question::More));
    if !app.selected.is_empty() {
        let close = icon_button(Icon::X, "Clear selection", Message::Up);
        let delete =
            icon_button(Icon::Trash2, "Delete", Message::Ask(Question::Delete)).id("action_menu_delete");
        return bar(Some(close), &format!("{} selected", app.selected.len()), vec![delete, more]);
    }
    if let Some(wanted) = &app.search {
        let back = icon_button(Icon::ArrowLeft, "Collapse", Message::Up);
        let search = field("search_src_text", "Search this folder", wanted, Message::Search).autofocus();
        return row(vec![back, search]).wide().gap(4).pad(8, 8);
    }
    let up = (!app.path.is_empty()).then_some(Message::Up);
    let title = app.path.last().map_or("Internal storage", String::as_str);
    let search = icon_button(Icon::Search, "Search", Message::Find).id("option_menu_search");
    app_bar(up, title, vec![search, more])
}

/// The path, each folder of it to go back to.
fn crumbs(app: &Documents) -> View<Message> {
    let names = ["Internal storage"].into_iter().chain(app.path.iter().map(String::as_str));
    let last = app.path.len();
    let mut parts = Vec::new();
    // Only the last ones fit.
    for (nth, name) in names.enumerate().skip(last.saturating_sub(2)) {
        if !parts.is_empty() {
            parts.push(icon(Icon::ChevronRight, 16, Tone::Dim));
        }
        let tone = if nth == last { Tone::Primary } else { Tone::Dim };
        parts
            .push(text(name).id("breadcrumb_text").ink(14, tone).lines(1).tap(Message::Leave(nth)).pad(4, 8));
    }
    row(parts).id("horizontal_breadcrumb").wide().gap(4).pad(16, 0)
}

fn picture(entry: &Entry) -> Icon {
    let kind = entry.name.rsplit_once('.').map_or("", |(_, kind)| kind).to_lowercase();
    match kind.as_str() {
        _ if entry.folder => Icon::Folder,
        "jpg" | "jpeg" | "png" | "gif" | "webp" => Icon::FileImage,
        "mp3" | "ogg" | "wav" | "m4a" => Icon::FileMusic,
        "mp4" | "mkv" | "webm" => Icon::FileVideo,
        "zip" | "gz" | "tar" | "7z" => Icon::FileArchive,
        "txt" | "md" | "csv" | "pdf" | "doc" | "docx" => Icon::FileText,
        _ => Icon::File,
    }
}

fn entry_row(cx: &Services, entry: &Entry, selected: &[String]) -> View<Message> {
    let chosen = selected.contains(&entry.name);
    let (shape, ink, back) = match (chosen, entry.folder) {
        (true, _) => (Icon::Check, Tone::OnPrimary, Tone::Primary),
        (false, true) => (picture(entry), Tone::OnContainer, Tone::Container),
        (false, false) => (picture(entry), Tone::Dim, Tone::SurfaceHigh),
    };
    let lead = icon(shape, 20, ink).id("icon_mime").sized(40, 40).centered().fill(back, 20);
    // The host may live later than the phone: what it writes was changed just now.
    let now = cx.clock.now();
    let summary = if entry.folder {
        "Folder".to_owned()
    } else {
        let when = ago(entry.modified.min(now.timestamp_millis()), now);
        format!("{}, {when}", entries::size(entry.size))
    };
    let row = item(Some(lead), &entry.name, &summary, None)
        .id("item_root")
        .tap(Message::Open(entry.name.clone()))
        .hold(Message::Select(entry.name.clone()))
        .selected(chosen);
    if chosen { row.fill(Tone::Surface, 0) } else { row }
}

/// What stands in a file.
pub(super) fn text_of(cx: &Services, name: &str, path: &str) -> View<Message> {
    let body = match entries::text(&cx.files, path) {
        Some(text) if text.is_empty() => empty(Icon::FileText, "This file is empty"),
        Some(content) => scroll("preview", vec![text(content).id("text").wide().pad(20, 12)]),
        None => empty(Icon::File, "This file is not there any more"),
    };
    column(vec![app_bar(Some(Message::Up), name, Vec::new()), body])
}

/// What is asked.
pub(super) fn question(app: &Documents, question: &Question) -> View<Message> {
    match question {
        Question::More => more(app),
        Question::Sort => {
            let choices = Order::ALL.map(|(order, label)| {
                choice(Art::Radio, label, order == app.order, Message::Sort(order)).pad(24, 14)
            });
            menu("Sort by", choices.into())
        }
        Question::Delete => {
            let what = match app.selected.as_slice() {
                [one] => format!("\"{one}\""),
                many => format!("{} items", many.len()),
            };
            confirm(&format!("Delete {what}?"), "", "OK", Message::Answer(false), Message::Answer(true))
        }
        Question::Folder(name) => ask_name("New folder", "Folder name", name),
        Question::Rename(name) => ask_name("Rename", "Name", name),
    }
}

fn more(app: &Documents) -> View<Message> {
    let mut items = Vec::new();
    if let [one] = app.selected.as_slice() {
        items.push(menu_item("Rename", Message::Ask(Question::Rename(one.clone()))));
    }
    if app.selected.is_empty() {
        items.push(menu_item("New folder", Message::Ask(Question::Folder(String::new()))));
        items.push(menu_item("Sort by...", Message::Ask(Question::Sort)));
    }
    items.push(menu_item("Select all", Message::All));
    menu("", items)
}

fn ask_name(title: &str, hint: &str, name: &str) -> View<Message> {
    dialog(
        title,
        vec![field("android:id/text1", hint, name, Message::Name).autofocus().submit(Message::Answer(true))],
        vec![
            dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
            dialog_button("android:id/button1", "OK", Message::Answer(true)),
        ],
    )
}
