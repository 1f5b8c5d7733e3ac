//! What adapters cost: two random ones on all linear layers, made for the model at hand.

use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::time::Instant;

use pocketpilot_core::engine::LocalEngine;
use pocketpilot_core::generate::EngineError;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde_json::{Value, json};

use super::{median, round};
use crate::failure::Failure;

const RANK: usize = 16;
const NAMES: [&str; 2] = ["first", "second"];
/// Tokens that invoke both.
const INVOCATION: [u32; 3] = [4001, 4002, 4003];
/// Tokens decoded in a run.
const ANSWER: usize = 32;
/// Tokens before the invocation.
const PREFIX: usize = 512;
/// Requests of a run that name the adapter of the request before, and that name the other one.
const SWAPS: usize = 8;

/// Measures
/// - `decode_cost`, the part of the decoded tokens a second that an adapter of rank 16 on all linear layers takes. Of two
///   sequences of the same tokens, one with an adapter and one without, each grows by a token in turn;
/// - `load_seconds`, from PEFT's files to an adapter that requests can name;
/// - `swap_seconds`, by how much longer a request takes that names another adapter than the request before it did. Each
///   request computes the same number of tokens: before the tokens that invoke the adapters comes one that is new, and
///   before that a prefix that the base has computed. What its longer time pays is the swap itself, because nothing of
///   the prefix is computed again. Within the noise of a forward pass it can be negative.
pub(super) fn measure(engine: &mut LocalEngine, runs: NonZero<usize>) -> Result<Value, Failure> {
    let folder = tempfile::tempdir().map_err(Failure::unavailable)?;
    let mut loads = Vec::new();
    for (seed, name) in NAMES.into_iter().enumerate() {
        write(&engine.adapter_targets(), seed as u32, folder.path()).map_err(Failure::unavailable)?;
        let start = Instant::now();
        engine.load_adapter(name, folder.path()).map_err(Failure::unavailable)?;
        loads.push(start.elapsed().as_secs_f64());
    }
    let (mut decoded, mut swapped) = (<[Vec<f64>; 2]>::default(), <[Vec<f64>; 2]>::default());
    for run in 0..runs.get() {
        decode(engine, run, &mut decoded).map_err(Failure::unavailable)?;
        swap(engine, run, &mut swapped).map_err(Failure::unavailable)?;
    }
    for name in NAMES {
        engine.unload_adapter(name);
    }
    let seconds = |times| median(times).as_f64().unwrap_or_default();
    let ([with, without], [same, other]) = (decoded.map(seconds), swapped.map(seconds));
    Ok(json!({
        "rank": RANK,
        "decode_cost": round(1.0 - without / with),
        "load_seconds": median(loads),
        "swap_seconds": round(other - same),
        "request_seconds": {"same_adapter": same, "other_adapter": other},
    }))
}

/// Times of tokens with an adapter and without.
fn decode(
    engine: &mut LocalEngine,
    run: usize,
    [with, without]: &mut [Vec<f64>; 2],
) -> Result<(), EngineError> {
    let mut sequence = [&[run as u32], &INVOCATION[..]].concat();
    engine.likeliest(&sequence, Some(NAMES[0]))?;
    engine.likeliest(&sequence, None)?;
    for i in 0..ANSWER {
        sequence.push(2000 + i as u32);
        with.push(time(engine, &sequence, Some(NAMES[0]))?);
        without.push(time(engine, &sequence, None)?);
    }
    Ok(())
}

/// Times of requests that name the same adapter as the request before, and the other one.
fn swap(engine: &mut LocalEngine, run: usize, [same, other]: &mut [Vec<f64>; 2]) -> Result<(), EngineError> {
    let prefix: Vec<u32> = (0..PREFIX).map(|i| (5000 + run * 7919 + i * 31) as u32 % 30_000).collect();
    engine.likeliest(&prefix, None)?;
    // The first request only names an adapter; then: the same, the other, the same, the other …
    for i in 0..=2 * SWAPS {
        let new = [6000 + i as u32];
        let time = time(engine, &[&prefix, &new[..], &INVOCATION].concat(), Some(NAMES[i.div_ceil(2) % 2]))?;
        match i {
            0 => {}
            i if i % 2 == 1 => other.push(time),
            _ => same.push(time),
        }
    }
    Ok(())
}

fn time(engine: &mut LocalEngine, tokens: &[u32], adapter: Option<&str>) -> Result<f64, EngineError> {
    let start = Instant::now();
    engine.likeliest(tokens, adapter)?;
    Ok(start.elapsed().as_secs_f64())
}

/// Writes an adapter on all `targets` as PEFT does.
fn write(targets: &[(String, (usize, usize))], seed: u32, folder: &Path) -> anyhow::Result<()> {
    let mut state = seed;
    // Small enough to leave the model's activations in their range.
    let mut number = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state as f32 / u32::MAX as f32 - 0.5) * 0.02
    };
    let mut tensors = Vec::new();
    for (name, (rows, cols)) in targets {
        for (part, shape) in [("lora_A", [RANK, *cols]), ("lora_B", [*rows, RANK])] {
            let bytes: Vec<u8> = (0..shape[0] * shape[1]).flat_map(|_| number().to_le_bytes()).collect();
            tensors.push((format!("{name}.{part}.weight"), shape, bytes));
        }
    }
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.to_vec(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    fs::write(folder.join("adapter_model.safetensors"), safetensors::serialize(views, None)?)?;
    let config = json!({
        "peft_type": "LORA", "r": RANK, "lora_alpha": 2 * RANK, "alora_invocation_tokens": INVOCATION,
    });
    fs::write(folder.join("adapter_config.json"), config.to_string())?;
    Ok(())
}
