//! Products of one batch of vectors with several matrices at once: the batch is rounded once, and threads meet once.

use std::cell::RefCell;
use std::marker::PhantomData;

use rayon::prelude::*;

use super::Weights;
use super::activation::{Block, quantize};
use super::inner::{Change, Inner};

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
    /// What is added to all that is written.
    change: Option<&'a Inner<'a>>,
    lifetime: PhantomData<&'a mut [f32]>,
}

// SAFETY: the parts of one product write different elements, see `Weights::part`.
#[allow(unsafe_code)]
unsafe impl Sync for Output<'_> {}

impl<'a> Output<'a> {
    pub(super) fn new(out: &'a mut [f32], n: usize, change: Option<&'a Inner<'a>>) -> Self {
        Self { start: out.as_mut_ptr(), n, length: out.len(), change, lifetime: PhantomData }
    }

    /// Writes the results of rows `row..` with one vector; no other part may have any of these rows. Where something is
    /// added, `row` is a multiple of eight.
    pub(super) fn write(&self, vector: usize, row: usize, results: &[f32]) {
        let at = vector * self.n + row;
        assert!(row + results.len() <= self.n && at + results.len() <= self.length, "outside the product");
        // SAFETY: the range lies within the slice that was borrowed for `'a`, and only this part has it.
        #[allow(unsafe_code)]
        let out = unsafe { std::slice::from_raw_parts_mut(self.start.add(at), results.len()) };
        out.copy_from_slice(results);
        if let Some(change) = self.change {
            change.add(vector, row, out);
        }
    }

    /// All results with one vector.
    ///
    /// # Safety
    /// All parts must have been computed.
    #[allow(unsafe_code)]
    pub(super) unsafe fn read(&self, vector: usize) -> &[f32] {
        assert!((vector + 1) * self.n <= self.length, "outside the product");
        // SAFETY: the range lies within the slice that was borrowed for `'a`, and no part writes to it any more.
        unsafe { std::slice::from_raw_parts(self.start.add(vector * self.n), self.n) }
    }
}

/// A matrix, what is added to its products, and where they go.
pub(in super::super) type Product<'a> = (&'a dyn Weights, Option<Change<'a>>, &'a mut [f32]);

/// `out = x · weightsᵀ` for every matrix and its `out`, all of k columns and `out.len() / m` rows.
pub(in super::super) fn products<const N: usize>(x: &[f32], m: usize, all: [Product<'_>; N]) {
    // Taken, not borrowed: while it waits for its tasks, this thread may work on another product.
    let mut activations = ACTIVATIONS.take();
    activations.clear();
    if all.iter().any(|(weights, ..)| weights.rounds()) {
        quantize(x, x.len() / m, &mut activations);
    }
    let input = Input { m, x, blocks: &activations };
    let mut rooms = [const { Vec::new() }; N];
    let mut room = rooms.iter_mut();
    let inner = all.each_ref().map(|(_, change, _)| Inner::new((*change)?, x, m, room.next()?));
    let (mut parts, mut changes) = (0, inner.iter());
    let all = all.map(|(weights, _, out)| {
        let rows = out.len() / m;
        parts += weights.parts(m);
        (parts, weights, Output::new(out, rows, changes.next().and_then(Option::as_ref)))
    });
    (0..parts).into_par_iter().for_each(|part| {
        inner.iter().flatten().for_each(Inner::help);
        let mut first = 0;
        for (end, weights, out) in &all {
            if part < *end {
                return weights.part(part - first, &input, out);
            }
            first = *end;
        }
    });
    ACTIVATIONS.set(activations);
}
