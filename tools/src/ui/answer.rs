//! Telling the person what they asked to know.

use async_trait::async_trait;
use pocketpilot_core::tool::{Control, Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::action::Action;

pub(super) struct Answer;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// What the person asked to know.
    #[schemars(length(min = 1, max = 500))]
    text: String,
}

#[async_trait]
impl Action for Answer {
    type Args = Args;
    const NAME: &'static str = "answer";
    const DESCRIPTION: &'static str = "Tell the person what they asked to know, which ends the task.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] = &[
        "What is the battery level?",
        "Who texted me last?",
        "How many alarms do I have?",
        "What is Maria's phone number?",
    ];

    async fn run(args: Args, _: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let control = Control::Finish { success: true, answer: Some(args.text) };
        Ok(ToolOutput { control: Some(control), ..ToolOutput::default() })
    }
}
