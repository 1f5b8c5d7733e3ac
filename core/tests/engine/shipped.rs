//! The adapters that come with the program.

use pocketpilot_core::adapters::shipped;

use crate::models;

const BASE: &str = "qwen2.5-coder-0.5b";
/// Most bytes of one adapter.
const MOST: usize = 20 << 20;

#[test]
fn they_fit_their_base() {
    let pair = shipped(BASE).unwrap();
    assert!(pair.select.weights.len() < MOST && pair.args.weights.len() < MOST);
    let Some(mut engine) = models::load(BASE) else { return };
    // What invokes them: the words that a prompt of this model ends with.
    let prompt =
        engine.tokenize_prompt("<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n{\"tool\":\"");
    let base = engine.logits(&prompt, None).unwrap();
    for (name, adapter) in [("select", pair.select), ("args", pair.args)] {
        engine.add_adapter(name, adapter.config, adapter.weights).unwrap();
        assert_ne!(engine.logits(&prompt, Some(name)).unwrap(), base, "{name}");
    }
}

#[test]
fn other_models_have_none() {
    assert!(shipped("smollm2-135m").is_none() && shipped("/models/qwen2.5-coder-0.5b.gguf").is_none());
}
