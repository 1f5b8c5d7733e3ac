//! Questions and menus over the notes.

use super::store::{self, Note, Order};
use super::{Message, Question};
use crate::system::Services;
use crate::ui::View;
use crate::ui::style::Art;
use crate::ui::widget::{choice, confirm, dialog, dialog_button, field, menu, menu_item};

/// What is asked; `note` is the open one.
pub(super) fn view(cx: &Services, question: &Question, note: Option<&Note>) -> View<Message> {
    let sure = |title: &str, message: &str, yes| {
        confirm(title, message, yes, Message::Answer(false), Message::Answer(true))
    };
    match question {
        Question::Sort => sort(cx),
        Question::Actions => actions(note),
        Question::Move => {
            let other = |folder: &store::Folder| note.is_none_or(|note| note.folder != folder.id);
            let folders = store::folders(&cx.files).into_iter().filter(other);
            let items = folders.map(|folder| menu_item(&folder.title, Message::MoveTo(folder.id))).collect();
            menu("Move to notebook...", items)
        }
        Question::Delete if note.is_some_and(|note| note.deleted) => {
            sure("Permanently delete note?", "It cannot be restored.", "Delete")
        }
        Question::Delete => sure("Delete note?", "The note will be moved to the trash.", "Delete"),
        Question::Notebook(id) => {
            let title = folder_title(cx, id);
            menu(
                &format!("Notebook: {title}"),
                vec![
                    menu_item("Edit notebook", Message::Ask(Question::Name(Some(id.clone()), title))),
                    menu_item("Delete notebook", Message::Ask(Question::DeleteNotebook(id.clone()))),
                ],
            )
        }
        Question::DeleteNotebook(id) => sure(
            &format!("Move notebook \"{}\" to the trash?", folder_title(cx, id)),
            "All notes within this notebook will also be moved to the trash.",
            "OK",
        ),
        Question::Name(id, name) => dialog(
            if id.is_some() { "Edit notebook" } else { "New notebook" },
            vec![
                field("folder_title", "Enter notebook title", name, Message::Name)
                    .autofocus()
                    .submit(Message::Answer(true)),
            ],
            vec![
                dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
                dialog_button("android:id/button1", "OK", Message::Answer(true)),
            ],
        ),
    }
}

fn folder_title(cx: &Services, id: &str) -> String {
    store::folders(&cx.files)
        .into_iter()
        .find(|folder| folder.id == id)
        .map_or_else(String::new, |it| it.title)
}

fn sort(cx: &Services) -> View<Message> {
    let now = store::sorted_by(&cx.files);
    let choices = Order::ALL
        .into_iter()
        .map(|(order, label)| {
            choice(Art::Radio, label, order == now, Message::Sort(order)).id("android:id/text1")
        })
        .collect();
    let cancel = dialog_button("android:id/button2", "Cancel", Message::Answer(false));
    dialog("Sort notes by", choices, vec![cancel])
}

fn actions(note: Option<&Note>) -> View<Message> {
    let delete = |label| menu_item(label, Message::Ask(Question::Delete));
    if note.is_some_and(|note| note.deleted) {
        return menu("", vec![menu_item("Restore", Message::Restore), delete("Permanently delete note")]);
    }
    let convert = if note.is_some_and(|note| note.todo) { "Convert to note" } else { "Convert to todo" };
    menu(
        "",
        vec![
            menu_item("Share", Message::Share),
            menu_item("Move to notebook...", Message::Ask(Question::Move)),
            menu_item(convert, Message::Convert),
            delete("Delete"),
        ],
    )
}
