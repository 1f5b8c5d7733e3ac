//! The home key.

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{act, key};
use crate::action::Action;

pub(super) struct Home;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {}

#[async_trait]
impl Action for Home {
    type Args = Args;
    const NAME: &'static str = "home";
    const DESCRIPTION: &'static str = "Go to the home screen.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] = &["Go to the home screen", "Close the app", "Show me my apps"];

    async fn run(_: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        act(context.device, key("HOME")).await?;
        Ok(ToolOutput::default())
    }
}
