//! The same tokens give the same logits, to the bit, however the work is cut up.

use candle_core::quantized::GgmlDType;
use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::generate::{Cancel, Engine, EngineError, Grammar, Request, Sampling};

use crate::ask::{Ask, FREE, user};
use crate::fixture::{ARCHITECTURES, Fixture, Random};

/// For sums in another order, which differ in the last bits of f32.
#[track_caller]
pub(crate) fn assert_close(a: &[f32], b: &[f32]) {
    let scale = a.iter().fold(1.0f32, |m, x| m.max(x.abs()));
    let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(a.len() == b.len() && worst <= 2e-4 * scale, "differ by {worst} at a scale of {scale}");
}

pub(crate) fn tokens(seed: u64, count: usize) -> Vec<u32> {
    let mut random = Random(seed);
    (0..count).map(|_| random.next() % 250).collect()
}

/// Every architecture, with weights in f32 and in a quantized format.
pub(crate) fn fixtures() -> impl Iterator<Item = (&'static str, Fixture)> {
    ARCHITECTURES.into_iter().flat_map(|architecture| {
        [GgmlDType::F32, GgmlDType::Q8_0]
            .map(|format| (architecture, Fixture { format, ..Fixture::new(architecture) }))
    })
}

#[test]
fn prefill_in_chunks_equals_one_shot() {
    for (architecture, fixture) in fixtures() {
        let tokens = tokens(1, 300);
        let whole = fixture.load().logits(&tokens, None).unwrap();
        let mut engine = fixture.load();
        for end in [1, 2, 3, 40, 41, 130, 299, 300] {
            let logits = engine.logits(&tokens[..end], None).unwrap();
            if end == tokens.len() {
                assert_eq!(whole, logits, "{architecture}");
            }
        }
    }
}

#[test]
fn logits_depend_on_every_token_in_reach() {
    for architecture in ARCHITECTURES {
        let mut engine = Fixture::new(architecture).load();
        let mut tokens = tokens(2, 20);
        let before = engine.logits(&tokens, None).unwrap();
        tokens[0] += 1;
        let after = engine.logits(&tokens, None).unwrap();
        let change = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(change > 1e-3, "{architecture}: the first token changes nothing ({change})");
    }
}

#[test]
fn sequences_do_not_disturb_each_other() {
    for (architecture, fixture) in fixtures() {
        let shared = tokens(3, 50);
        let sequences: Vec<Vec<u32>> =
            (0..7).map(|i| [&shared[..50 - 8 * i], &tokens(10 + i as u64, 5 + 20 * i)].concat()).collect();
        let fresh: Vec<Vec<f32>> =
            sequences.iter().map(|s| fixture.load().logits(s, None).unwrap()).collect();
        let mut engine = fixture.load();
        // More sequences than the store keeps, back and forth.
        for i in [0, 1, 2, 3, 4, 5, 6, 0, 6, 1, 5, 2, 4, 3, 3] {
            assert_eq!(fresh[i], engine.logits(&sequences[i], None).unwrap(), "{architecture}");
        }
    }
}

#[test]
fn prefix_reuse_changes_no_token() {
    for architecture in ARCHITECTURES {
        let fixture = Fixture::new(architecture);
        let mut warm = fixture.load();
        let prompts =
            ["the inn and the ant", "the inn and the tin", "the inn", "other words", "the inn and the ant"];
        for text in prompts {
            let cold = FREE.of(&mut fixture.load(), text).unwrap();
            let reused = FREE.of(&mut warm, text).unwrap();
            assert_eq!(cold.text, reused.text, "{architecture}: {text}");
            assert_eq!(cold.usage.reused, 0);
            let total = |u: pocketpilot_core::generate::Usage| u.prefilled + u.reused;
            assert_eq!(total(cold.usage), total(reused.usage));
        }
        let again = FREE.of(&mut warm, "the inn and the ant").unwrap().usage;
        assert_eq!(again.prefilled, 1, "{architecture}: only the last token is computed again");
    }
}

#[test]
fn threads_change_no_logit() {
    for (architecture, fixture) in fixtures() {
        let (_folder, path) = fixture.file();
        let tokens = tokens(4, 150);
        let logits = |threads: usize| {
            let options = Options { context: 256, threads: threads.try_into().unwrap() };
            LocalEngine::load(&path, options).unwrap().logits(&tokens, None).unwrap()
        };
        assert_eq!(logits(1), logits(4), "{architecture}");
    }
}

#[test]
fn a_seed_decides_the_tokens() {
    let fixture = Fixture::new("qwen3");
    let draw = |seed| {
        let sampling = Sampling { temperature: 1.5, top_p: 0.95, seed };
        Ask { sampling, ..FREE }.of(&mut fixture.load(), "the").unwrap().text
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn a_cancelled_request_leaves_the_engine_ready() {
    let mut engine = Fixture::new("qwen2").load();
    let expected = FREE.of(&mut engine, "the ant").unwrap();
    let (prompt, cancel) = (user("the ant and more of it"), Cancel::default());
    cancel.cancel();
    let request = Request {
        prompt: &prompt,
        adapter: None,
        grammar: &Grammar::Free,
        prior: &[],
        sampling: Sampling::GREEDY,
        max_tokens: 5,
        cancel: &cancel,
    };
    assert!(matches!(engine.generate(request), Err(EngineError::Cancelled)));
    assert_eq!(FREE.of(&mut engine, "the ant").unwrap().text, expected.text);
}

#[test]
fn limits_are_kept() {
    let mut engine = Fixture::new("llama").load();
    for most in [0, 1, 7] {
        let done = Ask { most, ..FREE }.of(&mut engine, "the ant").unwrap();
        assert!(done.usage.decoded <= most, "{} of {most}", done.usage.decoded);
    }
    let error = FREE.of(&mut engine, &"long ".repeat(400)).unwrap_err();
    assert!(matches!(error, EngineError::TooLong { context: 1024, .. }), "{error}");
    // An answer that would outgrow the context ends there.
    let sampling = Sampling { temperature: 3.0, top_p: 1.0, seed: 5 };
    let full = Ask { most: 10_000, sampling, ..FREE }.of(&mut engine, &"x".repeat(900)).unwrap();
    assert!(full.usage.prefilled + full.usage.reused + full.usage.decoded <= 1024);
    assert!(engine.logits(&[], None).is_err());
    assert!(engine.logits(&[1_000_000], None).is_err());
    assert!(engine.logits(&[1], Some("none")).is_err());
}
