//! Threads that compute together.
//!
//! A forward pass has hundreds of short parallel sections. Helpers wait for the next one without giving up their
//! processors for as long as the gaps between sections usually are: going to sleep and waking takes longer than a section, and
//! beside a busy program a processor once given up is gone for a time slice. Between requests they sleep. The caller of a
//! section waits for helpers that are in it, never for one that is not there yet: what nobody takes, it computes itself.

#![allow(unsafe_code)]

use std::cell::{Cell, RefCell, UnsafeCell};
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

/// How long a helper waits for a section before it sleeps.
const PATIENCE: Duration = Duration::from_micros(50);
/// How long a thread waits for another of its section before it lets others have the processor; that one may be among them.
const BRIEF: Duration = Duration::from_micros(20);
/// How long a helper computes before it offers its processor to others: less than the system's time slice, so that it is
/// seldom suspended in the midst of a part, and so long that offering costs nothing.
const TURN: Duration = Duration::from_millis(1);

/// Of [`Shared::state`]: the section may be entered.
const OPEN: u64 = 1 << 31;
/// Of [`Shared::state`]: how many helpers are in the section.
const INSIDE: u64 = OPEN - 1;

type Section<'a> = dyn Fn() + Sync + 'a;

thread_local! {
    /// The team of this thread; none while it is in a section.
    static CURRENT: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
    /// When this thread last offered its processor to others, if it is a helper.
    static OFFERED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What caller and helpers share.
struct Shared {
    /// The number of the section in the upper half, [`OPEN`] and [`INSIDE`] in the lower.
    state: AtomicU64,
    /// Valid while the section is open or anybody is inside.
    section: UnsafeCell<Option<NonNull<Section<'static>>>>,
    /// A helper's part of the section panicked.
    panicked: AtomicBool,
    /// The helpers are to end.
    ended: AtomicBool,
    helpers: Vec<Helper>,
}

// SAFETY: the section is written while it is closed and nobody is inside, and read only by those who are; it is `Sync`.
unsafe impl Sync for Shared {}
// SAFETY: as above.
unsafe impl Send for Shared {}

/// One helper as the others see it.
#[derive(Default)]
struct Helper {
    /// To wake it; set by itself.
    thread: OnceLock<Thread>,
    /// It sleeps, or is about to.
    asleep: AtomicBool,
}

impl Shared {
    /// What a helper does: sections, until the team ends.
    fn help(&self, me: &Helper) {
        let _ = me.thread.set(std::thread::current());
        OFFERED.set(Some(Instant::now()));
        let (mut last, mut idle) = (0, None);
        while !self.ended.load(Ordering::SeqCst) {
            let state = self.state.load(Ordering::Acquire);
            if is_new(state, last) {
                let enter =
                    self.state.compare_exchange(state, state + 1, Ordering::AcqRel, Ordering::Relaxed);
                if enter.is_ok() {
                    // SAFETY: the section was open, so it stays valid until this thread leaves it.
                    if let Some(section) = unsafe { *self.section.get() } {
                        // SAFETY: as above.
                        let work = AssertUnwindSafe(|| unsafe { section.as_ref()() });
                        if catch_unwind(work).is_err() {
                            self.panicked.store(true, Ordering::Relaxed);
                        }
                    }
                    self.state.fetch_sub(1, Ordering::Release);
                    (last, idle) = (state >> 32, None);
                }
            } else if idle.get_or_insert_with(Instant::now).elapsed() < PATIENCE {
                (0..32).for_each(|_| std::hint::spin_loop());
            } else {
                me.asleep.store(true, Ordering::SeqCst);
                // A caller that has not seen that it sleeps has opened its section before this look at it.
                if !is_new(self.state.load(Ordering::SeqCst), last) && !self.ended.load(Ordering::SeqCst) {
                    std::thread::park();
                }
                me.asleep.store(false, Ordering::SeqCst);
                idle = None;
            }
        }
    }

    /// Runs a section on this thread and those that enter it.
    fn run(&self, section: &Section<'_>) {
        /// Closes the section, also when it panics here.
        struct Close<'a>(&'a Shared);
        impl Drop for Close<'_> {
            fn drop(&mut self) {
                self.0.state.fetch_and(!OPEN, Ordering::AcqRel);
                wait(|| self.0.state.load(Ordering::Acquire) & INSIDE == 0);
            }
        }
        // SAFETY: this thread alone opens sections, the last one is closed and nobody is inside. `Close` keeps this one
        // borrowed for as long as anybody may read it.
        unsafe {
            let section: NonNull<Section<'static>> = std::mem::transmute(NonNull::from(section));
            *self.section.get() = Some(section);
        }
        let number = (self.state.load(Ordering::Relaxed) >> 32) + 1;
        let close = Close(self);
        self.state.store(number << 32 | OPEN, Ordering::SeqCst);
        for helper in &self.helpers {
            if helper.asleep.load(Ordering::SeqCst) {
                helper.thread.get().into_iter().for_each(Thread::unpark);
            }
        }
        section();
        drop(close);
        assert!(!self.panicked.swap(false, Ordering::Relaxed), "a helper panicked");
    }
}

/// Waits for what another thread is about to do.
pub(super) fn wait(ready: impl Fn() -> bool) {
    let mut waiting = None;
    while !ready() {
        if waiting.get_or_insert_with(Instant::now).elapsed() < BRIEF {
            std::hint::spin_loop();
        } else {
            std::thread::yield_now();
        }
    }
}

/// Is there an open section after the `last`?
fn is_new(state: u64, last: u64) -> bool {
    state & OPEN != 0 && state >> 32 != last
}

/// Threads that compute together: the one that calls, and helpers.
pub(in super::super) struct Team {
    shared: Arc<Shared>,
    helpers: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a team of {}", self.helpers.len() + 1)
    }
}

impl Team {
    /// A team of so many threads, the caller's among them.
    ///
    /// # Errors
    /// The system has no threads left.
    pub(in super::super) fn new(threads: NonZero<usize>) -> io::Result<Self> {
        let count = threads.get() - 1;
        let shared = Arc::new(Shared {
            state: AtomicU64::new(0),
            section: UnsafeCell::new(None),
            panicked: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            helpers: (0..count).map(|_| Helper::default()).collect(),
        });
        let mut team = Self { shared: shared.clone(), helpers: Vec::with_capacity(count) };
        for index in 0..count {
            let shared = shared.clone();
            let helper = std::thread::Builder::new().name(format!("engine-{index}"));
            team.helpers.push(helper.spawn(move || shared.help(&shared.helpers[index]))?);
        }
        Ok(team)
    }

    /// Runs `work` on this thread; the team helps with every section of it.
    pub(in super::super) fn run<T>(&self, work: impl FnOnce() -> T) -> T {
        struct Restore(Option<Arc<Shared>>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0.take());
            }
        }
        let _restore = Restore(CURRENT.replace(Some(self.shared.clone())));
        work()
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        for helper in self.helpers.drain(..) {
            helper.thread().unpark();
            // A helper catches the panics of its sections.
            let _ = helper.join();
        }
    }
}

/// Threads of this thread's team.
pub(in super::super) fn threads() -> usize {
    CURRENT.with_borrow(|team| team.as_ref().map_or(1, |team| team.helpers.len() + 1))
}

/// Computes `parts` parts with this thread's team; each thread takes the next one, in order, when it has done one.
pub(in super::super) fn share(parts: usize, compute: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    let section = || {
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                break;
            }
            compute(part);
            offer();
        }
    };
    match CURRENT.take() {
        Some(team) if parts > 1 => {
            team.run(&section);
            CURRENT.set(Some(team));
        }
        team => {
            section();
            CURRENT.set(team);
        }
    }
}

/// Computes chunks of `size` elements of `data` with this thread's team; the last one may be shorter.
pub(in super::super) fn share_chunks<T: Send>(
    data: &mut [T],
    size: usize,
    compute: impl Fn(usize, &mut [T]) + Sync,
) {
    struct Start<T>(*mut T);
    // SAFETY: the chunks do not overlap, and each is taken once.
    unsafe impl<T: Send> Sync for Start<T> {}
    let (start, length) = (Start(data.as_mut_ptr()), data.len());
    share(length.div_ceil(size), |index| {
        let start = &start;
        let from = index * size;
        // SAFETY: `from` is less than the length; the chunk ends with the data at the latest, and is nobody else's.
        compute(index, unsafe { std::slice::from_raw_parts_mut(start.0.add(from), size.min(length - from)) });
    });
}

/// Lets other programs have the processor where a helper's turn is over; while nobody wants it, nothing happens. The
/// caller has no turns: nothing goes on without it.
fn offer() {
    if OFFERED.get().is_some_and(|last| last.elapsed() > TURN) {
        std::thread::yield_now();
        OFFERED.set(Some(Instant::now()));
    }
}

#[cfg(test)]
#[path = "team_tests.rs"]
mod tests;
