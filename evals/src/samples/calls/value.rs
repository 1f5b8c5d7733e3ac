//! Labelled arguments as they can be taught: of the schema's types, and in the request's own words.

use pocketpilot_core::tool::ToolSpec;
use serde_json::{Map, Value};

/// The arguments, and whether anything had to be changed about them.
///
/// # Errors
/// Why they cannot be taught: a model that learns to write what nobody said invents.
pub(super) fn taught(gold: &Value, tool: &ToolSpec, request: &str) -> Result<(Value, bool), &'static str> {
    let empty = Map::new();
    let given = gold.as_object().unwrap_or(&empty);
    let mut arguments = Map::new();
    for (name, value) in given {
        let schema = &tool.parameters["properties"][name];
        if schema.is_null() {
            return Err("an argument that the schema does not name: the choice alone is taught");
        }
        if value.is_null() || value == "" {
            continue;
        }
        let typed = coerce(value, schema);
        let said = said(&typed, schema, request)
            .ok_or("a value that the request does not hold: the choice alone is taught")?;
        arguments.insert(name.clone(), said);
    }
    let changed = arguments != *given;
    Ok((Value::Object(arguments), changed))
}

/// The value in the schema's type, where it is clear what is meant.
fn coerce(value: &Value, schema: &Value) -> Value {
    if let Some(options) = schema["enum"].as_array() {
        let same = |option: &&Value| match (option.as_str(), value.as_str()) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (Some(a), None) => value.to_string().as_str() == a,
            _ => **option == *value,
        };
        return options.iter().find(same).unwrap_or(value).clone();
    }
    let text = value.as_str().map(str::trim);
    match (schema["type"].as_str(), value) {
        (Some("integer"), Value::String(_)) => {
            text.and_then(|t| t.replace(',', "").parse::<i64>().ok()).map_or(value.clone(), Value::from)
        }
        (Some("integer"), Value::Number(n)) => {
            n.as_f64().filter(|f| f.fract() == 0.0).map_or(value.clone(), |f| Value::from(f as i64))
        }
        (Some("number"), Value::String(_)) => {
            text.and_then(|t| t.replace(',', "").parse::<f64>().ok()).map_or(value.clone(), Value::from)
        }
        (Some("boolean"), Value::String(_)) => match text.map(str::to_lowercase).as_deref() {
            Some("true" | "yes") => Value::Bool(true),
            Some("false" | "no") => Value::Bool(false),
            _ => value.clone(),
        },
        (Some("string"), Value::Number(number)) => Value::from(number.to_string()),
        (Some("array"), Value::Array(items)) => items.iter().map(|i| coerce(i, &schema["items"])).collect(),
        (Some("array"), one) => Value::Array(vec![coerce(one, &schema["items"])]),
        _ => value.clone(),
    }
}

/// The value as the request writes it; `None` if it is not there. What is chosen among the schema's own words, true and
/// false need not be.
fn said(value: &Value, schema: &Value, request: &str) -> Option<Value> {
    match value {
        _ if schema["enum"].is_array() => Some(value.clone()),
        Value::String(text) => find(request, text).map(Value::from),
        Value::Number(number) => {
            let digits = number.to_string();
            find(request, digits.trim_end_matches(".0")).map(|_| value.clone())
        }
        Value::Array(items) => items.iter().map(|item| said(item, &schema["items"], request)).collect(),
        other => Some(other.clone()),
    }
}

/// Where the request says this, but for case and punctuation, as whole words.
fn find<'r>(request: &'r str, wanted: &str) -> Option<&'r str> {
    let letters: Vec<(usize, char)> = request.char_indices().filter(|(_, c)| c.is_alphanumeric()).collect();
    let wanted: Vec<char> =
        wanted.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if wanted.is_empty() {
        return None;
    }
    let same = |window: &[(usize, char)]| {
        window.iter().zip(&wanted).all(|((_, c), w)| c.to_lowercase().eq(std::iter::once(*w)))
    };
    letters.windows(wanted.len()).enumerate().find_map(|(first, window)| {
        let (start, (end, last)) = (window[0].0, window[wanted.len() - 1]);
        let end = end + last.len_utf8();
        let joins = |other: Option<&(usize, char)>, at: usize| {
            other
                .is_some_and(|(index, c)| if at == start { index + c.len_utf8() == at } else { *index == at })
        };
        let whole = !joins(first.checked_sub(1).and_then(|f| letters.get(f)), start)
            && !joins(letters.get(first + wanted.len()), end);
        (whole && same(window)).then(|| &request[start..end])
    })
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::tool::Effect;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(properties: Value, gold: Value, expected: Result<Value, ()>) {
        let tool = ToolSpec {
            name: "book".into(),
            description: String::new(),
            parameters: json!({"type": "object", "properties": properties}),
            effect: Effect::Read,
            foreign: true,
            examples: Vec::new(),
        };
        let request = "Book 2 seats at 8 o'clock for New york, please, the 5.50 ones";
        assert_eq!(taught(&gold, &tool, request).map(|(arguments, _)| arguments).map_err(drop), expected);
    }

    #[test]
    fn values_are_put_into_the_schemas_types() {
        check(json!({"n": {"type": "integer"}}), json!({"n": "2"}), Ok(json!({"n": 2})));
        check(json!({"n": {"type": "number"}}), json!({"n": "5.50"}), Ok(json!({"n": 5.5})).and(Err(())));
        check(json!({"n": {"type": "string"}}), json!({"n": 2}), Ok(json!({"n": "2"})));
        check(json!({"n": {"enum": ["Yes", "No"]}}), json!({"n": "yes"}), Ok(json!({"n": "Yes"})));
        check(json!({"n": {"type": "boolean"}}), json!({"n": "True"}), Ok(json!({"n": true})));
        check(
            json!({"n": {"type": "array", "items": {"type": "integer"}}}),
            json!({"n": ["2", 8]}),
            Ok(json!({"n": [2, 8]})),
        );
    }

    #[test]
    fn texts_are_copied_from_the_request() {
        let text = || json!({"n": {"type": "string"}});
        check(text(), json!({"n": "New York"}), Ok(json!({"n": "New york"})));
        check(text(), json!({"n": "8 o\"clock"}), Ok(json!({"n": "8 o'clock"})));
        check(text(), json!({"n": ""}), Ok(json!({})));
        check(text(), json!({"n": "seat"}), Err(()));
        check(text(), json!({"n": "London"}), Err(()));
        check(text(), json!({"m": "2"}), Err(()));
    }
}
