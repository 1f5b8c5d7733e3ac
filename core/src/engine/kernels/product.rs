//! Products of one batch of vectors with several matrices at once: the batch is rounded once, and threads meet once.

use std::cell::RefCell;
use std::marker::PhantomData;

use super::Weights;
use super::activation::{Block, quantize};
use super::change::{Change, Changes, rooms};
use super::team::share;

thread_local! {
    static ACTIVATIONS: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// A batch of vectors.
pub(in super::super) struct Input<'a> {
    /// Their number.
    pub(super) m: usize,
    /// As they are, `m x k`.
    pub(super) x: &'a [f32],
    /// Rounded, `m x k / 32`; empty if no matrix asks for it.
    pub(super) blocks: &'a [Block],
}

/// Where the parts of one product write, `m x n`; each to rows of its own.
pub(in super::super) struct Output<'a> {
    start: *mut f32,
    n: usize,
    length: usize,
    lifetime: PhantomData<&'a mut [f32]>,
}

// SAFETY: the parts of one product write different elements, see `Weights::part`.
#[allow(unsafe_code)]
unsafe impl Sync for Output<'_> {}

impl<'a> Output<'a> {
    pub(super) fn new(out: &'a mut [f32], n: usize) -> Self {
        Self { start: out.as_mut_ptr(), n, length: out.len(), lifetime: PhantomData }
    }

    /// Writes the results of rows `row..` with one vector; no other part may have any of these rows.
    #[inline(always)]
    pub(super) fn write(&self, vector: usize, row: usize, results: &[f32]) {
        // SAFETY: only this part has these rows.
        #[allow(unsafe_code)]
        unsafe { self.rows(vector, row, results.len()) }.copy_from_slice(results);
    }

    /// Everything.
    ///
    /// # Safety
    /// Nobody may write any more.
    #[allow(unsafe_code)]
    pub(super) unsafe fn all(&self) -> &[f32] {
        // SAFETY: the slice was borrowed for `'a`.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
    }

    /// # Safety
    /// Nobody else may have these rows.
    #[inline(always)]
    #[allow(unsafe_code, clippy::mut_from_ref)]
    pub(super) unsafe fn rows(&self, vector: usize, row: usize, count: usize) -> &mut [f32] {
        let at = vector * self.n + row;
        assert!(row + count <= self.n && at + count <= self.length, "outside the product");
        // SAFETY: the range lies within the slice that was borrowed for `'a`.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(at), count) }
    }
}

/// A matrix, what is added to its products, and where they go.
pub(in super::super) type Product<'a> = (&'a dyn Weights, Option<Change<'a>>, &'a mut [f32]);

/// `out = x · weightsᵀ` for every matrix and its `out`, all of k columns and `out.len() / m` rows.
pub(in super::super) fn products<const N: usize>(x: &[f32], m: usize, all: [Product<'_>; N]) {
    // Taken, not borrowed: while it waits for its tasks, this thread may work on another product.
    let mut activations = ACTIVATIONS.take();
    activations.clear();
    if all.iter().any(|(weights, change, _)| weights.rounds() || change.is_some()) {
        quantize(x, x.len() / m, &mut activations);
    }
    let input = Input { m, x, blocks: &activations };
    let changes = all.each_ref().map(|(_, change, _)| *change);
    let mut rooms = rooms(&changes, m);
    let changes = Changes::new(changes, &mut rooms);
    let mut parts = changes.parts();
    let all = all.map(|(weights, _, out)| {
        let (first, rows) = (parts, out.len() / m);
        parts += weights.parts(m);
        (first..parts, weights, Output::new(out, rows))
    });
    share(parts, |part| {
        let Some(product) = all.iter().position(|(parts, ..)| parts.contains(&part)) else {
            return changes.compute(part, &input);
        };
        let (parts, weights, out) = &all[product];
        let rows = weights.rows(part - parts.start, m);
        changes.prefetch(product, &rows);
        weights.part(part - parts.start, &input, out);
        changes.add(product, rows, out);
    });
    ACTIVATIONS.set(activations);
}
