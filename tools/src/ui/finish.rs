//! Ending the task.

use async_trait::async_trait;
use pocketpilot_core::tool::{Control, Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::action::Action;

pub(super) struct Finish;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// True if the task is done, false if it cannot be done.
    success: bool,
}

#[async_trait]
impl Action for Finish {
    type Args = Args;
    const NAME: &'static str = "finish";
    const DESCRIPTION: &'static str = "End the task because it is done or cannot be done.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] =
        &["That is all", "The alarm is set, nothing is left to do", "This cannot be done on this phone"];

    async fn run(args: Args, _: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let control = Control::Finish { success: args.success, answer: None };
        Ok(ToolOutput { control: Some(control), ..ToolOutput::default() })
    }
}
