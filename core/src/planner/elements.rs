//! Elements of a screen by the names that the model knows them by: the words that stand on them.
//!
//! A small model copies a word that it has read better than it finds the number beside it, most of all where an activated
//! adapter must do with what the base weights made of the screen. So it points at elements by name, and only elements
//! that no words tell apart bear their number, too.

use std::collections::HashMap;

use serde_json::Value;

use crate::memory::Call;
use crate::screen::{Line, LineKind};
use crate::tool::ToolSpec;

/// The argument that names an element of the screen, in every tool that has one.
pub(super) const ELEMENT: &str = "element";

/// Most characters of a name.
const NAME_LIMIT: usize = 40;

/// An element as the model reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    /// What it is called; no two of a screen are called the same.
    pub(super) name: String,
    /// What is added to its words to tell it apart; often nothing.
    pub(super) suffix: String,
}

/// The elements of a screen, line by line.
pub(super) fn elements(screen: &[Line]) -> Vec<Element> {
    let mut elements: Vec<Element> =
        screen.iter().map(|line| Element { name: words(line).to_owned(), suffix: String::new() }).collect();
    loop {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        elements.iter().for_each(|e| *counts.entry(&e.name).or_default() += 1);
        let alike: Vec<usize> = (0..elements.len())
            .filter(|&i| elements[i].name.is_empty() || counts[&*elements[i].name] > 1)
            .collect();
        if alike.is_empty() {
            return elements;
        }
        for i in alike {
            let number = format!("#{}", screen[i].id);
            let Element { name, suffix } = &mut elements[i];
            for text in [name, suffix] {
                *text = format!("{text} {number}").trim_start().to_owned();
            }
        }
    }
}

/// The first line of what stands on an element, or of what describes it.
fn words(line: &Line) -> &str {
    let text = shown(line).split("<br>").next().unwrap_or_default();
    match text.char_indices().nth(NAME_LIMIT) {
        Some((end, _)) => text[..end].trim_end(),
        None => text,
    }
}

/// What stands on an element, or where that is nothing, what describes it.
fn shown(line: &Line) -> &str {
    if line.content.is_empty() { &line.label } else { &line.content }
}

/// The line of an element in pieces: our own markup, and in `Some` what stands on the screen.
pub(super) fn pieces<'l>(line: &'l Line, element: &Element) -> Vec<(String, Option<&'l str>)> {
    let tag = match (line.kind, line.checked) {
        (LineKind::Button, _) => "<button",
        (LineKind::Input, _) => "<input",
        (LineKind::Text, _) => "<p",
        (LineKind::Checkbox, true) => "<checkbox on",
        (LineKind::Checkbox, false) => "<checkbox off",
    };
    let mut pieces = Vec::new();
    if line.label.is_empty() || line.content.is_empty() || line.label == line.content {
        pieces.push((format!("{tag}>"), Some(shown(line))));
    } else {
        pieces.push((format!("{tag} text='"), Some(line.label.as_str())));
        pieces.push(("'>".into(), Some(line.content.as_str())));
    }
    if !element.suffix.is_empty() {
        let space = if shown(line).is_empty() { "" } else { " " };
        pieces.push((format!("{space}{}", element.suffix), None));
    }
    pieces
}

/// Does the tool take an element of the screen?
pub(super) fn takes_element(tool: &ToolSpec) -> bool {
    !tool.foreign && tool.parameters["properties"].get(ELEMENT).is_some()
}

/// Arguments with the element's name in place of its number, as the model writes them.
pub(crate) fn named(arguments: &Value, tool: &ToolSpec, screen: &[Line]) -> Value {
    let mut named = arguments.clone();
    if takes_element(tool)
        && let Some(name) = name_of(arguments, screen)
    {
        named[ELEMENT] = name.into();
    }
    named
}

/// Arguments with the element's number in place of its name, as tools take them.
pub(super) fn numbered(mut arguments: Value, tool: &ToolSpec, screen: &[Line]) -> Value {
    if takes_element(tool)
        && let Some(name) = arguments.get(ELEMENT).and_then(Value::as_str)
        && let Some(at) = elements(screen).iter().position(|e| e.name == name)
    {
        arguments[ELEMENT] = screen[at].id.into();
    }
    arguments
}

/// A recorded call with the words of its `target`, as [`Line`] writes it, in place of the element's number, which means
/// nothing on another screen.
#[must_use]
pub fn worded(mut call: Call, target: Option<&str>) -> Call {
    if call.arguments.get(ELEMENT).is_some_and(Value::is_u64)
        && let Some(line) = target.and_then(|target| target.parse::<Line>().ok())
    {
        call.arguments[ELEMENT] = words(&line).into();
    }
    call
}

/// What the element is called that the arguments hold the number of.
pub(super) fn name_of(arguments: &Value, screen: &[Line]) -> Option<String> {
    let at = screen.iter().position(|line| Some(line.id as u64) == arguments[ELEMENT].as_u64())?;
    elements(screen).into_iter().nth(at).map(|element| element.name)
}

/// The element that a call points at.
pub(super) fn target<'l>(arguments: &Value, screen: &'l [Line]) -> Option<&'l Line> {
    let id = arguments.get(ELEMENT)?.as_u64()?;
    screen.iter().find(|l| l.id as u64 == id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::tool::Effect;

    fn line(id: usize, label: &str, content: &str) -> Line {
        let (label, content) = (label.into(), content.into());
        Line { id, kind: LineKind::Button, node: Some(id), checked: false, label, content }
    }

    #[track_caller]
    fn check(screen: &[(&str, &str)], names: &[&str], read: &[&str]) {
        let screen: Vec<Line> =
            screen.iter().enumerate().map(|(id, (label, content))| line(id, label, content)).collect();
        let elements = elements(&screen);
        assert_eq!(elements.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), names);
        let text = |(line, element)| {
            let pieces = pieces(line, element);
            pieces.iter().map(|(ours, theirs)| format!("{ours}{}", theirs.unwrap_or_default())).collect()
        };
        assert_eq!(screen.iter().zip(&elements).map(text).collect::<Vec<String>>(), read);
    }

    #[test]
    fn elements_are_called_by_their_words() {
        check(
            &[("", "Search"), ("Add alarm", ""), ("Call", "Maria<br>Mobile"), ("Clock", "Clock")],
            &["Search", "Add alarm", "Maria", "Clock"],
            &["<button>Search", "<button>Add alarm", "<button text='Call'>Maria<br>Mobile", "<button>Clock"],
        );
        let long = "x".repeat(60);
        check(&[("", &long)], &[&long[..40]], &[&format!("<button>{long}")]);
    }

    #[test]
    fn what_words_do_not_tell_apart_bears_its_number() {
        check(
            &[("", "Delete"), ("", "Keep"), ("", "Delete"), ("", ""), ("", "Delete #0")],
            &["Delete #0 #0", "Keep", "Delete #2", "#3", "Delete #0 #4"],
            &[
                "<button>Delete #0 #0",
                "<button>Keep",
                "<button>Delete #2",
                "<button>#3",
                "<button>Delete #0 #4",
            ],
        );
    }

    #[test]
    fn only_our_tools_point_at_elements() {
        let mut tool = ToolSpec {
            name: "tap".into(),
            description: String::new(),
            parameters: json!({"type": "object", "properties": {"element": {"type": "integer"}}}),
            effect: Effect::Write,
            foreign: false,
            examples: Vec::new(),
        };
        let screen = [line(0, "", "Search"), line(1, "", "Save")];
        let call = json!({"element": 1});
        assert_eq!(named(&call, &tool, &screen), json!({"element": "Save"}));
        assert_eq!(numbered(json!({"element": "Save"}), &tool, &screen), call);
        assert_eq!(target(&call, &screen), Some(&screen[1]));
        assert_eq!(named(&json!({"element": 9}), &tool, &screen), json!({"element": 9}));
        tool.foreign = true;
        assert_eq!(named(&call, &tool, &screen), call);
    }

    #[test]
    fn a_call_is_remembered_by_the_words_of_its_element() {
        let check = |arguments: Value, target: Option<&str>, expected: Value| {
            let call = worded(Call { tool: "tap".into(), arguments }, target);
            assert_eq!(call.arguments, expected);
        };
        let line = "<button id=3 text='Call'>Maria<br>Mobile</button>";
        check(json!({"element": 3}), Some(line), json!({"element": "Maria"}));
        check(json!({"element": 3}), Some("Maria"), json!({"element": 3}));
        check(json!({"element": 3}), None, json!({"element": 3}));
        check(json!({"element": "iron"}), Some(line), json!({"element": "iron"}));
        check(json!({"text": "x"}), Some(line), json!({"text": "x"}));
    }

    proptest! {
        #[test]
        fn every_element_is_found_again(texts in proptest::collection::vec("[a#0-2 ]{0,6}", 0..12)) {
            let screen: Vec<Line> = texts.iter().enumerate().map(|(id, text)| line(id, "", text)).collect();
            let names: Vec<String> = elements(&screen).into_iter().map(|e| e.name).collect();
            for (id, name) in names.iter().enumerate() {
                prop_assert_eq!(names.iter().position(|n| n == name), Some(id));
            }
        }
    }
}
