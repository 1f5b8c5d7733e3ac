//! `bench step`: recorded DroidTask steps through selection and arguments, each prompt then put to llama.cpp's server with
//! its prompt cache and the same grammar.

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
use pocketpilot_evals::{Agent, Options as Cases, Watch, droidtask};
use serde_json::{Value, json};

use super::{median, ratio};
use crate::args::BenchStep;
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
    let mut timed = Timed { engine, peer, step: Step::default(), failed: None };
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
    let mut watch = Watch { on_case: &mut |_, _, _| {}, cancel: &cancel };
    droidtask::run(Agent::Planner(&mut decider), &cases, &mut watch).map_err(Failure::usage)?;
    if let Some(reason) = timed.failed {
        return Err(Failure::unavailable(reason));
    }
    Ok(report(args, &steps, timed.peer.is_some()))
}

fn report(args: &BenchStep, calls: &[Step], peer: bool) -> Value {
    let mut usage = Usage::default();
    let mut kinds: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let mut totals = (0.0, 0.0);
    for call in calls {
        usage += call.usage;
        let kind = kinds.entry(call.kind).or_default();
        kind.0.push(call.ours);
        totals = (totals.0 + call.ours, totals.1 + call.peer);
        if peer {
            kind.1.push(call.peer);
        }
    }
    let figures: BTreeMap<_, _> = kinds
        .into_iter()
        .map(|(kind, (ours, peer))| {
            let count = ours.len();
            let (ours, peer) = (median(ours), median(peer));
            let faster = ratio(&peer, &ours);
            (kind, json!({"calls": count, "seconds": ours, "peer": peer, "faster": faster}))
        })
        .collect();
    let (ours, peer) = (median(vec![totals.0]), median(if peer { vec![totals.1] } else { Vec::new() }));
    let prompt = (usage.prefilled + usage.reused).max(1);
    json!({
        "bench": "step",
        "settings": {"model": args.model, "data": args.data, "limit": args.limit, "seed": args.seed, "peer": args.peer,
            "select_adapter": args.select_adapter, "args_adapter": args.args_adapter},
        "figures": figures,
        "seconds": ours,
        "peer_seconds": peer,
        "faster": ratio(&peer, &ours),
        "tokens": usage,
        "reused": median(vec![usage.reused as f64 / prompt as f64]),
    })
}

/// One generation.
#[derive(Debug, Clone, Default)]
struct Step {
    /// `select` or `args`.
    kind: &'static str,
    ours: f64,
    peer: f64,
    usage: Usage,
}

/// The engine, and the peer that answers the same prompts.
struct Timed {
    engine: LocalEngine,
    peer: Option<Server>,
    step: Step,
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
        let start = Instant::now();
        let completion = timed.engine.generate(request)?;
        timed.step.ours = start.elapsed().as_secs_f64();
        timed.step.usage = completion.usage;
        timed.step.kind = if matches!(request.grammar, Grammar::Choice(_)) { "select" } else { "args" };
        if let Some(peer) = &timed.peer {
            let tokens = timed.engine.prompt_tokens(request.prompt)?;
            match peer.answer(&tokens, request.grammar, request.max_tokens) {
                Ok(seconds) => timed.step.peer = seconds,
                Err(reason) => {
                    timed.failed = Some(reason);
                    return Err(EngineError::Cancelled);
                }
            }
        }
        self.steps.push(timed.step.clone());
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
