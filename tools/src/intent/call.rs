//! Calling someone.

use async_trait::async_trait;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::contacts;
use super::evidence::read_back;
use crate::action::Action;
use crate::am::Intent;

pub(super) struct Call;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Name of a contact, or a phone number.
    #[schemars(length(min = 1, max = 60))]
    to: String,
}

#[async_trait]
impl Action for Call {
    type Args = Args;
    const NAME: &'static str = "call";
    const DESCRIPTION: &'static str = "Call a contact or a phone number.";
    const EFFECT: Effect = Effect::Send;
    const EXAMPLES: &'static [&'static str] =
        &["Call mom", "Phone the dentist", "Dial 555 0100", "Ring Maria back", "Give John a call"];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let to = contacts::resolve(context.device, &args.to).await?;
        // `#` would end the URI's path, and with it the number.
        let uri = format!("tel:{}", to.number.replace('#', "%23"));
        Intent::action("android.intent.action.CALL").data(&uri).send(context.device).await?;
        let evidence = read_back(async || evidence(context.device).await).await?;
        Ok(ToolOutput { text: format!("calling {} ({})", to.name, to.number), evidence, control: None })
    }
}

async fn evidence(device: &dyn Device) -> Result<Option<Evidence>, ToolError> {
    let answer = device.shell("dumpsys telephony.registry | grep mCallState").await?.text;
    Ok(busy(&answer).map(|holds| Evidence {
        holds,
        fact: if holds { "a call is going on".into() } else { "no call is going on".into() },
    }))
}

/// Some line of the phone, one for each SIM, says that it rings (1) or talks (2).
fn busy(answer: &str) -> Option<bool> {
    let mut states = answer.lines().filter_map(|line| line.split_once("mCallState=")).peekable();
    states.peek()?;
    Some(states.any(|(_, state)| matches!(state.trim().chars().next(), Some('1' | '2'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, expected: Option<bool>) {
        assert_eq!(busy(answer), expected);
    }

    #[test]
    fn states() {
        check("    mCallState=0\n    mCallState=2\n", Some(true));
        check("    mCallState=0\n", Some(false));
        check("Can't find service: telephony.registry", None);
    }
}
