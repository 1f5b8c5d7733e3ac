//! Asking the person.

use async_trait::async_trait;
use pocketpilot_core::tool::{Control, Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::action::Action;

pub(super) struct Ask;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// The question, in the person's language.
    #[schemars(length(min = 1, max = 300))]
    question: String,
}

#[async_trait]
impl Action for Ask {
    type Args = Args;
    const NAME: &'static str = "ask";
    const DESCRIPTION: &'static str = "Ask the person a question when only they can decide.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] =
        &["Which of the two Marias do you mean?", "Text someone", "Set an alarm", "Book the usual"];

    async fn run(args: Args, _: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let control = Control::Ask { question: args.question };
        Ok(ToolOutput { control: Some(control), ..ToolOutput::default() })
    }
}
