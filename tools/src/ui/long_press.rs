//! A long press on an element.

use async_trait::async_trait;
use pocketpilot_core::device::Gesture;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Element, act, element};
use crate::action::Action;

pub(super) struct LongPress;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Number of the element on the screen.
    element: usize,
}

#[async_trait]
impl Action for LongPress {
    type Args = Args;
    const NAME: &'static str = "long_press";
    const DESCRIPTION: &'static str =
        "Press an element of the screen for a long time, to select it or open its menu.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] =
        &["Hold the message to see its options", "Long press the photo", "Select several items in the list"];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let Element::View(node) = element(context.screen, args.element)? else {
            return Err(ToolError::Rejected("`go back` can only be tapped".into()));
        };
        let (x, y) = node.bounds.center();
        act(context.device, Gesture::LongPress { x, y }).await?;
        Ok(ToolOutput::default())
    }
}
