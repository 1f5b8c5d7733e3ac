//! Searching on the map.

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::action::Action;
use crate::am::Intent;

pub(super) struct MapSearch;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// A place, an address or a kind of place.
    #[schemars(length(min = 1, max = 100))]
    query: String,
}

#[async_trait]
impl Action for MapSearch {
    type Args = Args;
    const NAME: &'static str = "map_search";
    const DESCRIPTION: &'static str = "Search a place on the map.";
    const EFFECT: Effect = Effect::Read;
    const EXAMPLES: &'static [&'static str] = &[
        "Where is the nearest pharmacy?",
        "Show the Eiffel Tower on the map",
        "Find a coffee shop near me",
        "Look up 10 Downing Street on the map",
    ];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let uri = format!("geo:0,0?q={}", percent_encode(&args.query));
        let shown = Intent::action("android.intent.action.VIEW").data(&uri).send(context.device).await?;
        let evidence =
            shown.map(|app| Evidence { holds: true, fact: format!("{app} searched for {:?}", args.query) });
        Ok(ToolOutput { evidence, ..ToolOutput::text("the map shows the results") })
    }
}

/// RFC 3986: everything but the unreserved characters.
fn percent_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_encoded() {
        assert_eq!(percent_encode("Café & bar, 5"), "Caf%C3%A9%20%26%20bar%2C%205");
    }
}
