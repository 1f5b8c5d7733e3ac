//! A server's tool as one of ours.

use std::sync::Arc;

use async_trait::async_trait;
use pocketpilot_core::tool::{Tool, ToolContext, ToolError, ToolOutput, ToolSpec};
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

use super::config::is_name;
use super::connection::Connection;
use super::{McpError, ServerConfig};

/// Most tools of one server.
const MOST_TOOLS: usize = 256;
/// Most characters of a description; the model reads one sentence.
const LONGEST_DESCRIPTION: usize = 400;
/// Most bytes of a schema, written out.
const LARGEST_SCHEMA: usize = 16 << 10;
/// Most characters of a result.
const LONGEST_RESULT: usize = 8_000;

/// A tool that a server runs.
#[derive(Debug)]
pub(super) struct ForeignTool {
    spec: ToolSpec,
    /// Its name at the server.
    remote: String,
    connection: Arc<Connection>,
}

/// The offered tools that the configuration allows. A tool that cannot be shown to a model (an
/// impossible name or schema) is left out with a warning; one that the configuration names and the
/// server does not offer is an error, for it is a spelling mistake or a changed server.
pub(super) fn choose(
    connection: &Arc<Connection>,
    config: &ServerConfig,
    offered: Vec<rmcp::model::Tool>,
) -> Result<Vec<Arc<ForeignTool>>, McpError> {
    let server = connection.name();
    let error = |reason| McpError::Section { server: server.to_owned(), reason };
    if offered.len() > MOST_TOOLS {
        return Err(error(format!("it offers {} tools; {MOST_TOOLS} are the most", offered.len())));
    }
    let named = config.tools.iter().flatten().chain(config.effects.keys());
    for wanted in named {
        if !offered.iter().any(|tool| tool.name == *wanted) {
            let names: Vec<_> =
                offered.iter().map(|tool| tool.name.as_ref()).filter(|n| is_name(n)).collect();
            return Err(error(format!("it offers no tool {wanted:?}; it offers: {}", names.join(", "))));
        }
    }
    let allowed = |name: &str| config.tools.as_ref().is_none_or(|tools| tools.iter().any(|t| t == name));
    let mut tools: Vec<Arc<ForeignTool>> = Vec::new();
    for tool in offered.into_iter().filter(|tool| allowed(&tool.name)) {
        match spec(server, config, &tool) {
            Ok(spec) if tools.iter().any(|known| known.spec.name == spec.name) => {
                tracing::warn!(server, tool = spec.name, "tool left out: offered twice");
            }
            Ok(spec) => {
                let connection = Arc::clone(connection);
                tools.push(Arc::new(ForeignTool { spec, remote: tool.name.into_owned(), connection }));
            }
            Err(reason) => tracing::warn!(server, tool = ?tool.name, reason, "tool left out"),
        }
    }
    Ok(tools)
}

fn spec(server: &str, config: &ServerConfig, tool: &rmcp::model::Tool) -> Result<ToolSpec, &'static str> {
    if !is_name(&tool.name) {
        return Err("its name is not made of 1 to 64 letters, digits, `_` and `-`");
    }
    let mut parameters = (*tool.input_schema).clone();
    if parameters.get("type").and_then(Value::as_str) != Some("object") {
        return Err("its arguments are no object");
    }
    parameters.entry("properties").or_insert_with(|| Value::Object(serde_json::Map::new()));
    let parameters = Value::Object(parameters);
    if parameters.to_string().len() > LARGEST_SCHEMA {
        return Err("its schema is too large");
    }
    Ok(ToolSpec {
        name: format!("{server}__{}", tool.name),
        description: flat(tool.description.as_deref().unwrap_or_default(), LONGEST_DESCRIPTION),
        parameters,
        effect: config.effect(&tool.name),
        foreign: true,
        examples: Vec::new(),
    })
}

#[async_trait]
impl Tool for ForeignTool {
    fn spec(&self) -> &ToolSpec {
        &self.spec
    }

    async fn call(&self, arguments: &Value, _: ToolContext<'_>) -> Result<ToolOutput, ToolError> {
        let Value::Object(arguments) = arguments else {
            return Err(ToolError::Rejected(format!("{}: the arguments must be an object", self.spec.name)));
        };
        let answer = self.connection.call(&self.remote, arguments.clone()).await;
        let result = answer.map_err(|error| ToolError::Failed(error.to_string()))?;
        let text = text(&result);
        if result.is_error == Some(true) {
            return Err(ToolError::Failed(text));
        }
        Ok(ToolOutput::text(text))
    }
}

/// The texts of a result, or its structured form where it has no texts; what is no text is named only.
fn text(result: &CallToolResult) -> String {
    let blocks: Vec<String> = result
        .content
        .iter()
        .map(|block| match block {
            ContentBlock::Text(text) => text.text.clone(),
            ContentBlock::Image(image) => format!("[an image, {}]", flat(&image.mime_type, 40)),
            ContentBlock::Audio(audio) => format!("[a sound, {}]", flat(&audio.mime_type, 40)),
            ContentBlock::ResourceLink(link) => format!("[a link to {}]", flat(&link.uri, 200)),
            _ => "[a resource]".to_owned(),
        })
        .collect();
    let whole = match &result.structured_content {
        Some(value) if blocks.is_empty() => value.to_string(),
        _ => blocks.join("\n"),
    };
    match whole.char_indices().nth(LONGEST_RESULT) {
        Some((end, _)) => format!("{}\n[cut after {LONGEST_RESULT} characters]", &whole[..end]),
        None => whole,
    }
}

/// One line of bounded length.
fn flat(text: &str, length: usize) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(result: Value, expected: &str) {
        let result: CallToolResult = serde_json::from_value(result).unwrap();
        assert_eq!(text(&result), expected);
    }

    #[test]
    fn results() {
        let text = |t: &str| json!({"type": "text", "text": t});
        check(json!({"content": [text("one"), text("two")]}), "one\ntwo");
        check(json!({"content": [], "structuredContent": {"a": 1}}), "{\"a\":1}");
        check(
            json!({"content": [{"type": "image", "data": "AAAA", "mimeType": "image/png"}]}),
            "[an image, image/png]",
        );
        check(
            json!({"content": [text(&"é".repeat(LONGEST_RESULT + 1))]}),
            &format!("{}\n[cut after 8000 characters]", "é".repeat(LONGEST_RESULT)),
        );
        check(json!({"content": []}), "");
    }

    #[track_caller]
    fn check_spec(tool: Value, expected: Result<(&str, &str), &str>) {
        let tool: rmcp::model::Tool = serde_json::from_value(tool).unwrap();
        let config = ServerConfig::new("c", [] as [&str; 0]);
        let spec = spec("srv", &config, &tool);
        assert_eq!(
            spec.as_ref().map(|s| (s.name.as_str(), s.description.as_str())).map_err(|e| *e),
            expected
        );
    }

    #[test]
    fn specs() {
        let object = json!({"type": "object"});
        check_spec(
            json!({"name": "read", "description": "Reads\n a\tfile.\u{0} Now.", "inputSchema": object}),
            Ok(("srv__read", "Reads a file. Now.")),
        );
        check_spec(
            json!({"name": "x", "description": "d".repeat(9999), "inputSchema": object}),
            Ok(("srv__x", &"d".repeat(400))),
        );
        let name = "its name is not made of 1 to 64 letters, digits, `_` and `-`";
        check_spec(json!({"name": "a b", "inputSchema": object}), Err(name));
        check_spec(json!({"name": "a".repeat(65), "inputSchema": object}), Err(name));
        check_spec(
            json!({"name": "a", "inputSchema": {"type": "string"}}),
            Err("its arguments are no object"),
        );
        let large = json!({"type": "object", "description": "d".repeat(LARGEST_SCHEMA)});
        check_spec(json!({"name": "a", "inputSchema": large}), Err("its schema is too large"));
    }

    #[test]
    fn hints_of_the_server_are_not_believed() {
        let tool = json!({
            "name": "wipe", "inputSchema": {"type": "object"},
            "annotations": {"readOnlyHint": true, "destructiveHint": false},
        });
        let tool: rmcp::model::Tool = serde_json::from_value(tool).unwrap();
        let spec = spec("srv", &ServerConfig::new("c", [] as [&str; 0]), &tool).unwrap();
        assert_eq!(spec.effect, pocketpilot_core::tool::Effect::System);
        assert!(spec.foreign);
    }
}
