//! `bench engine`: whole models on synthetic tokens, in turn with llama.cpp's `llama-bench`.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use indicatif::ProgressBar;
use pocketpilot_core::engine::{LocalEngine, Options};
use serde_json::{Value, json};

use super::{adapter, median, ratio};
use crate::args::BenchEngine;
use crate::bar::bar;
use crate::failure::Failure;
use crate::parts;
use crate::peak::peak;

/// Lengths of the prompts.
const PROMPTS: [usize; 3] = [64, 512, 1024];
/// Tokens before those that are decoded.
const DEPTHS: [usize; 2] = [0, 1024];
/// Tokens decoded.
const ANSWER: usize = 32;
/// Tokens of the prompt whose answer's first token ends the start.
const FIRST: usize = 64;
const CONTEXT: usize = 2048;

/// Tokens a second of each run, by what was measured.
type Rates = BTreeMap<String, Vec<f64>>;

pub(super) fn run(args: &BenchEngine) -> Result<Value, Failure> {
    // A wrong name is told before the first minutes go by.
    let files = args.models.iter().map(|model| parts::gguf(model)).collect::<Result<Vec<_>, _>>()?;
    let bar = bar();
    bar.set_length((args.models.len() * args.runs.get()) as u64);
    let models = args.models.iter().zip(&files).map(|(model, file)| measure(model, file, args, &bar));
    let models = models.collect::<Result<Vec<_>, _>>()?;
    bar.finish_and_clear();
    let settings = json!({
        "threads": args.threads, "runs": args.runs, "context": CONTEXT, "answer": ANSWER, "first": FIRST,
        "peer": args.peer,
    });
    Ok(json!({"bench": "engine", "settings": settings, "models": models}))
}

fn measure(model: &str, file: &Path, args: &BenchEngine, bar: &ProgressBar) -> Result<Value, Failure> {
    bar.set_message(model.to_owned());
    let forgotten = forget_peak();
    let start = Instant::now();
    let options = Options { context: CONTEXT, threads: args.threads };
    let mut engine = LocalEngine::load(file, options).map_err(Failure::unavailable)?;
    let loaded = start.elapsed().as_secs_f64();
    engine.likeliest(&tokens(0, FIRST), None).map_err(Failure::unavailable)?;
    let first = start.elapsed().as_secs_f64();

    let (mut ours, mut peer) = (Rates::new(), Rates::new());
    for run in 1..=args.runs.get() {
        one_run(&mut engine, run, &mut ours).map_err(Failure::unavailable)?;
        if let Some(path) = &args.peer {
            llama_bench(path, file, args.threads, &mut peer)?;
        }
        bar.inc(1);
    }
    // Of the whole process: without a way to forget the peak of the model before, only the first model's counts.
    let peak = forgotten.then(peak).flatten();
    let adapter = adapter::measure(&mut engine, args.runs)?;
    let figures: BTreeMap<_, _> = ours
        .into_iter()
        .map(|(name, rates)| {
            let (ours, theirs) = (median(rates), median(peer.remove(&name).unwrap_or_default()));
            let ratio = ratio(&ours, &theirs);
            (name, json!({"tokens_per_second": ours, "peer": theirs, "ratio": ratio}))
        })
        .collect();
    let size = fs::metadata(file).map_err(Failure::unavailable)?.len() as f64;
    Ok(json!({
        "model": model,
        "figures": figures,
        "adapter": adapter,
        "load_seconds": median(vec![loaded]),
        "first_token_seconds": median(vec![first]),
        "file_mib": median(vec![size / f64::from(1 << 20)]),
        "peak_mib": peak.map(|kib| median(vec![kib / 1024.0])),
        "peak_to_file": peak.map(|kib| median(vec![kib * 1024.0 / size])),
    }))
}

/// Tokens that share no prefix with those of another run or length.
fn tokens(run: usize, length: usize) -> Vec<u32> {
    (0..length).map(|i| (1000 + run * 7919 + length + i * 31) as u32 % 30_000).collect()
}

fn one_run(
    engine: &mut LocalEngine,
    run: usize,
    rates: &mut Rates,
) -> Result<(), pocketpilot_core::generate::EngineError> {
    let mut add = |name: String, count: usize, start: Instant| {
        rates.entry(name).or_default().push(count as f64 / start.elapsed().as_secs_f64());
    };
    for length in PROMPTS {
        let prompt = tokens(run, length);
        let start = Instant::now();
        engine.likeliest(&prompt, None)?;
        add(format!("prefill {length}"), length, start);
    }
    for depth in DEPTHS {
        // What lies before is there already; the first token only starts the sequence.
        let mut sequence = tokens(run, depth.max(1));
        engine.likeliest(&sequence, None)?;
        let start = Instant::now();
        for i in 0..ANSWER {
            sequence.push(2000 + i as u32);
            engine.likeliest(&sequence, None)?;
        }
        add(format!("decode after {depth}"), ANSWER, start);
    }
    Ok(())
}

/// The same by llama.cpp's own program.
fn llama_bench(path: &Path, model: &Path, threads: NonZero<usize>, rates: &mut Rates) -> Result<(), Failure> {
    let fail = |reason: &dyn std::fmt::Display| {
        Failure::unavailable(format!(
            "{}: {reason}: give the path of llama.cpp's llama-bench",
            path.display()
        ))
    };
    let list = |numbers: &[usize]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let answer = ANSWER.to_string();
    for test in
        [["-p", &list(&PROMPTS), "-n", "0", "-d", "0"], ["-p", "0", "-n", &answer, "-d", &list(&DEPTHS)]]
    {
        let output = Command::new(path)
            .args(["-o", "jsonl", "-r", "1", "-t", &threads.to_string(), "-m"])
            .arg(model)
            .args(test)
            .output()
            .map_err(|e| fail(&e))?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            return Err(fail(&output.status));
        }
        for line in text.lines().filter(|line| line.starts_with('{')) {
            let line: Value = serde_json::from_str(line).map_err(|e| fail(&e))?;
            let number = |key: &str| line[key].as_u64().ok_or_else(|| fail(&format!("it prints no {key}")));
            let name = match number("n_prompt")? {
                0 => format!("decode after {}", number("n_depth")?),
                length => format!("prefill {length}"),
            };
            let rate = line["avg_ts"].as_f64().ok_or_else(|| fail(&"it prints no avg_ts"))?;
            rates.entry(name).or_default().push(rate);
        }
    }
    Ok(())
}

/// Makes the process's largest memory that of now, where Linux can.
fn forget_peak() -> bool {
    fs::write("/proc/self/clear_refs", "5").is_ok()
}
