//! Text messages: conversations, one conversation, a new one.

mod conversation;

use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::clock::ago;
use crate::system::content::contacts;
use crate::system::content::telephony;
use crate::system::intent::Intent;
use crate::system::telephony::SMS_APP;
use crate::ui::widget::{
    app_bar, avatar, column, dialog, dialog_button, empty, fab, field, icon_button, item, list, row, space,
    text, with_fab,
};
use crate::ui::{Icon, Scene, Tone, View};

const LIST: &str = "com.google.android.apps.messaging.ui.ConversationListActivity";
const CONVERSATION: &str = "com.google.android.apps.messaging.conversation.screen.ConversationActivity";
const NEW: &str = "com.google.android.apps.messaging.startchat.StartChatActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: SMS_APP.to_owned(),
        label: "Messages".to_owned(),
        icon: Icon::MessageSquare,
        system: true,
        color: (0x1a, 0x73, 0xe8),
        version: "20240111_00_RC00".to_owned(),
        activities: vec![
            Activity { name: LIST.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity {
                name: CONVERSATION.to_owned(),
                filters: vec![Filter::data(
                    &["android.intent.action.SENDTO", "android.intent.action.VIEW"],
                    &["sms", "smsto", "mms", "mmsto"],
                )],
            },
            Activity {
                name: NEW.to_owned(),
                filters: vec![Filter::typed(&["android.intent.action.SEND"], &["text/plain"])],
            },
        ],
        permissions: &[
            "android.permission.READ_CONTACTS",
            "android.permission.READ_SMS",
            "android.permission.RECEIVE_SMS",
            "android.permission.SEND_SMS",
        ],
        launch: launch::<Messages>(),
        setup: |cx| telephony::DATABASE.create(&cx.files),
    }
}

#[derive(Debug, Default)]
enum Page {
    #[default]
    List,
    /// With the number of the other.
    Conversation(String),
    /// With what was typed to find somebody.
    New(String),
    /// With what was typed to find a conversation.
    Search(String),
}

/// The messages.
#[derive(Debug, Default)]
pub struct Messages {
    page: Page,
    draft: String,
    /// The conversation that may be deleted.
    deleting: Option<i64>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show the conversation with a number.
    Show(String),
    /// Begin a new conversation.
    New,
    /// Somebody to write to, as typed.
    To(String),
    /// Take what was typed as the number.
    TakeTyped,
    /// The message as typed.
    Draft(String),
    /// Send it.
    Send,
    /// Look for a conversation.
    Find,
    /// What to look for.
    Search(String),
    /// Ask whether to delete a conversation.
    AskDelete(i64),
    /// The answer.
    Delete(bool),
    /// Call the other.
    Call,
    /// Show the other among the contacts, or make them one.
    Person,
    /// One screen back.
    Up,
}

impl App for Messages {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let body = match &self.page {
            Page::List => conversations(cx),
            Page::Conversation(number) => conversation::view(cx, number, &self.draft),
            Page::New(typed) => new(cx, typed),
            Page::Search(wanted) => search(cx, wanted),
        };
        let question = self.deleting.map(|_| {
            dialog(
                "Delete this conversation?",
                vec![
                    text("This conversation will be deleted from this device.")
                        .id("android:id/message")
                        .ink(15, Tone::Dim),
                ],
                vec![
                    dialog_button("android:id/button2", "Cancel", Message::Delete(false)),
                    dialog_button("android:id/button1", "Delete", Message::Delete(true)),
                ],
            )
        });
        Scene::from(body).dialog(question)
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Show(number) => self.show(number, cx),
            Message::New => self.page = Page::New(String::new()),
            Message::To(typed) => self.page = Page::New(typed),
            Message::TakeTyped => {
                if let Page::New(typed) = &self.page
                    && let Some(number) = recipient(cx, typed)
                {
                    self.show(number, cx);
                }
            }
            Message::Draft(draft) => self.draft = draft,
            Message::Send => self.send(cx),
            Message::Find => self.page = Page::Search(String::new()),
            Message::Search(wanted) => self.page = Page::Search(wanted),
            Message::AskDelete(thread) => self.deleting = Some(thread),
            Message::Delete(yes) => {
                if let Some(thread) = self.deleting.take().filter(|_| yes) {
                    telephony::delete_thread(&cx.files, thread);
                    self.page = Page::List;
                    cx.toast("Conversation deleted");
                }
            }
            Message::Call => {
                if let Page::Conversation(number) = &self.page {
                    cx.start(Intent::data("android.intent.action.CALL", format!("tel:{number}")));
                }
            }
            Message::Person => {
                if let Page::Conversation(number) = &self.page {
                    cx.start(person(cx, number));
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
        let extra = intent.text("sms_body").or_else(|| intent.text("android.intent.extra.TEXT"));
        let address = intent.address().unwrap_or_default();
        let (number, query) = address.split_once('?').unwrap_or((&address, ""));
        let body = extra.or_else(|| query.strip_prefix("body=").map(str::to_owned)).unwrap_or_default();
        let to = number.trim().trim_end_matches(';');
        match intent.action.as_deref() {
            Some("android.intent.action.SENDTO" | "android.intent.action.VIEW") if !to.is_empty() => {
                self.show(to.to_owned(), cx);
                self.draft = body;
            }
            Some(
                "android.intent.action.SENDTO" | "android.intent.action.VIEW" | "android.intent.action.SEND",
            ) => {
                *self = Messages { page: Page::New(String::new()), draft: body, ..Messages::default() };
            }
            _ => {}
        }
    }

    fn back(&mut self, _: &mut Services) -> bool {
        if self.deleting.take().is_some() {
            return true;
        }
        let first = matches!(self.page, Page::List);
        *self = Messages::default();
        !first
    }

    fn activity(&self) -> &'static str {
        match self.page {
            Page::List | Page::Search(_) => LIST,
            Page::Conversation(_) => CONVERSATION,
            Page::New(_) => NEW,
        }
    }

    fn place(&self) -> String {
        match &self.page {
            Page::Conversation(number) => format!("conversation {number}"),
            Page::Search(_) => "search".to_owned(),
            Page::List | Page::New(_) => self.activity().to_owned(),
        }
    }
}

impl Messages {
    fn show(&mut self, number: String, cx: &mut Services) {
        if let Some(thread) = telephony::thread_with(&cx.files, &number) {
            telephony::mark_read(&cx.files, thread);
        }
        // Notifications of this conversation have done their work.
        let read: Vec<i64> = cx
            .notifications
            .shown()
            .iter()
            .filter(|shown| shown.package == SMS_APP && shown.intent.address().as_deref() == Some(&number))
            .map(|shown| shown.id)
            .collect();
        for id in read {
            cx.notifications.cancel(SMS_APP, id);
        }
        let draft =
            if matches!(self.page, Page::New(_)) { std::mem::take(&mut self.draft) } else { String::new() };
        *self = Messages { page: Page::Conversation(number), draft, deleting: None };
    }

    fn send(&mut self, cx: &mut Services) {
        if let Page::Conversation(number) = &self.page
            && !self.draft.trim().is_empty()
        {
            cx.send_sms(number, &self.draft);
            self.draft.clear();
        }
    }
}

/// What shows a number among the contacts, or asks to make a new one.
fn person(cx: &Services, number: &str) -> Intent {
    match contacts::by_number(&cx.files, number) {
        Some(contact) => Intent::data(
            "android.intent.action.VIEW",
            format!("content://com.android.contacts/contacts/{}", contact.id),
        ),
        None => {
            let extra = crate::system::intent::Extra::Text(number.to_owned());
            let insert = Intent {
                mime: Some("vnd.android.cursor.dir/contact".to_owned()),
                ..Intent::action("android.intent.action.INSERT")
            };
            insert.extra("phone", extra)
        }
    }
}

/// The number that was typed, or that belongs to the name that was typed.
fn recipient(cx: &Services, typed: &str) -> Option<String> {
    let typed = typed.trim();
    let is_number = typed.chars().any(|c| c.is_ascii_digit())
        && typed.chars().all(|c| c.is_ascii_digit() || "+-() .*#".contains(c));
    if is_number {
        return Some(typed.to_owned());
    }
    let found = contacts::all(&cx.files).into_iter().find(|contact| {
        !contact.phone.is_empty() && contact.name.to_lowercase().contains(&typed.to_lowercase())
    });
    found.filter(|_| !typed.is_empty()).map(|contact| contact.phone)
}

fn thread_row(cx: &Services, thread: &telephony::Thread) -> View<Message> {
    let number = &thread.last.address;
    let name = contacts::name_of(&cx.files, number);
    let snippet =
        if thread.last.sent { format!("You: {}", thread.last.body) } else { thread.last.body.clone() };
    let when = text(ago(thread.last.date, cx.clock.now())).id("conversation_timestamp").ink(12, Tone::Dim);
    let mut entry = item(Some(avatar(&name, 48)), &name, &snippet, Some(when))
        .tap(Message::Show(number.clone()))
        .hold(Message::AskDelete(thread.id));
    let unread = thread.unread > 0;
    if let Some(texts) = entry.children.get_mut(1) {
        for (part, id) in texts.children.iter_mut().zip(["conversation_name", "conversation_snippet"]) {
            part.id = id.to_owned();
            part.style.bold = unread;
            part.style.max_lines = 1;
        }
    }
    entry.describe(if unread { format!("Unread conversation with {name}") } else { String::new() })
}

fn conversations(cx: &Services) -> View<Message> {
    let threads = telephony::threads(&cx.files);
    let bar = app_bar(None, "Messages", vec![icon_button(Icon::Search, "Search messages", Message::Find)]);
    let body = if threads.is_empty() {
        empty(Icon::MessageSquare, "Once you start a new conversation, you'll see it listed here")
    } else {
        list(
            "android:id/list",
            threads.iter().map(|thread| thread_row(cx, thread)).chain([space(88)]).collect(),
        )
    };
    with_fab(
        column(vec![bar, body]),
        fab(Icon::MessageSquarePlus, "Start chat", Message::New).id("start_chat_fab"),
    )
}

fn search(cx: &Services, wanted: &str) -> View<Message> {
    let low = wanted.to_lowercase();
    let found: Vec<_> = telephony::threads(&cx.files)
        .into_iter()
        .filter(|thread| {
            contacts::name_of(&cx.files, &thread.last.address).to_lowercase().contains(&low)
                || telephony::messages(&cx.files, thread.id)
                    .iter()
                    .any(|sms| sms.body.to_lowercase().contains(&low))
        })
        .map(|thread| thread_row(cx, &thread))
        .collect();
    let bar = row(vec![
        icon_button(Icon::ArrowLeft, "Navigate up", Message::Up),
        field("zero_state_search_box", "Search messages", wanted, Message::Search).autofocus(),
    ]);
    let body =
        if found.is_empty() { empty(Icon::Search, "No results") } else { list("search_results", found) };
    column(vec![bar.wide().pad(8, 8).gap(4), body])
}

fn new(cx: &Services, typed: &str) -> View<Message> {
    let low = typed.trim().to_lowercase();
    let to = field("recipient_text_view", "Type names, phone numbers, or emails", typed, Message::To)
        .autofocus()
        .submit(Message::TakeTyped);
    let mut rows = Vec::new();
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    if digits > 0 && recipient(cx, typed).is_some_and(|number| number == typed.trim()) {
        let label = format!("Send to {}", typed.trim());
        rows.push(item(Some(avatar("#", 40)), &label, "", None).tap(Message::TakeTyped));
    }
    let people = contacts::all(&cx.files).into_iter().filter(|contact| {
        !contact.phone.is_empty()
            && (contact.name.to_lowercase().contains(&low) || contact.phone.contains(&low))
    });
    for contact in people {
        let mut entry = item(Some(avatar(&contact.name, 40)), &contact.name, &contact.phone, None)
            .tap(Message::Show(contact.phone.clone()));
        if let Some(texts) = entry.children.get_mut(1) {
            for (part, id) in texts.children.iter_mut().zip(["contact_name", "contact_details"]) {
                part.id = id.to_owned();
            }
        }
        rows.push(entry);
    }
    let body = if rows.is_empty() {
        empty(Icon::Users, "No contacts found")
    } else {
        list("contact_picker_list", rows)
    };
    column(vec![
        app_bar(Some(Message::Up), "New conversation", Vec::new()),
        row(vec![text("To").ink(16, Tone::Dim), to]).wide().gap(14).pad(20, 6),
        body,
    ])
}
