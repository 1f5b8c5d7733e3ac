//! Mail, as in Gmail: folders, one message, a new one. Nothing leaves the phone; what is sent lies in "Sent".

mod letter;
mod pages;
mod seed;
pub mod store;

pub use seed::fill;

use self::store::{Folder, Mail, OWNER};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::widget::{confirm, dialog, dialog_button, text};
use crate::ui::{Icon, Scene, Tone, View};

const LIST: &str = "com.google.android.gm.ConversationListActivityGmail";
const COMPOSE: &str = "com.google.android.gm.ComposeActivityGmailExternal";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.google.android.gm".to_owned(),
        label: "Gmail".to_owned(),
        icon: Icon::Mail,
        system: true,
        color: (0xc5, 0x3b, 0x2f),
        version: "2024.03.31".to_owned(),
        activities: vec![
            Activity { name: LIST.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity {
                name: COMPOSE.to_owned(),
                filters: vec![
                    Filter::data(
                        &["android.intent.action.SENDTO", "android.intent.action.VIEW"],
                        &["mailto"],
                    ),
                    Filter::typed(&["android.intent.action.SEND"], &["text/plain"]),
                ],
            },
        ],
        permissions: &["android.permission.POST_NOTIFICATIONS", "android.permission.READ_CONTACTS"],
        launch: launch::<Post>(),
        setup: |cx| store::DATABASE.create(&cx.files),
    }
}

/// A question, or something to be told.
#[derive(Debug, Clone)]
pub enum Question {
    /// Whether to throw the draft away.
    Discard,
    /// Whether to forget the open message for good.
    Forget,
    /// Why it cannot be sent.
    Told(String),
}

/// The mail.
#[derive(Debug, Default)]
pub struct Post {
    folder: Folder,
    drawer: bool,
    search: Option<String>,
    open: Option<i64>,
    /// What is being written.
    draft: Option<Mail>,
    /// What goes along below it: the message that is answered or forwarded.
    quote: String,
    asking: Option<Question>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show the folders.
    Drawer,
    /// Show a folder.
    Folder(Folder),
    /// Show the search field.
    Find,
    /// Look for messages.
    Search(String),
    /// Show a message; a draft is gone on with.
    Open(i64),
    /// Give a message a star, or take it away.
    Star(i64),
    /// The open message was not read.
    Unread,
    /// Throw the open message away.
    Delete,
    /// Take the open message out of the trash.
    Restore,
    /// Write a message.
    Compose,
    /// Answer the open message.
    Reply,
    /// Send the open message to somebody else.
    Forward,
    /// Change a part of the draft.
    To(String),
    /// Change a part of the draft.
    Subject(String),
    /// Change a part of the draft.
    Body(String),
    /// Send the draft.
    Send,
    /// Ask something.
    Ask(Question),
    /// The answer to what was asked.
    Answer(bool),
    /// One screen back.
    Up,
}

impl App for Post {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let open = self.open.and_then(|id| store::get(&cx.files, id));
        let body = match (&self.draft, open, self.drawer, &self.search) {
            (Some(draft), ..) => pages::compose(cx, draft, &self.quote),
            (None, Some(mail), ..) => pages::mail(cx, &mail),
            (None, None, true, _) => pages::drawer(cx, self.folder),
            (None, None, false, Some(wanted)) => pages::search(cx, wanted),
            (None, None, false, None) => pages::folder(cx, self.folder),
        };
        Scene::from(body).dialog(self.asking.as_ref().map(question))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        let open = self.open.and_then(|id| store::get(&cx.files, id));
        match message {
            Message::Drawer => self.drawer = true,
            Message::Folder(folder) => *self = Post { folder, ..Post::default() },
            Message::Find => self.search = Some(String::new()),
            Message::Search(wanted) => self.search = Some(wanted),
            Message::Open(id) => self.show(id, cx),
            Message::Star(id) => {
                if let Some(mail) = store::get(&cx.files, id) {
                    store::save(&cx.files, &Mail { starred: !mail.starred, ..mail });
                }
            }
            Message::Unread => {
                if let Some(mail) = open {
                    store::save(&cx.files, &Mail { unread: true, ..mail });
                }
                self.open = None;
            }
            Message::Delete => {
                if let Some(mail) = open {
                    store::save(&cx.files, &Mail { folder: Folder::Trash, ..mail });
                    cx.toast("Moved to Trash");
                }
                self.open = None;
            }
            Message::Restore => {
                if let Some(mail) = open {
                    let folder = if mail.from == OWNER { Folder::Sent } else { Folder::Inbox };
                    store::save(&cx.files, &Mail { folder, ..mail });
                    cx.toast(format!("Moved to {}", folder.label()));
                }
                self.open = None;
            }
            Message::Compose => self.draft = Some(Mail::default()),
            Message::Reply => {
                self.quote = open.as_ref().map(letter::quoted).unwrap_or_default();
                self.draft = open.map(|mail| letter::reply(&mail));
            }
            Message::Forward => {
                self.quote = open.as_ref().map(letter::forwarded).unwrap_or_default();
                self.draft = open
                    .map(|mail| Mail { subject: letter::prefixed("Fwd:", &mail.subject), ..Mail::default() });
            }
            Message::To(value) => self.edit(|draft| draft.to = value),
            Message::Subject(value) => self.edit(|draft| draft.subject = value),
            Message::Body(value) => self.edit(|draft| draft.body = value),
            Message::Send => self.send(cx),
            Message::Ask(question) => self.asking = Some(question),
            Message::Answer(yes) => match self.asking.take().filter(|_| yes) {
                Some(Question::Discard) => {
                    self.quote.clear();
                    if let Some(draft) = self.draft.take() {
                        store::delete(&cx.files, draft.id);
                        cx.toast("Draft discarded");
                    }
                }
                Some(Question::Forget) => {
                    if let Some(mail) = open {
                        store::delete(&cx.files, mail.id);
                        cx.toast("Deleted forever");
                    }
                    self.open = None;
                }
                Some(Question::Told(_)) | None => {}
            },
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, intent: &Intent, cx: &mut Services) {
        let mailto = intent.data.as_deref().and_then(|data| data.strip_prefix("mailto:"));
        if mailto.is_some() || intent.is("android.intent.action.SEND") {
            self.keep_draft(cx);
            *self = Post {
                draft: Some(letter::asked_for(intent, mailto.unwrap_or_default())),
                ..Post::default()
            };
        }
    }

    fn back(&mut self, cx: &mut Services) -> bool {
        if self.asking.take().is_some() {
            return true;
        }
        if self.draft.is_some() {
            self.keep_draft(cx);
            return true;
        }
        if self.open.take().is_some() || std::mem::take(&mut self.drawer) || self.search.take().is_some() {
            return true;
        }
        std::mem::take(&mut self.folder) != Folder::Inbox
    }

    fn activity(&self) -> &'static str {
        if self.draft.is_some() { COMPOSE } else { LIST }
    }

    fn place(&self) -> String {
        let draft = self.draft.as_ref().map(|draft| draft.id);
        format!("{:?} {:?} {draft:?} {} {}", self.folder, self.open, self.drawer, self.search.is_some())
    }
}

impl Post {
    fn edit(&mut self, change: impl FnOnce(&mut Mail)) {
        if let Some(draft) = &mut self.draft {
            change(draft);
        }
    }

    fn show(&mut self, id: i64, cx: &Services) {
        let Some(mail) = store::get(&cx.files, id) else { return };
        if mail.folder == Folder::Drafts {
            self.draft = Some(mail);
            return;
        }
        store::save(&cx.files, &Mail { unread: false, ..mail });
        self.open = Some(id);
    }

    /// What was written is kept among the drafts; an empty draft is not.
    fn keep_draft(&mut self, cx: &mut Services) {
        let Some(mut draft) = self.draft.take() else { return };
        draft.body.push_str(&std::mem::take(&mut self.quote));
        if [&draft.to, &draft.subject, &draft.body].iter().all(|part| part.trim().is_empty()) {
            store::delete(&cx.files, draft.id);
            return;
        }
        store::save(&cx.files, &Mail { folder: Folder::Drafts, date: cx.clock.millis(), ..mine(draft) });
        cx.toast("Draft saved");
    }

    fn send(&mut self, cx: &mut Services) {
        let Some(draft) = &self.draft else { return };
        let to: Vec<&str> = draft.to.split([',', ';']).map(str::trim).filter(|to| !to.is_empty()).collect();
        if to.is_empty() {
            self.asking = Some(Question::Told("Add at least one recipient.".to_owned()));
        } else if let Some(wrong) = to.iter().find(|to| !letter::is_address(to)) {
            self.asking = Some(Question::Told(format!("The address <{wrong}> is invalid.")));
        } else {
            let body = format!("{}{}", draft.body, std::mem::take(&mut self.quote));
            let (to, date) = (to.join(", "), cx.clock.millis());
            let sent = Mail { folder: Folder::Sent, to, date, body, ..mine(draft.clone()) };
            store::save(&cx.files, &sent);
            self.draft = None;
            cx.toast("Sent");
        }
    }
}

fn mine(mail: Mail) -> Mail {
    Mail { name: "me".to_owned(), from: OWNER.to_owned(), ..mail }
}

fn question(question: &Question) -> View<Message> {
    let sure = |title: &str, message: &str, yes| {
        confirm(title, message, yes, Message::Answer(false), Message::Answer(true))
    };
    match question {
        Question::Discard => sure("Discard draft?", "", "Discard"),
        Question::Forget => sure("Delete forever?", "This message cannot be restored.", "Delete"),
        Question::Told(what) => dialog(
            "",
            vec![text(what.clone()).id("android:id/message").ink(16, Tone::Text)],
            vec![dialog_button("android:id/button1", "OK", Message::Answer(true))],
        ),
    }
}
