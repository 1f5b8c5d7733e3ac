use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use serde_json::json;

use super::attention::Prefix;
use super::head::Target;
use super::network::{Dropout, Network, Tail, Trace, Transposed};
use super::*;
use crate::engine::Options;
use crate::engine::kv::PAGE;
use crate::engine::matrix::Matrix;
use crate::generate::{Cancel, Grammar, Sampling};
use crate::guard::{Decision, Gate, Guard, GuardError, Inspect, Label, Verdict};
use crate::memory::Call;
use crate::planner::{Adapters, Decider};
use crate::screen::{Line, LineKind};
use crate::tool::{Effect, ToolSpec};

#[allow(dead_code)]
#[path = "../../tests/engine/fixture.rs"]
mod fixture;

#[allow(dead_code)]
#[path = "../../tests/engine/models.rs"]
mod models;

use fixture::{ARCHITECTURES, Fixture};

mod start;

fn prefix_of(engine: &mut LocalEngine, tokens: &[u32]) -> Prefix {
    if tokens.is_empty() {
        return Prefix::default();
    }
    let cache = engine.prefix(tokens, &Cancel::default()).unwrap();
    Prefix { length: tokens.len(), pages: cache.pages()[..tokens.len().div_ceil(PAGE)].to_vec() }
}

fn tokens(seed: u64, count: usize) -> Vec<u32> {
    let mut random = Random::new(seed);
    (0..count).map(|_| random.below(250) as u32).collect()
}

/// Numbers for an adapter that survive f16 and the engine's eight bits.
fn levels(layout: &Layout, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    let mut numbers: Vec<f32> = (0..layout.length).map(|_| random.below(255) as f32 - 127.0).collect();
    for place in &layout.places {
        numbers[place.a.clone()].iter_mut().step_by(place.cols).for_each(|x| *x = 127.0);
        numbers[place.b.clone()].iter_mut().step_by(layout.rank).for_each(|x| *x = 127.0);
    }
    numbers.iter_mut().for_each(|x| *x /= 512.0);
    numbers
}

#[test]
fn derivatives_are_the_slopes_of_the_loss() {
    for architecture in ARCHITECTURES {
        let mut engine = Fixture::new(architecture).load();
        let layout = Layout::new(engine.base(), 2, 3.0);
        let transposed = Transposed::new(engine.base());
        let (first, second) = (tokens(1, 70), tokens(2, 3));
        let prefixes = [prefix_of(&mut engine, &first), prefix_of(&mut engine, &second), Prefix::default()];
        let tails = [tokens(3, 4), tokens(4, 7), tokens(5, 3)];
        let tails: Vec<Tail<'_>> =
            tails.iter().zip(&prefixes).map(|(tokens, prefix)| Tail { tokens, prefix }).collect();
        let few: Arc<[u32]> = [3, 40, 41, 90].into();
        let wide: Arc<[u32]> = (0..260).collect();
        let target = |row, right, allowed: &Arc<[u32]>| Target { row, right, allowed: allowed.clone() };
        let targets = [target(3, 1, &few), target(5, 70, &wide), target(9, 0, &few), target(13, 3, &few)];
        let dropout = Dropout { share: 0.25, seed: 9 };
        let numbers = levels(&layout, 6);
        let loss = |numbers: &[f32]| {
            let mut trace = Trace::default();
            let network = Network { model: engine.base(), transposed: &transposed, layout: &layout, numbers };
            network.forward(&tails, dropout, &mut trace);
            network.judge(&trace.state, &targets, 1.0, None).iter().map(|v| v.loss).sum::<f64>()
        };
        let mut gradient = vec![0.0; layout.length];
        let mut trace = Trace::default();
        let network =
            Network { model: engine.base(), transposed: &transposed, layout: &layout, numbers: &numbers };
        network.forward(&tails, dropout, &mut trace);
        let mut d = vec![0.0; trace.state.len()];
        network.judge(&trace.state, &targets, 1.0, Some(&mut d));
        network.backward(&tails, dropout, &mut trace, &mut d, &mut gradient);

        // Along the gradient, and along each kind of matrix of each layer.
        let mut directions = vec![gradient.clone()];
        for place in &layout.places {
            for range in [&place.a, &place.b] {
                let mut direction = vec![0.0; layout.length];
                direction[range.clone()].copy_from_slice(&gradient[range.clone()]);
                directions.push(direction);
            }
        }
        for direction in directions {
            let norm = direction.iter().map(|x| f64::from(x * x)).sum::<f64>().sqrt();
            let by = |way: f64| -> Vec<f32> {
                let move_by = |(x, d): (&f32, &f32)| x + (way * f64::from(*d) / norm) as f32;
                numbers.iter().zip(&direction).map(move_by).collect()
            };
            let step = 2e-3;
            let slope = (loss(&by(step)) - loss(&by(-step))) / (2.0 * step);
            assert!((slope - norm).abs() < 0.02 * norm + 2e-3, "{architecture}: {slope} is not {norm}");
        }
    }
}

/// Logits after `tail`, by the engine with the adapter loaded and by the trainer.
fn both(engine: &mut LocalEngine, before: &[u32], rest: &[u32], strength: f32) -> [Vec<f32>; 2] {
    let marker = engine.invocation().unwrap();
    let layout = Layout::new(engine.base(), 4, 6.0);
    let mut numbers = levels(&layout, 6);
    numbers.iter_mut().for_each(|x| *x *= strength);
    let folder = tempfile::tempdir().unwrap();
    let about = About { base: "tiny", alpha: 6.0, dropout: 0.0, invocation: Some(&marker) };
    export::save(folder.path(), engine.base(), &layout, &numbers, &about).unwrap();
    engine.load_adapter("new", folder.path()).unwrap();

    let tail = [&marker[..], rest].concat();
    let expected = engine.logits(&[before, &tail].concat(), Some("new")).unwrap();
    let prefix = prefix_of(engine, before);
    let transposed = Transposed { linear: Vec::new(), head: engine.base().head().transposed() };
    let network =
        Network { model: engine.base(), transposed: &transposed, layout: &layout, numbers: &numbers };
    let mut trace = Trace::default();
    network.forward(&[Tail { tokens: &tail, prefix: &prefix }], Dropout::NONE, &mut trace);
    let width = engine.base().config().width;
    let mut input = vec![0.0; width];
    network.norm(&trace.state[trace.state.len() - width..], engine.base().norm_weight(), &mut input);
    let mut logits = vec![0.0; expected.len()];
    engine.base().head().forward(&input, &mut logits);
    [expected, logits]
}

#[track_caller]
fn assert_close([a, b]: &[Vec<f32>; 2], most: f32) {
    let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let scale = a.iter().fold(1.0f32, |m, x| m.max(x.abs()));
    assert!(a.len() == b.len() && worst < most * scale, "differ by {worst} at a scale of {scale}");
}

#[test]
fn the_engine_loads_what_was_trained_and_says_the_same() {
    for architecture in ARCHITECTURES {
        let mut engine = Fixture::new(architecture).load();
        // Keys and values of the tail are not rounded to f16 here, nor the adapter and what it reads to eight bits.
        assert_close(&both(&mut engine, &tokens(1, 90), &tokens(2, 9), 1.0), 1e-2);
    }
}

#[test]
fn so_does_the_engine_with_a_real_model() {
    for name in ["qwen2.5-coder-0.5b", "smollm2-135m", "gemma3-270m"] {
        let Some(mut engine) = models::load(name) else { continue };
        let before =
            engine.tokenize_prompt("Request: wake me at seven\nScreen:\n<p id=0>9:41</p>\nNext call:");
        let answer = engine.tokenize("{\"tool\":\"set_alarm\",\"arguments\":{\"time\":\"");
        assert_close(&both(&mut engine, &before, &answer, 0.125), 0.05);
    }
}

#[test]
fn rounding_on_the_way_back_turns_the_gradient_little() {
    let fixture = Fixture { format: GgmlDType::Q8_0, ..Fixture::new("qwen2") };
    let mut engine = fixture.load();
    let layout = Layout::new(engine.base(), 4, 6.0);
    let (numbers, before, tail) = (levels(&layout, 6), tokens(1, 80), tokens(2, 12));
    let prefix = prefix_of(&mut engine, &before);
    let tails = [Tail { tokens: &tail, prefix: &prefix }];
    let targets = [Target { row: 11, right: 3, allowed: (0..100).collect() }];
    let gradient = |transposed: &Transposed| {
        let network = Network { model: engine.base(), transposed, layout: &layout, numbers: &numbers };
        let mut trace = Trace::default();
        network.forward(&tails, Dropout::NONE, &mut trace);
        let (mut d, mut gradient) = (vec![0.0; trace.state.len()], vec![0.0; layout.length]);
        network.judge(&trace.state, &targets, 1.0, Some(&mut d));
        network.backward(&tails, Dropout::NONE, &mut trace, &mut d, &mut gradient);
        gradient
    };
    let exact = |matrix: &Matrix| {
        let numbers = Tensor::from_vec(matrix.dequantize(), (matrix.rows(), matrix.cols()), &Device::Cpu);
        let turned = numbers.and_then(|t| t.t()?.contiguous()).unwrap();
        Matrix::new(QTensor::quantize(&turned, GgmlDType::F32).unwrap()).unwrap()
    };
    let blocks = engine.base().blocks().iter();
    let linear = blocks.map(|b| lora::SITES.map(|site| exact(b.linear[site as usize].weight()))).collect();
    let exact = gradient(&Transposed { linear, head: exact(engine.base().head()) });
    let rounded = gradient(&Transposed::new(engine.base()));
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    let cosine = dot(&exact, &rounded) / (dot(&exact, &exact) * dot(&rounded, &rounded)).sqrt();
    assert!(cosine > 0.999, "{cosine}");
}

fn tool(name: &str, parameters: serde_json::Value) -> ToolSpec {
    ToolSpec {
        name: name.into(),
        description: String::new(),
        parameters,
        effect: Effect::Read,
        foreign: false,
        examples: Vec::new(),
    }
}

/// What stands on the elements.
const WORDS: [&str; 2] = ["the", "in"];

/// The tool is the one that the request names by its first letter; the element the one that it names in full.
fn samples() -> Vec<Sample> {
    let element =
        json!({"type": "object", "properties": {"element": {"type": "integer"}}, "required": ["element"]});
    let line = |id: usize| Line {
        id,
        kind: LineKind::Button,
        node: Some(id),
        checked: false,
        label: String::new(),
        content: WORDS[id].into(),
    };
    (0..24)
        .map(|i| Sample {
            id: i.to_string(),
            group: "made up".into(),
            source: "made up".into(),
            license: "CC0-1.0".into(),
            lesson: Lesson::Call,
            goal: format!("{} {}", ["x", "y"][i % 2], WORDS[i / 2 % 2]),
            tools: vec![tool("tap", element.clone()), tool("press", element.clone())],
            memories: Vec::new(),
            history: Vec::new(),
            screen: (0..2).map(line).collect(),
            call: Call { tool: ["tap", "press"][i % 2].into(), arguments: json!({"element": i / 2 % 2}) },
        })
        .collect()
}

fn options(skill: Skill, folder: &Path) -> TrainOptions {
    TrainOptions {
        epochs: 60,
        rate: 1e-2,
        rank: 8,
        alpha: 8.0,
        ..TrainOptions::new(skill, folder.join("out"), folder.join("cache"))
    }
}

fn engine() -> LocalEngine {
    Fixture::new("qwen2").load()
}

/// The same file every time, as its name is part of a run's.
fn engine_at(folder: &Path) -> LocalEngine {
    let path = folder.join("tiny.gguf");
    if !path.exists() {
        Fixture::new("qwen2").write(&path);
    }
    LocalEngine::load(&path, Options { context: 1024, ..Options::default() }).unwrap()
}

struct Open;

impl Guard for Open {
    fn inspect(&self, items: &[Inspect<'_>]) -> Result<Vec<Verdict>, GuardError> {
        let verdict = Verdict {
            label: Label::Benign,
            score: 0.0,
            scores: [1.0, 0.0, 0.0, 0.0],
            decision: Decision::Allow,
        };
        Ok(vec![verdict; items.len()])
    }
}

#[test]
fn what_is_learnt_is_what_the_planner_then_decides() {
    let (mut engine, samples) = (engine(), samples());
    let folder = tempfile::tempdir().unwrap();
    for skill in [Skill::Select, Skill::Args] {
        let mut options = options(skill, folder.path());
        options.out = folder.path().join(format!("{skill:?}"));
        let report = train(&mut engine, &samples, &samples, &options, &mut |_| {}).unwrap();
        assert!(report.dev_best > 0.9 && report.dev_start < 0.7, "{report:?}");
        assert_eq!((report.n, report.sources["made up (CC0-1.0)"]), (24, 24));
        engine.load_adapter(&format!("{skill:?}"), &options.out).unwrap();
    }
    let adapters = Adapters { select: Some("Select".into()), args: Some("Args".into()) };
    let right = samples.iter().filter(|sample| {
        let mut decider = Decider {
            engine: &mut engine,
            gate: Gate::new(&Open),
            adapters: &adapters,
            sampling: Sampling::GREEDY,
            max_tokens: 64,
            cancel: &Cancel::default(),
        };
        sample.with_situation(|situation| {
            let tool = decider.select(situation).unwrap().value;
            let spec = sample.tools.iter().find(|t| t.name == tool).unwrap();
            decider.arguments(situation, spec).unwrap().value == sample.call
        })
    });
    let right = right.count();
    assert!(right >= 21, "{right} of 24");
}

#[test]
fn a_killed_run_ends_as_if_it_had_not_been() {
    let samples = samples();
    let run = |folder: &Path, kill: Option<usize>| {
        let options = TrainOptions { epochs: 3, ..options(Skill::Select, folder) };
        let mut watch = |progress: &Progress| match progress {
            Progress::Step { step, .. } if Some(*step) == kill => panic!("killed"),
            _ => {}
        };
        let done = catch_unwind(AssertUnwindSafe(|| {
            train(&mut engine_at(folder), &samples, &samples, &options, &mut watch).unwrap()
        }));
        done.ok()
            .map(|report| (report, std::fs::read(options.out.join("adapter_model.safetensors")).unwrap()))
    };
    let (whole, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (report, adapter) = run(whole.path(), None).unwrap();
    assert!(run(killed.path(), Some(5)).is_none());
    assert!(killed.path().join("out/checkpoint.safetensors").exists());
    let (again, resumed) = run(killed.path(), None).unwrap();
    assert_eq!(resumed, adapter);
    assert_eq!(
        (again.dev_best, again.best_step, again.dev_start),
        (report.dev_best, report.best_step, report.dev_start)
    );
    assert!(!killed.path().join("out/checkpoint.safetensors").exists());
    // A checkpoint of another run is not gone on from.
    assert!(run(killed.path(), Some(5)).is_none());
    let other = TrainOptions { seed: 7, epochs: 3, ..options(Skill::Select, killed.path()) };
    let error = train(&mut engine_at(killed.path()), &samples, &samples, &other, &mut |_| {})
        .unwrap_err()
        .to_string();
    assert!(error.contains("remove it") && error.lines().count() == 1, "{error}");
}

#[test]
fn answers_are_cut_as_the_engine_writes_them() {
    let mut engine = engine();
    let schema = json!({"type": "object", "properties": {"text": {"type": "string"}, "n": {"type": "integer"}},
        "required": ["text"], "additionalProperties": false});
    let mut prompt = crate::prompt::Prompt::default();
    prompt.push(crate::prompt::Role::User, vec![crate::prompt::Span::system("the ant")]);
    let grammar = Grammar::Schema(schema);
    let mut known = HashSet::new();
    for answer in [r#"{"text":"in the \"inn\"","n":12}"#, r#"{"text":""}"#, r#"{"text":"Zürich","n":-3}"#] {
        let written = engine.write(&prompt, &grammar, answer, &mut known).unwrap();
        assert!(written.choices.iter().all(|c| c.allowed.contains(&written.tokens[c.position])));
    }
    assert!(engine.write(&prompt, &grammar, r#"{"n":1,"text":""}"#, &mut known).is_err());
}

#[test]
fn nothing_to_learn_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let mut samples = samples();
    samples.iter_mut().for_each(|s| s.lesson = Lesson::Select);
    let options = options(Skill::Args, folder.path());
    let error = train(&mut engine(), &samples, &samples, &options, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("lesson args"), "{error}");
    samples.iter_mut().for_each(|s| (s.lesson, s.call.arguments) = (Lesson::Args, json!({"element": 9})));
    let error = train(&mut engine(), &samples, &samples, &options, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("grammar does not allow") && error.contains("24"), "{error}");
}
