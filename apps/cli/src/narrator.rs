//! An episode as a story: one block a step, a line a fact.

use std::io::{self, Write};

use console::{Style, style};
use pocketpilot_core::event::{Done, Ending, Event};
use pocketpilot_core::memory::{Call, StepResult};
use pocketpilot_core::tool::Effect;

use crate::terminal::shown;

/// Most characters of a fact shown.
const FACT: usize = 300;

/// Tells what happens.
#[derive(Debug)]
pub struct Narrator<W> {
    out: W,
}

impl<W: Write> Narrator<W> {
    /// Tells it to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// Tells one event.
    ///
    /// # Errors
    /// Whatever `out` gives.
    pub fn tell(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started { goal, model, device } => {
                writeln!(self.out, "\n{} {}", style("▸").cyan().bold(), style(clean(goal)).bold())?;
                writeln!(self.out, "  {}", style(format!("{model} on {device}")).dim())?;
            }
            Event::Observed { step, package, activity, .. } => {
                let place = format!("{package}/{activity}");
                write!(
                    self.out,
                    "\n{} {}",
                    style(format!("{:>2}", step + 1)).cyan().bold(),
                    style(clean(&place)).dim()
                )?;
                writeln!(self.out)?;
            }
            Event::Recalled { memories, .. } => {
                for memory in memories {
                    self.fact("↺", &Style::new().magenta(), &format!("remembers: {}", memory.goal))?;
                }
            }
            Event::Withheld { spans, .. } => {
                for span in spans {
                    let what = format!(
                        "withheld from the model ({:?}, {:.2}): {}",
                        span.verdict.label, span.verdict.score, span.text
                    );
                    self.fact("⛨", &Style::new().red(), &what)?;
                }
            }
            Event::Selected { .. } => {}
            Event::Proposed { call, effect, target, .. } => {
                self.fact("→", &Style::new().cyan(), &proposed(call, *effect, target.as_deref()))?;
            }
            Event::Asked { why, agreed, .. } => {
                let (mark, answer) = if *agreed { ("✓", "agreed") } else { ("✗", "not agreed") };
                self.fact(mark, &Style::new().yellow(), &format!("{answer} ({why})"))?;
            }
            Event::Questioned { question, answer, .. } => {
                let answer = answer.as_deref().unwrap_or("no answer");
                self.fact("?", &Style::new().yellow(), &format!("{question} {answer}"))?;
            }
            Event::Acted { result, progress, millis, usage, .. } => {
                let (mark, color, text) = outcome(result, *progress);
                self.fact(mark, &color, &text)?;
                let cost = format!(
                    "{:.1} s, {} tokens read, {} reused, {} written",
                    *millis as f64 / 1000.0,
                    usage.prefilled,
                    usage.reused,
                    usage.decoded
                );
                writeln!(self.out, "     {}", style(cost).dim())?;
            }
            Event::Done(done) => self.done(done)?,
        }
        self.out.flush()
    }

    fn fact(&mut self, mark: &str, color: &Style, text: &str) -> io::Result<()> {
        writeln!(self.out, "   {} {}", color.apply_to(mark), clean(text))
    }

    fn done(&mut self, done: &Done) -> io::Result<()> {
        let (mark, color, word) = match done.ending {
            Ending::Achieved => ("✔", Style::new().green().bold(), "Done"),
            Ending::Failed => ("✘", Style::new().red().bold(), "Not done"),
            Ending::Refused => ("⛔", Style::new().yellow().bold(), "Refused"),
            Ending::Unavailable => ("✘", Style::new().red().bold(), "Could not go on"),
            Ending::Interrupted => ("■", Style::new().yellow().bold(), "Stopped"),
        };
        writeln!(self.out, "\n{} {}", color.apply_to(format!("{mark} {word}:")), clean(&done.reason))?;
        if let Some(answer) = done.answer.as_ref().filter(|a| **a != done.reason) {
            writeln!(self.out, "  {}", style(clean(answer)).bold())?;
        }
        let cost = format!(
            "{} step{}, {} model calls, {:.1} s, {} tokens read, {} reused, {} written",
            done.steps,
            if done.steps == 1 { "" } else { "s" },
            done.model_calls,
            done.seconds,
            done.tokens.prefilled,
            done.tokens.reused,
            done.tokens.decoded
        );
        writeln!(self.out, "  {}", style(cost).dim())
    }
}

fn proposed(call: &Call, effect: Effect, target: Option<&str>) -> String {
    let arguments: Vec<String> = call
        .arguments
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| format!("{name} {}", shown(value)))
        .collect();
    let mut text = format!("{} {}", call.tool, arguments.join(", "));
    if let Some(target) = target {
        text += &format!("  {target}");
    }
    if effect > Effect::Write {
        text += &format!("  [{}]", format!("{effect:?}").to_lowercase());
    }
    text
}

fn outcome(result: &StepResult, progress: bool) -> (&'static str, Style, String) {
    match result {
        StepResult::Done { output } => match &output.evidence {
            Some(evidence) if evidence.holds => ("✓", Style::new().green(), evidence.fact.clone()),
            Some(evidence) => ("✗", Style::new().red(), evidence.fact.clone()),
            None if !output.text.is_empty() => ("✓", Style::new().green(), output.text.clone()),
            None if progress => ("✓", Style::new().green(), "the screen changed".into()),
            None => ("·", Style::new().dim(), "the screen did not change".into()),
        },
        StepResult::Failed { reason } => ("✗", Style::new().red(), format!("failed: {reason}")),
        StepResult::Rejected { reason } => ("✗", Style::new().red(), format!("rejected: {reason}")),
    }
}

/// Hostile text on a terminal: one line, no control characters, not endless.
fn clean(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match flat.char_indices().nth(FACT) {
        Some((end, _)) => format!("{}…", &flat[..end]),
        None => flat,
    }
}
