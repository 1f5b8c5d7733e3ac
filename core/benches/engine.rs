//! Prompt and answer tokens per second of whole models.
//!
//! `cargo bench -p pocketpilot-core --bench engine -- MODEL.gguf...` Two threads, greedy, medians of several runs that
//! alternate between the lengths.

use std::path::Path;
use std::time::Instant;

use pocketpilot_core::engine::{LocalEngine, Options};

const RUNS: usize = 5;
const PROMPTS: [usize; 3] = [64, 512, 1024];
const ANSWER: usize = 32;

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

fn measure(path: &str) {
    let options = Options { context: 2048, threads: 2.try_into().expect("two is not zero") };
    let start = Instant::now();
    let mut engine = LocalEngine::load(Path::new(path), options).expect("the model loads");
    println!("{path}: loaded in {:.2} s", start.elapsed().as_secs_f64());
    let mut rates = [const { (Vec::new(), Vec::new()) }; PROMPTS.len()];
    for run in 0..RUNS {
        for (&length, (prefill, decode)) in PROMPTS.iter().zip(&mut rates) {
            // Another first token each time, so that no prefix is reused.
            let mut tokens: Vec<u32> =
                (0..length).map(|i| (1000 + run * 7919 + length + i * 31) as u32 % 30_000).collect();
            let start = Instant::now();
            engine.logits(&tokens, None).expect("the prompt fits");
            prefill.push(length as f64 / start.elapsed().as_secs_f64());
            let start = Instant::now();
            for i in 0..ANSWER {
                tokens.push(2000 + i as u32);
                engine.logits(&tokens, None).expect("the answer fits");
            }
            decode.push(ANSWER as f64 / start.elapsed().as_secs_f64());
        }
    }
    for (length, (prefill, decode)) in PROMPTS.iter().zip(rates) {
        println!(
            "{length:>6} tokens: prefill {:>7.1} t/s, decode after them {:>6.1} t/s",
            median(prefill),
            median(decode)
        );
    }
}

fn main() {
    let models: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    models.iter().for_each(|path| measure(path));
}
