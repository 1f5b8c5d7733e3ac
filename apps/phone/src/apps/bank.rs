//! A bank: a login, what is in the account, what came and went, money to send.

mod pages;
pub mod store;

pub use store::fill;

use self::store::{Transfer, User};
use crate::system::Services;
use crate::system::app::{Activity, App, Filter, Manifest, launch};
use crate::system::intent::Intent;
use crate::ui::widget::confirm;
use crate::ui::{Icon, Scene};

const LOGIN: &str = "com.example.bankApp.MainActivity";
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
            Activity { name: LOGIN.to_owned(), filters: vec![Filter::LAUNCHER] },
            Activity { name: DASHBOARD.to_owned(), filters: vec![] },
            Activity { name: TRANSFER.to_owned(), filters: vec![] },
        ],
        permissions: &[],
        launch: launch::<Bank>(),
        setup: |cx| store::DATABASE.create(&cx.files),
    }
}

/// Who wants in, as typed.
#[derive(Debug, Clone, Default)]
struct Login {
    /// The account; the owner's, as long as nothing was typed.
    account: Option<String>,
    password: String,
    /// Why they do not get in.
    error: Option<&'static str>,
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
    login: Login,
    /// The account that is logged in.
    account: Option<i64>,
    form: Option<Form>,
    asking: Option<Transfer>,
}

/// What its views send.
#[derive(Debug, Clone)]
pub enum Message {
    /// The account as typed to log in.
    Who(String),
    /// The password as typed.
    Password(String),
    /// Log in.
    Login,
    /// Log out.
    Leave,
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
        let inside = users.iter().find(|user| Some(user.account) == self.account);
        let body = match (inside, &self.form) {
            (Some(owner), Some(form)) => pages::transfer(owner, &users, form),
            (Some(owner), None) => {
                pages::dashboard(owner, &users, &store::transfers(&cx.files, owner.account))
            }
            (None, _) => pages::login(&known(&users), &self.login),
        };
        Scene::from(body).dialog(self.asking.map(|asked| {
            confirm(
                &format!("Send ${}?", asked.amount),
                &format!("To {}, account {}", pages::name_of(&users, asked.received), asked.received),
                "Send",
                Message::Answer(false),
                Message::Answer(true),
            )
        }))
    }

    fn update(&mut self, message: Message, cx: &mut Services) {
        match message {
            Message::Who(account) => {
                self.login = Login { account: Some(account), error: None, ..self.login.clone() };
            }
            Message::Password(password) => {
                self.login = Login { password, error: None, ..self.login.clone() };
            }
            Message::Login => self.enter(cx),
            Message::Leave => *self = Bank::default(),
            Message::Transfer => self.form = Some(Form::default()),
            Message::Account(account) => self.edit(|form| form.account = account),
            Message::Amount(amount) => self.edit(|form| form.amount = amount),
            Message::Send => {
                let checked =
                    self.form.as_ref().map(|form| check(form, self.account, &store::users(&cx.files)));
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
        match (self.account, &self.form) {
            (None, _) => LOGIN,
            (Some(_), Some(_)) => TRANSFER,
            (Some(_), None) => DASHBOARD,
        }
    }
}

impl Bank {
    /// Lets in who knows the password of the account.
    fn enter(&mut self, cx: &Services) {
        let typed = self.login.account.clone().unwrap_or_else(|| known(&store::users(&cx.files)));
        let account = typed.trim().parse().ok();
        match account.filter(|account| store::opens(&cx.files, *account, &self.login.password)) {
            Some(account) => *self = Bank { account: Some(account), ..Bank::default() },
            None => {
                let error = Some("Wrong account number or password");
                self.login = Login { password: String::new(), error, ..self.login.clone() };
            }
        }
    }

    fn edit(&mut self, change: impl FnOnce(&mut Form)) {
        if let Some(form) = &mut self.form {
            form.error = None;
            change(form);
        }
    }
}

/// The account that the phone knows, its owner's, as text.
fn known(users: &[User]) -> String {
    users.first().map_or_else(String::new, |owner| owner.account.to_string())
}

/// The transfer that a form asks for, or why there is none.
fn check(form: &Form, account: Option<i64>, users: &[User]) -> Result<Transfer, String> {
    let owner = users.iter().find(|user| Some(user.account) == account).ok_or("No account")?;
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
