//! Opening an app by its name.

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::launchers;
use crate::action::Action;
use crate::am::Intent;

pub(super) struct OpenApp;

/// Most apps that a rejection lists.
const LISTED: usize = 30;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// The app's name, as the person calls it.
    #[schemars(length(min = 1, max = 60))]
    name: String,
}

#[async_trait]
impl Action for OpenApp {
    type Args = Args;
    const NAME: &'static str = "open_app";
    const DESCRIPTION: &'static str = "Open an installed app by its name.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] = &[
        "Open the camera",
        "Start Spotify",
        "Show me my messages",
        "Go to the settings",
        "Launch the clock app",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let answer = context.device.shell(launchers::QUERY).await?;
        let apps = launchers::parse(&answer.text);
        let Some(app) = launchers::find(&apps, &args.name) else {
            let names: Vec<_> = apps.iter().take(LISTED).map(launchers::Launcher::name).collect();
            let reason = format!("no app is called {:?}; installed are: {}", args.name, names.join(", "));
            return Err(ToolError::Rejected(reason));
        };
        Intent::component(&app.component).send(context.device).await?;
        Ok(ToolOutput::text(format!("opened {}", app.name())))
    }
}
