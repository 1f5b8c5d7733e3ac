//! SentencePiece's BPE: adjacent pieces are merged, best score first, for as long as the result is
//! in the vocabulary (Kudo and Richardson, arXiv 1808.06226).

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

/// Stands for a space in the vocabulary.
pub(super) const SPACE: char = '\u{2581}';

/// An encoder over a vocabulary with scores.
#[derive(Debug)]
pub(super) struct Spm {
    pieces: HashMap<String, (u32, f32)>,
    /// Tokens of single bytes, for characters that the vocabulary lacks.
    bytes: [Option<u32>; 256],
    unknown: Option<u32>,
}

/// Two neighbours that may be merged.
struct Pair {
    score: f32,
    left: usize,
    right: usize,
    /// Length of the merged text, to tell a pair that has changed since.
    length: usize,
}

/// A piece of the text, linked to its neighbours.
struct Symbol {
    start: usize,
    length: usize,
    before: Option<usize>,
    after: Option<usize>,
}

impl Spm {
    pub(super) fn new(
        pieces: impl Iterator<Item = (String, u32, f32)>,
        bytes: [Option<u32>; 256],
        unknown: Option<u32>,
    ) -> Self {
        let pieces = pieces.map(|(text, id, score)| (text, (id, score))).collect();
        Self { pieces, bytes, unknown }
    }

    /// Appends the tokens of a text.
    pub(super) fn encode(&self, text: &str, out: &mut Vec<u32>) {
        let text = text.replace(' ', SPACE.encode_utf8(&mut [0; 4]));
        let mut symbols: Vec<Symbol> = text
            .char_indices()
            .enumerate()
            .map(|(i, (start, c))| Symbol {
                start,
                length: c.len_utf8(),
                before: i.checked_sub(1),
                after: (start + c.len_utf8() < text.len()).then_some(i + 1),
            })
            .collect();
        let mut pairs = BinaryHeap::new();
        for right in 1..symbols.len() {
            pairs.extend(self.pair(&text, &symbols, right - 1, right));
        }
        while let Some(pair) = pairs.pop() {
            let (left, right) = (&symbols[pair.left], &symbols[pair.right]);
            if left.length == 0 || right.length == 0 || left.length + right.length != pair.length {
                continue;
            }
            let after = right.after;
            symbols[pair.left].length = pair.length;
            symbols[pair.left].after = after;
            symbols[pair.right].length = 0;
            if let Some(after) = after {
                symbols[after].before = Some(pair.left);
                pairs.extend(self.pair(&text, &symbols, pair.left, after));
            }
            if let Some(before) = symbols[pair.left].before {
                pairs.extend(self.pair(&text, &symbols, before, pair.left));
            }
        }
        for symbol in symbols.iter().filter(|s| s.length > 0) {
            let piece = &text[symbol.start..symbol.start + symbol.length];
            match self.pieces.get(piece) {
                Some(&(id, _)) => out.push(id),
                None => out.extend(piece.bytes().filter_map(|b| self.bytes[usize::from(b)].or(self.unknown))),
            }
        }
    }

    fn pair(&self, text: &str, symbols: &[Symbol], left: usize, right: usize) -> Option<Pair> {
        let (a, b) = (&symbols[left], &symbols[right]);
        let &(_, score) = self.pieces.get(&text[a.start..b.start + b.length])?;
        Some(Pair { score, left, right, length: a.length + b.length })
    }
}

impl Ord for Pair {
    /// The best score first, then the leftmost.
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.left.cmp(&self.left))
    }
}

impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Pair {}
