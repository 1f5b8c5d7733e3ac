use std::collections::HashSet;

use super::template::Expectation;
use super::*;

#[test]
fn there_are_enough_tasks_and_each_is_its_own() {
    let ids: HashSet<&str> = templates().iter().map(|t| t.id).collect();
    assert_eq!(ids.len(), templates().len());
    assert!(ids.len() >= 20);
    for template in templates() {
        let wordings: HashSet<_> = template.wordings.iter().collect();
        assert!(wordings.len() >= 2, "{}: one wording is memorised, not understood", template.id);
        assert!(template.budget().steps > template.actions, "{}", template.id);
    }
}

#[test]
fn every_wording_is_filled_for_every_seed() {
    for template in templates() {
        for seed in 0..40 {
            let goal = template.draw(seed).goal;
            assert!(!goal.contains(['{', '}']), "{}: {goal}", template.id);
        }
    }
}

#[test]
fn seeds_give_other_tasks_and_the_same_seed_the_same() {
    let goals = |seed| templates().iter().map(|t| t.draw(seed).goal).collect::<Vec<_>>();
    assert_eq!(goals(1), goals(1));
    let changed = goals(1).iter().zip(goals(2)).filter(|(a, b)| **a != *b).count();
    assert!(changed > templates().len() / 2, "{changed}");
}

#[test]
fn every_task_wants_something_and_its_oracle_does_something() {
    for template in templates() {
        let task = template.draw(0).instance;
        let Expectation { change, front, answer } = &task.expect;
        let wants =
            !change.added.is_empty() || !change.removed.is_empty() || front.is_some() || answer.is_some();
        assert!(wants && !task.oracle.is_empty(), "{}", template.id);
    }
}
