//! Prefixes are computed once, in a process and across processes.

use std::fs;
use std::path::PathBuf;

use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::generate::{Cancel, Completion, Engine, Grammar, Request, Sampling};
use pocketpilot_core::guard::Cleared;
use pocketpilot_core::prompt::{Origin, Prompt, Role, Span};
use serde_json::json;
use tempfile::TempDir;

use crate::ask::{FREE, clear};
use crate::fixture::Fixture;

/// A prompt that starts with words of our own, more than two pages of them.
fn prompt(question: &str) -> Cleared<Prompt> {
    let rules = "the ant in the inn ".repeat(30);
    let mut prompt: Prompt = serde_json::from_value(json!({
        "turns": [{"role": "system", "spans": [{"origin": "system", "text": rules}]}], "answer_start": ""
    }))
    .unwrap();
    prompt.push(Role::User, vec![Span::new(Origin::User, question)]);
    clear(prompt)
}

fn ask(engine: &mut LocalEngine, question: &str) -> Completion {
    engine
        .generate(Request {
            prompt: &prompt(question),
            adapter: None,
            grammar: &Grammar::Free,
            prior: &[],
            sampling: Sampling::GREEDY,
            max_tokens: 8,
            cancel: &Cancel::default(),
        })
        .unwrap()
}

struct Setting {
    _model: TempDir,
    path: PathBuf,
    folder: TempDir,
}

impl Setting {
    fn new() -> Self {
        let (model, path) = Fixture::new("qwen2").file();
        Self { _model: model, path, folder: tempfile::tempdir().unwrap() }
    }

    /// A new process, as far as the engine can tell.
    fn start(&self) -> LocalEngine {
        let mut engine =
            LocalEngine::load(&self.path, Options { context: 1024, ..Options::default() }).unwrap();
        engine.keep_prefixes(self.folder.path());
        engine
    }

    fn files(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.folder.path()).unwrap();
        folders.flat_map(|f| fs::read_dir(f.unwrap().path()).unwrap()).map(|f| f.unwrap().path()).collect()
    }
}

#[test]
fn a_branch_is_computed_once_whichever_came_first() {
    let mut engine = Fixture::new("llama").load();
    let shared = "the inn and the ant ".repeat(20);
    let [first, second] = ["tin", "then an inn"].map(|end| format!("{shared}{end}"));
    let cold = FREE.of(&mut engine, &first).unwrap().usage;
    let other = FREE.of(&mut engine, &second).unwrap().usage;
    assert!(other.reused > 200 && other.prefilled < 30, "{cold:?} {other:?}");
    let (back, forth) = (FREE.of(&mut engine, &first).unwrap(), FREE.of(&mut engine, &second).unwrap());
    assert_eq!((back.usage.prefilled, forth.usage.prefilled), (1, 1), "both branches are still there");
}

#[test]
fn the_fixed_words_survive_the_process() {
    let setting = Setting::new();
    let cold = ask(&mut setting.start(), "the ant");
    assert_eq!((cold.usage.reused, setting.files().len()), (0, 1));
    let warm = ask(&mut setting.start(), "the tin");
    assert!(warm.usage.reused >= 128 && warm.usage.reused.is_multiple_of(64), "{:?}", warm.usage);
    let again = ask(&mut setting.start(), "the ant");
    assert_eq!((again.text, setting.files().len()), (cold.text, 1), "the same answer, and no second file");
}

#[test]
fn a_file_that_does_not_fit_is_written_again() {
    let setting = Setting::new();
    let expected = ask(&mut setting.start(), "the ant").text;
    let file = setting.files().remove(0);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[5000] ^= 1;
    let long = [&whole[..], &[0; 64]].concat();
    let mut count = whole.clone();
    count[40..44].fill(0xff);
    for broken in [&whole[..whole.len() / 2], &flipped, &long, &count, &whole[..20], b"", b"PPKV0001"] {
        fs::write(&file, broken).unwrap();
        let mut engine = setting.start();
        let answer = ask(&mut engine, "the ant");
        assert_eq!((answer.text.as_str(), answer.usage.reused), (expected.as_str(), 0));
        assert!(fs::read(&file).unwrap() == whole, "{} bytes were not replaced", broken.len());
    }
}

#[test]
fn another_model_has_its_own_prefixes() {
    let setting = Setting::new();
    ask(&mut setting.start(), "the ant");
    let mut changed = Fixture::new("qwen2");
    changed.tensors.get_mut("blk.0.attn_k.weight").unwrap().1[0] += 1.0;
    changed.write(&setting.path);
    assert_eq!(ask(&mut setting.start(), "the ant").usage.reused, 0);
}
