//! What a trainer asks of the engine: the tokens of an answer and what else could have been written, the keys and values
//! that the base weights give a prompt, and the weights themselves.

use std::collections::HashSet;
use std::sync::Arc;

use crate::engine::kv::Cache;
use crate::engine::local::LocalEngine;
use crate::engine::model::Model;
use crate::engine::run::{Run, check_room, entries};
use crate::generate::{Cancel, EngineError, Grammar};
use crate::prompt::{Prompt, Role, Span};

/// A prompt with its answer.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Of both.
    pub(crate) tokens: Vec<u32>,
    /// Tokens of the prompt.
    pub(crate) prompt: usize,
    /// Where the model has a choice, in order.
    pub(crate) choices: Vec<Choice>,
}

/// A token of an answer that the grammar does not force.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// Its position.
    pub(crate) position: usize,
    /// The tokens that the grammar allows there, in ascending order.
    pub(crate) allowed: Arc<[u32]>,
}

impl LocalEngine {
    /// The base weights.
    pub(crate) fn base(&self) -> &Model {
        &self.model
    }

    /// Names the base weights.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// Runs `work` on the engine's threads.
    pub(crate) fn install<T>(&self, work: impl FnOnce() -> T) -> T {
        self.team.run(work)
    }

    /// The tokens that the model's form of a prompt puts between the last turn and the answer.
    pub(crate) fn invocation(&self) -> Result<Vec<u32>, EngineError> {
        let mut prompt = Prompt::default();
        prompt.push(Role::User, vec![Span::system("x")]);
        let render = |prompt: &Prompt| self.template.render(prompt);
        let bare = render(&prompt)?;
        // The start of an answer must not change the tokens before it.
        prompt.answer_start = "{\"".into();
        let (bare, started) =
            (self.tokens.encode_prompt(&bare), self.tokens.encode_prompt(&render(&prompt)?));
        let ended = self.tokens.encode_prompt(&self.template.without_invitation(&prompt)?);
        let from = common(&ended, &bare);
        let marker = bare[from..common(&bare, &started).max(from)].to_vec();
        match marker.is_empty() {
            false => Ok(marker),
            true => Err(EngineError::Prompt(
                "the model's chat template adds nothing before an answer that could invoke an adapter: train a plain one"
                    .into(),
            )),
        }
    }

    /// Writes `answer` to a prompt as [`crate::generate::Engine::generate`] would. `known` shares sets of tokens among
    /// answers.
    ///
    /// # Errors
    /// [`EngineError::Grammar`] if the grammar does not allow the answer, and those of a generation.
    pub(crate) fn write(
        &mut self,
        prompt: &Prompt,
        grammar: &Grammar,
        answer: &str,
        known: &mut HashSet<Arc<[u32]>>,
    ) -> Result<Written, EngineError> {
        let mut tokens = self.tokens.encode_prompt(&self.template.render(prompt)?);
        let start = tokens.len();
        let mut constraint = self
            .grammars
            .start(grammar)?
            .ok_or_else(|| EngineError::Grammar("a free answer teaches no decision".into()))?;
        let mut rest = answer.as_bytes();
        let mut choices = Vec::new();
        loop {
            let forced = constraint.forced();
            constraint.accept(&forced)?;
            for token in forced {
                rest = rest.strip_prefix(self.tokens.bytes(token)).ok_or_else(|| misfit(answer))?;
                tokens.push(token);
            }
            if constraint.is_complete() {
                break;
            }
            let allowed = constraint.allowed()?;
            let token = self.next(rest, &allowed).ok_or_else(|| misfit(answer))?;
            if allowed.len() > 1 {
                let allowed: Arc<[u32]> = known.get(&allowed[..]).cloned().unwrap_or_else(|| {
                    let allowed: Arc<[u32]> = allowed.into();
                    known.insert(allowed.clone());
                    allowed
                });
                choices.push(Choice { position: tokens.len(), allowed });
            }
            tokens.push(token);
            if rest.is_empty() {
                // Only the end could be chosen.
                break;
            }
            constraint.accept(&[token])?;
            rest = &rest[self.tokens.bytes(token).len()..];
            if constraint.is_complete() {
                break;
            }
        }
        if !rest.is_empty() {
            return Err(misfit(answer));
        }
        check_room(tokens.len(), self.context())?;
        Ok(Written { tokens, prompt: start, choices })
    }

    /// The token that `rest` goes on with: as the tokenizer cuts it, or the longest allowed one; at the end of the
    /// answer one that ends it.
    fn next(&self, rest: &[u8], allowed: &[u32]) -> Option<u32> {
        let is_allowed = |token: &u32| allowed.binary_search(token).is_ok();
        if rest.is_empty() {
            return self.tokens.ends().iter().copied().find(is_allowed);
        }
        let text = std::str::from_utf8(rest).ok();
        let usual = text.and_then(|text| self.tokens.encode(text).first().copied());
        usual.filter(is_allowed).or_else(|| {
            let fits = |token: &&u32| {
                let bytes = self.tokens.bytes(**token);
                !bytes.is_empty() && rest.starts_with(bytes) && !self.tokens.ends().contains(token)
            };
            allowed.iter().filter(fits).max_by_key(|token| self.tokens.bytes(**token).len()).copied()
        })
    }

    /// Keys and values that the base weights give to `tokens`; what earlier sequences share is not computed again.
    pub(crate) fn prefix(&mut self, tokens: &[u32], cancel: &Cancel) -> Result<Cache, EngineError> {
        check_room(tokens.len(), self.context())?;
        let sequence = entries(tokens, None);
        let cache = self.store.take(&sequence);
        let mut run = Run { model: &self.model, cache, active: None, scratch: &mut self.scratch };
        self.team.run(|| run.compute(&sequence, cancel))?;
        Ok(run.cache.clone())
    }
}

fn common(a: &[u32], b: &[u32]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

fn misfit(answer: &str) -> EngineError {
    EngineError::Grammar(format!("the answer {answer} is not what the grammar allows"))
}
