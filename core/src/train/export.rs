//! Adapters as PEFT's files: `adapter_model.safetensors` in f16, and `adapter_config.json`.

use std::path::Path;

use half::f16;
use half::slice::HalfFloatSliceExt;
use safetensors::Dtype;
use serde_json::json;

use super::TrainError;
use super::checkpoint::{views, write};
use super::lora::Layout;
use crate::engine::model::Model;
use crate::engine::{Site, names, separate};

/// What the configuration says of an adapter beside its shape.
#[derive(Debug, Clone)]
pub(super) struct About<'a> {
    /// Name of the base model.
    pub(super) base: &'a str,
    pub(super) alpha: f32,
    pub(super) dropout: f32,
    /// Tokens that invoke it; none of a plain one.
    pub(super) invocation: Option<&'a [u32]>,
}

/// Writes an adapter into a folder: the configuration last, so that an adapter that has one is whole.
pub(super) fn save(
    folder: &Path,
    model: &Model,
    layout: &Layout,
    numbers: &[f32],
    about: &About<'_>,
) -> Result<(), TrainError> {
    let (mut tensors, mut shapes, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
    for place in &layout.places {
        let (name, kind) = names(place.layer, place.site);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
        let turned = model.config().turns_neighbours() && matches!(place.site, Site::Query | Site::Key);
        let b = &numbers[place.b.clone()];
        let b = if turned { separate(b, model.config().head_dim, layout.rank) } else { b.to_vec() };
        tensors.push((format!("{name}.lora_A.weight"), bytes(&numbers[place.a.clone()])));
        shapes.push(vec![layout.rank, place.cols]);
        tensors.push((format!("{name}.lora_B.weight"), bytes(&b)));
        shapes.push(vec![place.rows, layout.rank]);
    }
    let path = folder.join("adapter_model.safetensors");
    let file = views(&tensors, Dtype::F16, |i| shapes[i].clone())
        .and_then(|views| safetensors::serialize(views, None))
        .map_err(|e| TrainError::Checkpoint { path: path.clone(), reason: e.to_string() })?;
    write(&path, &file)?;
    let config = json!({
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": about.base,
        "r": layout.rank,
        "lora_alpha": about.alpha,
        "lora_dropout": about.dropout,
        "target_modules": kinds,
        "bias": "none",
        "fan_in_fan_out": false,
        "inference_mode": true,
        "init_lora_weights": true,
        "modules_to_save": null,
        "use_dora": false,
        "use_rslora": false,
        "alora_invocation_tokens": about.invocation,
    });
    write(&folder.join("adapter_config.json"), format!("{config:#}\n").as_bytes())
}

fn bytes(numbers: &[f32]) -> Vec<u8> {
    let mut halves = vec![f16::ZERO; numbers.len()];
    halves.convert_from_f32_slice(numbers);
    halves.iter().flat_map(|x| x.to_le_bytes()).collect()
}
