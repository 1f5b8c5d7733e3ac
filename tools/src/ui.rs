//! Actions on the screen that the model sees.

mod answer;
mod ask;
mod back;
mod finish;
mod home;
mod launchers;
mod long_press;
mod open_app;
mod scroll;
mod tap;
mod type_text;
mod wait;

use std::sync::Arc;

use pocketpilot_core::device::{Device, DeviceError, Gesture};
use pocketpilot_core::screen::{Node, Screen, describe};
use pocketpilot_core::tool::{Tool, ToolError};

use crate::action::tool;

/// In the order in which they are offered.
pub(crate) fn tools() -> Vec<Arc<dyn Tool>> {
    vec![
        tool::<tap::Tap>(),
        tool::<long_press::LongPress>(),
        tool::<type_text::TypeText>(),
        tool::<scroll::Scroll>(),
        tool::<back::Back>(),
        tool::<home::Home>(),
        tool::<open_app::OpenApp>(),
        tool::<wait::Wait>(),
        tool::<answer::Answer>(),
        tool::<ask::Ask>(),
        tool::<finish::Finish>(),
    ]
}

/// What a number in the model's view of the screen stands for.
#[derive(Debug, PartialEq)]
enum Element<'a> {
    View(&'a Node),
    /// The line `go back` that ends every screen.
    GoBack,
}

/// Finds an element by its number.
fn element(screen: &Screen, number: usize) -> Result<Element<'_>, ToolError> {
    let lines = describe(screen);
    let Some(line) = lines.iter().find(|line| line.id == number) else {
        let last = lines.len().saturating_sub(1);
        return Err(ToolError::Rejected(format!(
            "the screen has no element {number}; its elements are 0 to {last}"
        )));
    };
    let Some(index) = line.node else { return Ok(Element::GoBack) };
    match screen.nodes.get(index) {
        Some(node) if !node.bounds.is_empty() => Ok(Element::View(node)),
        _ => Err(ToolError::Rejected(format!("element {number} takes no room on the screen"))),
    }
}

/// Makes a gesture. A phone that answers it with a complaint is still there.
async fn act(device: &dyn Device, gesture: Gesture) -> Result<(), ToolError> {
    device.act(&gesture).await.map_err(|error| match error {
        DeviceError::Garbled { reason, .. } => ToolError::Failed(reason),
        gone => ToolError::Device(gone),
    })
}

fn key(name: &str) -> Gesture {
    Gesture::Key { name: name.to_owned() }
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::screen::Rect;

    use super::*;

    #[test]
    fn elements() {
        let button = |text: &str, right| Node {
            text: text.into(),
            clickable: true,
            bounds: Rect { left: 0, top: 0, right, bottom: 10 },
            ..Node::default()
        };
        let screen = Screen { nodes: vec![button("Save", 10), button("Hidden", 0)], ..Screen::default() };
        assert_eq!(element(&screen, 0).unwrap(), Element::View(&screen.nodes[0]));
        assert_eq!(element(&screen, 2).unwrap(), Element::GoBack);
        let error = |number| element(&screen, number).unwrap_err().to_string();
        assert_eq!(error(1), "element 1 takes no room on the screen");
        assert_eq!(error(3), "the screen has no element 3; its elements are 0 to 2");
    }
}
