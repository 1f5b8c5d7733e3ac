//! The screens of the bank.

use super::store::{Transfer, User};
use super::{Form, Login, Message};
use crate::ui::style::Align;
use crate::ui::widget::{
    app_bar, avatar, button, column, field, heading, icon, icon_button, item, list, row, scroll, space, text,
};
use crate::ui::{Icon, Tone, View};

/// Who has an account.
pub(super) fn name_of(users: &[User], account: i64) -> String {
    let known = users.iter().find(|user| user.account == account);
    known.map_or_else(|| format!("Account {account}"), |user| user.name.clone())
}

/// What is in the account, and what came and went.
pub(super) fn dashboard(owner: &User, users: &[User], transfers: &[Transfer]) -> View<Message> {
    let card = column(vec![
        text("Total Balance").ink(16, Tone::OnContainer),
        text(format!("${}", owner.balance)).id("total_balance").ink(40, Tone::OnContainer).bold(),
        text(format!("Account NO. {}", owner.account)).id("account").ink(15, Tone::OnContainer),
    ])
    .wide()
    .gap(6)
    .pad(24, 24)
    .fill(Tone::Container, 24);
    let send = row(vec![
        icon(Icon::ArrowLeftRight, 22, Tone::OnPrimary),
        text("Transfer").ink(17, Tone::OnPrimary).bold(),
    ])
    .id("transfer")
    .describe("Transfer")
    .tap(Message::Transfer)
    .wide()
    .gap(12)
    .pad(20, 16)
    .fill(Tone::Primary, 26)
    .style(|s| s.main = Align::Center);
    let head = column(vec![
        text("Welcome Back,").id("t1").ink(16, Tone::Dim),
        text(owner.name.clone()).id("t11").ink(28, Tone::Text).bold(),
        space(8),
        card,
        space(8),
        send,
    ]);
    let leave = icon_button(Icon::LogOut, "Log out", Message::Leave).id("logout");
    let mut rows = vec![head.wide().gap(4).pad(20, 16), heading("Transactions")];
    if transfers.is_empty() {
        rows.push(text("No transactions yet").id("empty_view").ink(15, Tone::Dim).pad(20, 12));
    }
    rows.extend(transfers.iter().map(|transfer| {
        let out = transfer.sent == owner.account;
        let name = name_of(users, if out { transfer.received } else { transfer.sent });
        let (kind, sign, tone) =
            if out { ("Sent", "-", Tone::Text) } else { ("Received", "+", Tone::Rgb(0x2e, 0x9e, 0x5b)) };
        let amount = text(format!("{sign}${}", transfer.amount)).id("amount").ink(17, tone).bold();
        let mut entry = item(Some(avatar(&name, 40)), &name, kind, Some(amount));
        if let Some(texts) = entry.children.get_mut(1) {
            for (part, id) in texts.children.iter_mut().zip(["historyTo", "type"]) {
                part.id = id.to_owned();
            }
        }
        entry
    }));
    column(vec![app_bar(None, "Bank", vec![leave]), list("history", rows)])
}

/// The form for a transfer.
pub(super) fn transfer(owner: &User, users: &[User], form: &Form) -> View<Message> {
    let padded = |view: View<Message>| column(vec![view]).wide().pad(20, 6);
    let mut parts = vec![
        text(format!("Account NO. {}", owner.account)).id("transferto").ink(15, Tone::Dim).pad(20, 4),
        text(format!("${} available", owner.balance)).id("available").ink(15, Tone::Dim).pad(20, 4),
        padded(field("edittextaccount", "Account No.", &form.account, Message::Account)),
        padded(field("edittextamount", "Amount", &form.amount, Message::Amount).submit(Message::Send)),
    ];
    if let Some(error) = &form.error {
        parts.push(text(error.clone()).id("textinput_error").ink(14, Tone::Danger).pad(36, 4));
    }
    parts.push(padded(button("Send", Message::Send).id("buttonSend").wide()));
    parts.push(heading("Known accounts"));
    parts.extend(users.iter().filter(|user| user.account != owner.account).map(|user| {
        let number = user.account.to_string();
        item(Some(avatar(&user.name, 40)), &user.name, &number, None).tap(Message::Account(number.clone()))
    }));
    column(vec![app_bar(Some(Message::Up), "Transfer", Vec::new()), scroll("transfer_form", parts)])
}

/// Who wants in, and their password.
pub(super) fn login(known: &str, login: &Login) -> View<Message> {
    let mark = icon(Icon::Landmark, 40, Tone::OnContainer).sized(88, 88).centered().fill(Tone::Container, 44);
    let mut password =
        field("editTextPassword", "Password", &login.password, Message::Password).submit(Message::Login);
    password.flags.password = true;
    let mut parts = vec![
        space(24),
        column(vec![
            mark,
            text("Bank").ink(28, Tone::Text).bold(),
            text("Log in to your account").ink(16, Tone::Dim),
        ])
        .wide()
        .level()
        .gap(10),
        space(16),
        field("editTextAccount", "Account No.", login.account.as_deref().unwrap_or(known), Message::Who),
        password,
    ];
    if let Some(error) = login.error {
        parts.push(text(error).id("textinput_error").ink(14, Tone::Danger).pad(16, 0));
    }
    parts.push(button("Login", Message::Login).id("buttonLogin").wide());
    scroll("login_form", vec![column(parts).wide().gap(14).pad(24, 12)])
}
