//! The inner products of a low-rank change, computed in the parallel pass of the product that it changes.
//!
//! A pass of their own would make the threads meet once more for each product. So a thread that begins a part of the
//! product first takes the inner products that nobody has taken, and waits for those that others have taken only when
//! it has results to add to. What was taken is being computed and waits for nothing, so nobody waits for long.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Output;
use super::low_rank::LowRank;

/// What an adapter adds to a product, and from which vector on.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Change<'a> {
    pub(in super::super) low_rank: &'a LowRank,
    pub(in super::super) since: usize,
}

/// The inner products of one change.
pub(super) struct Inner<'a> {
    change: Change<'a>,
    /// From the first vector that is changed on.
    x: &'a [f32],
    products: Output<'a>,
    parts: usize,
    taken: AtomicUsize,
    done: AtomicUsize,
}

impl<'a> Inner<'a> {
    /// Those of a product with the `m` vectors `x`; none if it changes no vector of them. They are kept in `room`.
    pub(super) fn new(change: Change<'a>, x: &'a [f32], m: usize, room: &'a mut Vec<f32>) -> Option<Self> {
        let (changed, rank) = (m.checked_sub(change.since).filter(|&n| n > 0)?, change.low_rank.rank());
        room.resize(changed * rank, 0.0);
        Some(Self {
            change,
            x: &x[change.since * (x.len() / m)..],
            products: Output::new(room, rank),
            parts: change.low_rank.parts(changed),
            taken: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        })
    }

    /// Computes what nobody has taken. Every thread must do so before it calls [`Self::add`].
    pub(super) fn help(&self) {
        while self.taken.load(Ordering::Relaxed) < self.parts {
            let part = self.taken.fetch_add(1, Ordering::Relaxed);
            if part < self.parts {
                self.change.low_rank.part(part, self.x, &self.products);
                self.done.fetch_add(1, Ordering::Release);
            }
        }
    }

    /// Adds the change to the results of some rows, from a multiple of eight on, with all vectors that it applies to.
    pub(super) fn add(&self, rows: Range<usize>, out: &Output<'_>) {
        while self.done.load(Ordering::Acquire) < self.parts {
            std::thread::yield_now();
        }
        // SAFETY: all parts are done, and what they wrote is seen because `done` was.
        #[allow(unsafe_code)]
        let products = unsafe { self.products.read() };
        self.change.low_rank.add(products, self.change.since, rows, out);
    }
}
