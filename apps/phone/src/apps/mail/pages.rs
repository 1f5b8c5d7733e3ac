//! The screens of the mail: a folder, the folders, a search, one message, a new one.

use super::store::{self, Folder, Mail, OWNER};
use super::{Message, Question};
use crate::system::Services;
use crate::system::clock::{ago, at};
use crate::system::content::contacts;
use crate::ui::style::Align;
use crate::ui::widget::{
    self, app_bar, avatar, bar, column, empty, field, icon, icon_button, item, row, scroll, space, text,
    with_fab,
};
use crate::ui::{Icon, Tone, View};

/// Readers that are offered while an address is typed.
const OFFERED: usize = 4;

/// The messages of a folder.
pub(super) fn folder(cx: &Services, folder: Folder) -> View<Message> {
    let top = bar(
        Some(icon_button(Icon::Menu, "Open navigation drawer", Message::Drawer)),
        folder.label(),
        vec![icon_button(Icon::Search, "Search in mail", Message::Find).id("open_search")],
    );
    let mails = store::within(&cx.files, folder);
    let body = if mails.is_empty() {
        empty(Icon::Inbox, &format!("Nothing in {}", folder.label()))
    } else {
        rows(cx, &mails)
    };
    let compose = row(vec![
        icon(Icon::Pencil, 22, Tone::OnContainer),
        text("Compose").id("compose_text").ink(16, Tone::OnContainer).bold(),
    ])
    .id("compose_button")
    .describe("Compose")
    .tap(Message::Compose)
    .gap(12)
    .pad(20, 16)
    .fill(Tone::Container, 16);
    with_fab(column(vec![top, body]), compose)
}

fn rows(cx: &Services, mails: &[Mail]) -> View<Message> {
    widget::list("thread_list_view", mails.iter().map(|mail| mail_row(cx, mail)).chain([space(88)]).collect())
}

/// Who a message is from, or for if it is one's own.
fn other(cx: &Services, mail: &Mail) -> String {
    match mail.folder {
        Folder::Drafts => "Draft".to_owned(),
        _ if mail.from == OWNER => format!("To: {}", name_of(cx, &mail.to)),
        _ => mail.name.clone(),
    }
}

/// The name of the first address among the contacts, or the address itself.
fn name_of(cx: &Services, addresses: &str) -> String {
    let first = addresses.split(',').next().unwrap_or_default().trim();
    let known = contacts::all(&cx.files).into_iter().find(|contact| contact.email == first);
    known.map_or_else(|| first.to_owned(), |contact| contact.name)
}

fn star(mail: &Mail) -> View<Message> {
    let label = if mail.starred { "Remove star" } else { "Add star" };
    let tone = if mail.starred { Tone::Rgb(0xe3, 0xa0, 0x08) } else { Tone::Dim };
    icon_button(Icon::Star, label, Message::Star(mail.id)).id("star").ink(22, tone).sized(40, 40)
}

fn mail_row(cx: &Services, mail: &Mail) -> View<Message> {
    let who = other(cx, mail);
    let subject = if mail.subject.is_empty() { "(no subject)" } else { &mail.subject };
    let snippet = mail.body.split_whitespace().collect::<Vec<_>>().join(" ");
    let draft = mail.folder == Folder::Drafts;
    let ink = if mail.unread { Tone::Text } else { Tone::Dim };
    let line = |id: &str, label: &str, size, tone| {
        text(label).id(id).ink(size, tone).lines(1).wide().style(|s| s.bold = mail.unread)
    };
    let texts = column(vec![
        row(vec![
            line("senders", &who, 16, if draft { Tone::Danger } else { Tone::Text }),
            text(ago(mail.date, cx.clock.now())).id("date").ink(12, ink),
        ])
        .wide()
        .gap(8),
        line("subject", subject, 15, ink),
        row(vec![text(snippet).id("snippet").ink(14, Tone::Dim).lines(1).wide(), star(mail)]).wide().gap(8),
    ]);
    let unread = if mail.unread { "Unread, " } else { "" };
    row(vec![avatar(who.trim_start_matches("To: "), 40), texts.wide()])
        .id("viewified_conversation_item_view")
        .describe(format!("{unread}{who}, {subject}"))
        .tap(Message::Open(mail.id))
        .wide()
        .gap(16)
        .pad(16, 8)
}

/// The folders.
pub(super) fn drawer(cx: &Services, shown: Folder) -> View<Message> {
    let top = bar(Some(icon_button(Icon::X, "Close navigation drawer", Message::Up)), "Gmail", Vec::new());
    let mut parts = vec![text(OWNER).id("account_address").ink(14, Tone::Dim).pad(16, 10)];
    for folder in Folder::ALL {
        let picture = match folder {
            Folder::Inbox => Icon::Inbox,
            Folder::Starred => Icon::Star,
            Folder::Sent => Icon::Send,
            Folder::Drafts => Icon::File,
            Folder::Trash => Icon::Trash2,
        };
        let ink = if folder == shown { Tone::OnContainer } else { Tone::Text };
        let new = store::within(&cx.files, folder).iter().filter(|mail| mail.unread).count();
        let mut line = vec![icon(picture, 22, ink), text(folder.label()).id("name").ink(16, ink).wide()];
        if new > 0 {
            line.push(text(new.to_string()).id("unread").ink(14, ink));
        }
        let view =
            row(line).tap(Message::Folder(folder)).wide().gap(18).pad(16, 14).selected(folder == shown);
        parts.push(if folder == shown { view.fill(Tone::Container, 26) } else { view });
    }
    column(vec![top, scroll("drawer_list", parts).pad(12, 4)]).fill(Tone::Surface, 0)
}

/// Messages in which something stands.
pub(super) fn search(cx: &Services, wanted: &str) -> View<Message> {
    let low = wanted.trim().to_lowercase();
    let mut found = store::all(&cx.files);
    found.retain(|mail| {
        let parts = [&mail.name, &mail.from, &mail.to, &mail.subject, &mail.body];
        !low.is_empty()
            && mail.folder != Folder::Trash
            && parts.iter().any(|part| part.to_lowercase().contains(&low))
    });
    let top = row(vec![
        icon_button(Icon::ArrowLeft, "Back", Message::Up),
        field("open_search_view_edit_text", "Search in mail", wanted, Message::Search).autofocus(),
    ]);
    let body = match (found.is_empty(), low.is_empty()) {
        (true, true) => empty(Icon::Search, "Search names, subjects and texts"),
        (true, false) => empty(Icon::Search, "No results"),
        (false, _) => rows(cx, &found),
    };
    column(vec![top.wide().pad(8, 8).gap(4), body])
}

/// A message.
pub(super) fn mail(cx: &Services, mail: &Mail) -> View<Message> {
    let actions = if mail.folder == Folder::Trash {
        vec![
            icon_button(Icon::ArchiveRestore, "Restore", Message::Restore).id("restore"),
            icon_button(Icon::Trash2, "Delete forever", Message::Ask(Question::Forget)).id("delete_forever"),
        ]
    } else {
        vec![
            icon_button(Icon::Trash2, "Delete", Message::Delete).id("delete"),
            icon_button(Icon::Mail, "Mark unread", Message::Unread).id("unread"),
        ]
    };
    let subject = if mail.subject.is_empty() { "(no subject)" } else { &mail.subject };
    let to = if mail.to == OWNER { "me".to_owned() } else { name_of(cx, &mail.to) };
    let when = at(mail.date).format("%b %-d, %Y, %-I:%M %p").to_string();
    let sender = row(vec![
        avatar(&mail.name, 40),
        column(vec![
            text(mail.name.clone()).id("sender_name").ink(16, Tone::Text).bold().lines(1),
            text(mail.from.clone()).id("sender_address").ink(13, Tone::Dim).lines(1),
            text(format!("to {to}")).id("recipient_summary").ink(13, Tone::Dim).lines(1),
        ])
        .wide(),
    ]);
    let answer = |picture, id: &str, label: &str, message| {
        let view = row(vec![icon(picture, 20, Tone::OnContainer), text(label).ink(15, Tone::OnContainer)]);
        let mut view =
            view.id(id).describe(label).tap(message).wide().gap(10).pad(16, 14).fill(Tone::Container, 24);
        (view.class, view.style.main) = ("android.widget.Button".into(), Align::Center);
        view
    };
    let head = row(vec![text(subject).id("subject_and_folder_view").ink(22, Tone::Text).wide(), star(mail)]);
    column(vec![
        app_bar(Some(Message::Up), "", actions),
        scroll(
            "conversation_webview",
            vec![
                head.wide().gap(8).pad(20, 4),
                sender.wide().gap(14).pad(20, 10),
                text(when).id("upper_date").ink(13, Tone::Dim).pad(20, 2),
                text(mail.body.clone()).id("body").ink(16, Tone::Text).wide().pad(20, 14),
            ],
        ),
        row(vec![
            answer(Icon::Reply, "reply_button", "Reply", Message::Reply),
            answer(Icon::Forward, "forward_button", "Forward", Message::Forward),
        ])
        .wide()
        .gap(12)
        .pad(20, 12),
    ])
}

/// What is being written, and what goes along below it.
pub(super) fn compose(cx: &Services, draft: &Mail, quote: &str) -> View<Message> {
    let top = app_bar(
        Some(Message::Up),
        "Compose",
        vec![
            icon_button(Icon::Trash2, "Discard", Message::Ask(Question::Discard)).id("discard"),
            icon_button(Icon::Send, "Send", Message::Send).id("send"),
        ],
    );
    let labelled = |label: &str, view: View<Message>| {
        row(vec![text(label).ink(15, Tone::Dim).style(|s| s.width = crate::ui::style::Size::Dp(52)), view])
            .wide()
            .gap(8)
            .pad(20, 5)
    };
    let mut to = field("to", "To", &draft.to, Message::To);
    let mut body = field("body", "Compose email", &draft.body, Message::Body).lines(1000);
    body.flags.multiline = true;
    if draft.to.is_empty() {
        to = to.autofocus()
    } else {
        body = body.autofocus()
    }
    let mut parts = vec![
        labelled("From", text(OWNER).id("from_account_name").ink(16, Tone::Text).pad(16, 10)),
        labelled("To", to),
    ];
    parts.extend(offers(cx, &draft.to));
    parts.push(labelled("", field("subject", "Subject", &draft.subject, Message::Subject)));
    parts.push(column(vec![body]).wide().pad(20, 6));
    if !quote.is_empty() {
        parts.push(text(quote.trim_start()).id("quoted_text").ink(15, Tone::Dim).wide().pad(36, 8));
    }
    column(vec![top, scroll("compose_scrollview", parts)])
}

/// People whose name or address goes on like what was typed last.
fn offers(cx: &Services, to: &str) -> Vec<View<Message>> {
    let (before, typed) = to.rsplit_once(',').map_or(("", to), |(before, typed)| (before, typed));
    let low = typed.trim().to_lowercase();
    let fits = |contact: &contacts::Contact| {
        !low.is_empty()
            && contact.email != low
            && !contact.email.is_empty()
            && [&contact.name, &contact.email].iter().any(|part| part.to_lowercase().contains(&low))
    };
    let people = contacts::all(&cx.files).into_iter().filter(fits).take(OFFERED);
    people
        .map(|person| {
            let taken =
                if before.is_empty() { person.email.clone() } else { format!("{before}, {}", person.email) };
            item(Some(avatar(&person.name, 36)), &person.name, &person.email, None).tap(Message::To(taken))
        })
        .collect()
}
