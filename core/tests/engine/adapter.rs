//! Adapters: at run time as in the weights, swapped per request, never sharing a cache entry.

use std::fs;
use std::path::Path;

use pocketpilot_core::engine::{LocalEngine, Options};
use serde_json::{Value, json};

use crate::ask::{Ask, FREE};
use crate::fixture::{ARCHITECTURES, Fixture};
use crate::peft::{ALPHA, Peft, RANK};
use crate::sequence::{assert_close, fixtures, tokens};

#[test]
fn an_adapter_at_run_time_equals_merged_weights() {
    for architecture in ARCHITECTURES {
        let fixture = Fixture::new(architecture);
        let mut adapter = Peft::new(&fixture, 5, 0.3);
        let tokens = tokens(6, 140);
        for (rank_stabilised, scale) in [(false, ALPHA / RANK as f32), (true, ALPHA / (RANK as f32).sqrt())] {
            adapter.config["use_rslora"] = json!(rank_stabilised);
            let merged = adapter.merge(&fixture, scale).load().logits(&tokens, None).unwrap();
            let mut engine = fixture.load();
            adapter.load(&mut engine, "one").unwrap();
            let far =
                |logits: Vec<f32>| logits.iter().zip(&merged).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let off = far(engine.logits(&tokens, Some("one")).unwrap());
            let change = far(engine.logits(&tokens, None).unwrap());
            // The adapter and what it reads are rounded to eight bits.
            assert!(change > 0.1 && off < 0.05 * change, "{architecture}: off by {off} of {change}");
        }
    }
}

#[test]
fn a_zero_adapter_changes_nothing() {
    for architecture in ARCHITECTURES {
        let fixture = Fixture::new(architecture);
        let mut engine = fixture.load();
        Peft::new(&fixture, 5, 0.0).load(&mut engine, "zero").unwrap();
        let tokens = tokens(7, 40);
        assert_eq!(engine.logits(&tokens, None).unwrap(), engine.logits(&tokens, Some("zero")).unwrap());
    }
}

#[test]
fn adapters_swap_per_request_and_share_no_entry() {
    for architecture in ARCHITECTURES {
        let fixture = Fixture::new(architecture);
        let mut engine = fixture.load();
        let adapters = [Peft::new(&fixture, 1, 0.5), Peft::new(&fixture, 2, 0.5)];
        let names = [None, Some("a"), Some("b")];
        let fresh: Vec<_> = names
            .map(|name| {
                let mut engine = fixture.load();
                adapters[0].load(&mut engine, "a").unwrap();
                adapters[1].load(&mut engine, "b").unwrap();
                Ask { adapter: name, ..FREE }.of(&mut engine, "the ant in the inn").unwrap().text
            })
            .into();
        adapters[0].load(&mut engine, "a").unwrap();
        adapters[1].load(&mut engine, "b").unwrap();
        for (turn, i) in [0, 1, 2, 1, 0, 2, 0].into_iter().enumerate() {
            let done = Ask { adapter: names[i], ..FREE }.of(&mut engine, "the ant in the inn").unwrap();
            assert_eq!(done.text, fresh[i], "{architecture}, turn {turn}: {:?}", names[i]);
            assert_eq!(done.usage.reused == 0, turn < 3, "{architecture}, turn {turn}");
        }
        // Another adapter under a known name does not find the entries of the first.
        adapters[1].load(&mut engine, "a").unwrap();
        let done = Ask { adapter: Some("a"), ..FREE }.of(&mut engine, "the ant in the inn").unwrap();
        assert_eq!(done.text, fresh[2]);
        assert!(engine.unload_adapter("a") && !engine.unload_adapter("a"));
        assert!(Ask { adapter: Some("a"), ..FREE }.of(&mut engine, "the ant").is_err());
    }
}

#[test]
fn an_activated_adapter_applies_from_its_invocation_on() {
    for architecture in ARCHITECTURES {
        let fixture = Fixture::new(architecture);
        let plain = Peft::new(&fixture, 3, 0.5);
        let (prefix, rest) = (tokens(8, 60), tokens(9, 30));
        let activated = plain.clone().invoked_by(&rest[..2]);
        let sequence = [&prefix[..], &rest].concat();
        let mut engine = fixture.load();
        plain.load(&mut engine, "plain").unwrap();
        activated.load(&mut engine, "activated").unwrap();

        let cold = engine.logits(&sequence, Some("activated")).unwrap();
        let mut warm = fixture.load();
        activated.load(&mut warm, "activated").unwrap();
        // The base weights have computed the prefix already.
        warm.logits(&[&prefix[..], &tokens(10, 9)].concat(), None).unwrap();
        assert_close(&cold, &warm.logits(&sequence, Some("activated")).unwrap());
        assert_ne!(cold, engine.logits(&sequence, None).unwrap());
        assert_ne!(cold, engine.logits(&sequence, Some("plain")).unwrap());
        // Invoked by the very first tokens it is a plain adapter.
        let whole = engine.logits(&rest, Some("activated")).unwrap();
        assert_close(&whole, &engine.logits(&rest, Some("plain")).unwrap());
        // The last invocation counts.
        let twice = [&rest[..2], &sequence].concat();
        let once = warm.logits(&twice, Some("activated")).unwrap();
        assert_ne!(once, engine.logits(&twice, Some("plain")).unwrap());
        assert!(engine.logits(&prefix, Some("activated")).is_err(), "{architecture}: nothing invokes it");
    }
}

#[test]
fn an_adapters_logits_depend_on_neither_threads_nor_blocks() {
    for (architecture, fixture) in fixtures() {
        let (_folder, path) = fixture.file();
        let sequence = tokens(11, 150);
        // Invoked within a block of the prompt.
        let adapters =
            [Peft::new(&fixture, 4, 0.5), Peft::new(&fixture, 4, 0.5).invoked_by(&sequence[70..73])];
        for adapter in adapters {
            let load = |threads: usize| {
                let options = Options { context: 256, threads: threads.try_into().unwrap() };
                let mut engine = LocalEngine::load(&path, options).unwrap();
                adapter.load(&mut engine, "one").unwrap();
                engine
            };
            let whole = load(1).logits(&sequence, Some("one")).unwrap();
            assert_eq!(whole, load(4).logits(&sequence, Some("one")).unwrap(), "{architecture}");
            let mut engine = load(4);
            let mut logits = Vec::new();
            for end in [73, 74, 75, 78, 120, 149, 150] {
                logits = engine.logits(&sequence[..end], Some("one")).unwrap();
            }
            assert_eq!(whole, logits, "{architecture}");
        }
    }
}

#[test]
fn an_activated_adapter_reuses_the_prefix_of_the_base() {
    let fixture = Fixture::new("qwen2");
    let mut engine = fixture.load();
    let marker = engine.tokenize_prompt("<|im_start|>assistant\n");
    for (name, seed) in [("select", 1), ("args", 2)] {
        Peft::new(&fixture, seed, 0.5).invoked_by(&marker).load(&mut engine, name).unwrap();
    }
    let text = "the inn and the ant and the tin";
    let base = FREE.of(&mut engine, text).unwrap();
    let prompt = base.usage.prefilled;
    for name in ["select", "args", "select"] {
        let done = Ask { adapter: Some(name), ..FREE }.of(&mut engine, text).unwrap();
        assert_eq!(done.usage.prefilled + done.usage.reused, prompt);
        assert!(done.usage.prefilled <= marker.len(), "{name}: {:?}", done.usage);
        let mut cold = fixture.load();
        Peft::new(&fixture, if name == "select" { 1 } else { 2 }, 0.5)
            .invoked_by(&marker)
            .load(&mut cold, name)
            .unwrap();
        assert_eq!(done.text, Ask { adapter: Some(name), ..FREE }.of(&mut cold, text).unwrap().text);
    }
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Peft), word: &str) {
    let fixture = Fixture::new("qwen2");
    let mut adapter = Peft::new(&fixture, 1, 0.1);
    change(&mut adapter);
    let error = adapter.load(&mut fixture.load(), "bad").expect_err("it is refused").to_string();
    assert!(
        error.starts_with("adapter bad: ") && error.contains(word) && error.lines().count() == 1,
        "{error}"
    );
}

#[test]
fn what_is_not_computed_is_refused() {
    let set = |field: &'static str, value: Value| move |a: &mut Peft| a.config[field] = value;
    refused(set("use_dora", json!(true)), "use_dora");
    refused(set("bias", json!("all")), "bias");
    refused(set("lora_bias", json!(true)), "lora_bias");
    refused(set("modules_to_save", json!(["lm_head"])), "modules_to_save");
    refused(set("rank_pattern", json!({"q_proj": 8})), "rank_pattern");
    refused(set("init_lora_weights", json!("pissa")), "pissa");
    refused(set("peft_type", json!("IA3")), "IA3");
    refused(set("r", json!(0)), "rank");
    refused(set("r", json!(8)), "not [8, ");
    refused(set("r", json!("x")), "adapter_config.json");
    refused(set("alora_invocation_tokens", json!([])), "alora_invocation_tokens");
    let rename = |from: &'static str, to: &'static str| {
        move |a: &mut Peft| {
            a.tensors =
                std::mem::take(&mut a.tensors).into_iter().map(|(k, v)| (k.replace(from, to), v)).collect();
        }
    };
    refused(rename("self_attn.q_proj", "self_attn.w_pack"), "w_pack");
    refused(rename("layers.2.mlp.up_proj", "layers.9.mlp.up_proj"), "layers");
    refused(rename("q_proj.lora_B", "q_proj.lora_magnitude_vector"), "lora_B.weight is missing");
    refused(|a| a.tensors.clear(), "no LoRA weights");
    refused(|a| a.tensors.values_mut().next().unwrap().1[3] = f32::NAN, "not finite");
}

#[test]
fn broken_adapter_files_are_refused() {
    let fixture = Fixture::new("llama");
    let mut engine = fixture.load();
    let folder = tempfile::tempdir().unwrap();
    assert!(engine.load_adapter("x", folder.path()).is_err());
    assert!(engine.load_adapter("x", Path::new("/nowhere/at/all.safetensors")).is_err());
    Peft::new(&fixture, 1, 0.1).save(folder.path());
    let file = folder.path().join("adapter_model.safetensors");
    assert!(engine.load_adapter("x", &file).is_ok());
    let whole = fs::read(&file).unwrap();
    for length in [0, 7, 8, 100, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        let error = engine.load_adapter("x", folder.path()).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
