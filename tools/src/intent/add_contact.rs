//! Adding a contact.

use async_trait::async_trait;
use pocketpilot_core::device::Device;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use super::contacts::{self, same_number};
use super::evidence::read_back;
use super::press::press;
use crate::action::Action;
use crate::am::Intent;

pub(super) struct AddContact;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// First and last name.
    #[schemars(length(min = 1, max = 60))]
    name: String,
    /// Phone number.
    #[schemars(length(min = 3, max = 30))]
    phone: String,
    /// E-mail address.
    #[schemars(length(min = 3, max = 80))]
    email: Option<String>,
}

#[async_trait]
impl Action for AddContact {
    type Args = Args;
    const NAME: &'static str = "add_contact";
    const DESCRIPTION: &'static str = "Add a person with a phone number to the contacts.";
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] = &[
        "Save Maria's number 555 0100",
        "Add a new contact John Smith, +1 555 0101",
        "Create a contact for my dentist",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let device = context.device;
        let mut intent = Intent::action("android.intent.action.INSERT")
            .mime("vnd.android.cursor.dir/contact")
            .text("name", &args.name)
            .text("phone", &args.phone);
        if let Some(email) = &args.email {
            intent = intent.text("email", email);
        }
        intent.send(device).await?;
        // Editors split names and space out numbers, so only the editor's own button is waited for.
        press(device, "save", |_| true).await?;
        let evidence = read_back(async || evidence(device, &args.name, &args.phone).await).await?;
        Ok(ToolOutput { evidence, ..ToolOutput::default() })
    }
}

async fn evidence(device: &dyn Device, name: &str, phone: &str) -> Result<Option<Evidence>, ToolError> {
    let Some(contacts) = contacts::all(device).await? else { return Ok(None) };
    let wanted = name.trim().to_lowercase();
    let holds = contacts.iter().any(|c| c.name.to_lowercase() == wanted && same_number(&c.number, phone));
    let is = if holds { "is" } else { "is not" };
    Ok(Some(Evidence { holds, fact: format!("{name} {is} among the contacts with the number {phone}") }))
}
