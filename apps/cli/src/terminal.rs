//! Consent on the terminal.

use std::io::{BufRead, IsTerminal, Write, stdin};

use async_trait::async_trait;
use console::style;
use pocketpilot_core::consent::{Consent, Digest, Proposal};
use serde_json::Value;

/// Asks the person at the terminal. Questions go to stderr, so that `--json` output stays clean.
#[derive(Debug, Clone, Copy)]
pub struct Terminal;

/// Says yes to everything that is asked, and answers no question.
#[derive(Debug, Clone, Copy)]
pub struct Always;

#[async_trait]
impl Consent for Terminal {
    async fn agree(&self, proposal: &Proposal, why: &str) -> Option<Digest> {
        let mut text =
            format!("\n  {} {}\n", style("May I").bold(), style(&proposal.call.tool).bold().yellow());
        for (name, value) in proposal.call.arguments.as_object().into_iter().flatten() {
            text += &format!("      {:<10} {}\n", name, shown(value));
        }
        if let Some(target) = &proposal.target {
            text += &format!("      {:<10} {}\n", "on", shown(&Value::String(target.clone())));
        }
        text += &format!("  {}\n  yes or no? ", style(why).dim());
        let answer = ask(text).await?;
        matches!(answer.to_lowercase().as_str(), "y" | "yes").then(|| proposal.digest())
    }

    async fn answer(&self, question: &str) -> Option<String> {
        let question = shown(&Value::String(question.to_owned()));
        ask(format!("\n  {} {question}\n  > ", style("?").bold().yellow())).await.filter(|a| !a.is_empty())
    }
}

#[async_trait]
impl Consent for Always {
    async fn agree(&self, proposal: &Proposal, _: &str) -> Option<Digest> {
        Some(proposal.digest())
    }

    async fn answer(&self, _: &str) -> Option<String> {
        None
    }
}

/// One line from the terminal; `None` at its end, or where there is no terminal.
async fn ask(text: String) -> Option<String> {
    if !stdin().is_terminal() {
        return None;
    }
    let read = move || {
        eprint!("{text}");
        std::io::stderr().flush().ok()?;
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line).ok()?;
        (read > 0).then(|| line.trim().to_owned())
    };
    tokio::task::spawn_blocking(read).await.ok()?
}

/// A value on one line, without anything that could move the cursor or forge another line.
pub fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    text.chars().map(|c| if c.is_control() { '·' } else { c }).collect()
}
