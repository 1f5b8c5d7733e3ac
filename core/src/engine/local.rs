//! [`LocalEngine`]: a model file, its adapters and its recent prompts.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;

use crate::engine::answer::Answer;
use crate::engine::gguf::Gguf;
use crate::engine::grammar::Grammars;
use crate::engine::kernels::team::Team;
use crate::engine::kv::{Disk, Shape, Store};
use crate::engine::lora::{Adapter, peft};
use crate::engine::memory;
use crate::engine::model::Model;
use crate::engine::run::{Run, activate, check_room, entries, not_numbers};
use crate::engine::sample::Sampler;
use crate::engine::scratch::Scratch;
use crate::engine::template::Template;
use crate::engine::tokens::Tokens;
use crate::generate::{Cancel, Completion, Engine, EngineError, Request, Sampling, Usage};
use crate::guard::Cleared;
use crate::prompt::{Origin, Prompt, Span};

/// What part of the weights' bytes the keys and values of earlier sequences may take.
const KEPT: usize = 8;

/// How a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Most tokens of a prompt and its answer together; the model's own limit if that is lower.
    pub context: usize,
    /// Threads that compute.
    pub threads: NonZero<usize>,
}

impl Default for Options {
    /// 4096 tokens, all processors.
    fn default() -> Self {
        let one = NonZero::<usize>::MIN;
        Self { context: 4096, threads: std::thread::available_parallelism().unwrap_or(one) }
    }
}

/// A model that runs in this process.
#[derive(Debug)]
pub struct LocalEngine {
    name: String,
    pub(super) model: Model,
    pub(super) tokens: Arc<Tokens>,
    pub(super) template: Template,
    pub(super) grammars: Grammars,
    adapters: HashMap<String, Adapter>,
    pub(super) store: Store,
    /// Names the model's weights.
    pub(super) fingerprint: [u8; 32],
    disk: Option<Disk>,
    /// The program's own words that the last prompt began with; a prompt that begins with them, too, has nothing new to
    /// keep.
    own: Vec<u32>,
    pub(super) scratch: Scratch,
    logits: Vec<f32>,
    context: usize,
    pub(super) team: Team,
    _memory: memory::Last,
}

impl LocalEngine {
    /// Loads a GGUF file of architecture llama, qwen2, qwen3 or gemma3.
    ///
    /// # Errors
    /// [`EngineError::Model`] when the file cannot be read, is broken or is of another kind.
    pub fn load(path: &Path, options: Options) -> Result<Self, EngineError> {
        let team = Team::new(options.threads).map_err(|e| {
            EngineError::Other(format!("no threads to compute with ({e}): end other programs"))
        })?;
        let mut gguf = Gguf::open(path)?;
        let tokens = Arc::new(Tokens::read(&mut gguf)?);
        let grammars = Grammars::prepare(tokens.clone());
        let template = Template::read(&gguf, &tokens)?;
        let model = team.run(|| Model::read(&mut gguf, tokens.len(), options.context))?;
        let context = options.context.min(model.config().context);
        let store = Store::new(Shape::of(model.config()), model.bytes() / KEPT);
        Ok(Self {
            name: name(path),
            scratch: Scratch::new(model.config()),
            logits: vec![0.0; model.vocabulary()],
            model,
            tokens,
            template,
            grammars,
            adapters: HashMap::new(),
            store,
            fingerprint: gguf.fingerprint()?,
            disk: None,
            own: Vec::new(),
            context,
            team,
            _memory: memory::Last,
        })
    }

    /// Loads a LoRA adapter that PEFT saved, from its folder or from the safetensors file in it, for
    /// requests to name. An adapter already loaded under the name is replaced.
    ///
    /// # Errors
    /// [`EngineError::Adapter`] when it cannot be read, does not fit the model, or needs what is not
    /// supported.
    pub fn load_adapter(&mut self, name: &str, path: &Path) -> Result<(), EngineError> {
        let adapter = peft::load(name, path, &self.model)?;
        self.adapters.insert(name.to_string(), adapter);
        Ok(())
    }

    /// The same from the contents of PEFT's two files.
    ///
    /// # Errors
    /// As [`Self::load_adapter`].
    pub fn add_adapter(&mut self, name: &str, config: &[u8], weights: &[u8]) -> Result<(), EngineError> {
        let adapter = peft::build(name, config, weights, &self.model)?;
        self.adapters.insert(name.to_string(), adapter);
        Ok(())
    }

    /// Forgets an adapter. Was there one of this name?
    pub fn unload_adapter(&mut self, name: &str) -> bool {
        self.adapters.remove(name).is_some()
    }

    /// The linear layers that an adapter may change, by PEFT's names, each with its outputs and inputs.
    #[must_use]
    pub fn adapter_targets(&self) -> Vec<(String, (usize, usize))> {
        peft::targets(&self.model)
    }

    /// Keeps the words that prompts start with, as far as they are the program's own, computed in this folder from now
    /// on, and takes up what earlier processes left there for this model. A prefix that cannot be read or written is
    /// computed as without the folder.
    pub fn keep_prefixes(&mut self, folder: &Path) {
        let (disk, caches) = Disk::open(folder, &self.fingerprint, Shape::of(self.model.config()));
        caches.into_iter().for_each(|cache| self.store.add(cache));
        self.disk = Some(disk);
    }

    /// Tokens at the start of a prompt that no foreign text can change.
    fn fixed(&self, prompt: &Prompt, tokens: &[u32]) -> Result<usize, EngineError> {
        let mut other = prompt.clone();
        for span in other.turns.iter_mut().flat_map(|turn| &mut turn.spans) {
            if span.origin != Origin::System {
                *span = Span::new(span.origin, "other");
            }
        }
        let other = self.tokens.encode_prompt(&self.template.render(&other)?);
        Ok(tokens.iter().zip(&other).take_while(|(a, b)| a == b).count())
    }

    /// Most tokens of a prompt and its answer together.
    #[must_use]
    pub fn context(&self) -> usize {
        self.context
    }

    /// Tokens of a plain text, in which names of control tokens are text.
    #[must_use]
    pub fn tokenize(&self, text: &str) -> Vec<u32> {
        self.tokens.encode(text)
    }

    /// Tokens of a rendered prompt: names of control tokens in it are those tokens, and the token that
    /// begins every text is added where the model has one.
    #[must_use]
    pub fn tokenize_prompt(&self, text: &str) -> Vec<u32> {
        self.tokens.encode_prompt(text)
    }

    /// Tokens of a prompt in the model's form, as [`Engine::generate`] computes them.
    ///
    /// # Errors
    /// [`EngineError::Prompt`] when the prompt cannot be put into that form.
    pub fn prompt_tokens(&self, prompt: &Cleared<Prompt>) -> Result<Vec<u32>, EngineError> {
        Ok(self.tokens.encode_prompt(&self.template.render(prompt.get())?))
    }

    /// Logits of the token that follows `tokens`, one for each token of the vocabulary: for scoring
    /// and for comparison with other engines.
    ///
    /// # Errors
    /// [`EngineError::TooLong`] without room for them, [`EngineError::Prompt`] for none or one that is
    /// not in the vocabulary, [`EngineError::Adapter`] as in [`Engine::generate`].
    pub fn logits(&mut self, tokens: &[u32], adapter: Option<&str>) -> Result<Vec<f32>, EngineError> {
        self.evaluate(tokens, adapter)?;
        Ok(self.logits.clone())
    }

    /// The likeliest token to follow `tokens`.
    ///
    /// # Errors
    /// As [`Self::logits`], and [`EngineError::Other`] when the logits are not numbers.
    pub fn likeliest(&mut self, tokens: &[u32], adapter: Option<&str>) -> Result<u32, EngineError> {
        self.evaluate(tokens, adapter)?;
        Sampler::new(Sampling::GREEDY).draw(&self.logits).ok_or_else(not_numbers)
    }

    /// Fills `self.logits`.
    fn evaluate(&mut self, tokens: &[u32], adapter: Option<&str>) -> Result<(), EngineError> {
        if tokens.is_empty() || tokens.iter().any(|&t| t as usize >= self.tokens.len()) {
            return Err(EngineError::Prompt("tokens of the model's vocabulary are needed".into()));
        }
        check_room(tokens.len(), self.context)?;
        let active = activate(&self.adapters, adapter, tokens)?;
        let sequence = entries(tokens, active);
        let cache = self.store.take(&sequence);
        let mut run = Run { model: &self.model, cache, active, scratch: &mut self.scratch };
        let logits = &mut self.logits;
        self.team.run(|| {
            run.compute(&sequence, &Cancel::default())?;
            run.model.logits(run.scratch, logits);
            Ok(())
        })
    }
}

impl Engine for LocalEngine {
    fn generate(&mut self, request: Request<'_>) -> Result<Completion, EngineError> {
        let prompt = self.prompt_tokens(request.prompt)?;
        check_room(prompt.len(), self.context)?;
        let mut constraint = self.grammars.start(request.grammar)?;
        let active = activate(&self.adapters, request.adapter, &prompt)?;
        let sequence = entries(&prompt, active);
        let cache = self.store.take(&sequence);
        let reused = cache.len();
        let answer = Answer {
            most: request.max_tokens.min(self.context - prompt.len()),
            stop: self.template.stop().filter(|_| constraint.is_none()),
            tokens: &self.tokens,
            written: Vec::new(),
        };
        let mut run = Run { model: &self.model, cache, active, scratch: &mut self.scratch };
        let logits = &mut self.logits;
        let (answer, finish) =
            self.team.run(|| answer.write(sequence, &request, &mut run, &mut constraint, logits))?;
        let prefilled = run.cache.len().min(prompt.len()) - reused;
        if self.disk.is_some() && (self.own.is_empty() || !prompt.starts_with(&self.own)) {
            let fixed = self.fixed(request.prompt.get(), &prompt)?;
            self.own = prompt[..fixed].to_vec();
            if let (Some(disk), Some(cache)) = (&mut self.disk, self.store.last()) {
                disk.keep(cache, fixed.min(cache.len()));
            }
        }
        let usage = Usage { prefilled, reused, decoded: answer.written.len() };
        Ok(Completion { text: answer.text(), usage, finish })
    }

    fn model(&self) -> &str {
        &self.name
    }

    fn marks(&self) -> &[String] {
        self.template.marks()
    }
}

/// Models lie as `<name>/model.gguf` in the cache directory; any other file is named by itself.
fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    let folder = path.parent().and_then(Path::file_name).filter(|_| stem == "model");
    folder.unwrap_or(stem).to_string_lossy().into_owned()
}
