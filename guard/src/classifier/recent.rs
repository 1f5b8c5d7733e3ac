//! What was judged lately.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::head::LABELS;

/// Scores by text. Two generations: what was used in the last `size` additions stays, and dropping
/// the older half costs nothing. Texts are kept as digests; a hash that an attacker can collide
/// would let an attack borrow an ordinary text's verdict.
pub(super) struct Recent {
    size: usize,
    young: HashMap<[u8; 32], [f32; LABELS]>,
    old: HashMap<[u8; 32], [f32; LABELS]>,
}

impl Recent {
    /// Keeps at least the `size` texts used last, and at most twice as many.
    pub(super) fn new(size: usize) -> Self {
        Self { size, young: HashMap::new(), old: HashMap::new() }
    }

    pub(super) fn get(&mut self, text: &str) -> Option<[f32; LABELS]> {
        let key = key(text);
        if let Some(scores) = self.young.get(&key) {
            return Some(*scores);
        }
        let scores = self.old.remove(&key)?;
        self.insert(key, scores);
        Some(scores)
    }

    pub(super) fn put(&mut self, text: &str, scores: [f32; LABELS]) {
        self.insert(key(text), scores);
    }

    fn insert(&mut self, key: [u8; 32], scores: [f32; LABELS]) {
        if self.young.len() >= self.size {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, scores);
    }
}

fn key(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut recent = Recent::new(4);
        for i in 0..20 {
            recent.put(&format!("text {i}"), [i as f32; LABELS]);
            recent.put("pinned", [0.5; LABELS]);
            assert_eq!(recent.get("pinned"), Some([0.5; LABELS]));
        }
        assert_eq!(recent.get("text 19"), Some([19.0; LABELS]));
        assert_eq!(recent.get("text 0"), None);
        assert!(recent.young.len() + recent.old.len() <= 8);
    }
}
