//! A tap on an element.

use async_trait::async_trait;
use pocketpilot_core::device::Gesture;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Element, act, element, key};
use crate::action::Action;

pub(super) struct Tap;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Number of the element on the screen.
    element: usize,
}

#[async_trait]
impl Action for Tap {
    type Args = Args;
    const NAME: &'static str = "tap";
    const DESCRIPTION: &'static str = "Tap an element of the screen.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] =
        &["Press the OK button", "Tap on Save", "Select the second result", "Turn this switch on"];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let gesture = match element(context.screen, args.element)? {
            Element::GoBack => key("BACK"),
            Element::View(node) => {
                let (x, y) = node.bounds.center();
                Gesture::Tap { x, y }
            }
        };
        act(context.device, gesture).await?;
        Ok(ToolOutput::default())
    }
}
