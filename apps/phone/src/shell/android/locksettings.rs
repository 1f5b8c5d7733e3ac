//! `locksettings`: the screen lock. The credential is kept as it is: this phone has nothing to protect.

use std::io::{self, Write};

use crate::shell::Context;
use crate::system::settings::{Namespace, Settings};

/// `PIN`, `PASSWORD` or `PATTERN`; absent for none.
pub(super) const KIND: &str = "lockscreen.password_type";
const CREDENTIAL: &str = "lockscreen.credential";

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let (old, words) = old_credential(args);
    let settings = ctx.device().system().services.settings.clone();
    let right = matches(&settings, old);
    let (answer, status) = match words.as_slice() {
        ["set-pin" | "set-password" | "set-pattern" | "clear" | "verify"] | ["verify", _] if !right && words[0] != "verify" => wrong(old),
        ["set-pin", pin] if right => match pin.len() >= 4 && pin.chars().all(|c| c.is_ascii_digit()) {
            true => (set(&settings, "PIN", pin, format!("Pin set to '{pin}'")), 0),
            false => ("Error while executing command: set-pin\njava.lang.IllegalArgumentException: PIN is too short or not numeric".to_owned(), 255),
        },
        ["set-password", password] if right && password.len() >= 4 => {
            (set(&settings, "PASSWORD", password, format!("Password set to '{password}'")), 0)
        }
        ["set-pattern", pattern] if right => (set(&settings, "PATTERN", pattern, format!("Pattern set to '{pattern}'")), 0),
        ["clear", ..] if right => {
            settings.delete(Namespace::Secure, KIND);
            settings.delete(Namespace::Secure, CREDENTIAL);
            ("Lock credential cleared".to_owned(), 0)
        }
        ["verify", ..] if right => ("Lock credential verified successfully".to_owned(), 0),
        ["get-disabled", ..] => ("false".to_owned(), 0),
        ["set-disabled", value, ..] => (format!("Lock screen disabled set to {value}"), 0),
        ["set-pin" | "set-password" | "set-pattern" | "clear" | "verify", ..] if !right => wrong(old),
        [] => ("lockSettings service commands: set-pin, set-password, set-pattern, clear, verify".to_owned(), 255),
        [other, ..] => (format!("Unknown command: {other}"), 255),
    };
    writeln!(ctx.out, "{answer}")?;
    Ok(status)
}

fn wrong(old: Option<&str>) -> (String, i32) {
    (format!("Old password '{}' didn't match", old.unwrap_or_default()), 255)
}

fn set(settings: &Settings, kind: &str, credential: &str, answer: String) -> String {
    settings.put(Namespace::Secure, KIND, kind);
    settings.put(Namespace::Secure, CREDENTIAL, credential);
    answer
}

fn matches(settings: &Settings, old: Option<&str>) -> bool {
    let now = settings.get(Namespace::Secure, CREDENTIAL);
    now.as_deref().unwrap_or_default() == old.unwrap_or_default()
}

/// Takes `--old <CREDENTIAL>` and `--user <ID>` out of the arguments.
fn old_credential(args: &[String]) -> (Option<&str>, Vec<&str>) {
    let (mut old, mut words) = (None, Vec::new());
    let mut left = args.iter();
    while let Some(word) = left.next() {
        match word.as_str() {
            "--old" => old = left.next().map(String::as_str),
            "--user" => drop(left.next()),
            other => words.push(other),
        }
    }
    (old, words)
}
