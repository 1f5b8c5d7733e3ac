//! The tools that are offered in a made situation.

use std::collections::HashSet;

use pocketpilot_core::planner::{ALWAYS, Attempt};
use pocketpilot_core::screen::{Line, LineKind};
use pocketpilot_core::tool::ToolSpec;
use pocketpilot_tools::phone_tools;

use super::random::Random;
use crate::droidtask;

/// Tools offered beside those that are always offered, as in the planner's loop.
const NEAREST: usize = 6;

/// The tool that ends a task.
const FINISH: &str = "finish";

/// Everything that can be offered.
#[derive(Debug)]
pub(super) struct Tools {
    /// The three that DroidTask's steps are done with.
    pub stepping: Vec<ToolSpec>,
    /// Our own, in order of registration.
    pub ours: Vec<ToolSpec>,
    /// Tools of others that take no part in any request.
    pub strangers: Vec<ToolSpec>,
}

impl Tools {
    pub(super) fn new(strangers: Vec<ToolSpec>) -> Self {
        let ours = phone_tools().iter().map(|t| t.spec().clone()).collect();
        Self { stepping: droidtask::specs(), ours, strangers }
    }

    /// Those that the planner may offer for a request: `right` or what is nearest to it by words first, at most six, then
    /// those that are always offered. Tools in `wrong` would do the request as well, and are left out.
    pub(super) fn near(
        &self,
        goal: &str,
        right: Option<&str>,
        wrong: &[&str],
        screen: &[Line],
        history: &[Attempt],
        random: &mut Random,
    ) -> Vec<ToolSpec> {
        let count = 1 + random.below(NEAREST);
        let stranger =
            random.chance(15).then(|| self.strangers.get(random.below(self.strangers.len().max(1))));
        let mut ranked: Vec<(usize, u64, &ToolSpec)> = self
            .ours
            .iter()
            .filter(|t| !is_always(t) && !wrong.contains(&t.name.as_str()))
            .chain(stranger.flatten())
            .map(|tool| (likeness(goal, tool), random.next(), tool))
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen: Vec<&ToolSpec> = ranked.iter().map(|(_, _, tool)| *tool).take(count).collect();
        // The encoder finds the right tool nearly always, and mostly at the top.
        if let Some(right) = right.and_then(|name| ranked.iter().find(|(_, _, t)| t.name == name)) {
            chosen.retain(|t| t.name != right.2.name);
            chosen.truncate(NEAREST - 1);
            let place = if random.chance(65) { 0 } else { random.below(chosen.len() + 1) };
            chosen.insert(place, right.2);
        }
        let always = self.ours.iter().filter(|t| is_always(t));
        let fits = |t: &&ToolSpec| makes_sense(t, screen, history);
        chosen.into_iter().chain(always).filter(fits).cloned().collect()
    }

    /// One of ours by its name.
    pub(super) fn named(&self, name: &str) -> Option<&ToolSpec> {
        self.ours.iter().find(|t| t.name == name)
    }
}

fn is_always(tool: &ToolSpec) -> bool {
    ALWAYS.contains(&tool.name.as_str())
}

/// As in the planner's loop: no end before a beginning, nothing that no element fits.
fn makes_sense(tool: &ToolSpec, screen: &[Line], history: &[Attempt]) -> bool {
    match tool.name.as_str() {
        FINISH => !history.is_empty(),
        "type_text" => screen.iter().any(|line| line.kind == LineKind::Input),
        "tap" | "long_press" => !screen.is_empty(),
        _ => true,
    }
}

/// Words that a request has in common with what is said of a tool.
fn likeness(goal: &str, tool: &ToolSpec) -> usize {
    let words = words(goal);
    let texts = tool.examples.iter().chain([&tool.description, &tool.name]);
    texts.map(|text| self::words(text).intersection(&words).count()).max().unwrap_or(0)
}

/// The words of a text that tell something.
pub(super) fn words(text: &str) -> HashSet<String> {
    let split = text.split(|c: char| !c.is_alphanumeric());
    split.filter(|w| w.chars().count() > 3).map(str::to_lowercase).collect()
}
