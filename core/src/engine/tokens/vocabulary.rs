//! The bytes of all tokens, in one piece, and the way back from bytes to a token.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

/// Tokens by their number and by their bytes.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    text: Vec<u8>,
    ends: Vec<u32>,
    /// Tokens that text is encoded to, by the hash of their bytes.
    known: HashTable<u32>,
    hasher: RandomState,
}

impl Vocabulary {
    /// Adds the next token.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
        // Beyond that, the vocabulary is refused for its size.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Makes a token the one that [`Self::find`] finds.
    pub(super) fn know(&mut self, token: u32) {
        let Self { text, ends, known, hasher } = self;
        let bytes = |token| bytes(text, ends, token);
        let hash = |&token: &u32| hasher.hash_one(bytes(token));
        let same = |&other: &u32| bytes(other) == bytes(token);
        *known.entry(hash(&token), same, hash).or_insert(token).get_mut() = token;
    }

    /// The token of these bytes.
    pub(super) fn find(&self, wanted: &[u8]) -> Option<u32> {
        self.known.find(self.hasher.hash_one(wanted), |&token| self.bytes(token) == wanted).copied()
    }

    /// The bytes of a token, none if it does not exist.
    pub(super) fn bytes(&self, token: u32) -> &[u8] {
        bytes(&self.text, &self.ends, token)
    }

    /// Number of tokens.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all tokens together.
    pub(super) fn text(&self) -> usize {
        self.text.len()
    }

    /// Bytes of the longest token.
    pub(super) fn longest(&self) -> usize {
        (0..self.len() as u32).map(|token| self.bytes(token).len()).max().unwrap_or_default()
    }
}

fn bytes<'a>(text: &'a [u8], ends: &[u32], token: u32) -> &'a [u8] {
    let token = token as usize;
    let Some(&end) = ends.get(token) else { return &[] };
    let start = token.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start as usize..end as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_by_their_bytes() {
        let mut vocabulary = Vocabulary::default();
        for text in ["a", "", "bc", "a"] {
            vocabulary.push(text.as_bytes());
        }
        assert_eq!(vocabulary.find(b"a"), None);
        (0..4).for_each(|token| vocabulary.know(token));
        assert_eq!(vocabulary.find(b"bc"), Some(2));
        assert_eq!(vocabulary.find(b"a"), Some(3), "the last of two");
        assert_eq!(vocabulary.find(b"b"), None);
        assert_eq!((vocabulary.bytes(2), vocabulary.bytes(4)), (&b"bc"[..], &b""[..]));
        assert_eq!((vocabulary.len(), vocabulary.text(), vocabulary.longest()), (4, 4, 2));
    }
}
