//! Which tools are offered beside the right one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pocketpilot_core::tool::ToolSpec;

use crate::samples::random::Random;
use crate::samples::tools::words;
use crate::toolcalls::record::{Kind, Record};

/// How many tools are offered in all; small numbers come more often, as prompts should stay short.
const COUNTS: [usize; 14] = [2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 10, 12];

/// Sources whose tools do so much that one of them might be right for anybody's request.
const BROAD: &[&str] = &["metatool"];

/// Tools to add from other services.
#[derive(Debug)]
pub(super) struct Pool {
    /// Of everyday services, whose names are of the same make as most right ones.
    everyday: Vec<ToolSpec>,
    /// Of trades, a great many.
    technical: Vec<ToolSpec>,
}

impl Pool {
    /// From the tools of these records, but for those held out.
    pub(super) fn new<'r>(records: impl Iterator<Item = &'r Record>, held: &BTreeSet<&str>) -> Self {
        let (mut everyday, mut technical) = (BTreeMap::new(), BTreeMap::new());
        for record in records.filter(|r| !BROAD.contains(&r.source.as_str())) {
            for tool in record.tools().into_iter().filter(|t| !held.contains(t.name.as_str())) {
                let tools = if record.source.starts_with("seal") { &mut technical } else { &mut everyday };
                tools.entry(tool.name.clone()).or_insert(tool);
            }
        }
        Self {
            everyday: clean(everyday.into_values().collect()),
            technical: clean(technical.into_values().collect()),
        }
    }

    /// Tools of trades that nobody asks a phone for.
    pub(super) fn strangers(&self) -> Vec<ToolSpec> {
        let technical = |t: &&ToolSpec| {
            t.name.starts_with("calculate") || t.name.starts_with("deploy") || t.name.starts_with("train")
        };
        self.technical.iter().filter(technical).cloned().collect()
    }

    /// The right tool among others, in any order.
    pub(super) fn offer(
        &self,
        right: &ToolSpec,
        mut others: Vec<ToolSpec>,
        record: &Record,
        random: &mut Random,
    ) -> Vec<ToolSpec> {
        let count = *random.pick(&COUNTS);
        random.shuffle(&mut others);
        others.truncate(count - 1);
        let may_add = record.kind != Kind::Selection;
        for _ in 0..if may_add { 4 * count } else { 0 } {
            let tools = if random.chance(70) { &self.everyday } else { &self.technical };
            if tools.is_empty() {
                continue;
            }
            let more = random.pick(tools);
            let is_new = others.iter().all(|t| t.name != more.name);
            if others.len() + 1 < count
                && is_new
                && is_apart(more, right)
                && is_off(more, &record.instruction)
            {
                others.push(more.clone());
            }
        }
        others.push(right.clone());
        random.shuffle(&mut others);
        others
    }
}

/// Tools with a name of their own each, and one that a prompt has room for.
pub(super) fn clean(mut tools: Vec<ToolSpec>) -> Vec<ToolSpec> {
    let mut names = HashSet::new();
    let sound = |c: char| c.is_ascii_alphanumeric() || "_-&.".contains(c);
    tools.retain(|t| !t.name.is_empty() && t.name.chars().all(sound) && names.insert(t.name.clone()));
    tools
}

/// The names have no word in common that says what they are about.
pub(super) fn is_apart(one: &ToolSpec, other: &ToolSpec) -> bool {
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

/// The request holds none of the words that the tool's name is made of.
fn is_off(tool: &ToolSpec, request: &str) -> bool {
    words(&tool.name.replace('_', " ")).is_disjoint(&words(request))
}

/// Words of names that say what is done, not to what.
const VERBS: [&str; 9] =
    ["find", "search", "play", "list", "create", "update", "calculate", "check", "start"];
