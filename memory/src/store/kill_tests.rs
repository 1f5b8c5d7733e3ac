//! Kills a recording process with SIGKILL, over and over, and checks what it had acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use pocketpilot_core::memory::Memory;
use serde_json::json;

use super::*;
use crate::testing::{done, outcome, step};

const DIR: &str = "POCKETPILOT_TEST_KILL_DIR";
const SEED: &str = "POCKETPILOT_TEST_KILL_SEED";
const NAME: &str = "store::kill_tests::what_was_acknowledged_survives_kill_9";

/// What the child said it had written.
#[derive(Default)]
struct Acknowledged {
    begun: BTreeSet<i64>,
    /// By episode and step: it has its result.
    steps: BTreeMap<(i64, usize), bool>,
    finished: BTreeSet<i64>,
}

impl Acknowledged {
    fn add(&mut self, line: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |word: &str| word.parse::<i64>().unwrap();
        match *words.as_slice() {
            ["begun", id] => drop(self.begun.insert(number(id))),
            ["step", id, index, done] => {
                self.steps.insert((number(id), number(index) as usize), done == "done");
            }
            ["finished", id] => drop(self.finished.insert(number(id))),
            // The test harness talks on the same pipe.
            _ => {}
        }
    }
}

/// Numerical Recipes' generator: small, and the same everywhere.
fn next(seed: &mut u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as usize
}

/// Records for ever, and says so after each write has returned.
fn record_until_killed(dir: &Path, mut seed: u64) -> ! {
    let store = Store::open(dir).unwrap();
    let mut out = std::io::stdout();
    loop {
        let id = store.begin(&Task::new(format!("Set alarm number {}", next(&mut seed) % 100))).unwrap();
        writeln!(out, "begun {}", id.0).unwrap();
        for index in 0..1 + next(&mut seed) % 5 {
            let mut before = step(index, "set_alarm", json!({"hour": index}));
            before.screen = "<p text='a line of a screen'>\n".repeat(next(&mut seed) % 400);
            store.record(id, &before).unwrap();
            writeln!(out, "step {} {index} open", id.0).unwrap();
            store.record(id, &done(before)).unwrap();
            writeln!(out, "step {} {index} done", id.0).unwrap();
        }
        if !next(&mut seed).is_multiple_of(3) {
            store.finish(id, &outcome(true)).unwrap();
            writeln!(out, "finished {}", id.0).unwrap();
        }
        if next(&mut seed).is_multiple_of(4) {
            store.recall("alarm number 7", 5).unwrap();
        }
    }
}

fn kill_a_recorder(dir: &Path, seed: u64, all: &mut Acknowledged) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([NAME, "--exact", "--nocapture", "--test-threads=1"])
        .env(DIR, dir)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut random = seed;
    for _ in 0..10 + next(&mut random) % 100 {
        all.add(&lines.next().expect("the child ended by itself").unwrap());
    }
    child.kill().unwrap();
    // The pipe still holds what was acknowledged before the signal arrived.
    let mut rest = lines.map_while(Result::ok).collect::<Vec<_>>();
    // The last line may be cut short.
    rest.pop();
    rest.iter().for_each(|line| all.add(line));
    assert!(!child.wait().unwrap().success());
}

fn check(dir: &Path, all: &Acknowledged) {
    let store = Store::open(dir).unwrap();
    store
        .with(|inner| {
            let sound: String = inner.db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
            assert_eq!(sound, "ok");
            assert!(!inner.db.prepare("PRAGMA foreign_key_check")?.exists([])?);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.stats().unwrap().open, 0);
    for &id in &all.begun {
        let trajectory = store.trajectory(EpisodeId(id)).unwrap();
        if all.finished.contains(&id) {
            assert!(trajectory.outcome.unwrap().success, "episode {id} was finished");
        }
    }
    for (&(id, index), &is_done) in &all.steps {
        let trajectory = store.trajectory(EpisodeId(id)).unwrap();
        let step = trajectory.steps.get(index).unwrap_or_else(|| panic!("step {index} of {id} is lost"));
        assert!(step.result.is_some() || !is_done, "the result of step {index} of {id} is lost");
    }

    let recalled = store.recall("alarm number 7", 10).unwrap();
    assert!(!recalled.is_empty());
    drop(store);
    fs::remove_dir_all(dir.join("index")).unwrap();
    assert_eq!(Store::open(dir).unwrap().recall("alarm number 7", 10).unwrap(), recalled);
}

#[test]
fn what_was_acknowledged_survives_kill_9() {
    if let (Some(dir), Ok(seed)) = (std::env::var_os(DIR), std::env::var(SEED)) {
        record_until_killed(Path::new(&dir), seed.parse().unwrap());
    }
    let dir = tempfile::tempdir().unwrap();
    let mut all = Acknowledged::default();
    for seed in 1..=8 {
        kill_a_recorder(dir.path(), seed, &mut all);
        check(dir.path(), &all);
    }
    assert!(!all.finished.is_empty() && all.finished.len() < all.begun.len());
}
