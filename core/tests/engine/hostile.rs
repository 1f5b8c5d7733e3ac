//! Broken and hostile model files: one line, no panic.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::Path;

use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file::Value;
use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::generate::EngineError;

use crate::fixture::{ARCHITECTURES, Fixture, HIDDEN, Random, WIDTH};

const SMALL: usize = 64;

pub(crate) fn load(bytes: &[u8]) -> Result<LocalEngine, EngineError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("model.gguf");
    fs::write(&path, bytes).expect("a file");
    LocalEngine::load(&path, Options { context: SMALL, threads: NonZero::<usize>::MIN })
}

#[track_caller]
fn refused(bytes: &[u8], word: &str) {
    match load(bytes) {
        Ok(_) => panic!("it loads, where {word:?} should be wrong"),
        Err(error @ EngineError::Model { .. }) => {
            let line = error.to_string();
            assert!(line.lines().count() == 1 && line.contains(word), "{line}: not about {word:?}");
        }
        Err(error) => panic!("not an error of the model: {error}"),
    }
}

pub(crate) fn bytes(fixture: &Fixture) -> Vec<u8> {
    let (_folder, path) = fixture.file();
    fs::read(path).expect("a file")
}

/// Overwrites what follows the first occurrence of `key` by `skip` bytes.
fn patched(mut bytes: Vec<u8>, key: &str, skip: usize, with: &[u8]) -> Vec<u8> {
    let at = bytes.windows(key.len()).position(|w| w == key.as_bytes()).expect("the key") + key.len() + skip;
    bytes[at..at + with.len()].copy_from_slice(with);
    bytes
}

#[test]
fn truncated_files_are_refused() {
    let whole = bytes(&Fixture::new("qwen2"));
    for step in 0..60 {
        refused(&whole[..whole.len() * step / 60], "again");
    }
    refused(&whole[..whole.len() - 1], "");
    refused(b"not a model at all, but long enough for a header", "GGUF");
    let missing = LocalEngine::load(Path::new("/nowhere/model.gguf"), Options::default()).unwrap_err();
    assert!(missing.to_string().starts_with("/nowhere/model.gguf: "), "{missing}");
    assert!(LocalEngine::load(Path::new("/"), Options::default()).is_err());
}

#[test]
fn sizes_that_lie_are_refused() {
    let whole = bytes(&Fixture::new("qwen2"));
    let with = |at: usize, value: u64| {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    for absurd in [1 << 20, 1 << 40, u64::MAX] {
        refused(&with(8, absurd), "again");
        refused(&with(16, absurd), "again");
        refused(&with(24, absurd), "again");
    }
    refused(&with(4, 9), "version 9");
    // A tensor's entry: name, number of dimensions, dimensions, type, offset.
    let tensor = "blk.1.ffn_up.weight";
    refused(&patched(whole.clone(), tensor, 0, &77u32.to_le_bytes()), "77 dimensions");
    refused(&patched(whole.clone(), tensor, 4, &(1u64 << 62).to_le_bytes()), tensor);
    refused(&patched(whole.clone(), tensor, 12, &u64::MAX.to_le_bytes()), tensor);
    refused(&patched(whole.clone(), tensor, 20, &99u32.to_le_bytes()), "99");
    refused(&patched(whole.clone(), tensor, 24, &(1u64 << 40).to_le_bytes()), tensor);
    refused(&patched(whole.clone(), tensor, 24, &u64::MAX.to_le_bytes()), tensor);
    // A list longer than the file, and a value of an unknown type.
    refused(&patched(whole.clone(), "tokenizer.ggml.merges", 8, &u64::MAX.to_le_bytes()), "again");
    refused(&patched(whole, "tokenizer.ggml.eos_token_id", 0, &66u32.to_le_bytes()), "again");
}

#[track_caller]
fn changed(architecture: &str, change: impl FnOnce(&mut Fixture), word: &str) {
    let mut fixture = Fixture::new(architecture);
    change(&mut fixture);
    refused(&bytes(&fixture), word);
}

fn set(key: &str, value: Value) -> impl FnOnce(&mut Fixture) {
    move |fixture: &mut Fixture| {
        fixture.metadata.insert(key.to_string(), value);
    }
}

#[test]
fn hyper_parameters_that_do_not_fit_are_refused() {
    for architecture in ARCHITECTURES {
        for key in ["block_count", "embedding_length", "attention.head_count", "feed_forward_length"] {
            let key = format!("{architecture}.{key}");
            for value in [0, 9, 1 << 30, u32::MAX] {
                changed(architecture, set(&key, Value::U32(value)), "again");
            }
            changed(architecture, set(&key, Value::F32(f32::NAN)), &key);
            changed(architecture, |f| drop(f.metadata.remove(&key)), &key);
        }
        for key in ["attention.head_count_kv", "attention.key_length", "attention.value_length"] {
            let key = format!("{architecture}.{key}");
            for value in [0, 3, u32::MAX] {
                changed(architecture, set(&key, Value::U32(value)), "again");
            }
        }
        for key in ["rope.freq_base", "attention.layer_norm_rms_epsilon"] {
            let key = format!("{architecture}.{key}");
            for value in [0.0, -1.0, f32::NAN, f32::INFINITY] {
                changed(architecture, set(&key, Value::F32(value)), &key);
            }
        }
    }
    changed("llama", set("llama.expert_count", Value::U32(8)), "experts");
    changed("llama", set("llama.rope.scaling.type", Value::String("yarn".into())), "yarn");
    changed("llama", set("general.architecture", Value::String("mamba".into())), "mamba");
    changed("llama", set("general.alignment", Value::U32(0)), "alignment");
    changed("llama", set("general.alignment", Value::U32(u32::MAX)), "again");
}

#[test]
fn tensors_that_do_not_fit_are_refused() {
    for architecture in ARCHITECTURES {
        let names: Vec<String> = Fixture::new(architecture).tensors.into_keys().collect();
        for name in names.iter().filter(|name| !name.ends_with(".bias") && *name != "output.weight") {
            let optional = name.contains("q_norm") || name.contains("k_norm") || name.contains("post_");
            if !optional {
                changed(architecture, |f| drop(f.tensors.remove(name)), name);
            }
        }
    }
    changed(
        "llama",
        |f| drop(f.tensors.insert("blk.0.sinks".into(), (vec![4], vec![0.0; 4]))),
        "blk.0.sinks",
    );
    let wide = (vec![WIDTH, HIDDEN + 1], vec![0.0; WIDTH * (HIDDEN + 1)]);
    changed(
        "llama",
        |f| drop(f.tensors.insert("blk.0.ffn_down.weight".into(), wide)),
        "blk.0.ffn_down.weight",
    );
}

#[test]
fn a_name_with_a_line_break_is_told_in_one_line() {
    let unasked = "blk.0.x\n\u{1b}[2Jall is well";
    changed("llama", |f| drop(f.tensors.insert(unasked.into(), (vec![4], vec![0.0; 4]))), "blk.0.x??[2Jall");
    // Also where the file is refused before its tensors are known.
    let mut fixture = Fixture::new("llama");
    fixture.tensors.insert(unasked.into(), (vec![4], vec![0.0; 4]));
    refused(&patched(bytes(&fixture), unasked, 0, &77u32.to_le_bytes()), "77 dimensions");
}

#[test]
fn vocabularies_that_do_not_fit_are_refused() {
    let strings = |list: &[&str]| Value::Array(list.iter().map(|s| Value::String(s.to_string())).collect());
    for (architecture, key, value, word) in [
        ("qwen2", "tokenizer.ggml.model", Value::String("rwkv".into()), "rwkv"),
        ("qwen2", "tokenizer.ggml.pre", Value::String("mystery".into()), "mystery"),
        ("qwen2", "tokenizer.ggml.tokens", strings(&["a"]), "type"),
        ("qwen2", "tokenizer.ggml.tokens", Value::U32(1), "tokens"),
        ("qwen2", "tokenizer.ggml.merges", strings(&["ab"]), "pair"),
        ("qwen2", "tokenizer.ggml.merges", strings(&["zz yy"]), "tokenizer"),
        ("gemma3", "tokenizer.ggml.scores", Value::Array(vec![Value::F32(0.0)]), "score"),
        ("gemma3", "tokenizer.ggml.add_space_prefix", Value::Bool(true), "space"),
        ("qwen2", "tokenizer.chat_template", Value::String("{% for %}".into()), "template"),
    ] {
        changed(architecture, set(key, value), word);
    }
    let endless = |f: &mut Fixture| {
        if let Some(Value::Array(tokens)) = f.metadata.get_mut("tokenizer.ggml.tokens") {
            tokens[3] = Value::String("x".repeat(5000));
        }
        f.metadata.insert("tokenizer.ggml.merges".into(), Value::Array(vec![]));
    };
    changed("qwen2", endless, "too long");
}

#[test]
fn flipped_bytes_never_panic() {
    for architecture in ["qwen2", "gemma3"] {
        let mut fixture = Fixture::new(architecture);
        fixture.format = GgmlDType::Q8_0;
        let whole = bytes(&fixture);
        // The header, its lists of tokens included, takes less than this.
        let header = whole.len() - fixture.tensors.values().map(|t| t.1.len()).sum::<usize>();
        let mut random = Random(11);
        let mut outcomes: BTreeMap<bool, usize> = BTreeMap::new();
        for _ in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..=random.next() % 3 {
                let at = random.next() as usize % header;
                bytes[at] = if random.next().is_multiple_of(2) {
                    random.next() as u8
                } else {
                    bytes[at] ^ (1 << (random.next() % 8))
                };
            }
            let loaded = load(&bytes);
            *outcomes.entry(loaded.is_ok()).or_default() += 1;
            match loaded {
                Ok(mut engine) => {
                    let _ = engine.logits(&engine.tokenize_prompt("the ant"), None);
                }
                Err(error) => assert_eq!(error.to_string().lines().count(), 1, "{error}"),
            }
        }
        assert!(outcomes.len() == 2, "some load and some do not: {outcomes:?}");
    }
}
