//! Puts the rooms together: what a run, an evaluation and a check need of models, guard, policy and tools.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pocketpilot_core::adapters;
use pocketpilot_core::consent::Consent;
use pocketpilot_core::device::Device;
use pocketpilot_core::encoder::Encoder;
use pocketpilot_core::engine::{LocalEngine, Options};
use pocketpilot_core::generate::{Cancel, Engine};
use pocketpilot_core::memory::Memory;
use pocketpilot_core::planner::{Adapters, Candidates, Parts};
use pocketpilot_core::registry::Registry;
use pocketpilot_core::tool::ToolSpec;
use pocketpilot_guard::classifier::Classifier;
use pocketpilot_guard::policy::Rules;
use pocketpilot_tools::{mcp, phone_tools};

use crate::args;
use crate::failure::Failure;
use crate::models::{self, Cache, Manifest, StderrProgress};
use crate::paths;

/// What decides what is done, beside the model: the same for every episode of a process.
#[derive(Debug)]
pub struct Kit {
    registry: Registry,
    /// They live as long as their tools are used.
    _servers: Vec<mcp::Server>,
    candidates: Candidates,
    encoder: Arc<Encoder>,
    guard: Classifier,
    policy: Rules,
}

impl Kit {
    /// Our tools and those of the MCP servers in `mcp`, with the rules in `policy`; without a file, what the configuration
    /// folder holds.
    ///
    /// # Errors
    /// A broken configuration, a server that does not start, an encoder that cannot be had.
    pub async fn assemble(mcp: Option<&Path>, policy: Option<&Path>) -> Result<Self, Failure> {
        let policy = rules(policy)?;
        let (registry, servers) = registry(mcp).await?;
        let encoder = encoder()?;
        let guard = guard(&encoder)?;
        let candidates = Candidates::new(&encoder, registry.specs()).map_err(Failure::unavailable)?;
        Ok(Self { registry, _servers: servers, candidates, encoder, guard, policy })
    }

    /// The tools that an episode with this goal is offered, in the order shown.
    ///
    /// # Errors
    /// The encoder fails.
    pub fn offered(&self, goal: &str) -> Result<Vec<&ToolSpec>, Failure> {
        let offered = self.candidates.pick(&self.encoder, self.registry.specs(), goal);
        Ok(offered.map_err(Failure::unavailable)?.into_iter().map(|offered| offered.tool).collect())
    }

    /// The parts of an episode.
    pub fn parts<'a>(
        &'a self,
        engine: &'a mut dyn Engine,
        adapters: &'a Adapters,
        device: &'a dyn Device,
        memory: &'a dyn Memory,
        consent: &'a dyn Consent,
        cancel: Cancel,
    ) -> Parts<'a> {
        Parts {
            engine,
            adapters,
            device,
            registry: &self.registry,
            candidates: &self.candidates,
            encoder: &self.encoder,
            memory,
            guard: &self.guard,
            policy: &self.policy,
            consent,
            cancel,
        }
    }
}

/// The planner's model where none is named.
pub const DEFAULT_MODEL: &str = "qwen2.5-coder-0.5b";

/// The sentence encoder of guard and candidates.
pub const ENCODER: &str = "all-minilm-l6-v2";

/// The file of a model of the manifest (its folder, if it has several), fetched if it is not here yet.
///
/// # Errors
/// No such model, or it cannot be fetched.
pub fn model(name: &str) -> Result<PathBuf, Failure> {
    let manifest = Manifest::embedded();
    let model = manifest.get(name).ok_or_else(|| {
        Failure::usage(format!(
            "there is no model `{name}`: take one of {}, or the path of a GGUF file",
            manifest.names()
        ))
    })?;
    let cache = Cache::default();
    if cache.holds(model) {
        return Ok(cache.path(model));
    }
    models::pull(model, &cache, &StderrProgress::default()).map_err(Failure::unavailable)
}

/// The GGUF file that a name (fetched if it is not here yet) or a path means.
///
/// # Errors
/// Neither a name nor a file.
pub fn gguf(name_or_path: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(name_or_path);
    if path.is_file() {
        return Ok(path.to_owned());
    }
    if path.extension().is_some() && path.components().count() > 1 {
        return Err(Failure::usage(format!("there is no file {name_or_path}: check the path")));
    }
    model(name_or_path)
}

/// The encoder, fetched if it is not here yet.
///
/// # Errors
/// It cannot be fetched or read.
pub fn encoder() -> Result<Arc<Encoder>, Failure> {
    Encoder::load(&model(ENCODER)?).map(Arc::new).map_err(Failure::unavailable)
}

/// The shipped classifier.
///
/// # Errors
/// The encoder and the shipped weights do not fit.
pub fn guard(encoder: &Arc<Encoder>) -> Result<Classifier, Failure> {
    Classifier::with_encoder(Arc::clone(encoder)).map_err(Failure::unavailable)
}

/// The rules of `file`, else of the configuration folder, else the shipped ones.
fn rules(file: Option<&Path>) -> Result<Rules, Failure> {
    match file.map(PathBuf::from).or_else(|| paths::config("policy.toml")) {
        Some(file) => Rules::load(&file).map_err(Failure::usage),
        None => Ok(Rules::default()),
    }
}

/// A model by its manifest name (fetched if it is not here yet) or by the path of a GGUF file, with the adapters in files
/// that decide on tool and arguments.
///
/// # Errors
/// Neither a name nor a usable file; an adapter that does not fit.
pub fn engine(
    model: &str,
    select: Option<&Path>,
    args: Option<&Path>,
) -> Result<(LocalEngine, Adapters), Failure> {
    let file = gguf(model)?;
    let mut engine = LocalEngine::load(&file, Options::default()).map_err(Failure::unavailable)?;
    if let Some(cache) = dirs::cache_dir() {
        engine.keep_prefixes(&cache.join("pocketpilot").join("prefixes"));
    }
    let mut load = |name: &str, path: Option<&Path>| match path {
        Some(path) => engine.load_adapter(name, path).map(|()| Some(name.to_owned())).map_err(Failure::usage),
        None => Ok(None),
    };
    let adapters = Adapters { select: load("select", select)?, args: load("args", args)? };
    Ok((engine, adapters))
}

/// The same with the adapters that a person wants, which are those that come with the model where nothing is said.
///
/// # Errors
/// As [`engine`].
pub fn decider(model: &str, wanted: &args::Adapters) -> Result<(LocalEngine, Adapters), Failure> {
    let (select, args) = (wanted.select_adapter.as_deref(), wanted.args_adapter.as_deref());
    let (mut engine, mut adapters) = engine(model, select, args)?;
    if wanted.no_adapters || select.is_some() || args.is_some() {
        return Ok((engine, adapters));
    }
    match adapters::shipped(model) {
        Some(pair) => {
            for (name, adapter) in [("select", pair.select), ("args", pair.args)] {
                engine.add_adapter(name, adapter.config, adapter.weights).map_err(Failure::unavailable)?;
            }
            adapters = Adapters { select: Some("select".into()), args: Some("args".into()) };
        }
        None => eprintln!(
            "{model} comes without adapters and decides with its base weights: {DEFAULT_MODEL} decides better"
        ),
    }
    Ok((engine, adapters))
}

/// Our tools and those of the configured MCP servers.
async fn registry(config: Option<&Path>) -> Result<(Registry, Vec<mcp::Server>), Failure> {
    let mut registry = Registry::default();
    for tool in phone_tools() {
        registry.register(tool).map_err(Failure::usage)?;
    }
    let mut servers = Vec::new();
    let file = config.map(PathBuf::from).or_else(|| paths::config("mcp.toml"));
    let config = file.map(|f| mcp_config(&f)).transpose()?.unwrap_or_default();
    for (name, config) in &config.servers {
        let server = mcp::Server::start(name, config).await.map_err(Failure::unavailable)?;
        for tool in server.tools() {
            registry.register(tool).map_err(Failure::usage)?;
        }
        servers.push(server);
    }
    Ok((registry, servers))
}

fn mcp_config(file: &Path) -> Result<mcp::Config, Failure> {
    let wrong = |e: &dyn std::fmt::Display| Failure::usage(format!("{}: {e}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|e| wrong(&e))?;
    mcp::Config::parse(&text).map_err(|e| wrong(&e))
}
