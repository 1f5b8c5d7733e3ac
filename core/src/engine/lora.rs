//! Low-rank adapters (LoRA, arXiv 2106.09685), plain or activated (aLoRA, arXiv 2504.12397).

pub(crate) mod peft;

use crate::engine::kernels::LowRank;

/// The linear layers of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Site {
    Query,
    Key,
    Value,
    Output,
    Gate,
    Up,
    Down,
}

/// An adapter, checked against the model that it was loaded for.
#[derive(Debug)]
pub(crate) struct Adapter {
    /// Hash of everything that its answers depend on.
    pub(crate) hash: [u8; 32],
    /// Tokens from whose last occurrence in the prompt on it applies; without any, it applies to
    /// the whole prompt.
    pub(crate) invocation: Option<Vec<u32>>,
    /// The changes of each block.
    pub(super) blocks: Vec<[Option<LowRank>; 7]>,
}

impl Adapter {
    /// The first position of a prompt that the adapter applies to; none if the prompt lacks the
    /// invocation.
    pub(crate) fn applies_from(&self, prompt: &[u32]) -> Option<usize> {
        match &self.invocation {
            None => Some(0),
            Some(tokens) => prompt.windows(tokens.len()).rposition(|w| w == tokens),
        }
    }

    /// The change of one linear layer.
    pub(super) fn delta(&self, block: usize, site: Site) -> Option<&LowRank> {
        self.blocks.get(block)?[site as usize].as_ref()
    }
}
