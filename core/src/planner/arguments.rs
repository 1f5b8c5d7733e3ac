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

    #[test]
    fn only_optional_words_that_nobody_said_are_dropped() {
        check(json!({"hour": 7, "label": "yoga"}), json!({"hour": 7, "label": "yoga"}));
        check(json!({"hour": 7, "label": "swimming"}), json!({"hour": 7}));
        check(json!({"days": ["monday"]}), json!({"days": ["monday"]}));
        check(json!({"days": ["monday", "friday"]}), json!({}));
        check(json!({"title": "breakfast"}), json!({"title": "breakfast"}));
    }
}
