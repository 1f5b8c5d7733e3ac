//! What an episode is made of.

use super::candidates::Candidates;
use super::decide::Adapters;
use crate::consent::{Consent, Policy};
use crate::device::Device;
use crate::encoder::Encoder;
use crate::generate::{Cancel, Engine};
use crate::guard::Guard;
use crate::memory::Memory;
use crate::registry::Registry;

/// Everything an episode works with.
pub struct Parts<'a> {
    /// The model.
    pub engine: &'a mut dyn Engine,
    /// Weights for the two decisions.
    pub adapters: &'a Adapters,
    /// The phone.
    pub device: &'a dyn Device,
    /// All tools.
    pub registry: &'a Registry,
    /// Narrows them.
    pub candidates: &'a Candidates,
    /// Finds texts of one meaning.
    pub encoder: &'a Encoder,
    /// Remembers.
    pub memory: &'a dyn Memory,
    /// Judges every text.
    pub guard: &'a dyn Guard,
    /// Judges every call.
    pub policy: &'a dyn Policy,
    /// Whoever can say yes.
    pub consent: &'a dyn Consent,
    /// Stops the episode.
    pub cancel: Cancel,
}

impl Parts<'_> {
    /// The same parts for an episode of its own, with a memory of its own.
    pub fn with_memory<'b>(&'b mut self, memory: &'b dyn Memory) -> Parts<'b> {
        Parts { engine: &mut *self.engine, memory, cancel: self.cancel.clone(), ..*self }
    }
}

impl std::fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("registry", self.registry).finish_non_exhaustive()
    }
}
