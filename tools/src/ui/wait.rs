//! Waiting.

use std::time::Duration;

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::action::Action;

pub(super) struct Wait;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// How many seconds.
    #[schemars(range(min = 1, max = 10))]
    seconds: u8,
}

#[async_trait]
impl Action for Wait {
    type Args = Args;
    const NAME: &'static str = "wait";
    const DESCRIPTION: &'static str = "Wait a few seconds until the screen has loaded.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] =
        &["Wait a moment", "Give it a few seconds to load", "Wait until the download is done"];

    async fn run(args: Args, _: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        tokio::time::sleep(Duration::from_secs(args.seconds.into())).await;
        Ok(ToolOutput::default())
    }
}
