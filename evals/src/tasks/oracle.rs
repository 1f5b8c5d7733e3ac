//! The oracle: does a task by its script, through the planner's own tools.

use std::sync::{Arc, Mutex, PoisonError};

use pocketpilot_core::device::Device;
use pocketpilot_core::memory::Call;
use pocketpilot_core::screen::{Line, LineKind, Screen, describe};
use pocketpilot_core::tool::{Control, Tool, ToolContext, ToolOutput};
use pocketpilot_tools::phone_tools;
use serde_json::{Value, json};

use super::template::Act;

/// Most screens that a list is scrolled through for an element.
const SCROLLS: usize = 6;

/// Knows how every task is done.
pub(super) struct Oracle<'a> {
    device: &'a dyn Device,
    tools: Vec<Arc<dyn Tool>>,
    deeds: Mutex<Vec<Deed>>,
}

/// A call that the oracle made, on what it saw, and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    /// The screen that it was made on.
    pub screen: Vec<Line>,
    /// The call.
    pub call: Call,
    /// What it gave.
    pub output: ToolOutput,
}

impl<'a> Oracle<'a> {
    /// An oracle for a phone.
    pub(super) fn new(device: &'a dyn Device) -> Self {
        Self { device, tools: phone_tools(), deeds: Mutex::default() }
    }

    /// Runs a script; gives the answer, if the script gives one.
    ///
    /// # Errors
    /// The act that did not work and why, in one line.
    pub(super) async fn run(&self, script: &[Act]) -> Result<Option<String>, String> {
        let mut answer = None;
        for act in script {
            answer = self.act(act).await.map_err(|reason| format!("{act:?}: {reason}"))?.or(answer);
        }
        Ok(answer)
    }

    /// Every call that was made, oldest first.
    pub(super) fn into_deeds(self) -> Vec<Deed> {
        self.deeds.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    async fn act(&self, act: &Act) -> Result<Option<String>, String> {
        match act {
            Act::Call(call) => self.call(call, &self.look().await?).await,
            Act::Tap(text) => self.tap(|lines| lines.iter().find(|l| shows(l, text))).await,
            Act::TapNear { text, near } => self.tap(|lines| nearest(lines, text, near)).await,
            Act::Type { into, text } => {
                let field = |lines: &[Line]| {
                    lines.iter().find(|l| l.kind == LineKind::Input && shows(l, into)).map(|l| l.id)
                };
                let (screen, element) = self.find(field).await?;
                self.call_at(&screen, "type_text", json!({"element": element, "text": text})).await
            }
            Act::Shell(command) => {
                let output = self.device.shell(command).await.map_err(|e| e.to_string())?;
                if output.status == 0 { Ok(None) } else { Err(output.text) }
            }
        }
    }

    async fn tap(&self, find: impl Fn(&[Line]) -> Option<&Line>) -> Result<Option<String>, String> {
        let (screen, element) = self.find(|lines| find(lines).map(|l| l.id)).await?;
        self.call_at(&screen, "tap", json!({ "element": element })).await
    }

    /// Looks for an element, scrolling down to it.
    async fn find(&self, find: impl Fn(&[Line]) -> Option<usize>) -> Result<(Screen, usize), String> {
        let mut screen = self.look().await?;
        for _ in 0..SCROLLS {
            if let Some(element) = find(&describe(&screen)) {
                return Ok((screen, element));
            }
            self.call_at(&screen, "scroll", json!({"direction": "down"})).await?;
            screen = self.look().await?;
        }
        let lines: Vec<String> = describe(&screen).iter().map(ToString::to_string).collect();
        Err(format!("there is no such element; the last screen was {}", lines.join("")))
    }

    async fn look(&self) -> Result<Screen, String> {
        self.device.observe().await.map_err(|e| e.to_string())
    }

    async fn call_at(&self, screen: &Screen, tool: &str, arguments: Value) -> Result<Option<String>, String> {
        self.call(&Call { tool: tool.into(), arguments }, screen).await
    }

    async fn call(&self, call: &Call, screen: &Screen) -> Result<Option<String>, String> {
        let named = self.tools.iter().find(|t| t.spec().name == call.tool);
        let tool = named.ok_or_else(|| format!("there is no tool `{}`", call.tool))?;
        let context = ToolContext { device: self.device, screen };
        let output = tool.call(&call.arguments, context).await.map_err(|e| e.to_string())?;
        let deed = Deed { screen: describe(screen), call: call.clone(), output: output.clone() };
        self.deeds.lock().unwrap_or_else(PoisonError::into_inner).push(deed);
        Ok(match output.control {
            Some(Control::Finish { answer, .. }) => answer,
            _ => None,
        })
    }
}

/// The element has this text, or its first line is it.
fn shows(line: &Line, text: &str) -> bool {
    line.label == text || line.content.split("<br>").next() == Some(text)
}

fn nearest<'l>(lines: &'l [Line], text: &str, near: &str) -> Option<&'l Line> {
    let anchor = lines.iter().position(|l| shows(l, near))?;
    let candidates = lines.iter().enumerate().filter(|(_, l)| shows(l, text));
    candidates.min_by_key(|(index, _)| index.abs_diff(anchor)).map(|(_, line)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: usize, label: &str, content: &str) -> Line {
        let (label, content) = (label.into(), content.into());
        Line { id, kind: LineKind::Button, node: Some(id), checked: false, label, content }
    }

    #[test]
    fn the_nearest_of_several_elements_is_found() {
        let lines = [
            line(0, "Expand alarm", ""),
            line(1, "", "5:30 AM"),
            line(2, "", "Today"),
            line(3, "Expand alarm", ""),
            line(4, "7:30 AM", "7:30 AM"),
        ];
        let found = |near| nearest(&lines, "Expand alarm", near).map(|l| l.id);
        assert_eq!((found("5:30 AM"), found("7:30 AM"), found("9:30 AM")), (Some(0), Some(3), None));
        assert!(nearest(&lines, "Delete", "7:30 AM").is_none());
    }

    #[test]
    fn an_element_is_known_by_label_or_first_line() {
        assert!(shows(&line(0, "Save", ""), "Save"));
        assert!(shows(&line(0, "", "Astrid Gruber<br>Mobile"), "Astrid Gruber"));
        assert!(!shows(&line(0, "", "Astrid Gruber"), "Gruber"));
    }
}
