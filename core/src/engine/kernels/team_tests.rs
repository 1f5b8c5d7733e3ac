use std::sync::Mutex;
use std::sync::atomic::AtomicU32;

use super::*;

fn team(threads: usize) -> Team {
    Team::new(NonZero::new(threads).unwrap()).unwrap()
}

#[test]
fn every_part_is_computed_once() {
    for threads in [1, 2, 5] {
        team(threads).run(|| {
            for parts in [0, 1, 2, 3, 100, 1000] {
                let counts: Vec<AtomicU32> = (0..parts).map(|_| AtomicU32::new(0)).collect();
                share(parts, |part| {
                    counts[part].fetch_add(1, Ordering::Relaxed);
                });
                assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1), "{threads}, {parts}");
            }
        });
    }
}

#[test]
fn chunks_cover_the_data() {
    team(3).run(|| {
        for (length, size) in [(0, 4), (1, 4), (4, 4), (10, 4), (1000, 7)] {
            let mut data = vec![0; length];
            share_chunks(&mut data, size, |index, chunk| {
                chunk.iter_mut().enumerate().for_each(|(i, x)| *x += index * size + i);
            });
            assert_eq!(data, (0..length).collect::<Vec<_>>());
        }
    });
}

#[test]
fn helpers_help() {
    // The first part waits for the second: one thread alone would wait for ever.
    team(2).run(|| {
        let barrier = std::sync::Barrier::new(2);
        for _ in 0..100 {
            share(2, |_| {
                barrier.wait();
            });
        }
    });
}

#[test]
fn helpers_that_slept_wake() {
    let team = team(2);
    let barrier = std::sync::Barrier::new(2);
    for _ in 0..3 {
        while !team.shared.helpers[0].asleep.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        team.run(|| {
            share(2, |_| {
                barrier.wait();
            })
        });
    }
}

#[test]
fn a_section_in_a_section_is_computed_by_its_thread() {
    team(3).run(|| {
        share(4, |_| {
            let me = std::thread::current().id();
            share(4, |_| assert_eq!(std::thread::current().id(), me));
        });
        assert_eq!(threads(), 3);
    });
    assert_eq!(threads(), 1);
}

#[test]
fn a_panic_reaches_the_caller_and_ends_no_helper() {
    let team = team(2);
    for culprit in [true, false] {
        let caller = std::thread::current().id();
        let barrier = std::sync::Barrier::new(2);
        let result = catch_unwind(AssertUnwindSafe(|| {
            team.run(|| {
                share(2, |_| {
                    barrier.wait();
                    assert!((std::thread::current().id() == caller) != culprit, "on purpose");
                });
            });
        }));
        assert!(result.is_err());
    }
    let seen = Mutex::new(Vec::new());
    team.run(|| share(3, |part| seen.lock().unwrap().push(part)));
    let mut seen = seen.into_inner().unwrap();
    seen.sort_unstable();
    assert_eq!(seen, [0, 1, 2]);
}
