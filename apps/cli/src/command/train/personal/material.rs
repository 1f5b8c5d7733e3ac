//! The person's successful episodes, some to learn from and some to measure by.

use std::collections::BTreeMap;

use pocketpilot_core::memory::EpisodeId;
use pocketpilot_core::train::Sample;
use pocketpilot_memory::{Lessons, Store};
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::parts::Kit;

/// Fewest episodes that anything is learnt from.
const EPISODES: usize = 8;
/// Fewest of them to train on, and fewest to measure by.
const SIDE: usize = 2;

/// What memory gives.
#[derive(Default)]
pub(super) struct Material {
    /// All successful episodes.
    pub(super) ids: Vec<EpisodeId>,
    pub(super) left_out: BTreeMap<&'static str, usize>,
    pub(super) train: Vec<Sample>,
    pub(super) dev: Vec<Sample>,
    /// Episodes in `train`.
    pub(super) trained_on: usize,
    /// Episodes in `dev`.
    pub(super) held_out: usize,
}

/// The samples of each episode, by the hash of its goal.
type Goals = BTreeMap<[u8; 32], Vec<Vec<Sample>>>;

/// Reads what memory holds.
///
/// # Errors
/// Too little of it, or it cannot be read.
pub(super) async fn material(store: &Store) -> Result<Material, Failure> {
    let ids = successes(store)?;
    // Before anything is fetched or computed.
    check_count(ids.len(), "successful")?;
    let kit = Kit::assemble(None, None).await?;
    let (mut goals, mut left_out) = (Goals::new(), BTreeMap::new());
    for &id in &ids {
        let trajectory = store.trajectory(id).map_err(Failure::unavailable)?;
        let lessons = Lessons::of(&trajectory, &kit.offered(&trajectory.task.goal)?);
        for (reason, steps) in lessons.left_out {
            *left_out.entry(reason).or_default() += steps;
        }
        if let Some(first) = lessons.samples.first() {
            goals.entry(Sha256::digest(&first.group).into()).or_default().push(lessons.samples);
        }
    }
    Ok(Material { ids, left_out, ..split(goals)? })
}

/// Holds out a quarter of the goals, those whose hashes come first: the same ones as long as no others are remembered, and
/// most of them later on. An earlier adapter may so have learnt from some, which only makes it harder to replace.
fn split(goals: Goals) -> Result<Material, Failure> {
    check_count(goals.values().map(Vec::len).sum(), "usable")?;
    let mut made = Material::default();
    let count = goals.len();
    for (place, episodes) in goals.into_values().enumerate() {
        let (side, samples) = match 4 * place < count || made.held_out < SIDE {
            true => (&mut made.held_out, &mut made.dev),
            false => (&mut made.trained_on, &mut made.train),
        };
        *side += episodes.len();
        samples.extend(episodes.into_iter().flatten());
    }
    if made.trained_on < SIDE {
        return Err(Failure::usage(
            "the episodes in memory have too few different goals to hold some out: use `run` for other tasks",
        ));
    }
    Ok(made)
}

fn check_count(episodes: usize, which: &str) -> Result<(), Failure> {
    if episodes >= EPISODES {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "there are {episodes} {which} episodes in memory, at least {EPISODES} are needed: use `run` some more"
    )))
}

/// The episodes that anything can be learnt from.
///
/// # Errors
/// They cannot be read.
pub(super) fn successes(store: &Store) -> Result<Vec<EpisodeId>, Failure> {
    store.successes().map_err(Failure::unavailable)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pocketpilot_core::memory::Call;
    use pocketpilot_core::train::Lesson;
    use serde_json::json;

    use super::*;

    /// Episodes of one step each, with goals of these numbers.
    fn goals(numbers: impl IntoIterator<Item = usize>) -> Goals {
        let mut goals = Goals::new();
        for number in numbers {
            let group = format!("alarm at {number}");
            let key = Sha256::digest(&group).into();
            let sample = Sample {
                id: String::new(),
                group,
                source: String::new(),
                license: String::new(),
                lesson: Lesson::Call,
                goal: String::new(),
                tools: Vec::new(),
                memories: Vec::new(),
                history: Vec::new(),
                screen: Vec::new(),
                call: Call { tool: String::new(), arguments: json!({}) },
            };
            goals.entry(key).or_default().push(vec![sample]);
        }
        goals
    }

    fn groups(samples: &[Sample]) -> BTreeSet<&str> {
        samples.iter().map(|s| s.group.as_str()).collect()
    }

    #[track_caller]
    fn check(numbers: impl IntoIterator<Item = usize>, expected: Result<(usize, usize), &str>) {
        match (split(goals(numbers)), expected) {
            (Ok(made), Ok(sides)) => {
                assert_eq!((made.trained_on, made.held_out), sides);
                assert!(groups(&made.train).is_disjoint(&groups(&made.dev)));
            }
            (Err(told), Err(part)) => assert!(told.to_string().contains(part), "{told}"),
            (made, _) => panic!("{:?}", made.err()),
        }
    }

    #[test]
    fn a_quarter_of_the_goals_is_held_out_with_all_their_episodes() {
        check(0..8, Ok((6, 2)));
        check(0..41, Ok((30, 11)));
        check((0..40).chain(0..40), Ok((60, 20)));
        // Of two goals one is held out, which has enough episodes.
        check((0..8).map(|i| i % 2), Ok((4, 4)));
    }

    #[test]
    fn too_few_episodes_are_told_in_one_line() {
        check(0..0, Err("there are 0 usable episodes in memory, at least 8 are needed"));
        check(0..7, Err("there are 7 usable episodes in memory, at least 8 are needed"));
        check(std::iter::repeat_n(3, 20), Err("too few different goals"));
    }

    #[test]
    fn goals_that_come_later_move_few_from_side_to_side() {
        let made = [40, 44].map(|count| split(goals(0..count)).unwrap());
        let [before, after] = made.each_ref().map(|made| groups(&made.dev));
        assert!(before.intersection(&after).count() >= 7, "{before:?} {after:?}");
    }
}
