use serde::Deserialize;
use serde_json::json;

use super::*;

/// Not for the model.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Args {
    /// How many.
    #[schemars(range(min = 1, max = 9))]
    count: u8,
    /// Which way.
    way: Option<Way>,
    /// A name.
    #[schemars(length(max = 5))]
    name: Option<String>,
    /// A word of JSON Schema itself.
    title: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Way {
    Up,
    Down,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[test]
fn schemas_are_plain() {
    assert_eq!(
        parameters::<Args>(),
        json!({
            "type": "object",
            "properties": {
                "count": {"description": "How many.", "type": "integer", "minimum": 1, "maximum": 9},
                "way": {"description": "Which way.", "type": "string", "enum": ["up", "down"]},
                "name": {"description": "A name.", "type": "string", "maxLength": 5},
                "title": {"description": "A word of JSON Schema itself.", "type": "string"},
            },
            "additionalProperties": false,
            "required": ["count", "title"],
        })
    );
    assert_eq!(
        parameters::<Nothing>(),
        json!({"type": "object", "additionalProperties": false, "properties": {}})
    );
}
