//! Sentence encoder: all-MiniLM-L6-v2 (or any BERT of that layout), shared by guard and memory.
//!
//! Sentence embeddings are the mean of the last layer's token states, scaled to length 1
//! (Sentence-BERT, arXiv 1908.10084; MiniLM, arXiv 2002.10957).

use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use tokenizers::Tokenizer;

/// The longest text that is tokenised, in bytes. What [`Encoder::embed`] cannot see anyway is cut
/// here first, so that a hostile text costs no more than a long one.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Padded tokens in one forward pass; beyond it the activations leave the cache and gain nothing.
const BATCH_TOKENS: usize = 1024;

/// Why the encoder cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file of the model cannot be read.
    #[error("cannot read {path}: {source}; run `pocketpilot models pull all-minilm-l6-v2`")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file of the model is not what its name says.
    #[error("{path} is not usable: {why}; pull the model again")]
    Broken {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The text is longer than the caller's bound.
    #[error("the text is longer than {limit} windows of the encoder; cut it first")]
    TooLong {
        /// Windows allowed.
        limit: usize,
    },
    /// The tokenizer or the model failed on an input.
    #[error("the encoder failed: {0}")]
    Run(String),
}

impl From<candle_core::Error> for EncoderError {
    fn from(e: candle_core::Error) -> Self {
        Self::Run(e.to_string())
    }
}

/// How a long text is cut into pieces that the encoder can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Tokens of one window, the two special ones included.
    pub tokens: usize,
    /// Tokens that neighbouring windows share.
    pub overlap: usize,
    /// More windows than this are refused with [`EncoderError::TooLong`].
    pub limit: usize,
}

/// The encoder, on the CPU. Cheap to share: all methods take `&self`.
pub struct Encoder {
    model: BertModel,
    tokenizer: Tokenizer,
    width: usize,
    max_tokens: usize,
    start: u32,
    end: u32,
    pad: u32,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("width", &self.width).finish_non_exhaustive()
    }
}

impl Encoder {
    /// Loads `config.json`, `tokenizer.json` and `model.safetensors` from a directory.
    ///
    /// # Errors
    /// [`EncoderError::Read`] or [`EncoderError::Broken`], naming the file.
    pub fn load(dir: &Path) -> Result<Self, EncoderError> {
        let broken = |name: &str, why: String| EncoderError::Broken {
            path: dir.join(name).display().to_string(),
            why,
        };
        let config: Config = serde_json::from_slice(&read(dir, "config.json")?)
            .map_err(|e| broken("config.json", e.to_string()))?;
        let mut tokenizer = Tokenizer::from_bytes(read(dir, "tokenizer.json")?)
            .map_err(|e| broken("tokenizer.json", e.to_string()))?;
        // The file asks for padding and truncation to 128; both are done here, by batch and window.
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(|e| broken("tokenizer.json", e.to_string()))?;
        let special = |name: &str| {
            tokenizer
                .token_to_id(name)
                .filter(|&id| (id as usize) < config.vocab_size)
                .ok_or_else(|| broken("tokenizer.json", format!("it has no usable {name} token")))
        };
        let (start, end, pad) = (special("[CLS]")?, special("[SEP]")?, special("[PAD]")?);
        if tokenizer.get_vocab_size(true) > config.vocab_size {
            return Err(broken("tokenizer.json", "it has more tokens than the model".into()));
        }
        let weights = read(dir, "model.safetensors")?;
        let model = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
            .and_then(|vb| BertModel::load(vb, &config))
            .map_err(|e| broken("model.safetensors", e.to_string()))?;
        Ok(Self {
            model,
            tokenizer,
            width: config.hidden_size,
            max_tokens: config.max_position_embeddings,
            start,
            end,
            pad,
        })
    }

    /// Numbers in an embedding, and in a token's state.
    pub fn width(&self) -> usize {
        self.width
    }

    /// One embedding of length 1 for each text, in order. Reads the first 512 tokens of a text.
    ///
    /// # Errors
    /// [`EncoderError::Run`].
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncoderError> {
        let tokens: Vec<Vec<u32>> =
            texts.iter().map(|text| self.tokens(text, self.max_tokens)).collect::<Result<_, _>>()?;
        self.states(&tokens)?
            .iter()
            .map(|states| {
                let mean = states.mean(0)?;
                let norm = mean.sqr()?.sum_all()?.sqrt()?.to_scalar::<f32>()?;
                Ok((mean / f64::from(norm.max(1e-12)))?.to_vec1()?)
            })
            .collect()
    }

    /// The first tokens of a text, at most `max` with the two special ones around them.
    ///
    /// # Errors
    /// [`EncoderError::Run`] when the tokenizer fails.
    pub fn tokens(&self, text: &str, max: usize) -> Result<Vec<u32>, EncoderError> {
        let max = max.clamp(2, self.max_tokens);
        let ids = self.tokenize(cut(text, MAX_TEXT_BYTES))?;
        Ok(self.framed(ids.get(..max - 2).unwrap_or(&ids)))
    }

    /// All tokens of a text, in windows that overlap. A short text gives one window.
    ///
    /// # Errors
    /// [`EncoderError::TooLong`] beyond `windows.limit`; [`EncoderError::Run`].
    pub fn windows(&self, text: &str, windows: Windows) -> Result<Vec<Vec<u32>>, EncoderError> {
        let size = windows.tokens.clamp(3, self.max_tokens) - 2;
        let step = size.saturating_sub(windows.overlap).max(1);
        let too_long = EncoderError::TooLong { limit: windows.limit };
        if text.len() > MAX_TEXT_BYTES {
            return Err(too_long);
        }
        let ids = self.tokenize(text)?;
        let count = 1 + ids.len().saturating_sub(size).div_ceil(step);
        if count > windows.limit {
            return Err(too_long);
        }
        Ok((0..count).map(|i| self.framed(ids.iter().skip(i * step).take(size))).collect())
    }

    /// The last layer's state of every token: one `[tokens, width]` tensor of f32 for each input,
    /// in order. Inputs come from [`Encoder::tokens`] or [`Encoder::windows`].
    ///
    /// # Errors
    /// [`EncoderError::Run`], also for an empty input or one longer than the model reads.
    pub fn states(&self, inputs: &[Vec<u32>]) -> Result<Vec<Tensor>, EncoderError> {
        if inputs.iter().any(|i| i.is_empty() || i.len() > self.max_tokens) {
            return Err(EncoderError::Run(format!("an input is empty or over {} tokens", self.max_tokens)));
        }
        let mut order: Vec<(usize, &Vec<u32>)> = inputs.iter().enumerate().collect();
        order.sort_by_key(|(_, input)| input.len());
        let mut states = Vec::with_capacity(inputs.len());
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            // Sorted, so the last one of a batch is the longest and sets the padding.
            let fits = rest.iter().enumerate().take_while(|(i, (_, t))| (i + 1) * t.len() <= BATCH_TOKENS);
            let (batch, later) = rest.split_at(fits.count().max(1));
            states.extend(self.forward(batch)?);
            rest = later;
        }
        states.sort_by_key(|(place, _)| *place);
        Ok(states.into_iter().map(|(_, state)| state).collect())
    }

    fn forward(&self, batch: &[(usize, &Vec<u32>)]) -> Result<Vec<(usize, Tensor)>, EncoderError> {
        let longest = batch.iter().map(|(_, t)| t.len()).max().unwrap_or(0);
        let padded = |fill: u32, value: &dyn Fn(u32) -> u32| -> Vec<u32> {
            let row = |t: &Vec<u32>| {
                t.iter().map(|&id| value(id)).chain(std::iter::repeat_n(fill, longest - t.len())).collect()
            };
            batch.iter().flat_map(|(_, t)| -> Vec<u32> { row(t) }).collect()
        };
        let shape = (batch.len(), longest);
        let ids = Tensor::from_vec(padded(self.pad, &|id| id), shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(padded(0, &|_| 1), shape, &Device::Cpu)?;
        let states = self.model.forward(&ids, &ids.zeros_like()?, Some(&mask))?;
        batch
            .iter()
            .enumerate()
            .map(|(row, (place, tokens))| Ok((*place, states.get(row)?.narrow(0, 0, tokens.len())?)))
            .collect()
    }

    fn tokenize(&self, text: &str) -> Result<Vec<u32>, EncoderError> {
        let encoding =
            self.tokenizer.encode_fast(text, false).map_err(|e| EncoderError::Run(e.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    fn framed<'a>(&self, ids: impl IntoIterator<Item = &'a u32>) -> Vec<u32> {
        std::iter::once(self.start).chain(ids.into_iter().copied()).chain([self.end]).collect()
    }
}

fn read(dir: &Path, name: &str) -> Result<Vec<u8>, EncoderError> {
    let path = dir.join(name);
    fs::read(&path).map_err(|source| EncoderError::Read { path: path.display().to_string(), source })
}

/// The longest prefix of at most `max` bytes that ends between characters.
fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

#[cfg(test)]
mod tests;
