//! Low-rank adapters (LoRA, arXiv 2106.09685), plain or activated (aLoRA, arXiv 2504.12397).

pub(crate) mod peft;

use crate::engine::kernels::vector;

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

/// The change of one linear layer: `y += scale · b · (a · x)`.
#[derive(Debug)]
pub(crate) struct Delta {
    /// `rank x cols`.
    a: Vec<f32>,
    /// `rank x rows`: transposed.
    b: Vec<f32>,
    scale: f32,
    rank: usize,
}

impl Delta {
    /// From `a` (`rank x cols`) and `b` (`rows x rank`), both row-major.
    pub(crate) fn new(a: Vec<f32>, b: &[f32], scale: f32, rank: usize) -> Self {
        let transposed = (0..rank).flat_map(|r| b.iter().skip(r).step_by(rank)).copied().collect();
        Self { a, b: transposed, scale, rank }
    }

    /// Adds the change of every row of `x` (`m x cols`) to `out` (`m x rows`).
    pub(crate) fn add(&self, x: &[f32], out: &mut [f32]) {
        let cols = self.a.len() / self.rank;
        let mut inner = vec![0.0; x.len() / cols * self.rank];
        vector::mul_transposed(x, &self.a, cols, &mut inner);
        vector::add_product(self.scale, &inner, &self.b, self.rank, out);
    }
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
    pub(crate) blocks: Vec<[Option<Delta>; 7]>,
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
    pub(crate) fn delta(&self, block: usize, site: Site) -> Option<&Delta> {
        self.blocks.get(block)?[site as usize].as_ref()
    }
}
