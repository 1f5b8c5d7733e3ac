//! What a new message begins with, and whether an address is one.

use super::store::{Mail, OWNER};
use crate::system::clock::at;
use crate::system::intent::{Extra, Intent, percent_decoded};

/// It can be an address of mail.
pub(super) fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'))
        && !text.contains(char::is_whitespace)
        && text.matches('@').count() == 1
}

/// A message as it goes along when it is answered.
pub(super) fn quoted(mail: &Mail) -> String {
    let lines: Vec<String> = mail.body.lines().map(|line| format!("> {line}")).collect();
    let when = at(mail.date).format("%a, %b %-d, %Y at %-I:%M %p");
    format!("\n\nOn {when} {} <{}> wrote:\n{}", mail.name, mail.from, lines.join("\n"))
}

/// A subject with `Re:` or `Fwd:` before it, once.
pub(super) fn prefixed(prefix: &str, subject: &str) -> String {
    let has = subject.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    if has { subject.to_owned() } else { format!("{prefix} {subject}") }
}

/// An answer, without what is answered.
pub(super) fn reply(mail: &Mail) -> Mail {
    let to = if mail.from == OWNER { &mail.to } else { &mail.from };
    Mail { to: to.clone(), subject: prefixed("Re:", &mail.subject), ..Mail::default() }
}

/// A message as it goes along when it is forwarded.
pub(super) fn forwarded(mail: &Mail) -> String {
    format!(
        "\n\n---------- Forwarded message ---------\nFrom: {} <{}>\nSubject: {}\nTo: {}\n\n{}",
        mail.name, mail.from, mail.subject, mail.to, mail.body
    )
}

/// What a `mailto:` address (RFC 6068) and the extras ask for.
pub(super) fn asked_for(intent: &Intent, mailto: &str) -> Mail {
    let (to, query) = mailto.split_once('?').unwrap_or((mailto, ""));
    let part = |name: &str| {
        let found = query.split('&').filter_map(|part| part.split_once('=')).find(|(key, _)| *key == name);
        found.map(|(_, value)| percent_decoded(value))
    };
    let extra = |name: &str| intent.text(&format!("android.intent.extra.{name}"));
    let to = match intent.extras.get("android.intent.extra.EMAIL") {
        Some(Extra::Texts(all)) => all.join(", "),
        Some(Extra::Text(one)) => one.clone(),
        _ => percent_decoded(to),
    };
    Mail {
        to,
        subject: extra("SUBJECT").or_else(|| part("subject")).unwrap_or_default(),
        body: extra("TEXT").or_else(|| part("body")).unwrap_or_default(),
        ..Mail::default()
    }
}
