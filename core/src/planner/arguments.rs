//! The schema that one call's arguments are written under: the tool's own, with element numbers
//! limited to what is on the screen.

use serde_json::{Value, json};

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

/// The element that a call points at.
pub(super) fn target<'a>(arguments: &Value, screen: &'a [Line]) -> Option<&'a Line> {
    let id = arguments.get(ELEMENT)?.as_u64()?;
    screen.iter().find(|l| l.id as u64 == id)
}
