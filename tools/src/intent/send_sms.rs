//! Sending a text message.

use async_trait::async_trait;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::contacts::{self, same_number};
use super::content;
use super::evidence::read_back;
use super::press::{field_holds, press};
use crate::action::Action;
use crate::am::Intent;

pub(super) struct SendSms;

const SENT: &str = "content://sms/sent";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Name of a contact, or a phone number.
    #[schemars(length(min = 1, max = 60))]
    to: String,
    /// The text of the message.
    #[schemars(length(min = 1, max = 500))]
    message: String,
}

#[async_trait]
impl Action for SendSms {
    type Args = Args;
    const NAME: &'static str = "send_sms";
    const DESCRIPTION: &'static str = "Send a text message to a contact or a phone number.";
    const EFFECT: Effect = Effect::Send;
    const EXAMPLES: &'static [&'static str] = &[
        "Text Maria that I'm late",
        "Send a message to mom: call me back",
        "Tell John by SMS that dinner is ready",
        "Text +15550100 the code is 42",
        "Let Ana know I will be there at 8",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let device = context.device;
        let to = contacts::resolve(device, &args.to).await?;
        let before = sent(device).await?.map(|messages| messages.len());
        Intent::action("android.intent.action.SENDTO")
            .data(&format!("smsto:{}", to.number))
            .text("sms_body", &args.message)
            .flag("exit_on_sent", true)
            .send(device)
            .await?;
        // A draft that was already there must not go out in place of the message.
        press(device, "send", |screen| field_holds(screen, &args.message)).await?;
        let evidence = match before {
            Some(before) => {
                read_back(async || arrival(device, before, &to.number, &args.message).await).await?
            }
            None => None,
        };
        Ok(ToolOutput { text: format!("sent to {} ({})", to.name, to.number), evidence, control: None })
    }
}

struct Message {
    to: String,
    body: String,
}

/// The sent messages, newest last; `None` if they cannot be read.
async fn sent(device: &dyn Device) -> Result<Option<Vec<Message>>, ToolError> {
    let rows = content::query(device, SENT, &["_id", "address", "body"]).await?;
    Ok(rows.map(|rows| {
        let mut messages: Vec<(i64, Message)> = rows
            .into_iter()
            .filter_map(|row| {
                let [id, to, body] = <[String; 3]>::try_from(row).ok()?;
                Some((id.parse().ok()?, Message { to, body }))
            })
            .collect();
        messages.sort_by_key(|(id, _)| *id);
        messages.into_iter().map(|(_, message)| message).collect()
    }))
}

async fn arrival(
    device: &dyn Device,
    before: usize,
    number: &str,
    body: &str,
) -> Result<Option<Evidence>, ToolError> {
    let Some(messages) = sent(device).await? else { return Ok(None) };
    let holds =
        messages.iter().skip(before).any(|m| same_number(&m.to, number) && m.body.trim() == body.trim());
    let is = if holds { "is" } else { "is not" };
    Ok(Some(Evidence { holds, fact: format!("the message {is} among the messages sent to {number}") }))
}
