//! `UiSelector`: which nodes of the screen are meant.
//!
//! A client sends fields and a mask that says which of them count, then steps from the node that was found to those in it
//! or beside it, each with a selector of its own.

use std::ops::Range;

use regex::Regex;
use serde_json::{Map, Value};

use super::rpc::Fault;
use crate::ui::AccessibilityNode;

/// How a text is compared.
#[derive(Clone, Copy)]
enum Test {
    Is,
    Contains,
    StartsWith,
    Matches,
}

/// What a field of a selector looks at.
#[derive(Clone, Copy)]
enum Field {
    Text(Test, fn(&AccessibilityNode) -> &str),
    Flag(fn(&AccessibilityNode) -> bool),
    Index,
}

use Field::{Flag, Index, Text};
use Test::{Contains, Is, Matches, StartsWith};

/// The bit of the mask, the name and the meaning of each field.
const FIELDS: [(u64, &str, Field); 24] = [
    (1 << 0, "text", Text(Is, |node| &node.text)),
    (1 << 1, "textContains", Text(Contains, |node| &node.text)),
    (1 << 2, "textMatches", Text(Matches, |node| &node.text)),
    (1 << 3, "textStartsWith", Text(StartsWith, |node| &node.text)),
    (1 << 4, "className", Text(Is, |node| &node.class)),
    (1 << 5, "classNameMatches", Text(Matches, |node| &node.class)),
    (1 << 6, "description", Text(Is, |node| &node.description)),
    (1 << 7, "descriptionContains", Text(Contains, |node| &node.description)),
    (1 << 8, "descriptionMatches", Text(Matches, |node| &node.description)),
    (1 << 9, "descriptionStartsWith", Text(StartsWith, |node| &node.description)),
    (1 << 10, "checkable", Flag(|node| node.checkable)),
    (1 << 11, "checked", Flag(|node| node.checked)),
    (1 << 12, "clickable", Flag(|node| node.clickable)),
    (1 << 13, "longClickable", Flag(|node| node.long_clickable)),
    (1 << 14, "scrollable", Flag(|node| node.scrollable)),
    (1 << 15, "enabled", Flag(|node| node.enabled)),
    (1 << 16, "focusable", Flag(|node| node.focusable)),
    (1 << 17, "focused", Flag(|node| node.focused)),
    (1 << 18, "selected", Flag(|node| node.selected)),
    (1 << 19, "packageName", Text(Is, |node| &node.package)),
    (1 << 20, "packageNameMatches", Text(Matches, |node| &node.package)),
    (1 << 21, "resourceId", Text(Is, |node| &node.resource_id)),
    (1 << 22, "resourceIdMatches", Text(Matches, |node| &node.resource_id)),
    (1 << 23, "index", Index),
];

/// The bit of `instance`: which of those that match.
const INSTANCE: u64 = 1 << 24;

/// What a node has to be.
enum Condition {
    Text(Test, fn(&AccessibilityNode) -> &str, String),
    Pattern(fn(&AccessibilityNode) -> &str, Regex),
    Flag(fn(&AccessibilityNode) -> bool, bool),
    Index(u64),
}

impl Condition {
    fn holds(&self, node: &AccessibilityNode) -> bool {
        match self {
            Condition::Text(Contains, get, wanted) => get(node).contains(wanted),
            Condition::Text(StartsWith, get, wanted) => get(node).starts_with(wanted),
            Condition::Text(_, get, wanted) => get(node) == wanted,
            Condition::Pattern(get, pattern) => pattern.is_match(get(node)),
            Condition::Flag(get, wanted) => get(node) == *wanted,
            Condition::Index(wanted) => node.index as u64 == *wanted,
        }
    }
}

/// Where a step leads.
#[derive(Clone, Copy)]
enum Step {
    /// To what lies in the node.
    Child,
    /// To what lies in the node's parent.
    Sibling,
}

/// Which nodes are meant.
pub(super) struct Selector {
    conditions: Vec<Condition>,
    instance: Option<usize>,
    steps: Vec<(Step, Selector)>,
    /// What the client sent, for messages and to be sent back.
    said: Map<String, Value>,
}

impl Selector {
    /// From a client's JSON, or from a name: the JSON that [`Selector::name`] made a text of.
    pub(super) fn parse(value: &Value) -> Result<Selector, Fault> {
        let named = value.as_str().and_then(|name| serde_json::from_str(name).ok());
        let Value::Object(said) = named.as_ref().unwrap_or(value) else {
            return Err(Fault::parameters(format!("no selector: {value}")));
        };
        let mask = said.get("mask").and_then(Value::as_u64).unwrap_or(0);
        let mut conditions = Vec::new();
        for (_, name, field) in FIELDS.iter().filter(|(bit, ..)| mask & bit != 0) {
            let value = said.get(*name).unwrap_or(&Value::Null);
            let condition = match (field, value) {
                (Text(Matches, get), Value::String(pattern)) => {
                    // Java's `matches` asks for the whole text.
                    let pattern = Regex::new(&format!("^(?:{pattern})$"));
                    Condition::Pattern(*get, pattern.map_err(|error| Fault::parameters(error.to_string()))?)
                }
                (Text(test, get), Value::String(wanted)) => Condition::Text(*test, *get, wanted.clone()),
                (Flag(get), Value::Bool(wanted)) => Condition::Flag(*get, *wanted),
                (Index, Value::Number(wanted)) => Condition::Index(wanted.as_u64().unwrap_or(u64::MAX)),
                _ => return Err(Fault::parameters(format!("{name} cannot be {value}"))),
            };
            conditions.push(condition);
        }
        let instance = said.get("instance").filter(|_| mask & INSTANCE != 0).and_then(Value::as_u64);
        let list = |name: &str| said.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let mut steps = Vec::new();
        for (step, selector) in list("childOrSibling").iter().zip(&list("childOrSiblingSelector")) {
            let step = if step == "sibling" { Step::Sibling } else { Step::Child };
            steps.push((step, Selector::parse(selector)?));
        }
        let instance = instance.map(|instance| usize::try_from(instance).unwrap_or(usize::MAX));
        Ok(Selector { conditions, instance, steps, said: said.clone() })
    }

    /// What has this text, or this description.
    pub(super) fn saying(text: bool, wanted: &str) -> Selector {
        let get: fn(&AccessibilityNode) -> &str =
            if text { |node| &node.text } else { |node| &node.description };
        let conditions = vec![Condition::Text(Is, get, wanted.to_owned())];
        Selector { conditions, instance: None, steps: Vec::new(), said: Map::new() }
    }

    /// The places of the nodes that are meant, in document order.
    pub(super) fn find(&self, nodes: &[AccessibilityNode]) -> Vec<usize> {
        let mut found = self.among(nodes, 0..nodes.len());
        for (step, selector) in &self.steps {
            let Some(from) = found.first().copied() else { return found };
            let from = match step {
                Step::Child => from,
                Step::Sibling => nodes[from].parent.unwrap_or(from),
            };
            found = selector.among(nodes, from + 1..end(nodes, from));
        }
        found
    }

    fn among(&self, nodes: &[AccessibilityNode], range: Range<usize>) -> Vec<usize> {
        let holds = |at: &usize| self.conditions.iter().all(|condition| condition.holds(&nodes[*at]));
        let found = range.filter(holds);
        match self.instance {
            Some(instance) => found.skip(instance).take(1).collect(),
            None => found.collect(),
        }
    }

    /// A name for the `instance`-th of what `inner` finds in this one's node.
    pub(super) fn name(&self, inner: &Selector, instance: usize) -> String {
        let (mut outer, mut inner) = (self.said.clone(), inner.said.clone());
        let mask = inner.get("mask").and_then(Value::as_u64).unwrap_or(0);
        inner.insert("mask".to_owned(), Value::from(mask | INSTANCE));
        inner.insert("instance".to_owned(), Value::from(instance));
        for (name, value) in
            [("childOrSibling", Value::from("child")), ("childOrSiblingSelector", inner.into())]
        {
            match outer.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(list) => list.push(value),
                other => *other = Value::Array(vec![value]),
            }
        }
        Value::Object(outer).to_string()
    }

    /// What is said when nothing on the screen is meant.
    pub(super) fn not_found(&self) -> Fault {
        let said = Value::Object(self.said.clone());
        Fault::new(-32001, format!("androidx.test.uiautomator.UiObjectNotFoundException: UiSelector{said}"))
    }
}

/// The place after the last node that lies in the node at `from`.
pub(super) fn end(nodes: &[AccessibilityNode], from: usize) -> usize {
    let inside = nodes[from + 1..].iter().take_while(|node| node.parent.is_some_and(|parent| parent >= from));
    from + 1 + inside.count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A list of two rows, each with a text and a switch, and a button beside the list.
    fn screen() -> Vec<AccessibilityNode> {
        let node = |parent: Option<usize>, index, class: &str, text: &str| AccessibilityNode {
            parent,
            index,
            class: class.to_owned(),
            text: text.to_owned(),
            checkable: class == "Switch",
            ..AccessibilityNode::default()
        };
        vec![
            node(None, 0, "Frame", ""),
            node(Some(0), 0, "List", ""),
            node(Some(1), 0, "Row", ""),
            node(Some(2), 0, "Text", "Wi-Fi"),
            node(Some(2), 1, "Switch", ""),
            node(Some(1), 1, "Row", ""),
            node(Some(5), 0, "Text", "Bluetooth"),
            node(Some(5), 1, "Switch", ""),
            node(Some(0), 1, "Button", "Wi-Fi help"),
        ]
    }

    #[track_caller]
    fn check(selector: &Value, expected: &[usize]) {
        let found = Selector::parse(selector).map(|selector| selector.find(&screen()));
        assert_eq!(found.as_deref(), Ok(expected), "{selector}");
    }

    #[test]
    fn only_fields_of_the_mask_count() {
        check(&json!({"mask": 1, "text": "Wi-Fi", "className": "List"}), &[3]);
        check(&json!({"mask": 0}), &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        check(&json!({"mask": 2, "textContains": "Wi-Fi"}), &[3, 8]);
        check(&json!({"mask": 4, "textMatches": "Wi-.."}), &[3]);
        check(&json!({"mask": 8, "textStartsWith": "Wi"}), &[3, 8]);
        check(&json!({"mask": 0x400, "checkable": true}), &[4, 7]);
        check(&json!({"mask": 0x80_0010, "className": "Row", "index": 1}), &[5]);
        check(&json!({"mask": 0x100_0010, "className": "Row", "instance": 1}), &[5]);
        check(&json!({"mask": 0x100_0010, "className": "Row", "instance": 2}), &[]);
    }

    #[test]
    fn steps_lead_into_nodes_and_beside_them() {
        let switch = json!([{"mask": 0x10, "className": "Switch"}]);
        let bluetooth = |step: &str| json!({"mask": 1, "text": "Bluetooth", "childOrSibling": [step], "childOrSiblingSelector": switch});
        check(&bluetooth("sibling"), &[7]);
        check(&bluetooth("child"), &[]);
        check(
            &json!({"mask": 0x10, "className": "List", "childOrSibling": ["child"], "childOrSiblingSelector": switch}),
            &[4, 7],
        );
    }

    #[test]
    fn a_name_means_the_same_node() {
        let list = Selector::parse(&json!({"mask": 0x10, "className": "List"})).ok().unwrap();
        let row = Selector::parse(&json!({"mask": 0x10, "className": "Row"})).ok().unwrap();
        check(&Value::from(list.name(&row, 1)), &[5]);
    }

    #[test]
    fn nonsense_is_refused() {
        for nonsense in
            [json!(5), json!("x"), json!({"mask": 1}), json!({"mask": 4, "textMatches": "("}), json!([])]
        {
            assert!(Selector::parse(&nonsense).is_err(), "{nonsense}");
        }
    }
}
