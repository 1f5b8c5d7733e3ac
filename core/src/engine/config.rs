//! Hyper-parameters of the supported architectures, read from a model file's metadata.

use crate::engine::gguf::Gguf;
use crate::generate::EngineError;

/// The architectures of the engine. They share one transformer; [`Config`] says how they differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Llama,
    Qwen2,
    Qwen3,
    Gemma3,
}

/// How one rotary embedding turns queries and keys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rotation {
    /// Base of the frequencies.
    pub(crate) base: f32,
    /// Positions are divided by this (linear scaling).
    pub(crate) stretch: f32,
}

/// Layers that see only the nearest positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    /// A position sees itself and the `size - 1` before it.
    pub(crate) size: usize,
    /// Every so many layers, the last of them sees everything.
    pub(crate) period: usize,
    /// Rotation in the windowed layers.
    pub(crate) rotation: Rotation,
}

/// The shape of a model.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) family: Family,
    pub(crate) layers: usize,
    /// Width of the residual stream.
    pub(crate) width: usize,
    /// Width inside the feed-forward part.
    pub(crate) hidden: usize,
    pub(crate) heads: usize,
    /// Heads of keys and values; each serves `heads / kv_heads` query heads.
    pub(crate) kv_heads: usize,
    pub(crate) head_dim: usize,
    /// Dimensions of a head that are turned by the position.
    pub(crate) rotary_dim: usize,
    pub(crate) rotation: Rotation,
    pub(crate) window: Option<Window>,
    /// Added to the variance in RMS norms.
    pub(crate) epsilon: f32,
    /// Scores are multiplied by this.
    pub(crate) score_scale: f32,
    /// Embeddings are multiplied by this.
    pub(crate) embedding_scale: f32,
    /// Positions the model was trained for.
    pub(crate) context: usize,
}

impl Config {
    /// Reads and checks the hyper-parameters.
    pub(crate) fn read(gguf: &Gguf) -> Result<Self, EngineError> {
        let name = gguf.text("general.architecture").unwrap_or_default();
        let family = match name {
            "llama" => Family::Llama,
            "qwen2" => Family::Qwen2,
            "qwen3" => Family::Qwen3,
            "gemma3" => Family::Gemma3,
            other => {
                return Err(gguf.error(format!(
                    "the architecture {other:?} is not supported: use a llama, qwen2, qwen3 or gemma3 model"
                )));
            }
        };
        let key = |rest: &str| format!("{name}.{rest}");
        if gguf.number(&key("expert_count")).is_some_and(|n| n > 0) {
            return Err(gguf.error("mixtures of experts are not supported: use a dense model"));
        }
        let width = gguf.size(&key("embedding_length"), 1 << 16)?;
        let heads = gguf.size(&key("attention.head_count"), 1 << 10)?;
        let kv_heads = match gguf.number(&key("attention.head_count_kv")) {
            None => heads,
            Some(_) => gguf.size(&key("attention.head_count_kv"), heads as u64)?,
        };
        let head_dim = match gguf.number(&key("attention.key_length")) {
            None => width / heads,
            Some(_) => gguf.size(&key("attention.key_length"), 1 << 10)?,
        };
        let rotary_dim = match gguf.number(&key("rope.dimension_count")) {
            None => head_dim,
            Some(_) => gguf.size(&key("rope.dimension_count"), head_dim as u64)?,
        };
        let value_dim = gguf.number(&key("attention.value_length")).unwrap_or(head_dim as u64);
        if heads % kv_heads != 0 || rotary_dim % 2 != 0 || head_dim == 0 || value_dim != head_dim as u64 {
            return Err(gguf.error(format!(
                "{heads} heads of {head_dim} over {kv_heads} of {value_dim}, {rotary_dim} turned, do not fit together: \
                 download it again"
            )));
        }
        let layers = gguf.size(&key("block_count"), 1 << 10)?;
        let rotation = Rotation {
            base: gguf.real(&key("rope.freq_base"))?.unwrap_or(10_000.0),
            stretch: stretch(gguf, name)?,
        };
        let window = match gguf.number(&key("attention.sliding_window")) {
            Some(_) if family == Family::Gemma3 => Some(Window {
                size: gguf.size(&key("attention.sliding_window"), 1 << 30)?,
                period: 6,
                rotation: Rotation { base: 10_000.0, stretch: 1.0 },
            }),
            _ => None,
        };
        // The 27B model alone is scaled by the width of a head in the residual stream.
        let scored = if family == Family::Gemma3 && layers == 62 { width / heads } else { head_dim };
        Ok(Self {
            family,
            layers,
            width,
            hidden: gguf.size(&key("feed_forward_length"), 1 << 18)?,
            heads,
            kv_heads,
            head_dim,
            rotary_dim,
            rotation,
            window,
            epsilon: gguf.real(&key("attention.layer_norm_rms_epsilon"))?.unwrap_or(1e-6),
            score_scale: 1.0 / (scored as f32).sqrt(),
            embedding_scale: if family == Family::Gemma3 { (width as f32).sqrt() } else { 1.0 },
            context: gguf.size(&key("context_length"), 1 << 30)?,
        })
    }

    /// The window of a layer, if it has one.
    pub(crate) fn layer_window(&self, layer: usize) -> Option<Window> {
        self.window.filter(|w| layer % w.period != w.period - 1)
    }

    /// Does the file order each head's dimensions so that neighbours form the pairs that are turned
    /// together? Converters to GGUF permute Llama's queries and keys that way.
    pub(crate) fn turns_neighbours(&self) -> bool {
        self.family == Family::Llama
    }
}

fn stretch(gguf: &Gguf, name: &str) -> Result<f32, EngineError> {
    match gguf.text(&format!("{name}.rope.scaling.type")) {
        None | Some("none") => Ok(1.0),
        Some("linear") => Ok(gguf.real(&format!("{name}.rope.scaling.factor"))?.unwrap_or(1.0)),
        Some(other) => Err(gguf.error(format!("RoPE scaling {other:?} is not supported: use another model"))),
    }
}
