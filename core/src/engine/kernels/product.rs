//! Products of one batch of vectors with several matrices at once: the batch is rounded once, and threads meet once.

use std::cell::RefCell;
use std::marker::PhantomData;

use rayon::prelude::*;

use super::Weights;
use super::activation::{Block, quantize};

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
    fn new(out: &'a mut [f32], n: usize) -> Self {
        Self { start: out.as_mut_ptr(), n, length: out.len(), lifetime: PhantomData }
    }

    /// Writes the results of rows `row..` with one vector; no other part may have any of these rows.
    #[inline(always)]
    pub(super) fn write(&self, vector: usize, row: usize, results: &[f32]) {
        let at = vector * self.n + row;
        assert!(row + results.len() <= self.n && at + results.len() <= self.length, "outside the product");
        // SAFETY: the range lies within the slice that was borrowed for `'a`, and only this part writes to it.
        #[allow(unsafe_code)]
        unsafe {
            std::ptr::copy_nonoverlapping(results.as_ptr(), self.start.add(at), results.len());
        }
    }
}

/// `out = x · weightsᵀ` for every matrix and its `out`, all of k columns and `out.len() / m` rows.
pub(in super::super) fn products<const N: usize>(x: &[f32], m: usize, all: [(&dyn Weights, &mut [f32]); N]) {
    // Taken, not borrowed: while it waits for its tasks, this thread may work on another product.
    let mut activations = ACTIVATIONS.take();
    activations.clear();
    if all.iter().any(|(weights, _)| weights.rounds()) {
        quantize(x, x.len() / m, &mut activations);
    }
    let input = Input { m, x, blocks: &activations };
    let mut parts = 0;
    let all = all.map(|(weights, out)| {
        let rows = out.len() / m;
        parts += weights.parts(m);
        (parts, weights, Output::new(out, rows))
    });
    (0..parts).into_par_iter().for_each(|part| {
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
