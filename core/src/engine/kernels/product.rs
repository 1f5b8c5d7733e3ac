//! Products of one batch of vectors with several matrices at once: the batch is rounded once, and threads meet once.

use std::cell::RefCell;
use std::marker::PhantomData;

use rayon::prelude::*;

use super::activation::{Block, quantize};
use super::change::{Change, Changing};
use super::{Weights, vector};

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
    /// What the results are added to.
    change: Option<&'a Changing<'a>>,
    lifetime: PhantomData<&'a mut [f32]>,
}

// SAFETY: the parts of one product write different elements, see `Weights::part`.
#[allow(unsafe_code)]
unsafe impl Sync for Output<'_> {}

impl<'a> Output<'a> {
    pub(super) fn new(out: &'a mut [f32], n: usize, change: Option<&'a Changing<'a>>) -> Self {
        Self { start: out.as_mut_ptr(), n, length: out.len(), change, lifetime: PhantomData }
    }

    /// Writes the results of rows `row..` with one vector; no other part may have any of these rows.
    #[inline(always)]
    pub(super) fn write(&self, vector: usize, row: usize, results: &[f32]) {
        match self.change {
            Some(change) if change.applies_to(vector) => {
                change.wait();
                // SAFETY: only this part has these rows, now that the change is written.
                #[allow(unsafe_code)]
                vector::add(results, unsafe { self.rows(vector, row, results.len()) });
            }
            _ => self.set(vector, row, results),
        }
    }

    /// The same, but never adds.
    #[inline(always)]
    pub(super) fn set(&self, vector: usize, row: usize, results: &[f32]) {
        // SAFETY: only this part has these rows.
        #[allow(unsafe_code)]
        unsafe { self.rows(vector, row, results.len()) }.copy_from_slice(results);
    }

    /// # Safety
    /// Nobody else may have these rows.
    #[inline(always)]
    #[allow(unsafe_code, clippy::mut_from_ref)]
    unsafe fn rows(&self, vector: usize, row: usize, count: usize) -> &mut [f32] {
        let at = vector * self.n + row;
        assert!(row + count <= self.n && at + count <= self.length, "outside the product");
        // SAFETY: the range lies within the slice that was borrowed for `'a`.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(at), count) }
    }

    /// All results.
    ///
    /// # Safety
    /// All parts must have been computed.
    #[allow(unsafe_code)]
    pub(super) unsafe fn read(&self) -> &[f32] {
        // SAFETY: it is the slice that was borrowed for `'a`, and no part writes to it any more.
        unsafe { std::slice::from_raw_parts(self.start, self.length) }
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
    let changes = all.each_ref().map(|(_, change, _)| Changing::new((*change)?, x, m, room.next()?));
    let (mut parts, mut change) = (0, changes.iter());
    let all = all.map(|(weights, _, out)| {
        let rows = out.len() / m;
        parts += weights.parts(m);
        (parts, weights, Output::new(out, rows, change.next().and_then(Option::as_ref)))
    });
    (0..parts).into_par_iter().for_each(|part| {
        changes.iter().flatten().for_each(Changing::help_inner);
        for (_, _, out) in &all {
            if let Some(change) = out.change {
                change.help_rows(out);
            }
        }
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
