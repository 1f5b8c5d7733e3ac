//! Questions and menus over the tasks.

use std::sync::Arc;

use chrono::Days;

use super::store::{self, Task};
use super::{Message, Question};
use crate::apps::date_picker::{self, DatePicker};
use crate::system::Services;
use crate::ui::View;
use crate::ui::style::Art;
use crate::ui::widget::{choice, confirm, dialog, dialog_button, field, menu, menu_item};

/// What is asked; `edited` is the task in the form.
pub(super) fn view(cx: &Services, question: &Question, edited: Option<&Task>) -> View<Message> {
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
            let day = edited.and_then(Task::day).unwrap_or(today);
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
            let wrap: Arc<dyn Fn(date_picker::Message) -> Message + Send + Sync> = Arc::new(Message::Picker);
            picker.view().map(&wrap)
        }
        Question::List => {
            let now = edited.map_or("", |task| &task.list);
            let choices = lists.iter().map(|list| {
                choice(Art::Radio, &list.name, list.uuid == now, Message::Put(list.uuid.clone())).pad(24, 14)
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
                field("name", "Display name", name, Message::Name).autofocus().submit(Message::Answer(true)),
            ],
            vec![
                dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
                dialog_button("android:id/button1", "Save", Message::Answer(true)),
            ],
        ),
    }
}
