//! `am broadcast`: what the keyboards and helpers for automation listen to. All others complete with nothing done, as on a
//! phone without listeners.

use std::io::{self, Write};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::intent;
use crate::shell::Context;
use crate::system::System;
use crate::system::intent::{Extra, Intent};
use crate::system::key::KeyCode;

pub(super) fn run(ctx: &mut Context<'_>, args: &[String]) -> io::Result<i32> {
    let parsed = match intent::parse(args) {
        Ok(parsed) => parsed,
        Err(error) => {
            writeln!(ctx.err, "Error: {error}")?;
            return Ok(255);
        }
    };
    let answer = listen(&mut ctx.device().system(), &parsed.intent);
    writeln!(ctx.out, "Broadcasting: {}", Intent { flags: 0x40_0000, ..parsed.intent })?;
    match answer {
        Some(data) => writeln!(ctx.out, "Broadcast completed: result=-1, data=\"{data}\"")?,
        None => writeln!(ctx.out, "Broadcast completed: result=0")?,
    }
    Ok(0)
}

/// What a listener answers with; `None` where nobody listens.
fn listen(system: &mut System, intent: &Intent) -> Option<String> {
    let text = |name: &str| match intent.extras.get(name) {
        Some(Extra::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let decoded = |name: &str| String::from_utf8(STANDARD.decode(text(name)?.trim()).ok()?).ok();
    match intent.action.as_deref()? {
        "ADB_INPUT_TEXT" => system.type_text(&text("msg")?),
        "ADB_INPUT_B64" => system.type_text(&decoded("msg")?),
        "ADB_KEYBOARD_INPUT_TEXT" => system.type_text(&decoded("text")?),
        "ADB_CLEAR_TEXT" | "ADB_KEYBOARD_CLEAR_TEXT" => {
            system.key(KeyCode::SelectAll);
            system.key(KeyCode::Delete);
        }
        // Search, send, go, done: what the keyboard's enter key does in that field.
        "ADB_EDITOR_CODE" | "ADB_KEYBOARD_EDITOR_CODE" | "ADB_KEYBOARD_SMART_ENTER" => {
            system.key(KeyCode::Enter);
        }
        "ADB_KEYBOARD_HIDE" => {
            if system.keyboard_shown() {
                system.key(KeyCode::Back);
            }
        }
        "ADB_KEYBOARD_SET_CLIPBOARD" => system.services.clipboard = decoded("text")?,
        "ADB_KEYBOARD_GET_CLIPBOARD" => return Some(STANDARD.encode(&system.services.clipboard)),
        "devicekit.clipboard.set" => {
            let encoded = text("encoding").as_deref() == Some("base64");
            system.services.clipboard = if encoded { decoded("text")? } else { text("text")? };
        }
        "devicekit.clipboard.clear" => system.services.clipboard.clear(),
        "android.intent.action.CLOSE_SYSTEM_DIALOGS" => {
            if system.activities().package() == crate::apps::shade::PACKAGE {
                system.back();
            }
            return None;
        }
        _ => return None,
    }
    Some("success".to_owned())
}
