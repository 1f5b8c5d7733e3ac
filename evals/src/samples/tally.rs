//! What was left out or mended while samples were made, for the data card.

use std::collections::BTreeMap;

/// Counts by reason.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Rows that are in no sample.
    pub removed: BTreeMap<String, usize>,
    /// Rows that are used otherwise than they stand.
    pub mended: BTreeMap<String, usize>,
}

impl Tally {
    pub(super) fn removed(&mut self, why: &str) {
        self.removed_many(why, 1);
    }

    pub(super) fn removed_many(&mut self, why: &str, count: usize) {
        *self.removed.entry(why.to_owned()).or_default() += count;
    }

    pub(super) fn mended(&mut self, how: &str) {
        *self.mended.entry(how.to_owned()).or_default() += 1;
    }
}
