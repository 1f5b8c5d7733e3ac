//! Adapters in PEFT's files, made for a fixture.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pocketpilot_core::engine::LocalEngine;
use pocketpilot_core::generate::EngineError;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};

use crate::fixture::{Fixture, HEAD_DIM, LINEAR, Random};

pub(crate) const RANK: usize = 4;
pub(crate) const ALPHA: f32 = 6.0;

/// An adapter on every linear layer, as PEFT names and orders it: `name -> (dimensions, numbers)`.
#[derive(Clone)]
pub(crate) struct Peft {
    pub(crate) config: Value,
    pub(crate) tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl Peft {
    pub(crate) fn new(fixture: &Fixture, seed: u64, strength: f32) -> Self {
        let mut random = Random(seed);
        // On the levels that the engine rounds a row to: what it computes is then compared without their rounding.
        let mut numbers = |rows: usize, cols: usize, largest: f32| {
            let mut numbers = random.numbers(rows * cols, 127.0);
            for row in numbers.chunks_exact_mut(cols) {
                row[0] = 127.0;
                row.iter_mut().for_each(|x| *x = x.round() * largest / 127.0);
            }
            numbers
        };
        let layers = fixture.tensors.keys().filter(|name| name.ends_with("attn_q.weight")).count();
        let mut tensors = BTreeMap::new();
        for layer in 0..layers {
            for (_, target, rows, cols) in LINEAR {
                let name = format!("base_model.model.model.layers.{layer}.{target}");
                tensors.insert(format!("{name}.lora_A.weight"), (vec![RANK, cols], numbers(RANK, cols, 0.3)));
                let b = numbers(rows, RANK, strength);
                tensors.insert(format!("{name}.lora_B.weight"), (vec![rows, RANK], b));
            }
        }
        Self { config: Self::config(RANK, ALPHA), tensors }
    }

    /// A configuration with what PEFT writes and the engine may ignore.
    pub(crate) fn config(rank: usize, alpha: f32) -> Value {
        json!({
            "peft_type": "LORA", "r": rank, "lora_alpha": alpha, "use_rslora": false, "use_dora": false,
            "bias": "none", "modules_to_save": null, "init_lora_weights": true, "fan_in_fan_out": false,
            "rank_pattern": {}, "alpha_pattern": {}, "lora_dropout": 0.1, "target_modules": ["q_proj"],
        })
    }

    pub(crate) fn invoked_by(mut self, tokens: &[u32]) -> Self {
        self.config["alora_invocation_tokens"] = json!(tokens);
        self
    }

    pub(crate) fn save(&self, folder: &Path) {
        let bytes: Vec<(&String, &Vec<usize>, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, (dims, numbers))| {
                (name, dims, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())
            })
            .collect();
        let views = bytes.iter().map(|(name, dims, bytes)| {
            (name.as_str(), TensorView::new(Dtype::F32, dims.to_vec(), bytes).expect("a tensor"))
        });
        let file = safetensors::serialize(views, None).expect("safetensors");
        fs::write(folder.join("adapter_model.safetensors"), file).expect("a file");
        fs::write(folder.join("adapter_config.json"), self.config.to_string()).expect("a file");
    }

    pub(crate) fn load(&self, engine: &mut LocalEngine, name: &str) -> Result<(), EngineError> {
        let folder = tempfile::tempdir().expect("a folder");
        self.save(folder.path());
        engine.load_adapter(name, folder.path())
    }

    /// The fixture with this adapter added to its weights.
    pub(crate) fn merge(&self, fixture: &Fixture, scale: f32) -> Fixture {
        let mut merged = fixture.clone();
        for (name, (_, a)) in &self.tensors {
            let Some(prefix) = name.strip_suffix(".lora_A.weight") else { continue };
            let b = &self.tensors[&format!("{prefix}.lora_B.weight")].1;
            let mut parts = prefix.strip_prefix("base_model.model.model.layers.").unwrap().splitn(2, '.');
            let (layer, target) = (parts.next().unwrap(), parts.next().unwrap());
            let &(part, _, rows, cols) = LINEAR.iter().find(|l| l.1 == target).unwrap();
            let turned = merged.metadata["general.architecture"].to_string().unwrap() == "llama"
                && matches!(part, "attn_q" | "attn_k");
            let weight = &mut merged.tensors.get_mut(&format!("blk.{layer}.{part}.weight")).unwrap().1;
            for row in 0..rows {
                // Llama's converter reshapes each head's rows to (2, dim / 2) and swaps the two axes.
                let (head, at) = (row / HEAD_DIM, row % HEAD_DIM);
                let source = if turned { head * HEAD_DIM + at % 2 * (HEAD_DIM / 2) + at / 2 } else { row };
                for col in 0..cols {
                    let change: f32 = (0..RANK).map(|r| b[source * RANK + r] * a[r * cols + col]).sum();
                    weight[row * cols + col] += scale * change;
                }
            }
        }
        merged
    }
}
