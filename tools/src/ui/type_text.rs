//! Text into an input field.

use async_trait::async_trait;
use pocketpilot_core::device::Gesture;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Element, act, element, key};
use crate::action::Action;

pub(super) struct TypeText;

/// Most characters that are deleted from a field before typing.
const LONGEST_FIELD: usize = 500;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Number of the input field on the screen.
    element: usize,
    /// The whole new content of the field.
    #[schemars(length(max = 500))]
    text: String,
    /// Press the enter key afterwards, as to start a search.
    submit: Option<bool>,
}

#[async_trait]
impl Action for TypeText {
    type Args = Args;
    const NAME: &'static str = "type_text";
    const DESCRIPTION: &'static str =
        "Type text into an input field of the screen, in place of what it holds.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Write hello in the message box",
        "Enter my name in the form",
        "Search for pizza",
        "Fill in the title field",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let node = match element(context.screen, args.element)? {
            Element::View(node) if node.editable() => node,
            _ => {
                let reason = format!("element {} is no input field; choose an <input>", args.element);
                return Err(ToolError::Rejected(reason));
            }
        };
        let (x, y) = node.bounds.center();
        act(context.device, Gesture::Tap { x, y }).await?;
        let old = node.text.chars().count().min(LONGEST_FIELD);
        if old > 0 {
            let erase = format!("input keyevent KEYCODE_MOVE_END{}", " KEYCODE_DEL".repeat(old));
            context.device.shell(&erase).await?;
        }
        act(context.device, Gesture::Text { text: args.text }).await?;
        if args.submit == Some(true) {
            act(context.device, key("ENTER")).await?;
        }
        Ok(ToolOutput::default())
    }
}
