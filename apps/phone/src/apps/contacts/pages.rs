//! The screens of the contacts: the list, one person, the form.

use super::Message;
use crate::system::Services;
use crate::system::content::contacts::{self, Contact};
use crate::ui::style::{Align, Size};
use crate::ui::widget::{
    app_bar, avatar, button, card, column, empty, fab, field, heading, icon, icon_button, item, list, row,
    scroll, space, text, with_fab,
};
use crate::ui::{Icon, Tone, View};

/// The people, or those who are looked for.
pub(super) fn people(cx: &Services, search: Option<&str>) -> View<Message> {
    let wanted = search.unwrap_or_default().to_lowercase();
    let people: Vec<_> = contacts::all(&cx.files)
        .into_iter()
        .filter(|contact| {
            [&contact.name, &contact.phone, &contact.email]
                .iter()
                .any(|part| part.to_lowercase().contains(&wanted))
        })
        .collect();
    let bar = match search {
        None => app_bar(
            None,
            "Contacts",
            vec![icon_button(Icon::Search, "Search", Message::Find).id("menu_search")],
        ),
        Some(wanted) => row(vec![
            icon_button(Icon::ArrowLeft, "stop searching", Message::Up),
            field("search_view", "Search contacts", wanted, Message::Search).autofocus(),
        ])
        .wide()
        .pad(8, 8)
        .gap(4),
    };
    let mut rows = Vec::new();
    let mut letter = None;
    for contact in &people {
        let first = contact.name.chars().next().map(|first| first.to_ascii_uppercase());
        if first != letter && search.is_none() {
            rows.push(heading(&first.unwrap_or('#').to_string()));
            letter = first;
        }
        let name = if contact.name.is_empty() { "(No name)" } else { &contact.name };
        let mut entry = item(Some(avatar(name, 40)), name, "", None).tap(Message::Show(contact.id));
        if let Some(title) = entry.children.get_mut(1).and_then(|texts| texts.children.first_mut()) {
            title.id = "cliv_name_textview".to_owned();
        }
        rows.push(entry);
    }
    rows.push(space(88));
    let body = if people.is_empty() {
        empty(Icon::Users, if search.is_some() { "No contacts" } else { "No contacts yet" })
    } else {
        list("contact_list", rows)
    };
    let new = fab(Icon::Plus, "Create contact", Message::New).id("floating_action_button");
    with_fab(column(vec![bar, body]), new)
}

/// One person.
pub(super) fn detail(contact: &Contact) -> View<Message> {
    let star = if contact.starred { "Remove from favorites" } else { "Add to favorites" };
    let mut star = icon_button(Icon::Star, star, Message::Star).id("menu_star");
    if contact.starred {
        star = star.ink(24, Tone::Primary);
    }
    let bar = app_bar(
        Some(Message::Up),
        "",
        vec![
            star,
            icon_button(Icon::Pencil, "Edit contact", Message::Edit).id("menu_edit"),
            icon_button(Icon::Trash2, "Delete", Message::Delete).id("menu_delete"),
        ],
    );
    let name = if contact.name.is_empty() { "(No name)" } else { &contact.name };
    let mut parts = vec![space(8), avatar(name, 112), text(name).id("large_title").ink(28, Tone::Text)];
    if !contact.company.is_empty() {
        parts.push(text(contact.company.clone()).id("header_subtitle").ink(16, Tone::Dim));
    }
    if !contact.phone.is_empty() {
        let action = |picture, label: &str, message| {
            column(vec![icon(picture, 24, Tone::OnContainer), text(label).ink(13, Tone::OnContainer)])
                .describe(label)
                .tap(message)
                .wide()
                .centered()
                .gap(6)
                .pad(8, 14)
                .fill(Tone::Container, 20)
        };
        let actions = vec![
            action(Icon::Phone, "Call", Message::Call),
            action(Icon::MessageSquare, "Text", Message::Text),
        ];
        parts.push(row(actions).wide().gap(12).pad(20, 12));
    }
    let mut facts = vec![heading("Contact info")];
    for (picture, value, kind, message) in [
        (Icon::Phone, &contact.phone, "Mobile", Message::Call),
        (Icon::Mail, &contact.email, "Home", Message::Mail),
    ] {
        if !value.is_empty() {
            facts.push(item(Some(icon(picture, 22, Tone::Dim)), value, kind, None).tap(message));
        }
    }
    if facts.len() > 1 {
        parts.push(column(vec![card(facts).pad(0, 8)]).wide().pad(16, 0));
    }
    column(vec![bar, scroll("multiscroller", vec![column(parts).wide().level().gap(8)])])
}

/// The form that makes or changes a person.
pub(super) fn editor(contact: &Contact) -> View<Message> {
    let title = if contact.id == 0 { "Create contact" } else { "Edit contact" };
    let save = button("Save", Message::Save).id("editor_menu_save_button").pad(20, 10);
    let part = |picture, view: View<Message>| {
        row(vec![icon(picture, 22, Tone::Dim).sized(24, 24), view]).wide().gap(16).pad(20, 6)
    };
    let mut bar = app_bar(Some(Message::Up), title, vec![save]);
    if let Some(up) = bar.children.first_mut() {
        *up = icon_button(Icon::X, "Cancel", Message::Up);
    }
    column(vec![
        bar,
        scroll(
            "contact_editor_fragment",
            vec![
                column(vec![avatar(&contact.name, 88)])
                    .wide()
                    .level()
                    .pad(0, 14)
                    .style(|s| s.main = Align::Center),
                part(Icon::User, field("name", "Name", &contact.name, Message::Name)),
                part(Icon::Building2, field("company", "Company", &contact.company, Message::Company)),
                part(Icon::Phone, field("phone", "Phone", &contact.phone, Message::Phone)),
                part(Icon::Mail, field("email", "Email", &contact.email, Message::Email)),
                space(24).style(|s| s.height = Size::Dp(24)),
            ],
        ),
    ])
}
