//! Byte-level BPE in the way of GPT-2, with the splitting rules that a GGUF names.

use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::tokenizer::{SplitDelimiterBehavior, Tokenizer};

const QWEN2: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const LLAMA3: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Builds the encoder. `rules` is the GGUF's `tokenizer.ggml.pre`.
pub(super) fn build(tokens: &[&str], merges: &[&str], rules: &str) -> Result<Tokenizer, String> {
    let vocabulary: Vocab = tokens.iter().zip(0u32..).map(|(token, id)| (token.to_string(), id)).collect();
    let merges = merges
        .iter()
        .map(|merge| merge.split_once(' ').map(|(a, b)| (a.to_string(), b.to_string())))
        .collect::<Option<Vec<_>>>()
        .ok_or("a merge of its tokenizer is not a pair: download it again")?;
    let (split, ignore_merges) = splitting(rules)?;
    let model = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .ignore_merges(ignore_merges)
        .build()
        .map_err(|e| format!("its tokenizer does not fit together ({e}): download it again"))?;
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_pre_tokenizer(Some(split));
    Ok(tokenizer)
}

/// How text is cut before merging, and whether a whole word in the vocabulary is taken as it is.
fn splitting(rules: &str) -> Result<(PreTokenizerWrapper, bool), String> {
    let bytes = |regex| ByteLevel::new(false, false, regex).into();
    let regex = |pattern: &str| -> Result<PreTokenizerWrapper, String> {
        let split = Split::new(SplitPattern::Regex(pattern.into()), SplitDelimiterBehavior::Isolated, false)
            .map_err(|e| format!("the splitting rule {rules:?} does not compile ({e})"))?;
        Ok(Sequence::new(vec![split.into(), bytes(false)]).into())
    };
    Ok(match rules {
        "qwen2" => (regex(QWEN2)?, false),
        "llama-bpe" | "llama3" => (regex(LLAMA3)?, true),
        "smollm" => (Sequence::new(vec![Digits::new(true).into(), bytes(true)]).into(), false),
        "gpt-2" | "default" => (bytes(true), false),
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
