//! What a low-rank change adds to a product.
//!
//! Its inner products are few and computed before the product begins. Every part of the product then adds the change to the
//! rows that it has written, which are still in the first-level cache, so that the threads need not meet once more.

use std::ops::Range;

use super::low_rank::LowRank;
use super::product::{Input, Output};
use super::team::share;

/// What an adapter adds to a product, and from which vector on.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Change<'a> {
    pub(in super::super) low_rank: &'a LowRank,
    pub(in super::super) since: usize,
}

/// A change of a product under way.
pub(super) struct Changing<'a> {
    change: Change<'a>,
    /// Of every vector that is changed.
    inner: Vec<f32>,
}

impl<'a> Changing<'a> {
    /// The changes of several products with one input, their inner products computed; none where no vector is changed.
    pub(super) fn each<const N: usize>(
        changes: [Option<Change<'a>>; N],
        input: &Input<'_>,
    ) -> [Option<Self>; N] {
        let mut all = changes.map(|change| {
            let change = change.filter(|change| change.since < input.m)?;
            Some(Self { change, inner: vec![0.0; (input.m - change.since) * change.low_rank.rank()] })
        });
        let mut parts = 0;
        let under_way = all.each_mut().map(|changing| {
            let Self { change, inner } = changing.as_mut()?;
            let x = &input.blocks[input.blocks.len() / input.m * change.since..];
            parts += change.low_rank.inner_parts();
            Some((parts, change.low_rank, x, Output::new(inner, change.low_rank.rank())))
        });
        share(parts, |part| {
            let (end, low_rank, x, inner) =
                under_way.iter().flatten().find(|(end, ..)| part < *end).expect("a part of one of them");
            low_rank.inner_part(end - 1 - part, x, inner);
        });
        all
    }

    /// Has the memory bring what [`Self::add`] will read, while the rows themselves are computed.
    pub(super) fn prefetch(&self, rows: &Range<usize>) {
        self.change.low_rank.prefetch(rows);
    }

    /// Adds the change to some rows of the product. The caller must be the one who wrote them.
    pub(super) fn add(&self, rows: Range<usize>, out: &Output<'_>) {
        self.change.low_rank.add(rows, &self.inner, self.change.since, out);
    }
}
