//! A bank: what is in the account, what came and went, money to send. It opens as the phone's owner, without a login.

pub mod store;

pub use store::fill;

use self::store::{Transfer, User};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::style::Align;
use crate::ui::widget::{
    app_bar, avatar, button, column, confirm, empty, field, heading, icon, item, list, row, scroll, space,
    text,
};
use crate::ui::{Icon, Scene, Tone, View};

const DASHBOARD: &str = "com.example.bankApp.DashboardActivity";
const TRANSFER: &str = "com.example.bankApp.TransferActivity";

/// The app.
pub fn manifest() -> Manifest {
    Manifest {
        package: "com.example.bankApp".to_owned(),
        label: "Bank".to_owned(),
        icon: Icon::Landmark,
        system: true,
        color: (0x2c, 0x6e, 0x49),
        version: "1.0".to_owned(),
        activities: vec![
            Activity { name: DASHBOARD.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity { name: TRANSFER.to_owned(), filters: vec![] },
        ],
        permissions: &[],
        launch: launch::<Bank>(),
        setup: |cx| store::DATABASE.create(&cx.files),
    }
}

/// What is to be sent, as typed.
#[derive(Debug, Clone, Default)]
struct Form {
    account: String,
    amount: String,
    /// Why it cannot be sent.
    error: Option<String>,
}

/// The bank.
#[derive(Debug, Default)]
pub struct Bank {
    form: Option<Form>,
    asking: Option<Transfer>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// Show the form for a transfer.
    Transfer,
    /// The receiver's account as typed.
    Account(String),
    /// The amount as typed.
    Amount(String),
    /// Ask whether to send it.
    Send,
    /// The answer.
    Answer(bool),
    /// One screen back.
    Up,
}

impl App for Bank {
    type Message = Message;

    fn view(&self, cx: &Services) -> Scene<Message> {
        let users = store::users(&cx.files);
        let Some(owner) = users.first() else {
            return column(vec![app_bar(None, "Bank", Vec::new()), empty(Icon::Landmark, "No account")])
                .into();
        };
        let body = match &self.form {
            Some(form) => transfer(owner, &users, form),
            None => dashboard(owner, &users, &store::transfers(&cx.files, owner.account)),
        };
        Scene::from(body).dialog(self.asking.map(|asked| {
            confirm(
                &format!("Send ${}?", asked.amount),
                &format!("To {}, account {}", name_of(&users, asked.received), asked.received),
                "Send",
                Message::Answer(false),
                Message::Answer(true),
            )
        }))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Transfer => self.form = Some(Form::default()),
            Message::Account(account) => self.edit(|form| form.account = account),
            Message::Amount(amount) => self.edit(|form| form.amount = amount),
            Message::Send => {
                let checked = self.form.as_ref().map(|form| check(form, &store::users(&cx.files)));
                match checked {
                    Some(Ok(asked)) => self.asking = Some(asked),
                    Some(Err(error)) => self.edit(|form| form.error = Some(error)),
                    None => {}
                }
            }
            Message::Answer(yes) => {
                if let Some(asked) = self.asking.take().filter(|_| yes) {
                    let done = store::transfer(&cx.files, asked);
                    cx.toast(if done { "Transferred!" } else { "Transfer failed" });
                    self.form = None;
                }
            }
            Message::Up => {
                if !self.back(cx) {
                    cx.finish();
                }
            }
        }
    }

    fn open(&mut self, _: &Intent, _: &mut Services) {}

    fn back(&mut self, _: &mut Services) -> bool {
        self.asking.take().is_some() || self.form.take().is_some()
    }

    fn activity(&self) -> &'static str {
        if self.form.is_some() { TRANSFER } else { DASHBOARD }
    }
}

impl Bank {
    fn edit(&mut self, change: impl FnOnce(&mut Form)) {
        if let Some(form) = &mut self.form {
            form.error = None;
            change(form);
        }
    }
}

/// The transfer that a form asks for, or why there is none.
fn check(form: &Form, users: &[User]) -> Result<Transfer, String> {
    let owner = users.first().ok_or("No account")?;
    let received: i64 = form.account.trim().parse().map_err(|_| "Enter Valid Account No")?;
    let amount: i64 = form.amount.trim().parse().map_err(|_| "Enter Number Only")?;
    if received == owner.account || !users.iter().any(|user| user.account == received) {
        return Err("Didn't Find Account".to_owned());
    }
    match amount {
        ..=0 => Err("Enter an amount".to_owned()),
        _ if amount > owner.balance => Err(format!("Only ${} is in your account", owner.balance)),
        _ => Ok(Transfer { sent: owner.account, received, amount }),
    }
}

fn name_of(users: &[User], account: i64) -> String {
    let known = users.iter().find(|user| user.account == account);
    known.map_or_else(|| format!("Account {account}"), |user| user.name.clone())
}

fn dashboard(owner: &User, users: &[User], transfers: &[Transfer]) -> View<Message> {
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
    column(vec![app_bar(None, "Bank", Vec::new()), list("history", rows)])
}

fn transfer(owner: &User, users: &[User], form: &Form) -> View<Message> {
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
    parts.extend(users.iter().skip(1).map(|user| {
        let number = user.account.to_string();
        item(Some(avatar(&user.name, 40)), &user.name, &number, None).tap(Message::Account(number.clone()))
    }));
    column(vec![app_bar(Some(Message::Up), "Transfer", Vec::new()), scroll("transfer_form", parts)])
}
