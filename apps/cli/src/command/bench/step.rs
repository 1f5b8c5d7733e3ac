//! `bench step`: recorded DroidTask steps through selection and arguments, each prompt then put to llama.cpp's server with
//! its prompt cache and the same grammar. Each is asked twice: the second time its prompt is cached, and what is left is to
//! write the answer under the grammar.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::generate::{
    Cancel, Completion, Engine, EngineError, Grammar, Request, Sampling, Usage,
};
use pocketpilot_core::guard::Gate;
use pocketpilot_core::planner::Decider;
use pocketpilot_core::task::Budget;
use pocketpilot_evals::{Agent, Case, Options as Cases, Watch, droidtask};
use serde_json::{Value, json};

use super::{median, ratio};
use crate::args::BenchStep;
use crate::bar::bar;
use crate::failure::Failure;
use crate::parts;

/// How long the peer's server may take to load a model.
const START: Duration = Duration::from_secs(60);

pub(super) fn run(args: &BenchStep) -> Result<Value, Failure> {
    let file = parts::gguf(&args.model)?;
    let (engine, adapters) =
        parts::engine(&args.model, args.select_adapter.as_deref(), args.args_adapter.as_deref())?;
    let guard = parts::guard(&parts::encoder()?)?;
    let peer = args.peer.as_deref().map(|path| Server::start(path, &file)).transpose()?;
    let mut timed = Timed { engine, peer, failed: None };
    let cancel = Cancel::default();
    let mut steps = Vec::new();
    let mut decider = Steps { timed: &mut timed, steps: &mut steps };
    let mut decider = Decider {
        engine: &mut decider,
        gate: Gate::new(&guard),
        adapters: &adapters,
        sampling: Sampling { seed: args.seed, ..Sampling::GREEDY },
        max_tokens: Budget::default().answer_tokens,
        cancel: &cancel,
    };
    let cases = Cases { data: args.data.clone(), limit: Some(args.limit), only: None, seed: args.seed };
    let bar = bar();
    let mut show = |done: usize, of: usize, _: &Case| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let mut watch = Watch { on_case: &mut show, cancel: &cancel };
    droidtask::run(Agent::Planner(&mut decider), &cases, &mut watch).map_err(Failure::usage)?;
    bar.finish_and_clear();
    if let Some(reason) = timed.failed {
        return Err(Failure::unavailable(reason));
    }
    Ok(report(args, &steps, timed.peer.is_some()))
}

fn report(args: &BenchStep, calls: &[Step], peer: bool) -> Value {
    let mut usage = Usage::default();
    let mut kinds: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for call in calls {
        usage += call.usage;
        kinds.entry(call.kind).or_default().push(call);
    }
    // Of one kind of time of some calls.
    let figure = |calls: &[&Step], time: fn(&Step) -> [f64; 2], of: fn(Vec<f64>) -> Value| {
        let ours = of(calls.iter().map(|call| time(call)[0]).collect());
        let peer = if peer { of(calls.iter().map(|call| time(call)[1]).collect()) } else { Value::Null };
        let faster = ratio(&peer, &ours);
        json!({"seconds": ours, "peer": peer, "faster": faster})
    };
    let figures: BTreeMap<_, _> = kinds
        .into_iter()
        .map(|(kind, calls)| {
            let prompt_and_answer = figure(&calls, |call| call.whole, median);
            let answer = figure(&calls, |call| call.answer, median);
            let count = calls.len();
            (kind, json!({"calls": count, "prompt and answer": prompt_and_answer, "answer": answer}))
        })
        .collect();
    let all: Vec<&Step> = calls.iter().collect();
    let sum = |times: Vec<f64>| median(vec![times.iter().sum()]);
    let prompt = (usage.prefilled + usage.reused).max(1);
    json!({
        "bench": "step",
        "settings": {"model": args.model, "data": args.data, "limit": args.limit, "seed": args.seed, "peer": args.peer,
            "select_adapter": args.select_adapter, "args_adapter": args.args_adapter},
        "figures": figures,
        "total": figure(&all, |call| call.whole, sum),
        "answers": figure(&all, |call| call.answer, sum),
        "tokens": usage,
        "reused": median(vec![usage.reused as f64 / prompt as f64]),
    })
}

/// One generation. Times are seconds, ours and the peer's.
#[derive(Debug)]
struct Step {
    /// `select` or `args`.
    kind: &'static str,
    whole: [f64; 2],
    /// The same again, with the whole prompt cached.
    answer: [f64; 2],
    usage: Usage,
}

/// The engine, and the peer that answers the same prompts.
struct Timed {
    engine: LocalEngine,
    peer: Option<Server>,
    failed: Option<String>,
}

/// An engine that notes what each generation took.
struct Steps<'a> {
    timed: &'a mut Timed,
    steps: &'a mut Vec<Step>,
}

impl Engine for Steps<'_> {
    fn generate(&mut self, request: Request<'_>) -> Result<Completion, EngineError> {
        let timed = &mut *self.timed;
        let mut step = Step {
            kind: if matches!(request.grammar, Grammar::Choice(_)) { "select" } else { "args" },
            whole: [0.0; 2],
            answer: [0.0; 2],
            usage: Usage::default(),
        };
        let start = Instant::now();
        let completion = timed.engine.generate(request)?;
        step.whole[0] = start.elapsed().as_secs_f64();
        step.usage = completion.usage;
        let start = Instant::now();
        timed.engine.generate(request)?;
        step.answer[0] = start.elapsed().as_secs_f64();
        if let Some(peer) = &timed.peer {
            let tokens = timed.engine.prompt_tokens(request.prompt)?;
            for seconds in [&mut step.whole[1], &mut step.answer[1]] {
                *seconds = peer.answer(&tokens, request.grammar, request.max_tokens).map_err(|reason| {
                    timed.failed = Some(reason);
                    EngineError::Cancelled
                })?;
            }
        }
        self.steps.push(step);
        Ok(completion)
    }

    fn model(&self) -> &str {
        self.timed.engine.model()
    }

    fn marks(&self) -> &[String] {
        self.timed.engine.marks()
    }
}

/// llama.cpp's server.
struct Server {
    process: Child,
    agent: ureq::Agent,
    address: String,
}

impl Server {
    fn start(path: &Path, model: &Path) -> Result<Self, Failure> {
        let fail = |reason: &dyn std::fmt::Display| {
            let path = path.display();
            Failure::unavailable(format!("{path}: {reason}: give the path of llama.cpp's llama-server"))
        };
        // A port that was free a moment ago.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| fail(&e))?.port();
        let context = Options::default().context.to_string();
        let threads = Options::default().threads.to_string();
        let process = Command::new(path)
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "-c", &context, "-t", &threads])
            .args(["-np", "1", "-m"])
            .arg(model)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| fail(&e))?;
        let mut server = Self {
            process,
            agent: ureq::Agent::new_with_defaults(),
            address: format!("http://127.0.0.1:{port}"),
        };
        let start = Instant::now();
        while server.agent.get(format!("{}/health", server.address)).call().is_err() {
            if let Ok(Some(status)) = server.process.try_wait() {
                return Err(fail(&status));
            }
            if start.elapsed() > START {
                return Err(fail(&"it does not answer"));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    /// Seconds that the server takes for an answer.
    fn answer(&self, tokens: &[u32], grammar: &Grammar, most: usize) -> Result<f64, String> {
        let mut body = json!({"prompt": tokens, "n_predict": most, "temperature": 0, "cache_prompt": true});
        match grammar {
            Grammar::Free => {}
            Grammar::Schema(schema) => body["json_schema"] = schema.clone(),
            // GBNF writes texts as JSON does.
            Grammar::Choice(texts) => {
                let texts: Vec<String> = texts.iter().map(|t| Value::from(t.as_str()).to_string()).collect();
                body["grammar"] = json!(format!("root ::= {}", texts.join(" | ")));
            }
        }
        let start = Instant::now();
        let answer = self.agent.post(format!("{}/completion", self.address)).send(body.to_string().as_str());
        let text = answer.and_then(|mut answer| answer.body_mut().read_to_string());
        let seconds = start.elapsed().as_secs_f64();
        match text {
            Ok(_) => Ok(seconds),
            Err(error) => Err(format!("the peer's server refuses a prompt ({error}): update llama.cpp")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing can be done about a server that is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
