//! Tool-call records as they stand in the data files.

use pocketpilot_core::memory::Call;
use pocketpilot_core::tool::{Effect, ToolSpec};
use serde::Deserialize;
use serde_json::Value;

use super::ast_match::{Accepted, matches};

/// What kind of question a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// One tool is offered, and it is right.
    Simple,
    /// One of the offered tools is right.
    Multiple,
    /// One of the offered tools is right; its arguments are not labelled.
    Selection,
    /// No tool is right.
    Irrelevance,
    /// Several calls of one tool.
    Parallel,
    /// Several calls.
    ParallelMultiple,
}

impl Kind {
    /// Several calls in one answer: the planner makes one call a step, so these are not asked.
    pub(crate) fn is_parallel(self) -> bool {
        matches!(self, Self::Parallel | Self::ParallelMultiple)
    }

    /// As the data files write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Multiple => "multiple",
            Self::Selection => "selection",
            Self::Irrelevance => "irrelevance",
            Self::Parallel => "parallel",
            Self::ParallelMultiple => "parallel_multiple",
        }
    }

    /// The arguments are labelled.
    pub(crate) fn has_arguments(self) -> bool {
        matches!(self, Self::Simple | Self::Multiple)
    }
}

/// What sampling needs of a record.
#[derive(Debug, Deserialize)]
pub(crate) struct Head {
    /// The kind.
    pub kind: Kind,
    /// The data set it comes from.
    pub source: String,
}

/// A record.
#[derive(Debug, Deserialize)]
pub(crate) struct Record {
    /// The person's request.
    pub instruction: String,
    tools: Vec<Offered>,
    call: Option<Gold>,
    accept: Option<Vec<Value>>,
    /// The kind.
    pub kind: Kind,
    /// The data set it comes from.
    pub source: String,
}

#[derive(Debug, Deserialize)]
struct Offered {
    name: String,
    #[serde(default)]
    description: String,
    parameters: Value,
}

#[derive(Debug, Deserialize)]
struct Gold {
    name: String,
    #[serde(default)]
    arguments: Value,
}

/// The right answer to a record that has one.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The right call.
    pub call: Call,
    /// Everything else that is right too.
    pub accepted: Vec<Accepted>,
}

impl Record {
    /// The tools that are offered, as tools of somebody else: their descriptions go through the guard.
    pub(crate) fn tools(&self) -> Vec<ToolSpec> {
        let spec = |offered: &Offered| ToolSpec {
            name: offered.name.clone(),
            description: offered.description.clone(),
            parameters: offered.parameters.clone(),
            effect: Effect::Read,
            foreign: true,
            examples: Vec::new(),
        };
        self.tools.iter().map(spec).collect()
    }

    /// Whether a call is right.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub(crate) fn accepts(&self, call: &Call, answer: &Answer) -> Result<(), String> {
        let offered = self.tools.iter().find(|t| t.name == answer.call.tool);
        let schema = offered.map_or(&Value::Null, |t| &t.parameters);
        let mut result = Err("nothing is accepted".to_owned());
        for accepted in &answer.accepted {
            result = matches(call, accepted, schema);
            if result.is_ok() {
                break;
            }
        }
        result
    }

    /// The right answer; `None` if no call is right.
    ///
    /// # Errors
    /// One line that says why the record makes no sense.
    pub(crate) fn answer(&self) -> Result<Option<Answer>, String> {
        let Some(gold) = &self.call else {
            let unlabelled = self.kind != Kind::Irrelevance;
            return if unlabelled { Err("`call` is missing".into()) } else { Ok(None) };
        };
        let Some(tool) = self.tools.iter().find(|t| t.name == gold.name) else {
            return Err(format!("the right tool `{}` is not among `tools`", gold.name));
        };
        let call = Call { tool: gold.name.clone(), arguments: numbers(&gold.arguments, &tool.parameters) };
        let accepted = match &self.accept {
            None => vec![Accepted::exactly(&call)],
            Some(entries) => entries
                .iter()
                .map(Accepted::listed)
                .collect::<Option<_>>()
                .ok_or("`accept` is not a list of {tool: {argument: [value, ..]}}")?,
        };
        Ok(Some(Answer { call, accepted }))
    }
}

/// Labels with numbers where the schema wants them: Seal-Tools writes many as texts, which no call under the schema equals.
fn numbers(arguments: &Value, schema: &Value) -> Value {
    let mut arguments = arguments.clone();
    for (name, value) in arguments.as_object_mut().into_iter().flatten() {
        let number = match schema["properties"][name]["type"].as_str() {
            Some("integer") => value.as_str().and_then(|text| text.parse::<i64>().ok()).map(Value::from),
            Some("number") => value.as_str().and_then(|text| text.parse::<f64>().ok()).map(Value::from),
            _ => None,
        };
        if let Some(number) = number {
            *value = number;
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(kind: &str, call: Value, accept: Value) -> Record {
        serde_json::from_value(json!({
            "instruction": "Weather in Bern?",
            "tools": [{"name": "weather", "description": "d", "parameters": {"type": "object"}}],
            "call": call, "accept": accept, "kind": kind, "source": "own",
            "license": "CC0", "split": "train", "n_turns": 2
        }))
        .unwrap()
    }

    #[test]
    fn a_record_gives_its_right_answers() {
        let gold = json!({"name": "weather", "arguments": {"city": "Bern"}});
        let answer = record("simple", gold.clone(), Value::Null).answer().unwrap().unwrap();
        assert_eq!(answer.accepted, [Accepted::exactly(&answer.call)]);
        let listed = json!([{"weather": {"city": ["Bern", "Berne"]}}]);
        let answer = record("simple", gold, listed.clone()).answer().unwrap().unwrap();
        assert_eq!(answer.accepted, [Accepted::listed(&listed[0]).unwrap()]);
        assert!(record("irrelevance", Value::Null, Value::Null).answer().unwrap().is_none());
    }

    #[test]
    fn labels_have_the_numbers_that_their_schema_wants() {
        let schema = json!({"properties": {"n": {"type": "integer"}, "x": {"type": "number"}, "s": {"type": "string"}}});
        let check = |arguments: Value, expected: Value| assert_eq!(numbers(&arguments, &schema), expected);
        check(json!({"n": "8", "x": "1.5", "s": "8"}), json!({"n": 8, "x": 1.5, "s": "8"}));
        check(json!({"n": "eight", "other": "8"}), json!({"n": "eight", "other": "8"}));
        check(Value::Null, Value::Null);
    }

    #[test]
    fn a_record_that_contradicts_itself_is_told() {
        let other = json!({"name": "other", "arguments": {}});
        assert!(record("simple", other, Value::Null).answer().unwrap_err().contains("`other`"));
        assert!(record("simple", Value::Null, Value::Null).answer().is_err());
        let gold = json!({"name": "weather", "arguments": {}});
        assert!(record("simple", gold, json!(["weather"])).answer().unwrap_err().contains("accept"));
    }
}
