//! `guard check`: verdicts on texts.

use std::io::{BufRead, Read, Write, stdin, stdout};
use std::time::Instant;

use pocketpilot_core::guard::{Channel, Decision, Guard, Inspect};
use serde::Deserialize;
use serde_json::json;

use crate::args::GuardCommand;
use crate::failure::Failure;
use crate::parts;

/// Longest text or line that is read, in bytes.
const TEXT_LIMIT: u64 = 4 << 20;

#[derive(Deserialize)]
struct Item {
    text: String,
    #[serde(default = "user")]
    channel: Channel,
}

fn user() -> Channel {
    Channel::User
}

/// Judges standard input.
///
/// # Errors
/// Input that is not UTF-8 or not JSON Lines; a guard that fails.
pub fn run(command: &GuardCommand) -> Result<(), Failure> {
    let GuardCommand::Check { jsonl } = command;
    let guard = parts::guard(&parts::encoder()?)?;
    if !jsonl {
        let mut text = String::new();
        let read = stdin().lock().take(TEXT_LIMIT).read_to_string(&mut text);
        read.map_err(|e| Failure::usage(format!("standard input: {e}")))?;
        return check(&guard, &Item { text, channel: Channel::User });
    }
    for (number, line) in stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| Failure::usage(format!("line {}: {e}", number + 1)))?;
        if line.trim().is_empty() {
            continue;
        }
        let item: Item = serde_json::from_str(&line).map_err(|e| {
            Failure::usage(format!(
                r#"line {}: {e}; write {{"text":"…","channel":"user|tool|screen"}}"#,
                number + 1
            ))
        })?;
        check(&guard, &item)?;
    }
    Ok(())
}

/// One verdict, on one line. A text that cannot be judged is blocked, and the reason given.
fn check(guard: &dyn Guard, item: &Item) -> Result<(), Failure> {
    let started = Instant::now();
    let verdicts = guard.inspect(&[Inspect { text: &item.text, channel: item.channel }]);
    let ms = started.elapsed().as_secs_f64() * 1000.0;
    let answer = match verdicts.as_deref() {
        Ok([verdict]) => {
            let [benign, harmful, jailbreak, injection] = verdict.scores;
            // The contract's words: what the core calls `Ask` and `Block` for spans.
            let decision = match verdict.decision {
                Decision::Allow => "allow",
                Decision::Ask => "ask",
                Decision::Block => "block",
            };
            json!({
                "label": verdict.label, "score": verdict.score,
                "scores": {"benign": benign, "harmful": harmful, "jailbreak": jailbreak, "injection": injection},
                "decision": decision, "ms": ms,
            })
        }
        Ok(_) => json!({"decision": "block", "error": "the guard gave no verdict", "ms": ms}),
        Err(e) => json!({"decision": "block", "error": e.to_string(), "ms": ms}),
    };
    writeln!(stdout().lock(), "{answer}").map_err(Failure::unavailable)
}
