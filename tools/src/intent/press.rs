//! Pressing the button that an app opened by intent leaves to the person.

use std::time::Duration;

use pocketpilot_core::device::{Device, Gesture};
use pocketpilot_core::screen::{Node, Screen};
use pocketpilot_core::tool::ToolError;

/// How often the screen is read until the app is ready.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(400);

/// Waits until the app shows what was asked of it and a button of that name, and presses it.
///
/// # Errors
/// [`ToolError::Failed`] if the app never gets there; nothing has been pressed then.
pub(super) async fn press(
    device: &dyn Device,
    name: &str,
    ready: impl Fn(&Screen) -> bool + Send,
) -> Result<(), ToolError> {
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let screen = device.observe().await?;
        if !ready(&screen) {
            continue;
        }
        if let Some(node) = button(&screen, name) {
            let (x, y) = node.bounds.center();
            return Ok(device.act(&Gesture::Tap { x, y }).await?);
        }
    }
    Err(ToolError::Failed(format!("the app shows no `{name}` button for this; go on by hand")))
}

/// The button by its identifier or its words: of several the lowest, then the rightmost, which is where
/// forms and composers have the one that completes them.
fn button<'a>(screen: &'a Screen, name: &str) -> Option<&'a Node> {
    screen
        .nodes
        .iter()
        .filter(|node| node.enabled && !node.editable() && !node.bounds.is_empty() && is_called(node, name))
        .max_by_key(|node| (node.clickable, node.bounds.bottom, node.bounds.right))
}

fn is_called(node: &Node, name: &str) -> bool {
    let words = |text: &str| {
        let text = text.to_lowercase();
        text.split(|c: char| !c.is_alphanumeric()).next() == Some(name)
    };
    let identifier = node.resource_id.rsplit('/').next().unwrap_or_default().to_lowercase();
    let in_identifier = identifier.split(|c: char| !c.is_alphanumeric()).any(|part| part == name);
    words(&node.text) || words(&node.description) || in_identifier
}

/// A field of the screen holds this text.
pub(super) fn field_holds(screen: &Screen, text: &str) -> bool {
    screen.nodes.iter().any(|node| node.editable() && node.text.trim() == text.trim())
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::screen::Rect;

    use super::*;

    fn node(id: &str, text: &str, description: &str, bottom: i32) -> Node {
        Node {
            resource_id: id.into(),
            text: text.into(),
            description: description.into(),
            enabled: true,
            clickable: true,
            bounds: Rect { left: 0, top: 0, right: 10, bottom },
            ..Node::default()
        }
    }

    #[track_caller]
    fn check(nodes: Vec<Node>, name: &str, expected: Option<usize>) {
        let screen = Screen { nodes, ..Screen::default() };
        let found = button(&screen, name).and_then(|n| screen.nodes.iter().position(|m| std::ptr::eq(m, n)));
        assert_eq!(found, expected);
    }

    #[test]
    fn buttons() {
        check(vec![node("m:id/send_message_button_icon", "", "", 9)], "send", Some(0));
        check(vec![node("Compose:Draft:Send", "", "", 9)], "send", Some(0));
        check(vec![node("", "", "Send SMS", 9), node("", "Sender", "", 99)], "send", Some(0));
        check(vec![node("", "Send feedback", "", 9), node("", "", "Send message", 90)], "send", Some(1));
        check(vec![node("", "Saved", "", 9)], "save", None);
        let field = Node { class: "android.widget.EditText".into(), ..node("", "send it", "", 9) };
        check(vec![field], "send", None);
        let off = Node { enabled: false, ..node("", "Save", "", 9) };
        check(vec![off], "save", None);
    }
}
