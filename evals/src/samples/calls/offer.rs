//! Which tools are offered beside the right one.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pocketpilot_core::tool::ToolSpec;

use crate::samples::random::Random;
use crate::samples::tools::likeness;
use crate::toolcalls::record::{Kind, Record};
use crate::words::{is_apart, words};

/// How many tools are offered in all; small numbers come more often, as prompts should stay short.
const COUNTS: [usize; 14] = [2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 10, 12];

/// Sources whose tools do so much that one of them might be right for anybody's request.
const BROAD: &[&str] = &["metatool"];

/// The make of CLINC150's intents.
const CLINC: &str = "clinc";

/// How many tools count as like the right one.
const LOOKALIKES: usize = 8;

/// Tools to add from other services.
#[derive(Debug)]
pub(super) struct Pool {
    /// Of everyday services, whose names are of the same make as most right ones.
    everyday: Vec<ToolSpec>,
    /// Of trades, a great many.
    technical: Vec<ToolSpec>,
    /// By their make.
    exclusive: BTreeMap<&'static str, Vec<ToolSpec>>,
}

impl Pool {
    /// From the tools of these records, but for those held out.
    pub(super) fn new<'r>(records: impl Iterator<Item = &'r Record>, held: &BTreeSet<&str>) -> Self {
        let (mut everyday, mut technical) = (BTreeMap::new(), BTreeMap::new());
        let mut exclusive: BTreeMap<&'static str, BTreeMap<String, ToolSpec>> = BTreeMap::new();
        for record in records.filter(|r| !BROAD.contains(&r.source.as_str())) {
            for tool in record.tools().into_iter().filter(|t| !held.contains(t.name.as_str())) {
                if let Some(make) = make(&record.source) {
                    exclusive.entry(make).or_default().entry(tool.name.clone()).or_insert(tool.clone());
                    // Too tersely described to be surely wrong for requests of others.
                    if make == CLINC {
                        continue;
                    }
                }
                let tools = if record.source.starts_with("seal") { &mut technical } else { &mut everyday };
                tools.entry(tool.name.clone()).or_insert(tool);
            }
        }
        let list = |tools: BTreeMap<String, ToolSpec>| clean(tools.into_values().collect());
        Self {
            everyday: list(everyday),
            technical: list(technical),
            exclusive: exclusive.into_iter().map(|(make, tools)| (make, list(tools))).collect(),
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
        others: Vec<ToolSpec>,
        record: &Record,
        random: &mut Random,
    ) -> Vec<ToolSpec> {
        let mut offered = self.wrong(right, others, record, random);
        offered.push(right.clone());
        random.shuffle(&mut offered);
        offered
    }

    /// Tools that are not right: some that sound as if they were, of the `others` that the record brings, and of any.
    pub(super) fn wrong(
        &self,
        right: &ToolSpec,
        mut others: Vec<ToolSpec>,
        record: &Record,
        random: &mut Random,
    ) -> Vec<ToolSpec> {
        let count = *random.pick(&COUNTS) - 1;
        let mut wrong = self.lookalikes(right, record, random);
        wrong.truncate(random.below(count + 1));
        random.shuffle(&mut others);
        others.retain(|t| wrong.iter().all(|w| w.name != t.name));
        wrong.extend(others);
        wrong.truncate(count);
        let may_add = record.kind != Kind::Selection;
        for _ in 0..if may_add { 4 * count } else { 0 } {
            let tools = if random.chance(70) { &self.everyday } else { &self.technical };
            if tools.is_empty() {
                continue;
            }
            let more = random.pick(tools);
            let is_new = wrong.iter().all(|t| t.name != more.name);
            if wrong.len() < count && is_new && is_apart(more, right) && is_off(more, &record.instruction) {
                wrong.push(more.clone());
            }
        }
        random.shuffle(&mut wrong);
        wrong
    }

    /// Tools of the same make that share the most words with the request and the right tool, in any order.
    fn lookalikes(&self, right: &ToolSpec, record: &Record, random: &mut Random) -> Vec<ToolSpec> {
        let Some(tools) = make(&record.source).and_then(|make| self.exclusive.get(make)) else {
            return Vec::new();
        };
        let told = format!("{} {}", record.instruction, right.description);
        let mut near: Vec<(usize, u64, &ToolSpec)> = tools
            .iter()
            .filter(|t| t.name != right.name)
            .map(|tool| (likeness(&told, tool), random.next(), tool))
            .collect();
        near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut near: Vec<ToolSpec> = near.into_iter().take(LOOKALIKES).map(|(.., t)| t.clone()).collect();
        random.shuffle(&mut near);
        near
    }
}

/// The make of a source of which every wish has one right tool, so that all the others are surely wrong.
fn make(source: &str) -> Option<&'static str> {
    match source {
        "nlu_evaluation_data" | "slurp" => Some("home"),
        "clinc150" => Some(CLINC),
        _ => None,
    }
}

/// Tools with a name of their own each, and one that a prompt has room for.
pub(super) fn clean(mut tools: Vec<ToolSpec>) -> Vec<ToolSpec> {
    let mut names = HashSet::new();
    let sound = |c: char| c.is_ascii_alphanumeric() || "_-&.".contains(c);
    tools.retain(|t| !t.name.is_empty() && t.name.chars().all(sound) && names.insert(t.name.clone()));
    tools
}

/// The request holds none of the words that the tool's name is made of.
fn is_off(tool: &ToolSpec, request: &str) -> bool {
    words(&tool.name.replace('_', " ")).is_disjoint(&words(request))
}
