//! Products of one batch of vectors with several matrices at once: the batch is rounded once, and threads meet once.

use std::cell::RefCell;
use std::marker::PhantomData;

use super::Weights;
use super::activation::{Block, quantize};
use super::change::{Change, Changing};
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
    let changes = Changing::each(all.each_ref().map(|(_, change, _)| *change), &input);
    let (mut parts, mut change) = (0, changes.iter());
    let all = all.map(|(weights, _, out)| {
        let rows = out.len() / m;
        parts += weights.parts(m);
        (parts, weights, change.next().and_then(Option::as_ref), Output::new(out, rows))
    });
    share(parts, |part| {
        let mut first = 0;
        for (end, weights, change, out) in &all {
            if part < *end {
                let part = part - first;
                let change = change.map(|change| (change, weights.rows(part, m)));
                if let Some((change, rows)) = &change {
                    change.prefetch(rows);
                }
                weights.part(part, &input, out);
                if let Some((change, rows)) = change {
                    change.add(rows, out);
                }
                return;
            }
            first = *end;
        }
    });
    ACTIVATIONS.set(activations);
}
