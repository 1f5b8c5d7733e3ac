//! A model's vocabulary: text to tokens and back.

mod bpe;
mod spm;

use std::collections::{BTreeSet, HashMap};

use crate::engine::gguf::Gguf;
use crate::generate::EngineError;

/// More tokens than any model has.
const MOST_TOKENS: usize = 1 << 21;
/// More bytes than any token has.
const MOST_BYTES: usize = 512;
/// The grammar's prefix tree takes no more bytes of text in all.
const MOST_TEXT: usize = 1 << 22;

/// Tokens that end an answer, by the names that models give them.
const ENDS: &[&str] =
    &["<|endoftext|>", "<|im_end|>", "<|eot_id|>", "<|end_of_text|>", "<eos>", "<end_of_turn>", "</s>"];

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text.
    Text,
    /// A sign of the model's protocol, never text.
    Control,
    /// Text that always is one token.
    Fixed,
    /// Nothing.
    Unused,
}

/// A vocabulary and its encoder.
#[derive(Debug)]
pub(crate) struct Tokens {
    encoder: Encoder,
    /// The bytes of each token; of a control token its name.
    bytes: Vec<Vec<u8>>,
    kinds: Vec<Kind>,
    /// Control and fixed tokens by their text.
    marks: HashMap<String, u32>,
    /// Lengths of those texts in bytes, and the bytes that they start with.
    mark_lengths: BTreeSet<usize>,
    mark_starts: BTreeSet<u8>,
    begin: Option<u32>,
    adds_begin: bool,
    ends: Vec<u32>,
}

#[derive(Debug)]
enum Encoder {
    Bpe(Box<tokenizers::Tokenizer>),
    Spm(Box<spm::Spm>),
}

impl Tokens {
    /// Reads the tokenizer of a model file.
    pub(crate) fn read(gguf: &Gguf) -> Result<Self, EngineError> {
        let missing =
            |key: &str| gguf.error(format!("tokenizer.ggml.{key} is missing: convert the model again"));
        let texts = gguf.texts("tokenizer.ggml.tokens").ok_or_else(|| missing("tokens"))?;
        if texts.is_empty() || texts.len() > MOST_TOKENS {
            return Err(gguf.error(format!("a vocabulary of {} tokens: download it again", texts.len())));
        }
        let kinds = match gguf.numbers("tokenizer.ggml.token_type") {
            Some(types) if types.len() == texts.len() => types,
            Some(_) => return Err(gguf.error("not every token has a type: download it again")),
            None => vec![1; texts.len()],
        };
        let model = gguf.text("tokenizer.ggml.model").unwrap_or_default();
        let (encoder, bytes) = match model {
            "gpt2" => Self::bpe(gguf, &texts, &kinds)?,
            "llama" => Self::spm(gguf, &texts, &kinds)?,
            other => {
                return Err(
                    gguf.error(format!("the tokenizer {other:?} is not supported: use a gpt2 or llama one"))
                );
            }
        };
        let text: usize = bytes.iter().map(Vec::len).sum();
        if text > MOST_TEXT || bytes.iter().any(|b| b.len() > MOST_BYTES) {
            return Err(gguf.error("its tokens are too long: download it again"));
        }
        let kinds: Vec<Kind> = kinds.into_iter().map(kind).collect();
        let special = |key: &str| {
            let id = gguf.number(&format!("tokenizer.ggml.{key}_token_id"))?;
            u32::try_from(id).ok().filter(|&id| (id as usize) < texts.len())
        };
        let marks: HashMap<String, u32> = texts
            .iter()
            .zip(&kinds)
            .zip(0u32..)
            .filter(|((text, kind), _)| matches!(kind, Kind::Control | Kind::Fixed) && !text.is_empty())
            .map(|((text, _), id)| (text.to_string(), id))
            .collect();
        let mut ends: Vec<u32> = special("eos").into_iter().chain(special("eot")).collect();
        ends.extend(ENDS.iter().filter_map(|name| marks.get(*name)));
        let mut seen = BTreeSet::new();
        ends.retain(|&id| seen.insert(id));
        if ends.is_empty() {
            return Err(missing("eos_token_id"));
        }
        let usual =
            model == "llama" || gguf.text("tokenizer.ggml.pre").is_some_and(|p| p.starts_with("llama"));
        let adds_begin = gguf.flag("tokenizer.ggml.add_bos_token").unwrap_or(usual);
        let mark_lengths = marks.keys().map(String::len).collect();
        let mark_starts = marks.keys().filter_map(|text| text.bytes().next()).collect();
        let begin = special("bos");
        Ok(Self { encoder, bytes, kinds, marks, mark_lengths, mark_starts, begin, adds_begin, ends })
    }

    fn bpe(gguf: &Gguf, texts: &[&str], kinds: &[u64]) -> Result<(Encoder, Vec<Vec<u8>>), EngineError> {
        let merges = gguf
            .texts("tokenizer.ggml.merges")
            .ok_or_else(|| gguf.error("tokenizer.ggml.merges is missing: convert the model again"))?;
        let rules = gguf.text("tokenizer.ggml.pre").unwrap_or("default");
        let tokenizer = bpe::build(texts, &merges, rules).map_err(|e| gguf.error(e))?;
        let bytes = texts.iter().zip(kinds).map(|(text, &kind)| match kind {
            1 => bpe::bytes_of(text).unwrap_or_else(|| text.as_bytes().to_vec()),
            _ => text.as_bytes().to_vec(),
        });
        Ok((Encoder::Bpe(Box::new(tokenizer)), bytes.collect()))
    }

    fn spm(gguf: &Gguf, texts: &[&str], kinds: &[u64]) -> Result<(Encoder, Vec<Vec<u8>>), EngineError> {
        let scores = gguf
            .reals("tokenizer.ggml.scores")
            .filter(|scores| scores.len() == texts.len())
            .ok_or_else(|| gguf.error("not every token has a score: convert the model again"))?;
        if gguf.flag("tokenizer.ggml.add_space_prefix").unwrap_or(true) {
            return Err(gguf
                .error("tokenizers that put a space before the text are not supported: use another model"));
        }
        let mut singles = [None; 256];
        let mut bytes = Vec::with_capacity(texts.len());
        for ((text, &kind), id) in texts.iter().zip(kinds).zip(0u32..) {
            let single = (kind == 6).then(|| text.strip_prefix("<0x")?.strip_suffix('>')).flatten();
            match single.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) => {
                    singles[usize::from(byte)] = Some(id);
                    bytes.push(vec![byte]);
                }
                None => bytes.push(text.replace(spm::SPACE, " ").into_bytes()),
            }
        }
        let unknown = gguf.number("tokenizer.ggml.unknown_token_id").and_then(|id| u32::try_from(id).ok());
        let unknown = unknown.filter(|&id| (id as usize) < texts.len());
        let pieces = texts.iter().zip(kinds).zip(scores).zip(0u32..);
        let pieces = pieces.filter(|(((_, kind), _), _)| matches!(kind, 1 | 4));
        let pieces = pieces.map(|(((text, _), score), id)| (text.to_string(), id, score));
        Ok((Encoder::Spm(Box::new(spm::Spm::new(pieces, singles, unknown))), bytes))
    }

    /// Number of tokens.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of a token; of a control token its name.
    pub(crate) fn bytes(&self, token: u32) -> &[u8] {
        self.bytes.get(token as usize).map_or(&[], Vec::as_slice)
    }

    /// What a token is for.
    pub(crate) fn kind(&self, token: u32) -> Kind {
        self.kinds.get(token as usize).copied().unwrap_or(Kind::Unused)
    }

    /// Tokens that end an answer, the model's own first.
    pub(crate) fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The names of the tokens that begin and end a text, for templates.
    pub(crate) fn bounds(&self) -> (String, String) {
        let name = |token: Option<&u32>| {
            token.map(|&t| String::from_utf8_lossy(self.bytes(t)).into_owned()).unwrap_or_default()
        };
        (name(self.begin.as_ref()), name(self.ends.first()))
    }

    /// The texts of all control and fixed tokens.
    pub(crate) fn marks(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.marks.iter().map(|(text, &id)| (text.as_str(), self.kind(id)))
    }

    /// Tokens of plain text: names of control tokens in it are text.
    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        self.cut(text, |kind| kind == Kind::Fixed)
    }

    /// Tokens of a rendered prompt: names of control tokens in it are those tokens. The token
    /// that begins a text is added where the model wants it and the template did not.
    pub(crate) fn encode_prompt(&self, text: &str) -> Vec<u32> {
        let mut tokens = self.cut(text, |kind| matches!(kind, Kind::Control | Kind::Fixed));
        if let Some(begin) = self.begin.filter(|begin| self.adds_begin && tokens.first() != Some(begin)) {
            tokens.insert(0, begin);
        }
        tokens
    }

    /// Replaces the marks of the wanted kinds, longest first from the left, and encodes what lies
    /// between them.
    fn cut(&self, text: &str, wanted: impl Fn(Kind) -> bool) -> Vec<u32> {
        let mut out = Vec::new();
        let (mut start, mut at) = (0, 0);
        while at < text.len() {
            let rest = &text[at..];
            let lengths = self.mark_lengths.iter().rev();
            let starts = rest.bytes().next().is_some_and(|b| self.mark_starts.contains(&b));
            let mark = lengths
                .take_while(|_| starts)
                .filter_map(|&length| Some((length, *self.marks.get(rest.get(..length)?)?)))
                .find(|&(_, id)| wanted(self.kind(id)));
            match mark {
                Some((length, id)) => {
                    self.merge(&text[start..at], &mut out);
                    out.push(id);
                    at += length;
                    start = at;
                }
                None => at += rest.chars().next().map_or(1, char::len_utf8),
            }
        }
        self.merge(&text[start..], &mut out);
        out
    }

    fn merge(&self, text: &str, out: &mut Vec<u32>) {
        if text.is_empty() {
            return;
        }
        match &self.encoder {
            Encoder::Spm(spm) => spm.encode(text, out),
            Encoder::Bpe(bpe) => match bpe.encode_fast(text, false) {
                Ok(encoding) => out.extend_from_slice(encoding.get_ids()),
                // Byte-level BPE fails only where the vocabulary lacks a byte; the text is lost either way.
                Err(error) => tracing::warn!(%error, "text without tokens"),
            },
        }
    }
}

/// Types of llama.cpp's `llama_token_type`; single bytes are text.
fn kind(number: u64) -> Kind {
    match number {
        1 | 6 => Kind::Text,
        3 => Kind::Control,
        4 => Kind::Fixed,
        _ => Kind::Unused,
    }
}
