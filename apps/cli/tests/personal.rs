//! The adapter made of what is remembered, by the binary, in a data folder of its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use pocketpilot_core::memory::{Memory, Outcome};
use pocketpilot_core::task::Task;
use pocketpilot_memory::Store;

fn pocketpilot(data: &Path, arguments: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pocketpilot"))
        .args(arguments.split(' '))
        .env("POCKETPILOT_DATA", data)
        .output()
        .unwrap()
}

/// Remembers an episode that succeeded, and puts something where adapters lie.
fn filled() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(&data.path().join("memory")).unwrap();
    let id = store.begin(&Task::new("Set an alarm for 7:30")).unwrap();
    store.finish(id, &Outcome { success: true, reason: "it is set".into(), answer: None }).unwrap();
    fs::create_dir_all(data.path().join("adapters/some/args")).unwrap();
    data
}

#[track_caller]
fn check_refused(data: &Path, arguments: &str, expected: &str) {
    let output = pocketpilot(data, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains(expected) && output.stdout.is_empty(), "{said}");
}

#[test]
fn what_cannot_be_trained_is_told_in_one_line() {
    let empty = tempfile::tempdir().unwrap();
    check_refused(
        empty.path(),
        "train args --from-memory",
        "pocketpilot: there are 0 successful episodes in memory, at least 8 are needed: use `run` some more\n",
    );
    let one = filled();
    check_refused(one.path(), "train args --from-memory", "there are 1 successful episodes in memory");
    check_refused(
        one.path(),
        "train args --from-memory --base smollm2-135m",
        "no adapter comes with smollm2-135m to go on from: use --base qwen2.5-coder-0.5b\n",
    );
    check_refused(one.path(), "train args --from-memory --rank 8", "cannot be used with");
    check_refused(one.path(), "train args --from-memory --data x", "cannot be used with");
    check_refused(one.path(), "train args --data x --dev y", "--out <DIR>");
    check_refused(one.path(), "train select --from-memory", "unexpected argument");
}

#[track_caller]
fn check_forgotten(arguments: &str, code: i32, stays: bool) {
    let data = filled();
    let output = pocketpilot(data.path(), arguments);
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert_eq!(data.path().join("adapters").exists(), stays, "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said.contains("the adapter made of episodes is gone"), !stays, "{said}");
}

#[test]
fn the_adapter_goes_with_the_episodes() {
    check_forgotten("memory forget 1", 0, false);
    check_forgotten("memory forget --matching ALARM", 0, false);
    check_forgotten("memory forget --all", 0, false);
    check_forgotten("memory forget 9", 2, true);
    check_forgotten("memory forget --matching taxi", 0, true);
    check_forgotten("memory stats", 0, true);
}
