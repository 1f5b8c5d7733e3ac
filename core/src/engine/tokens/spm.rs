//! SentencePiece's BPE: adjacent pieces are merged, best score first, for as long as the result is
//! in the vocabulary (Kudo and Richardson, arXiv 1808.06226).

use super::merge::merge;
use super::vocabulary::Vocabulary;

/// Stands for a space in the vocabulary of the file.
pub(super) const SPACE: char = '\u{2581}';

/// An encoder over a vocabulary with scores.
#[derive(Debug)]
pub(super) struct Spm {
    /// By token.
    scores: Vec<f32>,
    /// Tokens of single bytes, for characters that the vocabulary lacks.
    singles: [Option<u32>; 256],
    unknown: Option<u32>,
}

impl Spm {
    pub(super) fn new(scores: Vec<f32>, singles: [Option<u32>; 256], unknown: Option<u32>) -> Self {
        Self { scores, singles, unknown }
    }

    /// Appends the tokens of a text.
    pub(super) fn encode(&self, text: &str, vocabulary: &Vocabulary, out: &mut Vec<u32>) {
        // The vocabulary is held with spaces.
        let text = text.replace(SPACE, " ");
        let find = |place| vocabulary.find(&text.as_bytes()[place]);
        let characters = text.char_indices().map(|(start, c)| {
            let place = start..start + c.len_utf8();
            (find(place.clone()), place)
        });
        let symbols = merge(characters, |left, right| {
            let token = find(left.place.start..right.place.end)?;
            Some((self.scores[token as usize], token))
        });
        for symbol in symbols {
            match symbol.token {
                Some(token) => out.push(token),
                None => {
                    let bytes = text[symbol.place].bytes();
                    out.extend(bytes.filter_map(|b| self.singles[usize::from(b)].or(self.unknown)));
                }
            }
        }
    }
}
