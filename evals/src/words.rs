//! What texts and tools have in common by their words.

use std::collections::HashSet;

use pocketpilot_core::tool::ToolSpec;

/// The words of a text that tell something.
pub(crate) fn words(text: &str) -> HashSet<String> {
    let split = text.split(|c: char| !c.is_alphanumeric());
    split.filter(|w| w.chars().count() > 3).map(str::to_lowercase).collect()
}

/// The names have no word in common that says what they are about.
pub(crate) fn is_apart(one: &ToolSpec, other: &ToolSpec) -> bool {
    let said = |tool: &ToolSpec| -> HashSet<String> {
        let spaced: String =
            tool.name.chars().flat_map(|c| if c.is_uppercase() { vec![' ', c] } else { vec![c] }).collect();
        words(&spaced)
            .into_iter()
            .map(|w| w.trim_end_matches('s').to_owned())
            .filter(|w| !VERBS.contains(&w.as_str()))
            .collect()
    };
    one.name != other.name && said(one).is_disjoint(&said(other))
}

/// Words of names that say what is done, not to what.
const VERBS: [&str; 9] =
    ["find", "search", "play", "list", "create", "update", "calculate", "check", "start"];
