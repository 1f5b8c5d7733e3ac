//! The schema that one call's arguments are written under: the tool's own, with elements limited to what is on the
//! screen.

use serde_json::{Value, json};

use super::elements::{ELEMENT, elements, takes_element};
use super::provenance::origin;
use super::situation::Situation;
use crate::prompt::Origin;
use crate::screen::{Line, LineKind};
use crate::tool::ToolSpec;

/// The argument that brings text to an element: with it, only input fields make sense.
const TEXT: &str = "text";

/// The tool's schema for this screen; `None` if no element fits.
pub(crate) fn schema_for(tool: &ToolSpec, screen: &[Line]) -> Option<Value> {
    let mut schema = tool.parameters.clone();
    close(&mut schema);
    if !takes_element(tool) {
        return Some(schema);
    }
    let typing = schema["properties"].get(TEXT).is_some();
    let fits = |line: &Line| !typing || line.kind == LineKind::Input;
    let elements = elements(screen);
    let names: Vec<&str> =
        screen.iter().zip(&elements).filter(|(line, _)| fits(line)).map(|(_, e)| e.name.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    schema["properties"][ELEMENT] = json!({"type": "string", "enum": names});
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

/// Removes optional texts that the request does not hold; of foreign tools, whose optional arguments may say where to
/// look, only those that stand nowhere in the situation. Small models fill every field that a schema offers, from
/// whatever is near; what nobody mentioned is better left to the tool's default. A `trained` model's choice among words
/// of the schema is believed.
pub(super) fn drop_invented(
    arguments: &mut Value,
    tool: &ToolSpec,
    situation: &Situation<'_>,
    trained: bool,
) {
    let required = |name: &str| {
        tool.parameters["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
    };
    let chosen = |name: &str| {
        let schema = &tool.parameters["properties"][name];
        [schema, &schema["items"]].iter().any(|s| s.get("enum").is_some() || s.get("pattern").is_some())
    };
    let said = |value: &Value| match origin(value, situation) {
        Origin::User => true,
        Origin::Model => false,
        _ => tool.foreign,
    };
    if let Some(map) = arguments.as_object_mut() {
        map.retain(|name, value| required(name) || (trained && chosen(name)) || said(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tool::Effect;

    #[track_caller]
    fn check(foreign: bool, trained: bool, arguments: Value, expected: Value) {
        let days = json!({"type": "array", "items": {"enum": ["monday", "friday"]}});
        let tool = ToolSpec {
            name: "set_alarm".into(),
            description: String::new(),
            parameters: json!({"type": "object", "properties": {"days": days}, "required": ["title"]}),
            effect: Effect::Write,
            foreign,
            examples: Vec::new(),
        };
        let screen = [Line {
            id: 0,
            kind: LineKind::Text,
            node: None,
            checked: false,
            label: String::new(),
            content: "Good morning".into(),
        }];
        let goal = "wake me at 7 on weekdays for yoga";
        let situation = Situation { goal, tools: &[], memories: &[], history: &[], screen: &screen };
        let mut left = arguments;
        drop_invented(&mut left, &tool, &situation, trained);
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
    fn optional_words_that_nobody_said_are_dropped() {
        check(false, false, json!({"time": 7, "label": "yoga"}), json!({"time": 7, "label": "yoga"}));
        check(false, false, json!({"time": 7, "label": "swimming"}), json!({"time": 7}));
        check(false, false, json!({"label": "Good morning"}), json!({}));
        check(true, false, json!({"label": "Good morning"}), json!({"label": "Good morning"}));
        check(true, false, json!({"label": "swimming"}), json!({}));
        // What the model chooses among is understood, not copied.
        let days = json!({"days": ["monday", "friday"]});
        check(false, true, days.clone(), days.clone());
        check(false, false, days, json!({}));
        check(false, true, json!({"label": "Good morning"}), json!({}));
        check(false, false, json!({"title": "breakfast"}), json!({"title": "breakfast"}));
    }
}
