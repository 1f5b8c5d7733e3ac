//! Scrolling.

use async_trait::async_trait;
use pocketpilot_core::device::Gesture;
use pocketpilot_core::screen::{Rect, Screen};
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::act;
use crate::action::Action;

pub(super) struct Scroll;

/// Milliseconds of the swipe: slow enough not to fling past what is looked for.
const SWIPE: u32 = 400;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Where the content to be seen lies.
    direction: Direction,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Down,
    Up,
    Left,
    Right,
}

#[async_trait]
impl Action for Scroll {
    type Args = Args;
    const NAME: &'static str = "scroll";
    const DESCRIPTION: &'static str = "Scroll the screen to see more of it.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] =
        &["Scroll down", "Show me more of the list", "Go back up to the top", "Swipe to the next page"];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let area = area(context.screen)
            .ok_or_else(|| ToolError::Rejected("the screen is empty; there is nothing to scroll".into()))?;
        let (from, to) = swipe(area, args.direction);
        act(context.device, Gesture::Swipe { from, to, millis: SWIPE }).await?;
        Ok(ToolOutput::default())
    }
}

/// The largest thing that scrolls, or else the whole screen.
fn area(screen: &Screen) -> Option<Rect> {
    let size = |r: &Rect| i64::from(r.right - r.left) * i64::from(r.bottom - r.top);
    let whole = Rect { left: 0, top: 0, right: screen.width, bottom: screen.height };
    screen
        .nodes
        .iter()
        .filter(|node| node.scrollable)
        .map(|node| node.bounds)
        .filter(|bounds| !bounds.is_empty())
        .max_by_key(size)
        .or(Some(whole))
        .filter(|area| !area.is_empty())
}

/// From four fifths to one fifth of the area: the finger moves against the direction of looking.
fn swipe(area: Rect, direction: Direction) -> ((i32, i32), (i32, i32)) {
    let (x, y) = area.center();
    let at = |from: i32, to: i32, fifths: i32| from + (to - from) / 5 * fifths;
    let (left, right) = (at(area.left, area.right, 1), at(area.left, area.right, 4));
    let (top, bottom) = (at(area.top, area.bottom, 1), at(area.top, area.bottom, 4));
    match direction {
        Direction::Down => ((x, bottom), (x, top)),
        Direction::Up => ((x, top), (x, bottom)),
        Direction::Right => ((right, y), (left, y)),
        Direction::Left => ((left, y), (right, y)),
    }
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::screen::Node;

    use super::*;

    #[test]
    fn the_largest_list_is_swiped() {
        let list = |left, top, right, bottom| Node {
            scrollable: true,
            bounds: Rect { left, top, right, bottom },
            ..Node::default()
        };
        let nodes = vec![list(0, 0, 100, 50), list(0, 100, 1000, 1100), list(5, 5, 5, 5)];
        let mut screen = Screen { width: 1000, height: 2000, nodes, ..Screen::default() };
        let found = area(&screen).unwrap();
        assert_eq!(swipe(found, Direction::Down), ((500, 900), (500, 300)));
        assert_eq!(swipe(found, Direction::Up), ((500, 300), (500, 900)));
        assert_eq!(swipe(found, Direction::Right), ((800, 600), (200, 600)));
        assert_eq!(swipe(found, Direction::Left), ((200, 600), (800, 600)));
        screen.nodes.clear();
        assert_eq!(area(&screen), Some(Rect { left: 0, top: 0, right: 1000, bottom: 2000 }));
        assert_eq!(area(&Screen::default()), None);
    }
}
