//! Adapters in the files of PEFT: `adapter_config.json` beside `adapter_model.safetensors`.
//!
//! What this engine does not compute is refused, never ignored.

use std::path::Path;

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::engine::kernels::LowRank;
use crate::engine::lora::{Adapter, Site};
use crate::engine::model::Model;
use crate::generate::EngineError;

/// A config is a page; an adapter of rank 256 for a 4B model is below this.
const CONFIG_BYTES: u64 = 1 << 20;
const WEIGHT_BYTES: u64 = 2 << 30;
const MOST_RANK: usize = 1024;

#[derive(Deserialize)]
struct Config {
    peft_type: String,
    r: usize,
    lora_alpha: f32,
    #[serde(default)]
    use_rslora: bool,
    alora_invocation_tokens: Option<Vec<u32>>,
    /// All other fields, of which [`REFUSED`] lists those that would change the computation.
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

/// Fields that must be absent, null, false, empty or this.
const REFUSED: &[(&str, &str)] = &[
    ("use_dora", ""),
    ("use_qalora", ""),
    ("use_bdlora", ""),
    ("bias", "none"),
    ("lora_bias", ""),
    ("fan_in_fan_out", ""),
    ("modules_to_save", ""),
    ("rank_pattern", ""),
    ("alpha_pattern", ""),
    ("layer_replication", ""),
    ("megatron_config", ""),
    ("trainable_token_indices", ""),
    ("target_parameters", ""),
];

/// Starting values that leave the base weights alone; PiSSA and its kin change them.
const STARTS: &[&str] = &["gaussian", "eva", "orthogonal"];

impl Config {
    fn parse(text: &[u8]) -> Result<Self, String> {
        let config: Self = serde_json::from_slice(text)
            .map_err(|e| format!("its adapter_config.json cannot be read ({e}): save it with PEFT again"))?;
        if config.peft_type != "LORA" {
            return Err(format!("it is a {}: only LORA adapters load", config.peft_type));
        }
        for (field, allowed) in REFUSED {
            let value = config.rest.get(*field).unwrap_or(&Value::Null);
            let harmless = match value {
                Value::Null | Value::Bool(false) => true,
                Value::String(text) => text == allowed,
                Value::Array(list) => list.is_empty(),
                Value::Object(map) => map.is_empty(),
                _ => false,
            };
            if !harmless {
                return Err(format!("{field} = {value} is not supported: train it without"));
            }
        }
        match config.rest.get("init_lora_weights") {
            None | Some(Value::Null | Value::Bool(_)) => {}
            Some(Value::String(start)) if STARTS.contains(&start.as_str()) => {}
            Some(start) => {
                return Err(format!(
                    "it started from {start}, which changes the base: convert it to plain LoRA"
                ));
            }
        }
        if !(1..=MOST_RANK).contains(&config.r) {
            return Err(format!("its rank is {}, not within 1 to {MOST_RANK}", config.r));
        }
        if !config.lora_alpha.is_finite() {
            return Err("its lora_alpha is not a number".into());
        }
        if config.alora_invocation_tokens.as_ref().is_some_and(Vec::is_empty) {
            return Err("its alora_invocation_tokens are empty: leave them out for a plain adapter".into());
        }
        Ok(config)
    }

    fn scale(&self) -> f32 {
        let rank = self.r as f32;
        self.lora_alpha / if self.use_rslora { rank.sqrt() } else { rank }
    }
}

/// Loads an adapter for `model` from a folder that PEFT wrote, or from a safetensors file with its
/// `adapter_config.json` beside it.
pub(crate) fn load(name: &str, path: &Path, model: &Model) -> Result<Adapter, EngineError> {
    let fail = |reason: String| EngineError::Adapter { name: name.to_string(), reason };
    let weights = if path.is_dir() { path.join("adapter_model.safetensors") } else { path.to_path_buf() };
    let config = read(&weights.with_file_name("adapter_config.json"), CONFIG_BYTES).map_err(fail)?;
    let weights = read(&weights, WEIGHT_BYTES).map_err(fail)?;
    build(name, &config, &weights, model)
}

/// Makes an adapter of what PEFT's two files hold.
pub(crate) fn build(
    name: &str,
    config: &[u8],
    weights: &[u8],
    model: &Model,
) -> Result<Adapter, EngineError> {
    parse(config, weights, model).map_err(|reason| EngineError::Adapter { name: name.to_string(), reason })
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let unreadable = |e: std::io::Error| format!("{}: {e}: check the path", path.display());
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > most {
        return Err(format!("{} has {length} bytes, more than {most}: not an adapter", path.display()));
    }
    std::fs::read(path).map_err(unreadable)
}

fn parse(config: &[u8], weights: &[u8], model: &Model) -> Result<Adapter, String> {
    let mut blocks: Vec<[Option<LowRank>; 7]> =
        (0..model.config().layers).map(|_| Default::default()).collect();
    let about = factors(config, weights, model, |about, (layer, site), a, b| {
        blocks[layer][site as usize] = Some(LowRank::new(a, b, about.scale, about.rank)?);
        Ok(())
    })?;
    Ok(Adapter { hash: hash(config, weights), invocation: about.invocation, blocks })
}

/// Names what two files hold.
pub(crate) fn hash(config: &[u8], weights: &[u8]) -> [u8; 32] {
    let length = (config.len() as u64).to_le_bytes();
    Sha256::new().chain_update(length).chain_update(config).chain_update(weights).finalize().into()
}

/// What all changes of an adapter have in common.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) rank: usize,
    /// What a change is multiplied by.
    pub(crate) scale: f32,
    /// Tokens that invoke it; none of a plain one.
    pub(crate) invocation: Option<Vec<u32>>,
}

/// Gives every change to `each`: the linear layer, which exists in `model`, and its factors, `a` as `rank x cols` and `b` as
/// `rows x rank` in the order of the model's own rows.
pub(crate) fn factors(
    config: &[u8],
    weights: &[u8],
    model: &Model,
    mut each: impl FnMut(&About, (usize, Site), &[f32], &[f32]) -> Result<(), String>,
) -> Result<About, String> {
    let config = Config::parse(config)?;
    let about = About { rank: config.r, scale: config.scale(), invocation: config.alora_invocation_tokens };
    let tensors = SafeTensors::deserialize(weights)
        .map_err(|e| format!("its safetensors file is broken ({e}): download it again"))?;
    let mut names: Vec<&str> = tensors.names();
    names.sort_unstable();
    let mut found = false;
    for name in names {
        let Some(prefix) = name.strip_suffix(".lora_A.weight") else {
            match name.strip_suffix(".lora_B.weight") {
                Some(prefix) if tensors.tensor(&format!("{prefix}.lora_A.weight")).is_ok() => continue,
                _ => {
                    return Err(format!(
                        "the tensor {name} is not supported: train plain LoRA on linear layers"
                    ));
                }
            }
        };
        let (layer, site) = target(prefix).ok_or_else(|| {
            format!("the target {prefix} is not supported: use the q, k, v, o, gate, up, down projections")
        })?;
        let layers = model.config().layers;
        if layer >= layers {
            return Err(format!(
                "{prefix} does not exist in this model of {layers} layers: load it on its own base"
            ));
        }
        let (rows, cols) = model.shape(layer, site);
        let a = matrix(&tensors, name, about.rank, cols)?;
        let mut b = matrix(&tensors, &format!("{prefix}.lora_B.weight"), rows, about.rank)?;
        if model.config().turns_neighbours() && matches!(site, Site::Query | Site::Key) {
            b = interleave(&b, model.config().head_dim, about.rank);
        }
        each(&about, (layer, site), &a, &b)?;
        found = true;
    }
    if !found {
        return Err("it holds no LoRA weights: save it with PEFT again".into());
    }
    Ok(about)
}

/// The linear layers of a block as PEFT names them.
const TARGETS: [(Site, &str); 7] = [
    (Site::Query, "self_attn.q_proj"),
    (Site::Key, "self_attn.k_proj"),
    (Site::Value, "self_attn.v_proj"),
    (Site::Output, "self_attn.o_proj"),
    (Site::Gate, "mlp.gate_proj"),
    (Site::Up, "mlp.up_proj"),
    (Site::Down, "mlp.down_proj"),
];
const LAYERS: &str = "base_model.model.model.layers.";

/// `base_model.model.model.layers.3.self_attn.q_proj` is the query of layer 3.
fn target(name: &str) -> Option<(usize, Site)> {
    let (layer, part) = name.strip_prefix(LAYERS)?.split_once('.')?;
    let (site, _) = TARGETS.iter().find(|(_, target)| *target == part)?;
    Some((layer.parse().ok()?, *site))
}

/// The name that PEFT gives to a layer, and to its kind in a configuration.
pub(crate) fn names(layer: usize, site: Site) -> (String, &'static str) {
    let (_, part) = TARGETS[site as usize];
    (format!("{LAYERS}{layer}.{part}"), part.split_once('.').map_or(part, |(_, kind)| kind))
}

/// All layers that an adapter may change, each with its outputs and inputs.
pub(crate) fn targets(model: &Model) -> Vec<(String, (usize, usize))> {
    let layers = 0..model.config().layers;
    let name = |layer, (site, target)| (format!("{LAYERS}{layer}.{target}"), model.shape(layer, site));
    layers.flat_map(|layer| TARGETS.map(|target| name(layer, target))).collect()
}

fn matrix(tensors: &SafeTensors<'_>, name: &str, rows: usize, cols: usize) -> Result<Vec<f32>, String> {
    let tensor =
        tensors.tensor(name).map_err(|_| format!("the tensor {name} is missing: save it with PEFT again"))?;
    if tensor.shape() != [rows, cols] {
        return Err(format!(
            "the tensor {name} is {:?}, not [{rows}, {cols}]: load it on its own base",
            tensor.shape()
        ));
    }
    let numbers = numbers(&tensor)
        .ok_or_else(|| format!("the tensor {name} is {:?}: save it as F32, F16 or BF16", tensor.dtype()))?;
    if numbers.iter().all(|x| x.is_finite()) {
        Ok(numbers)
    } else {
        Err(format!("the tensor {name} holds numbers that are not finite: train it again"))
    }
}

fn numbers(tensor: &TensorView<'_>) -> Option<Vec<f32>> {
    let data = tensor.data();
    Some(match tensor.dtype() {
        Dtype::F32 => data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        Dtype::F16 => data.as_chunks().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect(),
        Dtype::BF16 => data.as_chunks().0.iter().map(|b| half::bf16::from_le_bytes(*b).to_f32()).collect(),
        _ => return None,
    })
}

/// Orders the rows of a query or key as converters to GGUF do for Llama: the two halves of each head
/// become neighbours.
fn interleave(b: &[f32], head_dim: usize, rank: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(b.len());
    for head in b.chunks_exact(head_dim * rank) {
        let (low, high) = head.split_at(head.len() / 2);
        for (low, high) in low.chunks_exact(rank).zip(high.chunks_exact(rank)) {
            out.extend_from_slice(low);
            out.extend_from_slice(high);
        }
    }
    out
}

/// The way back of [`interleave`].
pub(crate) fn separate(b: &[f32], head_dim: usize, rank: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(b.len());
    for head in b.chunks_exact(head_dim * rank) {
        for half in 0..2 {
            head.chunks_exact(rank).skip(half).step_by(2).for_each(|row| out.extend_from_slice(row));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_heads_come_back() {
        let rows: Vec<f32> = (0..48u8).map(f32::from).collect();
        let interleaved = interleave(&rows, 8, 3);
        assert_eq!(interleaved[..9], [0.0, 1.0, 2.0, 12.0, 13.0, 14.0, 3.0, 4.0, 5.0]);
        assert_eq!(separate(&interleaved, 8, 3), rows);
    }
}
