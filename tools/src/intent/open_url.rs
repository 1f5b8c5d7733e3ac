//! Opening a web page.

use async_trait::async_trait;
use pocketpilot_core::tool::{Effect, Evidence, ToolContext, ToolError, ToolOutput};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::action::Action;
use crate::am::Intent;

pub(super) struct OpenUrl;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Args {
    /// Address of the page: https://example.org or example.org
    #[schemars(length(min = 4, max = 300))]
    url: String,
}

#[async_trait]
impl Action for OpenUrl {
    type Args = Args;
    const NAME: &'static str = "open_url";
    const DESCRIPTION: &'static str = "Open a web page in the browser.";
    // A page that the person named is harmless; with an address from elsewhere, which can carry away what
    // was read, the policy takes any call one step graver.
    const EFFECT: Effect = Effect::Write;
    const EXAMPLES: &'static [&'static str] =
        &["Open wikipedia.org", "Go to the website example.com", "Show me https://news.ycombinator.com"];

    async fn run(args: Args, context: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let url = web_address(&args.url).map_err(ToolError::Rejected)?;
        let shown = Intent::action("android.intent.action.VIEW").data(&url).send(context.device).await?;
        let evidence = shown.map(|app| Evidence { holds: true, fact: format!("{app} opened {url}") });
        Ok(ToolOutput { evidence, ..ToolOutput::text(format!("opened {url}")) })
    }
}

/// Only the web: other schemes start apps, read files or run what a page wrote.
fn web_address(url: &str) -> Result<String, String> {
    let url = url.trim();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_owned(), url),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = host.contains('.')
        && !host.starts_with('.')
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':'));
    let is_clean = !rest.chars().any(|c| c.is_whitespace() || c.is_control());
    match scheme.as_str() {
        "http" | "https" if is_host && is_clean => Ok(format!("{scheme}://{rest}")),
        "http" | "https" => Err(format!("{url:?} is no web address; it looks like https://example.org/page")),
        _ => Err(format!("only http and https pages are opened, not {scheme}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Result<&str, &str>) {
        assert_eq!(web_address(url).as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn addresses() {
        check("example.org", Ok("https://example.org"));
        check("HTTP://example.org/a?b=c#d", Ok("http://example.org/a?b=c#d"));
        check(" https://example.org:8080/ ", Ok("https://example.org:8080/"));
        check("intent://x#Intent;end", Err("only http and https pages are opened, not intent"));
        check("file:///sdcard/x", Err("only http and https pages are opened, not file"));
        let no_address =
            |url| Err(format!("{url:?} is no web address; it looks like https://example.org/page"));
        for url in
            ["javascript:alert(1)", "content:x", "https://user:pw@evil.org", "two words.org", "localhost"]
        {
            assert_eq!(web_address(url), no_address(url));
        }
    }
}
