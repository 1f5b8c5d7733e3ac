//! What a low-rank change adds to a product.
//!
//! Its inner products are few. They are the first parts of the section that computes the product, so that the threads meet
//! once, not twice. Every part of the product then adds the change to the rows that it has written, which are still in the
//! first-level cache.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::low_rank::LowRank;
use super::product::{Input, Output};
use super::team::wait;

/// What an adapter adds to a product, and from which vector on.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Change<'a> {
    pub(in super::super) low_rank: &'a LowRank,
    pub(in super::super) since: usize,
}

impl Change<'_> {
    /// Inner products of `m` vectors, of which none may be changed.
    fn inner(&self, m: usize) -> usize {
        m.saturating_sub(self.since) * self.low_rank.rank()
    }
}

/// The changes of several products with one input, under way.
pub(super) struct Changes<'a, const N: usize> {
    all: [Option<Changing<'a>>; N],
    /// Parts of inner products, and how many of them are done.
    parts: usize,
    done: AtomicUsize,
}

/// The change of one of them.
struct Changing<'a> {
    change: Change<'a>,
    /// The part after its last.
    end: usize,
    /// Of every vector that is changed.
    inner: Output<'a>,
}

/// Memory for the inner products of `m` vectors.
pub(super) fn rooms<const N: usize>(changes: &[Option<Change<'_>>; N], m: usize) -> [Vec<f32>; N] {
    changes.map(|change| vec![0.0; change.map_or(0, |change| change.inner(m))])
}

impl<'a, const N: usize> Changes<'a, N> {
    /// The changes, of which there are none where no vector is changed.
    pub(super) fn new(changes: [Option<Change<'a>>; N], rooms: &'a mut [Vec<f32>; N]) -> Self {
        let (mut parts, mut rooms) = (0, rooms.iter_mut());
        let all = changes.map(|change| {
            let room = rooms.next().filter(|room| !room.is_empty());
            let (change, room) = change.zip(room)?;
            parts += change.low_rank.inner_parts();
            Some(Changing { change, end: parts, inner: Output::new(room, change.low_rank.rank()) })
        });
        Self { all, parts, done: AtomicUsize::new(0) }
    }

    /// Into how many parts the inner products are cut.
    pub(super) fn parts(&self) -> usize {
        self.parts
    }

    /// Computes one of these parts. All must have been begun before [`Self::add`] is called.
    pub(super) fn compute(&self, part: usize, input: &Input<'_>) {
        /// Counts a part also if it panics: nobody must wait for ever.
        struct Done<'a>(&'a AtomicUsize);
        impl Drop for Done<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Release);
            }
        }
        let _done = Done(&self.done);
        let Changing { change, end, inner } =
            self.all.iter().flatten().find(|changing| part < changing.end).expect("a part of one of them");
        let x = &input.blocks[input.blocks.len() / input.m * change.since..];
        change.low_rank.inner_part(end - 1 - part, x, inner);
    }

    /// Has the memory bring what [`Self::add`] will read, while the rows themselves are computed.
    pub(super) fn prefetch(&self, product: usize, rows: &Range<usize>) {
        if let Some(Changing { change, .. }) = &self.all[product] {
            change.low_rank.prefetch(rows);
        }
    }

    /// Adds its change to some rows of a product. The caller must be the one who wrote them.
    pub(super) fn add(&self, product: usize, rows: Range<usize>, out: &Output<'_>) {
        if let Some(Changing { change, inner, .. }) = &self.all[product] {
            wait(|| self.done.load(Ordering::Acquire) == self.parts);
            // SAFETY: all parts are done, so nobody writes any more.
            #[allow(unsafe_code)]
            let inner = unsafe { inner.all() };
            change.low_rank.add(rows, inner, change.since, out);
        }
    }
}
