//! The tools that are offered in a made situation.

use pocketpilot_core::planner::ALWAYS;
use pocketpilot_core::tool::ToolSpec;
use pocketpilot_tools::phone_tools;

use super::random::Random;
use crate::droidtask;
use crate::words::words;

/// Tools offered beside those that are always offered, as in the planner's loop.
const NEAREST: usize = 6;

/// Tools for requests of one kind: to reach somebody, to be reminded, to look something up.
const KIN: &[&[&str]] = &[
    &["send_sms", "call", "add_contact"],
    &["set_alarm", "set_timer", "add_event", "wait"],
    &["open_url", "map_search", "call"],
    &["toggle_setting", "set_alarm"],
];

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

    /// Those that the planner may offer for a request: those that are always offered, then at most six of those that are
    /// nearest to it by words or could be taken for `right`, which is among them.
    pub(super) fn near(&self, goal: &str, right: Option<&str>, random: &mut Random) -> Vec<ToolSpec> {
        let count = 1 + random.below(NEAREST);
        let stranger =
            random.chance(15).then(|| self.strangers.get(random.below(self.strangers.len().max(1))));
        let mut ranked: Vec<(usize, u64, &ToolSpec)> = self
            .ours
            .iter()
            .filter(|t| !is_always(t))
            .chain(stranger.flatten())
            .map(|tool| (likeness(goal, tool), random.next(), tool))
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen: Vec<&ToolSpec> = ranked.iter().map(|(_, _, tool)| *tool).take(count).collect();
        for kin in
            ranked.iter().map(|(_, _, tool)| *tool).filter(|t| right.is_some_and(|r| is_kin(r, &t.name)))
        {
            if chosen.iter().all(|t| t.name != kin.name) && random.chance(75) {
                chosen.insert(random.below(chosen.len() + 1), kin);
            }
        }
        chosen.truncate(NEAREST);
        // The encoder finds the right tool nearly always, and mostly at the top.
        if let Some(right) = right.and_then(|name| ranked.iter().find(|(_, _, t)| t.name == name)) {
            chosen.retain(|t| t.name != right.2.name);
            chosen.truncate(NEAREST - 1);
            let place = if random.chance(65) { 0 } else { random.below(chosen.len() + 1) };
            chosen.insert(place, right.2);
        }
        self.ours.iter().filter(|t| is_always(t)).chain(chosen).cloned().collect()
    }

    /// One of ours by its name.
    pub(super) fn named(&self, name: &str) -> Option<&ToolSpec> {
        self.ours.iter().find(|t| t.name == name)
    }
}

fn is_always(tool: &ToolSpec) -> bool {
    ALWAYS.contains(&tool.name.as_str())
}

/// Could a request for one be taken for one for the other?
fn is_kin(one: &str, other: &str) -> bool {
    one != other && KIN.iter().any(|kin| kin.contains(&one) && kin.contains(&other))
}

/// Words that a request has in common with what is said of a tool.
pub(super) fn likeness(goal: &str, tool: &ToolSpec) -> usize {
    let words = words(goal);
    let texts = tool.examples.iter().chain([&tool.description, &tool.name]);
    texts.map(|text| self::words(text).intersection(&words).count()).max().unwrap_or(0)
}
