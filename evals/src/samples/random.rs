//! Draws that follow from a seed and a name alone.

use crate::suite::rank;

/// A stream of draws.
#[derive(Debug)]
pub(super) struct Random(pocketpilot_core::random::Random);

impl Random {
    /// The stream of that name.
    pub(super) fn new(seed: u64, name: &str) -> Self {
        Self(pocketpilot_core::random::Random::new(rank(seed, name)))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0.next()
    }

    /// A number below `n`, which is above 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0.below(n)
    }

    /// True so many times of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several, of which there is at least one.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Puts items into any order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        self.0.shuffle(items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_follows_from_seed_and_name() {
        let draws = |seed, name| {
            let mut random = Random::new(seed, name);
            (0..9).map(|_| random.below(100)).collect::<Vec<_>>()
        };
        assert_eq!(draws(1, "a"), draws(1, "a"));
        assert_ne!(draws(1, "a"), draws(2, "a"));
        assert_ne!(draws(1, "a"), draws(1, "b"));
    }

    #[test]
    fn shuffling_keeps_every_item() {
        let mut items: Vec<usize> = (0..50).collect();
        Random::new(0, "x").shuffle(&mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
