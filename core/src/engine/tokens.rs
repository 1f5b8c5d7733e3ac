//! A model's vocabulary: text to tokens and back.

mod bpe;
mod merge;
mod spm;
mod vocabulary;

use std::collections::{BTreeSet, HashMap};

use crate::engine::gguf::{Gguf, Texts};
use crate::generate::EngineError;
use vocabulary::Vocabulary;

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
    vocabulary: Vocabulary,
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
    Bpe(Box<bpe::Bpe>),
    Spm(Box<spm::Spm>),
}

impl Tokens {
    /// Reads the tokenizer of a model file, whose lists it takes.
    pub(crate) fn read(gguf: &mut Gguf) -> Result<Self, EngineError> {
        let Some(texts) = gguf.take_texts("tokenizer.ggml.tokens") else {
            return Err(missing(gguf, "tokens"));
        };
        if texts.len() == 0 || texts.len() > MOST_TOKENS {
            return Err(gguf.error(format!("a vocabulary of {} tokens: download it again", texts.len())));
        }
        let kinds = match gguf.take_wholes("tokenizer.ggml.token_type") {
            Some(types) if types.len() == texts.len() => types,
            Some(_) => return Err(gguf.error("not every token has a type: download it again")),
            None => vec![1; texts.len()],
        };
        let model = gguf.text("tokenizer.ggml.model").unwrap_or_default().to_string();
        let (encoder, vocabulary) = match model.as_str() {
            "gpt2" => Self::bpe(gguf, &texts, &kinds)?,
            "llama" => Self::spm(gguf, &texts, &kinds)?,
            other => {
                return Err(
                    gguf.error(format!("the tokenizer {other:?} is not supported: use a gpt2 or llama one"))
                );
            }
        };
        if vocabulary.text() > MOST_TEXT || vocabulary.longest() > MOST_BYTES {
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
            return Err(missing(gguf, "eos_token_id"));
        }
        let usual =
            model == "llama" || gguf.text("tokenizer.ggml.pre").is_some_and(|p| p.starts_with("llama"));
        let adds_begin = gguf.flag("tokenizer.ggml.add_bos_token").unwrap_or(usual);
        let mark_lengths = marks.keys().map(String::len).collect();
        let mark_starts = marks.keys().filter_map(|text| text.bytes().next()).collect();
        let begin = special("bos");
        Ok(Self { encoder, vocabulary, kinds, marks, mark_lengths, mark_starts, begin, adds_begin, ends })
    }

    fn bpe(gguf: &mut Gguf, texts: &Texts, kinds: &[u64]) -> Result<(Encoder, Vocabulary), EngineError> {
        let Some(merges) = gguf.take_texts("tokenizer.ggml.merges") else {
            return Err(missing(gguf, "merges"));
        };
        let mut vocabulary = Vocabulary::default();
        for (text, &kind) in texts.iter().zip(kinds) {
            match bpe::bytes_of(text).filter(|_| kind == 1) {
                Some(bytes) => vocabulary.push(&bytes),
                None => vocabulary.push(text.as_bytes()),
            }
        }
        // Where a token of text and one of another kind read the same, text is encoded to the first.
        let ids = |text| kinds.iter().zip(0u32..).filter(move |&(&kind, _)| (kind == 1) == text);
        ids(false).chain(ids(true)).filter(|&(&kind, _)| kind != 3).for_each(|(_, id)| vocabulary.know(id));
        let rules = gguf.text("tokenizer.ggml.pre").unwrap_or("default");
        let bpe = bpe::Bpe::new(&vocabulary, &merges, rules).map_err(|e| gguf.error(e))?;
        Ok((Encoder::Bpe(Box::new(bpe)), vocabulary))
    }

    fn spm(gguf: &mut Gguf, texts: &Texts, kinds: &[u64]) -> Result<(Encoder, Vocabulary), EngineError> {
        let scores = gguf
            .take_reals("tokenizer.ggml.scores")
            .filter(|scores| scores.len() == texts.len())
            .ok_or_else(|| gguf.error("not every token has a score: convert the model again"))?;
        if gguf.flag("tokenizer.ggml.add_space_prefix").unwrap_or(true) {
            return Err(gguf
                .error("tokenizers that put a space before the text are not supported: use another model"));
        }
        let mut singles = [None; 256];
        let mut vocabulary = Vocabulary::default();
        for ((text, &kind), id) in texts.iter().zip(kinds).zip(0u32..) {
            let single = (kind == 6).then(|| text.strip_prefix("<0x")?.strip_suffix('>')).flatten();
            match single.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) => {
                    singles[usize::from(byte)] = Some(id);
                    vocabulary.push(&[byte]);
                }
                None => vocabulary.push(text.replace(spm::SPACE, " ").as_bytes()),
            }
            // Text has no spaces for this tokenizer, only their sign.
            if matches!(kind, 1 | 4) && !text.contains(' ') {
                vocabulary.know(id);
            }
        }
        let unknown = gguf.number("tokenizer.ggml.unknown_token_id").and_then(|id| u32::try_from(id).ok());
        let unknown = unknown.filter(|&id| (id as usize) < texts.len());
        Ok((Encoder::Spm(Box::new(spm::Spm::new(scores, singles, unknown))), vocabulary))
    }

    /// Number of tokens.
    pub(crate) fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// The bytes of a token; of a control token its name.
    pub(crate) fn bytes(&self, token: u32) -> &[u8] {
        self.vocabulary.bytes(token)
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
            Encoder::Spm(spm) => spm.encode(text, &self.vocabulary, out),
            Encoder::Bpe(bpe) => bpe.encode(text, &self.vocabulary, out),
        }
    }
}

fn missing(gguf: &Gguf, key: &str) -> EngineError {
    gguf.error(format!("tokenizer.ggml.{key} is missing: convert the model again"))
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
