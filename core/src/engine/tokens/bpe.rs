//! Byte-level BPE in the way of GPT-2, with the splitting rules that a GGUF names.

use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::{
    OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, SplitDelimiterBehavior,
};

use super::merge::merge;
use super::vocabulary::Vocabulary;
use crate::engine::gguf::Texts;

const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
const QWEN2: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// More merges than any model has, and few enough that f32 tells them apart.
const MOST_MERGES: usize = 1 << 24;

/// An encoder over a vocabulary with merges.
#[derive(Debug)]
pub(super) struct Bpe {
    split: PreTokenizerWrapper,
    /// Takes a word that is in the vocabulary as it is.
    ignores_merges: bool,
    /// Tokens of single bytes.
    singles: Vec<Option<u32>>,
    /// Ascending.
    merges: Vec<Merge>,
}

/// Which neighbours make which token, and how early in the file's list.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Merge {
    pair: (u32, u32),
    rank: u32,
    token: u32,
}

impl Bpe {
    /// `rules` is the GGUF's `tokenizer.ggml.pre`.
    pub(super) fn new(vocabulary: &Vocabulary, merges: &Texts, rules: &str) -> Result<Self, String> {
        if merges.len() > MOST_MERGES {
            return Err(format!("its tokenizer has {} merges: download it again", merges.len()));
        }
        let unfit =
            |merge: &str| format!("its tokenizer lacks a token of the merge {merge:?}: download it again");
        let find = |text: &str| vocabulary.find(&bytes_of(text)?);
        let mut all = Vec::with_capacity(merges.len());
        for (merge, rank) in merges.iter().zip(0..) {
            let (left, right) =
                merge.split_once(' ').ok_or("a merge of its tokenizer is not a pair: download it again")?;
            let tokens = find(left).zip(find(right)).zip(find(&[left, right].concat()));
            let (pair, token) = tokens.ok_or_else(|| unfit(merge))?;
            all.push(Merge { pair, rank, token });
        }
        all.sort_unstable();
        all.dedup_by_key(|merge| merge.pair);
        let (split, ignores_merges) = splitting(rules)?;
        let singles = (0..=255).map(|byte| vocabulary.find(&[byte])).collect();
        Ok(Self { split, ignores_merges, singles, merges: all })
    }

    /// Appends the tokens of a text. A byte that the vocabulary lacks is lost.
    pub(super) fn encode(&self, text: &str, vocabulary: &Vocabulary, out: &mut Vec<u32>) {
        let mut words = PreTokenizedString::from(text);
        if let Err(error) = self.split.pre_tokenize(&mut words) {
            tracing::warn!(%error, "text without tokens");
            return;
        }
        for (word, _, _) in words.get_splits(OffsetReferential::Original, OffsetType::None) {
            let whole = self.ignores_merges.then(|| vocabulary.find(word.as_bytes())).flatten();
            match whole {
                Some(token) => out.push(token),
                None => self.merge(word.as_bytes(), out),
            }
        }
    }

    fn merge(&self, word: &[u8], out: &mut Vec<u32>) {
        let bytes = word.iter().enumerate().map(|(i, &byte)| (self.singles[usize::from(byte)], i..i + 1));
        let symbols = merge(bytes, |left, right| {
            let pair = (left.token?, right.token?);
            let at = self.merges.binary_search_by_key(&pair, |merge| merge.pair).ok()?;
            let Merge { rank, token, .. } = self.merges[at];
            Some((-(rank as f32), token))
        });
        out.extend(symbols.filter_map(|symbol| symbol.token));
    }
}

/// How text is cut before merging, and whether a whole word in the vocabulary is taken as it is.
fn splitting(rules: &str) -> Result<(PreTokenizerWrapper, bool), String> {
    let regex = |pattern: &str| -> Result<PreTokenizerWrapper, String> {
        Split::new(SplitPattern::Regex(pattern.into()), SplitDelimiterBehavior::Isolated, false)
            .map(Into::into)
            .map_err(|e| format!("the splitting rule {rules:?} does not compile ({e})"))
    };
    Ok(match rules {
        "qwen2" => (regex(QWEN2)?, false),
        "llama-bpe" | "llama3" => (regex(LLAMA3)?, true),
        "smollm" => (Sequence::new(vec![Digits::new(true).into(), regex(GPT2)?]).into(), false),
        "gpt-2" | "default" => (regex(GPT2)?, false),
        other => {
            return Err(format!("its tokenizer's splitting rule {other:?} is unknown: use another model"));
        }
    })
}

/// The bytes of a token, whose characters each stand for one byte; none if one of them does not.
pub(super) fn bytes_of(token: &str) -> Option<Vec<u8>> {
    token.chars().map(byte_of).collect()
}

/// GPT-2's table backwards: printable Latin-1 stands for itself, the other bytes follow from U+0100
/// on, in order.
fn byte_of(c: char) -> Option<u8> {
    let printable = |b: u32| matches!(b, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let c = u32::from(c);
    let byte = if c < 0x100 {
        Some(c).filter(|&c| printable(c))
    } else {
        (0..0x100).filter(|&b| !printable(b)).nth((c - 0x100) as usize)
    };
    byte.and_then(|b| b.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(token: &str, expected: Option<&[u8]>) {
        assert_eq!(bytes_of(token).as_deref(), expected);
    }

    #[test]
    fn tokens_stand_for_bytes() {
        check("abc", Some(b"abc"));
        check("\u{120}the", Some(b" the"));
        check("\u{10a}", Some(b"\n"));
        check("\u{143}", Some(b"\xad"));
        check("\u{144}", None);
        check("a b", None);
    }
}
