//! Contacts: the list, a search, one person, and the form that makes or changes one.

mod pages;

use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::content::contacts::{self, Contact};
use crate::system::intent::Intent;
use crate::ui::widget::{dialog, dialog_button};
use crate::ui::{Icon, Scene};

const LIST: &str = "com.android.contacts.activities.PeopleActivity";
const DETAIL: &str = "com.android.contacts.quickcontact.QuickContactActivity";
const EDITOR: &str = "com.android.contacts.activities.ContactEditorActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.android.contacts".to_owned(),
        label: "Contacts".to_owned(),
        icon: Icon::User,
        system: true,
        color: (0x2b, 0x6c, 0xb0),
        version: "4.8".to_owned(),
        activities: vec![
            Activity {
                name: LIST.to_owned(),
                filters: vec![
                    Filter::LAUNCHER,
                    Filter::typed(
                        &["android.intent.action.VIEW", "android.intent.action.PICK"],
                        &["vnd.android.cursor.dir/contact"],
                    ),
                    Filter::data(&["android.intent.action.VIEW"], &["content"]),
                ],
            },
            Activity {
                name: DETAIL.to_owned(),
                filters: vec![Filter::typed(
                    &["android.intent.action.VIEW"],
                    &["vnd.android.cursor.item/contact"],
                )],
            },
            Activity {
                name: EDITOR.to_owned(),
                filters: vec![Filter::typed(
                    &[
                        "android.intent.action.INSERT",
                        "android.intent.action.EDIT",
                        "android.intent.action.INSERT_OR_EDIT",
                    ],
                    &[
                        "vnd.android.cursor.dir/contact",
                        "vnd.android.cursor.item/contact",
                        "vnd.android.cursor.dir/raw_contact",
                    ],
                )],
            },
        ],
        permissions: &[
            "android.permission.CALL_PHONE",
            "android.permission.READ_CONTACTS",
            "android.permission.WRITE_CONTACTS",
        ],
        launch: launch::<Contacts>(),
        setup: |cx| contacts::DATABASE.create(&cx.files),
    }
}

/// The contacts.
#[derive(Debug, Default)]
pub struct Contacts {
    search: Option<String>,
    shown: Option<i64>,
    edited: Option<Contact>,
    asking: Option<Question>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Delete,
    Discard,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show the search field.
    Find,
    /// Look for people.
    Search(String),
    /// Show a person.
    Show(i64),
    /// Make a new person.
    New,
    /// Change the person shown.
    Edit,
    /// Change a part of the form.
    Name(String),
    /// Change a part of the form.
    Company(String),
    /// Change a part of the form.
    Phone(String),
    /// Change a part of the form.
    Email(String),
    /// Keep the form.
    Save,
    /// Make the person shown a favourite, or not.
    Star,
    /// Ask whether to remove the person shown.
    Delete,
    /// The answer to a question.
    Answer(bool),
    /// Call the person shown.
    Call,
    /// Write to the person shown.
    Text,
    /// Write a mail to the person shown.
    Mail,
    /// One screen back.
    Up,
}

impl App for Contacts {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let body = match (&self.edited, self.shown.and_then(|id| contacts::get(&cx.files, id))) {
            (Some(edited), _) => pages::editor(edited),
            (None, Some(contact)) => pages::detail(&contact),
            (None, None) => pages::people(cx, self.search.as_deref()),
        };
        let question = self.asking.map(|question| {
            let (title, yes) = match question {
                Question::Delete => ("Delete contact?", "Delete"),
                Question::Discard => ("Discard your changes and quit editing?", "Discard"),
            };
            dialog(
                title,
                Vec::new(),
                vec![
                    dialog_button("android:id/button2", "Cancel", Message::Answer(false)),
                    dialog_button("android:id/button1", yes, Message::Answer(true)),
                ],
            )
        });
        Scene::from(body).dialog(question)
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let shown = self.shown.and_then(|id| contacts::get(&cx.files, id));
        match message {
            Message::Find => self.search = Some(String::new()),
            Message::Search(wanted) => self.search = Some(wanted),
            Message::Show(id) => self.shown = Some(id),
            Message::New => self.edited = Some(Contact::default()),
            Message::Edit => self.edited = shown,
            Message::Name(value) => self.edit(|contact| contact.name = value),
            Message::Company(value) => self.edit(|contact| contact.company = value),
            Message::Phone(value) => self.edit(|contact| contact.phone = value),
            Message::Email(value) => self.edit(|contact| contact.email = value),
            Message::Save => self.save(cx),
            Message::Star => {
                if let Some(contact) = shown {
                    contacts::save(&cx.files, &Contact { starred: !contact.starred, ..contact });
                }
            }
            Message::Delete => self.asking = Some(Question::Delete),
            Message::Answer(yes) => match self.asking.take().filter(|_| yes) {
                Some(Question::Delete) => {
                    if let Some(contact) = shown {
                        contacts::delete(&cx.files, contact.id);
                        cx.toast(format!("{} deleted", contact.name));
                    }
                    self.shown = None;
                }
                Some(Question::Discard) => self.edited = None,
                None => {}
            },
            Message::Call => {
                if let Some(contact) = shown {
                    cx.start(Intent::data("android.intent.action.CALL", format!("tel:{}", contact.phone)));
                }
            }
            Message::Text => {
                if let Some(contact) = shown {
                    cx.start(Intent::data(
                        "android.intent.action.SENDTO",
                        format!("smsto:{}", contact.phone),
                    ));
                }
            }
            Message::Mail => {
                if let Some(contact) = shown {
                    let address = format!("mailto:{}", contact.email);
                    cx.start(Intent::data("android.intent.action.SENDTO", address));
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
        let row = intent.data.as_deref().and_then(|data| data.rsplit('/').next()?.parse::<i64>().ok());
        match intent.action.as_deref() {
            Some("android.intent.action.INSERT" | "android.intent.action.INSERT_OR_EDIT") => {
                let text = |name| intent.text(name).unwrap_or_default();
                let contact = Contact {
                    name: text("name"),
                    phone: text("phone"),
                    email: text("email"),
                    company: text("company"),
                    ..Contact::default()
                };
                *self = Contacts { edited: Some(contact), ..Contacts::default() };
            }
            Some("android.intent.action.EDIT") => {
                let edited = row.and_then(|row| contacts::get(&cx.files, row));
                *self = Contacts { shown: row, edited, ..Contacts::default() };
            }
            Some("android.intent.action.VIEW" | "android.intent.action.PICK") => {
                *self = Contacts { shown: row, ..Contacts::default() };
            }
            _ => {}
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        if self.asking.take().is_some() {
            return true;
        }
        if let Some(edited) = &self.edited {
            let before = self.shown.and_then(|id| contacts::get(&cx.files, id)).unwrap_or_default();
            if *edited == before {
                self.edited = None;
            } else {
                self.asking = Some(Question::Discard);
            }
            return true;
        }
        self.shown.take().is_some() || self.search.take().is_some()
    }

    fn activity(&self) -> &'static str {
        match (&self.edited, self.shown) {
            (Some(_), _) => EDITOR,
            (None, Some(_)) => DETAIL,
            (None, None) => LIST,
        }
    }

    fn place(&self) -> String {
        format!("{} {:?} {}", self.activity(), self.shown, self.search.is_some())
    }
}

impl Contacts {
    fn edit(&mut self, change: impl FnOnce(&mut Contact)) {
        if let Some(edited) = &mut self.edited {
            change(edited);
        }
    }

    fn save(&mut self, cx: &mut Services) {
        let Some(edited) = self.edited.take() else { return };
        if edited == (Contact { id: edited.id, starred: edited.starred, ..Contact::default() }) {
            return;
        }
        self.shown = contacts::save(&cx.files, &edited);
        cx.toast("Contact saved");
    }
}
