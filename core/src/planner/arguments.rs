//! The schema that one call's arguments are written under: the tool's own, with element numbers
//! limited to what is on the screen.

use serde_json::{Value, json};

use super::provenance::origin;
use super::situation::Situation;
use crate::prompt::Origin;
use crate::screen::{Line, LineKind};
use crate::tool::ToolSpec;

/// The argument that names an element of the screen, in every tool that has one.
const ELEMENT: &str = "element";

/// The argument that brings text to an element: with it, only input fields make sense.
const TEXT: &str = "text";

/// The tool's schema for this screen; `None` if no element fits.
pub(super) fn schema_for(tool: &ToolSpec, screen: &[Line]) -> Option<Value> {
    let mut schema = tool.parameters.clone();
    close(&mut schema);
    let properties = schema.get("properties").and_then(Value::as_object);
    if tool.foreign || properties.is_none_or(|p| !p.contains_key(ELEMENT)) {
        return Some(schema);
    }
    let typing = properties.is_some_and(|p| p.contains_key(TEXT));
    let fits = |l: &&Line| !typing || l.kind == LineKind::Input;
    let ids: Vec<usize> = screen.iter().filter(fits).map(|l| l.id).collect();
    if ids.is_empty() {
        return None;
    }
    schema["properties"][ELEMENT] = json!({"type": "integer", "enum": ids});
    Some(schema)
}

/// Lets objects hold only the properties that they name. Where a schema leaves that open a small model invents more, up
/// to the limit of its answer.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("properties").is_some_and(|p| p.as_object().is_some_and(|p| !p.is_empty())) {
                map.entry("additionalProperties").or_insert(Value::Bool(false));
            }
            map.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Removes optional arguments whose words stand nowhere in the situation. Small models fill every field that a
/// schema offers; what nobody mentioned is better left to the tool's default.
pub(super) fn drop_invented(arguments: &mut Value, tool: &ToolSpec, situation: &Situation<'_>) {
    let required = |name: &str| {
        tool.parameters["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
    };
    if let Some(map) = arguments.as_object_mut() {
        map.retain(|name, value| required(name) || origin(value, situation) != Origin::Model);
    }
}

/// The element that a call points at.
pub(super) fn target<'a>(arguments: &Value, screen: &'a [Line]) -> Option<&'a Line> {
    let id = arguments.get(ELEMENT)?.as_u64()?;
    screen.iter().find(|l| l.id as u64 == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::Effect;

    #[track_caller]
    fn check(arguments: Value, expected: Value) {
        let tool = ToolSpec {
            name: "set_alarm".into(),
            description: String::new(),
            parameters: json!({"type": "object", "properties": {}, "required": ["title"]}),
            effect: Effect::Write,
            foreign: false,
            examples: Vec::new(),
        };
        let goal = "wake me at 7 on Monday for yoga";
        let situation = Situation { goal, tools: &[], memories: &[], history: &[], screen: &[] };
        let mut left = arguments;
        drop_invented(&mut left, &tool, &situation);
        assert_eq!(left, expected);
    }

    #[track_caller]
    fn check_closed(schema: Value, expected: Value) {
        let mut closed = schema;
        close(&mut closed);
        assert_eq!(closed, expected);
    }

    #[test]
    fn objects_hold_only_what_they_name() {
        check_closed(json!({"type": "object"}), json!({"type": "object"}));
        check_closed(
            json!({"properties": {"a": {"properties": {"b": {}}}}}),
            json!({
                "properties": {"a": {"properties": {"b": {}}, "additionalProperties": false}},
                "additionalProperties": false,
            }),
        );
        let open = json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}});
        check_closed(open.clone(), open);
        let list = json!({"items": {"properties": {"a": {}}, "additionalProperties": true}});
        check_closed(list.clone(), list);
    }

    #[test]
    fn only_optional_words_that_nobody_said_are_dropped() {
        check(json!({"hour": 7, "label": "yoga"}), json!({"hour": 7, "label": "yoga"}));
        check(json!({"hour": 7, "label": "swimming"}), json!({"hour": 7}));
        check(json!({"days": ["monday"]}), json!({"days": ["monday"]}));
        check(json!({"days": ["monday", "friday"]}), json!({}));
        check(json!({"title": "breakfast"}), json!({"title": "breakfast"}));
    }
}
