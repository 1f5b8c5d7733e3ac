//! The AST rules of the Berkeley function-calling leaderboard (Patil et al., "The Berkeley Function
//! Calling Leaderboard", ICML 2025; `ast_checker` of `bfcl-eval`), on JSON values.
//!
//! A call is right when the name is equal, every required argument is there, no unknown argument
//! is, each value has the type of the schema, and each equals one of the accepted values. Strings
//! are compared without case, without ` ,./-_*^`, and with `'` as `"`; lists in order; objects key
//! by key. An argument may be missing only if `""` is among its accepted values.

use serde_json::{Map, Value};

use pocketpilot_core::memory::Call;

/// The right call with every accepted value of each argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The tool.
    pub tool: String,
    /// Accepted values by argument. Objects in them hold lists of accepted values by key.
    pub arguments: Vec<(String, Vec<Value>)>,
}

impl Accepted {
    /// From one right call: exactly its arguments, each with its one value.
    pub fn exactly(call: &Call) -> Self {
        let arguments = call.arguments.as_object().into_iter().flatten();
        let arguments = arguments.map(|(name, value)| (name.clone(), vec![alternatives(value)])).collect();
        Self { tool: call.tool.clone(), arguments }
    }

    /// From the leaderboard's form, `{"tool": {"argument": [value, ..]}}`; `None` if it is not that.
    pub fn listed(entry: &Value) -> Option<Self> {
        let (tool, arguments) = entry.as_object()?.iter().next()?;
        let arguments = arguments.as_object()?.iter();
        let arguments = arguments.map(|(name, values)| Some((name.clone(), values.as_array()?.clone())));
        Some(Self { tool: tool.clone(), arguments: arguments.collect::<Option<_>>()? })
    }

    fn values(&self, argument: &str) -> Option<&[Value]> {
        self.arguments.iter().find(|(name, _)| name == argument).map(|(_, values)| values.as_slice())
    }
}

/// Writes a single value in the form of accepted ones: below an object, each value as a list of one.
fn alternatives(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            map.iter().map(|(k, v)| (k.clone(), Value::Array(vec![alternatives(v)]))).collect()
        }
        Value::Array(items) => items.iter().map(alternatives).collect(),
        other => other.clone(),
    }
}

/// Compares a call with the accepted one under the tool's JSON Schema.
///
/// # Errors
/// What is wrong with the call, in one line.
pub fn matches(call: &Call, accepted: &Accepted, schema: &Value) -> Result<(), String> {
    if call.tool != accepted.tool {
        return Err(format!("called {}, not {}", call.tool, accepted.tool));
    }
    let empty = Map::new();
    let Some(arguments) = call.arguments.as_object() else {
        return Err("the arguments are no object".into());
    };
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required = schema.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !arguments.contains_key(name) {
            return Err(format!("required argument {name} is missing"));
        }
    }
    for (name, value) in arguments {
        let (Some(property), Some(accepted)) = (properties.get(name), accepted.values(name)) else {
            return Err(format!("argument {name} is not expected"));
        };
        check_type(value, property, accepted).map_err(|wanted| format!("{name}: not of type {wanted}"))?;
        if !accepted.iter().any(|a| same(value, a)) {
            return Err(format!("{name}: {value} is not accepted"));
        }
    }
    for (name, accepted) in &accepted.arguments {
        if !arguments.contains_key(name) && !may_be_missing(accepted) {
            return Err(format!("argument {name} is missing"));
        }
    }
    Ok(())
}

fn may_be_missing(accepted: &[Value]) -> bool {
    accepted.iter().any(|a| a.as_str() == Some(""))
}

/// The schema's type, or the type that the accepted values have: the leaderboard lets a variable's
/// name stand for a value.
fn check_type<'s>(value: &Value, property: &'s Value, accepted: &[Value]) -> Result<(), &'s str> {
    let Some(wanted) = property.get("type").and_then(Value::as_str) else { return Ok(()) };
    let fits = is_of(value, wanted)
        && value.as_array().is_none_or(|items| {
            let nested = property.pointer("/items/type").and_then(Value::as_str);
            nested.is_none_or(|nested| items.iter().all(|item| is_of(item, nested)))
        });
    let example = accepted.iter().find(|a| a.as_str() != Some(""));
    let by_example = example.is_some_and(|e| !is_of(e, wanted) && kind(e) == kind(value));
    if fits || by_example { Ok(()) } else { Err(wanted) }
}

/// Types by the names of JSON Schema and of the leaderboard. An integer is accepted as a float.
fn is_of(value: &Value, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" | "float" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" | "list" | "tuple" => value.is_array(),
        "object" | "dict" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(n) if n.is_f64() => 2,
        Value::Number(_) => 3,
        Value::String(_) => 4,
        Value::Array(_) => 5,
        Value::Object(_) => 6,
    }
}

/// Whether a value equals an accepted one.
fn same(value: &Value, accepted: &Value) -> bool {
    match (value, accepted) {
        (Value::String(a), Value::String(b)) => standard(a) == standard(b),
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.iter().all(|(key, value)| among(value, b.get(key)))
                && b.iter().all(|(key, values)| a.contains_key(key) || among(&Value::from(""), Some(values)))
        }
        (a, b) => a == b,
    }
}

fn among(value: &Value, accepted: Option<&Value>) -> bool {
    accepted.and_then(Value::as_array).is_some_and(|values| values.iter().any(|a| same(value, a)))
}

fn standard(text: &str) -> String {
    let kept = text.chars().filter(|c| !" ,./-_*^".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == '\'' { '"' } else { c }).collect()
}

#[cfg(test)]
mod tests;
