//! Is a sample something that the planner could meet, and its call one that the grammar lets through?

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::sample::{Lesson, Sample};
use crate::planner::{Situation, named, schema_for};

impl Sample {
    /// Checks that the right tool can be chosen, and that its arguments, where they are taught, are what the grammar lets
    /// through: valid for this screen, in the schema's order.
    ///
    /// # Errors
    /// What is wrong, in one line.
    pub fn check(&self) -> Result<(), String> {
        let names: HashSet<&str> = self.tools.iter().map(|t| t.name.as_str()).collect();
        if names.len() < self.tools.len() {
            return Err("a tool is offered twice".into());
        }
        let is_choice = |s: &Situation<'_>| s.choices().any(|offered| offered.tool.name == self.call.tool);
        let right = self.tools.iter().find(|t| t.name == self.call.tool);
        let Some(tool) = right.filter(|_| self.with_situation(is_choice)) else {
            return Err(format!("{} cannot be chosen here", self.call.tool));
        };
        if self.lesson == Lesson::Select {
            return Ok(());
        }
        let schema = schema_for(tool, &self.screen).unwrap_or_default();
        let validator = jsonschema::validator_for(&schema).map_err(|e| format!("{}: {e}", tool.name))?;
        let arguments = &named(&self.call.arguments, tool, &self.screen);
        validator.validate(arguments).map_err(|e| format!("{}: {e}", tool.name))?;
        if in_order(arguments, &schema) {
            Ok(())
        } else {
            Err(format!("{}: the arguments are not in the schema's order", tool.name))
        }
    }

    /// Puts the arguments into the order in which the grammar writes them, the schema's own.
    pub fn order_arguments(&mut self) {
        if let Some(tool) = self.tools.iter().find(|t| t.name == self.call.tool) {
            self.call.arguments = ordered(&self.call.arguments, &tool.parameters);
        }
    }
}

fn in_order(value: &Value, schema: &Value) -> bool {
    // Objects are equal whatever their order; their texts are not.
    let (written, wanted) = (value.to_string(), ordered(value, schema).to_string());
    written == wanted
}

/// Arguments in the order of their schema.
pub(super) fn ordered(value: &Value, schema: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| ordered(item, &schema["items"])).collect(),
        Value::Object(map) => {
            let properties = schema["properties"].as_object();
            let named = || properties.into_iter().flat_map(Map::keys);
            let known = named().filter_map(|name| map.get(name).map(|value| (name, value)));
            let unknown = map.iter().filter(|(name, _)| named().all(|n| n != *name));
            known
                .chain(unknown)
                .map(|(name, value)| (name.clone(), ordered(value, &schema["properties"][name])))
                .collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::memory::Call;
    use crate::tool::{Effect, ToolSpec};

    fn sample(tool: &str, arguments: Value) -> Sample {
        let properties = json!({"time": {"type": "string"}, "days": {"enum": ["weekdays", "monday"]}});
        let spec = ToolSpec {
            name: "set_alarm".into(),
            description: String::new(),
            parameters: json!({"type": "object", "properties": properties, "required": ["time"]}),
            effect: Effect::Write,
            foreign: false,
            examples: Vec::new(),
        };
        Sample {
            id: "1".into(),
            group: "clock".into(),
            source: "own".into(),
            license: "MIT".into(),
            lesson: Lesson::Call,
            goal: "wake me at 7 on weekdays".into(),
            tools: vec![spec],
            memories: Vec::new(),
            history: Vec::new(),
            screen: Vec::new(),
            call: Call { tool: tool.into(), arguments },
        }
    }

    #[track_caller]
    fn check(tool: &str, arguments: Value, fault: Option<&str>) {
        let result = sample(tool, arguments).check();
        match fault {
            None => assert_eq!(result, Ok(())),
            Some(fault) => assert!(result.as_ref().is_err_and(|e| e.contains(fault)), "{result:?}"),
        }
    }

    #[test]
    fn only_what_the_grammar_writes_is_taught() {
        check("set_alarm", json!({"time": "7:00", "days": "weekdays"}), None);
        check("set_alarm", json!({"days": "weekdays", "time": "7:00"}), Some("order"));
        check("set_alarm", json!({"days": "weekdays"}), Some("time"));
        check("set_alarm", json!({"time": "7:00", "label": "x"}), Some("label"));
        check("set_timer", json!({}), Some("cannot be chosen"));
    }

    #[test]
    fn arguments_are_put_in_order() {
        let mut sample = sample("set_alarm", json!({"days": "weekdays", "time": "7:00"}));
        sample.order_arguments();
        assert_eq!(sample.check(), Ok(()));
    }

    #[test]
    fn arguments_take_the_order_of_their_schema() {
        let schema = json!({"properties": {"b": {}, "a": {"items": {"properties": {"y": {}, "x": {}}}}}});
        let ordered = ordered(&json!({"c": 1, "a": [{"x": 1, "y": 2}], "b": 3}), &schema);
        assert_eq!(ordered.to_string(), r#"{"b":3,"a":[{"y":2,"x":1}],"c":1}"#);
    }

    #[test]
    fn arguments_that_are_not_taught_may_be_missing() {
        let sample = Sample { lesson: Lesson::Select, ..sample("set_alarm", json!({})) };
        assert_eq!(sample.check(), Ok(()));
    }
}
