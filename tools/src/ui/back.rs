//! The back key.

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{act, key};
use crate::action::Action;

pub(super) struct Back;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {}

#[async_trait]
impl Action for Back {
    type Args = Args;
    const NAME: &'static str = "back";
    const DESCRIPTION: &'static str = "Go back to the screen before.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] =
        &["Go back", "Close this screen", "Leave this page", "Cancel the dialog"];

    async fn run(_: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        act(context.device, key("BACK")).await?;
        Ok(ToolOutput::default())
    }
}
