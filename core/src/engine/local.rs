//! [`LocalEngine`]: a model file, its adapters and its recent prompts.

use std::collections::HashMap;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::engine::gguf::Gguf;
use crate::engine::grammar::{Constraint, Grammars};
use crate::engine::kv::{Cache, Disk, Entry, Shape, Store, Weights};
use crate::engine::lora::{Adapter, peft};
use crate::engine::model::{Active, Model};
use crate::engine::sample::Sampler;
use crate::engine::scratch::Scratch;
use crate::engine::template::Template;
use crate::engine::tokens::{Kind, Tokens};
use crate::generate::{Cancel, Completion, Engine, EngineError, Finish, Grammar, Request, Sampling, Usage};
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
    model: Model,
    tokens: Arc<Tokens>,
    template: Template,
    /// Prepared when the first grammar is used.
    grammars: OnceLock<Grammars>,
    adapters: HashMap<String, Adapter>,
    store: Store,
    /// Names the model's weights.
    fingerprint: [u8; 32],
    disk: Option<Disk>,
    scratch: Scratch,
    logits: Vec<f32>,
    context: usize,
    pool: rayon::ThreadPool,
}

impl LocalEngine {
    /// Loads a GGUF file of architecture llama, qwen2, qwen3 or gemma3.
    ///
    /// # Errors
    /// [`EngineError::Model`] when the file cannot be read, is broken or is of another kind.
    pub fn load(path: &Path, options: Options) -> Result<Self, EngineError> {
        let pool =
            rayon::ThreadPoolBuilder::new().num_threads(options.threads.get()).build().map_err(|e| {
                EngineError::Other(format!("no threads to compute with ({e}): end other programs"))
            })?;
        let mut gguf = Gguf::open(path)?;
        let tokens = Tokens::read(&gguf)?;
        let template = Template::read(&gguf, &tokens)?;
        let model = pool.install(|| Model::read(&mut gguf, tokens.len(), options.context))?;
        let context = options.context.min(model.config().context);
        let store = Store::new(Shape::of(model.config()), model.bytes() / KEPT);
        Ok(Self {
            name: name(path),
            scratch: Scratch::new(model.config()),
            logits: vec![0.0; model.vocabulary()],
            model,
            tokens: Arc::new(tokens),
            template,
            grammars: OnceLock::new(),
            adapters: HashMap::new(),
            store,
            fingerprint: gguf.fingerprint()?,
            disk: None,
            context,
            pool,
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

    /// Forgets an adapter. Was there one of this name?
    pub fn unload_adapter(&mut self, name: &str) -> bool {
        self.adapters.remove(name).is_some()
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
        self.pool.install(|| {
            run.compute(&sequence, &Cancel::default())?;
            run.model.logits(run.scratch, logits);
            Ok(())
        })
    }

    fn constraint(&self, grammar: &Grammar) -> Result<Option<Constraint>, EngineError> {
        if *grammar == Grammar::Free {
            return Ok(None);
        }
        let grammars = match self.grammars.get() {
            Some(grammars) => grammars,
            None => {
                let grammars = Grammars::new(self.tokens.clone())?;
                self.grammars.get_or_init(|| grammars)
            }
        };
        grammars.start(grammar)
    }
}

/// The computation of one sequence.
struct Run<'a> {
    model: &'a Model,
    cache: &'a mut Cache,
    active: Option<Active<'a>>,
    scratch: &'a mut Scratch,
}

impl Run<'_> {
    /// Computes the entries of a sequence that its cache does not hold yet, in blocks.
    fn compute(&mut self, sequence: &[Entry], cancel: &Cancel) -> Result<(), EngineError> {
        while self.cache.len() < sequence.len() {
            if cancel.is_cancelled() {
                return Err(EngineError::Cancelled);
            }
            let end = sequence.len().min(self.cache.len() + Scratch::BLOCK);
            let block = &sequence[self.cache.len()..end];
            self.model.forward(block, self.cache, self.active, self.scratch);
        }
        Ok(())
    }

    /// Draws the next token, among all or the allowed ones, which are in ascending order.
    fn draw(
        &mut self,
        sampler: &mut Sampler,
        allowed: Option<&[u32]>,
        logits: &mut [f32],
    ) -> Result<u32, EngineError> {
        let drawn = match allowed {
            None => {
                self.model.logits(self.scratch, logits);
                sampler.draw(logits)
            }
            Some(tokens) => {
                self.model.logits_among(self.scratch, tokens, logits);
                sampler.draw(&logits[..tokens.len()]).map(|i| tokens[i as usize])
            }
        };
        drawn.ok_or_else(not_numbers)
    }
}

fn not_numbers() -> EngineError {
    EngineError::Other("the model's logits are not numbers: pull it again".into())
}

fn check_room(tokens: usize, context: usize) -> Result<(), EngineError> {
    // One more for the first token of the answer.
    if tokens < context { Ok(()) } else { Err(EngineError::TooLong { tokens: tokens + 1, context }) }
}

/// The adapter of this name, at work on this prompt.
fn activate<'a>(
    adapters: &'a HashMap<String, Adapter>,
    name: Option<&str>,
    prompt: &[u32],
) -> Result<Option<Active<'a>>, EngineError> {
    let Some(name) = name else { return Ok(None) };
    let fail = |reason: &str| EngineError::Adapter { name: name.into(), reason: reason.into() };
    let adapter = adapters.get(name).ok_or_else(|| fail("it is not loaded: load it first"))?;
    let from = adapter
        .applies_from(prompt)
        .ok_or_else(|| fail("the prompt lacks the tokens that invoke it: use the form it was trained on"))?;
    Ok(Some(Active { adapter, from }))
}

/// The tokens of a sequence with the weights that compute each of them.
fn entries(tokens: &[u32], active: Option<Active<'_>>) -> Vec<Entry> {
    tokens.iter().enumerate().map(|(i, &token)| Entry { token, weights: weights(i, active) }).collect()
}

fn weights(position: usize, active: Option<Active<'_>>) -> Weights {
    match active {
        Some(active) if position >= active.from => Weights::Adapter(active.adapter.hash),
        _ => Weights::Base,
    }
}

impl Engine for LocalEngine {
    fn generate(&mut self, request: Request<'_>) -> Result<Completion, EngineError> {
        let prompt = self.prompt_tokens(request.prompt)?;
        check_room(prompt.len(), self.context)?;
        let mut constraint = self.constraint(request.grammar)?;
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
            self.pool.install(|| answer.write(sequence, &request, &mut run, &mut constraint, logits))?;
        let prefilled = run.cache.len().min(prompt.len()) - reused;
        let fixed = match self.disk {
            Some(_) => {
                self.fixed(request.prompt.get(), &prompt)?.min(self.store.last().map_or(0, Cache::len))
            }
            None => 0,
        };
        if let (Some(disk), Some(cache)) = (&mut self.disk, self.store.last()) {
            disk.keep(cache, fixed);
        }
        let usage = Usage { prefilled, reused, decoded: answer.written.len() };
        Ok(Completion { text: answer.text(), usage, finish })
    }

    fn model(&self) -> &str {
        &self.name
    }
}

/// An answer as far as it is written.
struct Answer<'a> {
    tokens: &'a Tokens,
    /// Most tokens.
    most: usize,
    /// Text that ends the answer.
    stop: Option<&'static str>,
    written: Vec<u32>,
}

impl Answer<'_> {
    /// Writes to the end, token by token; those that the grammar forces are computed together with
    /// whatever waits to be computed.
    fn write(
        mut self,
        mut sequence: Vec<Entry>,
        request: &Request<'_>,
        run: &mut Run<'_>,
        constraint: &mut Option<Constraint>,
        logits: &mut [f32],
    ) -> Result<(Self, Finish), EngineError> {
        let mut sampler = Sampler::new(request.sampling);
        loop {
            if let Some(constraint) = constraint {
                let forced = constraint.forced();
                constraint.accept(&forced)?;
                for token in forced {
                    self.push(token, &mut sequence, run.active);
                }
                if constraint.is_complete() && self.written.len() <= self.most {
                    return Ok((self, Finish::Stop));
                }
            }
            if self.written.len() >= self.most {
                self.written.truncate(self.most);
                return Ok((self, Finish::Length));
            }
            let allowed = constraint.as_mut().map(Constraint::allowed).transpose()?;
            let token = match allowed.as_deref() {
                // Decided without the model; it is computed together with what follows.
                Some(&[token]) => token,
                allowed => {
                    run.compute(&sequence, request.cancel)?;
                    run.draw(&mut sampler, allowed, logits)?
                }
            };
            if self.tokens.ends().contains(&token) {
                return Ok((self, Finish::Stop));
            }
            if let Some(constraint) = constraint {
                constraint.accept(&[token])?;
            }
            self.push(token, &mut sequence, run.active);
            if constraint.as_ref().is_some_and(Constraint::is_complete) || self.is_stopped() {
                return Ok((self, Finish::Stop));
            }
        }
    }

    fn push(&mut self, token: u32, sequence: &mut Vec<Entry>, active: Option<Active<'_>>) {
        sequence.push(Entry { token, weights: weights(sequence.len(), active) });
        self.written.push(token);
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| self.raw().contains(stop))
    }

    fn raw(&self) -> String {
        let text = self.written.iter().filter(|&&token| self.tokens.kind(token) != Kind::Control);
        let bytes: Vec<u8> = text.flat_map(|&token| self.tokens.bytes(token)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The answer without what ends it.
    fn text(&self) -> String {
        let mut text = self.raw();
        if let Some(at) = self.stop.and_then(|stop| text.find(stop)) {
            text.truncate(at);
        }
        text
    }
}

/// Models lie as `<name>/model.gguf` in the cache directory; any other file is named by itself.
fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    let folder = path.parent().and_then(Path::file_name).filter(|_| stem == "model");
    folder.unwrap_or(stem).to_string_lossy().into_owned()
}
