//! Memories for some of the episodes: earlier ones of the same kind, of which the order of calls helps and the values do
//! not, and now and then one that has nothing to do with the request.

use std::collections::BTreeMap;

use pocketpilot_core::memory::{Call, EpisodeId, Recall};
use pocketpilot_core::train::Sample;

use super::random::Random;

/// Sources whose episodes are a person's with this agent.
const OWN: &[&str] = &["requests", "oracle"];

/// Of a hundred episodes, so many remember something.
const REMEMBERING: usize = 20;

/// Of a hundred memories, so many are of the same kind of request.
const OF_THE_KIND: usize = 80;

/// Gives memories to a part of the episodes; all samples of one have the same.
pub(super) fn remember(samples: &mut [Sample], seed: u64) {
    let mut whole: BTreeMap<&str, &Sample> = BTreeMap::new();
    for sample in samples.iter().filter(|s| OWN.contains(&s.source.as_str())) {
        let longest = whole.entry(episode(sample)).or_insert(sample);
        if sample.history.len() > longest.history.len() {
            *longest = sample;
        }
    }
    let all: Vec<(&str, &str, Recall)> =
        whole.iter().map(|(episode, sample)| (*episode, kind(sample), recall(sample))).collect();
    let mut memories: BTreeMap<String, Vec<Recall>> = BTreeMap::new();
    for (episode, own, _) in &all {
        let mut random = Random::new(seed, &format!("memories of {episode}"));
        if !random.chance(REMEMBERING) {
            continue;
        }
        let related = random.chance(OF_THE_KIND);
        let others = all.iter().filter(|(other, kind, _)| other != episode && (kind == own) == related);
        let mut others: Vec<&Recall> = others.map(|(.., recall)| recall).collect();
        random.shuffle(&mut others);
        others.truncate(1 + random.below(2));
        memories.insert((*episode).to_owned(), others.into_iter().cloned().collect());
    }
    for sample in samples {
        if let Some(recalls) = memories.get(episode(sample)) {
            sample.memories.clone_from(recalls);
        }
    }
}

/// Samples of one episode differ in the last part of their id.
fn episode(sample: &Sample) -> &str {
    sample.id.rsplit_once('/').map_or(&sample.id, |(episode, _)| episode)
}

/// Requests of one kind differ in the last part of their group.
fn kind(sample: &Sample) -> &str {
    sample.group.rsplit_once('/').map_or(&sample.group, |(kind, _)| kind)
}

/// The episode that ends with this sample, as memory gives it back.
fn recall(last: &Sample) -> Recall {
    let done = last.history.iter().map(|attempt| {
        let mut call = attempt.call.clone();
        if let (Some(target), Some(element)) = (&attempt.target, call.arguments.get_mut("element")) {
            *element = target.as_str().into();
        }
        call
    });
    let calls: Vec<Call> = done.chain([last.call.clone()]).collect();
    Recall { episode: EpisodeId(0), goal: last.goal.clone(), calls, score: 0.0 }
}

#[cfg(test)]
mod tests {
    use pocketpilot_core::memory::StepResult;
    use pocketpilot_core::planner::Attempt;
    use pocketpilot_core::tool::ToolOutput;
    use pocketpilot_core::train::Lesson;
    use serde_json::json;

    use super::*;
    use crate::droidtask::screen::lines;

    /// Two samples of an episode: a tap, and the end.
    fn samples(kind: &str, number: usize, source: &str) -> Vec<Sample> {
        let screen = lines("<button id=0>Clock</button>");
        let tap = Call { tool: "tap".into(), arguments: json!({"element": 0}) };
        let done = StepResult::Done { output: ToolOutput::default() };
        let finish = Call { tool: "finish".into(), arguments: json!({"success": true}) };
        let histories = [Vec::new(), vec![Attempt::new(tap.clone(), &screen, done)]];
        let made = histories.into_iter().zip([tap, finish]).map(|(history, call)| Sample {
            id: format!("{kind}/{number}/{}", history.len()),
            group: format!("{kind}/{number}"),
            source: source.into(),
            license: String::new(),
            lesson: Lesson::Call,
            goal: format!("{kind} {number}"),
            tools: Vec::new(),
            memories: Vec::new(),
            history,
            screen: screen.clone(),
            call,
        });
        made.collect()
    }

    #[test]
    fn some_episodes_remember_others_of_their_kind() {
        let mut all: Vec<Sample> = (0..100).flat_map(|n| samples("wake", n, "requests")).collect();
        all.extend((0..100).flat_map(|n| samples("call", n, "oracle")));
        all.extend((0..100).flat_map(|n| samples("ways", n, "droidtask_ways")));
        remember(&mut all, 0);
        let (mut remembering, mut related) = (0, 0);
        for pair in all.chunks(2) {
            assert_eq!(pair[0].memories, pair[1].memories);
            let Some(first) = pair[0].memories.first() else { continue };
            remembering += 1;
            assert!(pair[0].source != "droidtask_ways" && pair[0].memories.len() <= 2);
            assert!(pair[0].memories.iter().all(|m| m.goal != pair[0].goal));
            assert_eq!(first.calls[0].arguments, json!({"element": "Clock"}));
            assert_eq!(first.calls[1].tool, "finish");
            related += usize::from(first.goal[..4] == pair[0].goal[..4]);
        }
        assert!((25..60).contains(&remembering) && related > remembering / 2, "{related} of {remembering}");
    }
}
