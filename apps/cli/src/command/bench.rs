//! `bench`: figures of this machine as one JSON object, beside a peer's in the same run.

mod adapter;
mod engine;
mod phone;
mod step;

use std::fs;

use serde_json::{Value, json};

use crate::args::BenchCommand;
use crate::failure::Failure;

/// Measures, and prints one JSON object.
///
/// # Errors
/// A model, data or a peer that cannot be used.
pub fn run(command: &BenchCommand) -> Result<(), Failure> {
    let mut report = tokio::task::block_in_place(|| match command {
        BenchCommand::Engine(args) => engine::run(args),
        BenchCommand::Step(args) => step::run(args),
        BenchCommand::Phone(args) => phone::run(args),
    })?;
    report["machine"] = machine();
    println!("{report}");
    Ok(())
}

/// What the figures were measured on.
fn machine() -> Value {
    let line = |file: &str, key: &str| {
        let text = fs::read_to_string(file).ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_string())
    };
    json!({
        "processor": line("/proc/cpuinfo", "model name"),
        "processors": std::thread::available_parallelism().map_or(1, usize::from),
        "memory": line("/proc/meminfo", "MemTotal"),
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        // Of the last minute: a busy machine measures its neighbours.
        "load": fs::read_to_string("/proc/loadavg").ok().and_then(|l| l.split(' ').next()?.parse::<f64>().ok()),
    })
}

/// The middle of the figures, or the mean of the middle two; null without any.
fn median(mut figures: Vec<f64>) -> Value {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match (figures.len() % 2, figures.get(middle)) {
        (_, None) => Value::Null,
        (1, Some(&figure)) => json!(round(figure)),
        (_, Some(&figure)) => json!(round((figures[middle - 1] + figure) / 2.0)),
    }
}

/// To four digits, which is more than is reproducible.
fn round(figure: f64) -> f64 {
    format!("{figure:.3e}").parse().unwrap_or(figure)
}

/// Ours to the peer's.
fn ratio(ours: &Value, peer: &Value) -> Value {
    match (ours.as_f64(), peer.as_f64()) {
        (Some(ours), Some(peer)) if peer > 0.0 => json!(round(ours / peer)),
        _ => Value::Null,
    }
}
