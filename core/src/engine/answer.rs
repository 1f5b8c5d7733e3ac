//! An answer, written token by token.

use crate::engine::grammar::Constraint;
use crate::engine::kv::Entry;
use crate::engine::model::Active;
use crate::engine::prior::Prior;
use crate::engine::run::{Run, weights};
use crate::engine::sample::Sampler;
use crate::engine::tokens::{Kind, Tokens};
use crate::generate::{EngineError, Finish, Request};

/// An answer as far as it is written.
pub(crate) struct Answer<'a> {
    pub(crate) tokens: &'a Tokens,
    /// Most tokens.
    pub(crate) most: usize,
    /// Text that ends the answer.
    pub(crate) stop: Option<&'static str>,
    pub(crate) written: Vec<u32>,
}

impl Answer<'_> {
    /// Writes to the end, token by token; those that the grammar forces are computed together with
    /// whatever waits to be computed.
    pub(crate) fn write(
        mut self,
        mut sequence: Vec<Entry>,
        request: &Request<'_>,
        run: &mut Run<'_>,
        constraint: &mut Option<Constraint>,
        logits: &mut [f32],
    ) -> Result<(Self, Finish), EngineError> {
        let mut sampler = Sampler::new(request.sampling);
        let prior = Prior::new(request.grammar, request.prior);
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
                    let lean = |logits: &mut [f32]| {
                        if let (Some(prior), Some(allowed)) = (prior, allowed) {
                            let ends = |token| self.tokens.ends().contains(&token);
                            let bytes = |&token| if ends(token) { &[][..] } else { self.tokens.bytes(token) };
                            let tokens = allowed.iter().map(bytes);
                            prior.lean(&self.bytes(), tokens, logits);
                        }
                    };
                    run.draw(&mut sampler, allowed, logits, lean)?
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

    fn bytes(&self) -> Vec<u8> {
        let text = self.written.iter().filter(|&&token| self.tokens.kind(token) != Kind::Control);
        text.flat_map(|&token| self.tokens.bytes(token)).copied().collect()
    }

    fn raw(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// The answer without what ends it.
    pub(crate) fn text(&self) -> String {
        let mut text = self.raw();
        if let Some(at) = self.stop.and_then(|stop| text.find(stop)) {
            text.truncate(at);
        }
        text
    }
}
