//! What rounding an adapter to eight bits does to the default model: no more than rounding it to f16, because activations
//! are rounded to eight bits too, and the least change makes some of them fall otherwise.

use std::collections::BTreeMap;

use crate::fixture::Random;
use crate::models;
use crate::peft::{ALPHA, Peft, RANK};
use crate::sequence::tokens;

type Rows = Vec<Vec<f32>>;

/// Every 32 columns of a row (a row of B has fewer) on 255 levels as in the engine, and what that leaves of it.
fn split(rows: &Rows) -> (Rows, Rows) {
    let level = |part: &[f32]| part.iter().fold(0.0f32, |most, x| most.max(x.abs())) / 127.0;
    let round =
        |part: &[f32]| -> Vec<f32> { part.iter().map(|x| (x / level(part)).round() * level(part)).collect() };
    let high: Rows = rows.iter().map(|row| row.chunks(32).flat_map(round).collect()).collect();
    let low =
        rows.iter().zip(&high).map(|(x, high)| x.iter().zip(high).map(|(x, h)| x - h).collect()).collect();
    (high, low)
}

fn scaled(rows: &Rows, by: f32) -> Rows {
    rows.iter().map(|row| row.iter().map(|x| x * by).collect()).collect()
}

/// The same adapter with four times the rank, of which the engine rounds off next to nothing: what it leaves of the
/// first factors is in others. Those of a row of B share their levels, so what is small there is made large.
fn refined(a: &Rows, b: &Rows) -> (Rows, Rows) {
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let small = 1.0 / 128.0;
    let a = [a_high.clone(), a_low.clone(), scaled(&a_high, small), scaled(&a_low, small)].concat();
    let b_low = scaled(&b_low, 128.0);
    let b = b_high.iter().zip(&b_low).map(|(high, low)| [&high[..], high, low, low].concat()).collect();
    (a, b)
}

#[test]
fn an_adapter_in_eight_bits_is_as_near_as_in_sixteen() {
    let Some(mut engine) = models::load("qwen2.5-coder-0.5b") else { return };
    let mut random = Random(1);
    let empty = |rank: usize| Peft {
        config: Peft::config(rank, ALPHA * (rank / RANK) as f32),
        tensors: BTreeMap::new(),
    };
    let (mut eight, mut sixteen, mut exact) = (empty(RANK), empty(4 * RANK), empty(4 * RANK));
    for (name, (rows, cols)) in engine.adapter_targets() {
        let mut numbers =
            |rows: usize, cols: usize| -> Rows { (0..rows).map(|_| random.numbers(cols, 0.04)).collect() };
        let add = |adapter: &mut Peft, (a, b): (Rows, Rows)| {
            for (part, rows) in [("lora_A", a), ("lora_B", b)] {
                let shape = vec![rows.len(), rows[0].len()];
                adapter.tensors.insert(format!("{name}.{part}.weight"), (shape, rows.concat()));
            }
        };
        let (a, b) = (numbers(RANK, cols), numbers(rows, RANK));
        let half = |rows: &Rows| -> Rows {
            rows.iter().map(|row| row.iter().map(|x| half::f16::from_f32(*x).to_f32()).collect()).collect()
        };
        add(&mut exact, refined(&a, &b));
        add(&mut sixteen, refined(&half(&a), &half(&b)));
        add(&mut eight, (a, b));
    }
    for (name, adapter) in [("eight", eight), ("sixteen", sixteen), ("exact", exact)] {
        adapter.load(&mut engine, name).unwrap();
    }
    let (mut effect, mut eight, mut sixteen) = (0.0, 0.0, 0.0);
    for seed in 1..6 {
        let tokens = tokens(seed, 40);
        let exact = engine.logits(&tokens, Some("exact")).unwrap();
        let mut distance = |adapter| {
            let logits = engine.logits(&tokens, adapter).unwrap();
            let squares = logits.iter().zip(&exact).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
            (squares / exact.len() as f32).sqrt() / 5.0
        };
        effect += distance(None);
        eight += distance(Some("eight"));
        sixteen += distance(Some("sixteen"));
    }
    eprintln!("an adapter that moves logits by {effect} is off by {eight}, in f16 by {sixteen}");
    assert!(eight < 1.5 * sixteen && eight < 0.2 * effect, "{eight}, {sixteen} of {effect}");
}
