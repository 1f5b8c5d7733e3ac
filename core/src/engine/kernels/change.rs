//! What low-rank changes add to a product, computed in the parallel pass of the product itself.
//!
//! A pass of their own would make the threads meet once more for each product. So every thread that begins a part of the
//! product first helps with the changes: it computes inner products that nobody has taken, then rows of the changes, and
//! results of the product are added to those. What was taken is being computed, so nobody waits for long. Reading the
//! factors in one go, and not beside the rows that they change, leaves the processor's prefetchers with one stream at a
//! time.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Output;
use super::low_rank::LowRank;

/// What an adapter adds to a product, and from which vector on.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Change<'a> {
    pub(in super::super) low_rank: &'a LowRank,
    pub(in super::super) since: usize,
}

/// Parts that threads share.
struct Step {
    parts: usize,
    taken: AtomicUsize,
    done: AtomicUsize,
}

impl Step {
    fn new(parts: usize) -> Self {
        Self { parts, taken: AtomicUsize::new(0), done: AtomicUsize::new(0) }
    }

    /// Computes what nobody has taken.
    fn help(&self, compute: impl Fn(usize)) {
        while self.taken.load(Ordering::Relaxed) < self.parts {
            let part = self.taken.fetch_add(1, Ordering::Relaxed);
            if part < self.parts {
                compute(part);
                self.done.fetch_add(1, Ordering::Release);
            }
        }
    }

    /// Waits until all is done, after [`Self::help`].
    fn wait(&self) {
        while self.done.load(Ordering::Acquire) < self.parts {
            std::thread::yield_now();
        }
    }
}

/// A change under way.
pub(super) struct Changing<'a> {
    change: Change<'a>,
    /// From the first vector that is changed on.
    x: &'a [f32],
    inner: Output<'a>,
    inner_step: Step,
    rows_step: Step,
}

impl<'a> Changing<'a> {
    /// That of a product with the `m` vectors `x`; none if no vector of them is changed. Inner products are kept in
    /// `room`.
    pub(super) fn new(change: Change<'a>, x: &'a [f32], m: usize, room: &'a mut Vec<f32>) -> Option<Self> {
        let (changed, low_rank) = (m.checked_sub(change.since).filter(|&n| n > 0)?, change.low_rank);
        room.resize(changed * low_rank.rank(), 0.0);
        Some(Self {
            change,
            x: &x[change.since * (x.len() / m)..],
            inner: Output::new(room, low_rank.rank(), None),
            inner_step: Step::new(low_rank.inner_parts(changed)),
            rows_step: Step::new(low_rank.row_parts()),
        })
    }

    /// Is this vector changed?
    pub(super) fn applies_to(&self, vector: usize) -> bool {
        vector >= self.change.since
    }

    /// Computes inner products that nobody has taken.
    pub(super) fn help_inner(&self) {
        self.inner_step.help(|part| self.change.low_rank.inner_part(part, self.x, &self.inner));
    }

    /// Writes rows of the change that nobody has taken. All threads must have called [`Self::help_inner`].
    pub(super) fn help_rows(&self, out: &Output<'_>) {
        self.rows_step.help(|part| {
            self.inner_step.wait();
            // SAFETY: the step is done, and what it wrote is seen because its end was.
            #[allow(unsafe_code)]
            let inner = unsafe { self.inner.read() };
            self.change.low_rank.row_part(part, inner, self.change.since, out);
        });
    }

    /// Waits until the change is written. The thread must have called [`Self::help_rows`].
    pub(super) fn wait(&self) {
        self.rows_step.wait();
    }
}
