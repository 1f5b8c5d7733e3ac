//! The transformer: one forward pass for all architectures of [`Config`].

use crate::engine::attention::attend;
use crate::engine::config::{Config, Family};
use crate::engine::gguf::Gguf;
use crate::engine::kernels::team::share_chunks;
use crate::engine::kernels::{Change, vector};
use crate::engine::kv::{Cache, Entry};
use crate::engine::linear::Linear;
use crate::engine::lora::{Adapter, Site};
use crate::engine::matrix::Matrix;
use crate::engine::rope::Rope;
use crate::engine::scratch::Scratch;
use crate::generate::EngineError;

/// Rows that are worth a task of their own in work of a few operations a number.
const ROWS: usize = 8;

/// One layer's weights.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) attention_norm: Vec<f32>,
    /// By [`Site`].
    pub(crate) linear: [Linear; 7],
    pub(crate) query_norm: Option<Vec<f32>>,
    pub(crate) key_norm: Option<Vec<f32>>,
    pub(crate) attention_post_norm: Option<Vec<f32>>,
    pub(crate) feed_norm: Vec<f32>,
    pub(crate) feed_post_norm: Option<Vec<f32>>,
}

/// A model's weights.
#[derive(Debug)]
pub(crate) struct Model {
    config: Config,
    embedding: Matrix,
    blocks: Vec<Block>,
    norm: Vec<f32>,
    /// None where the embedding serves as the head.
    head: Option<Matrix>,
    rope: Rope,
    /// Rotation in the layers with a window.
    window_rope: Option<Rope>,
}

/// An adapter in use, and the first position that it applies to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Active<'a> {
    pub(crate) adapter: &'a Adapter,
    pub(crate) from: usize,
}

impl Model {
    /// Reads all weights. `vocabulary` is the tokenizer's size, `positions` the longest context.
    pub(crate) fn read(gguf: &mut Gguf, vocabulary: usize, positions: usize) -> Result<Self, EngineError> {
        let config = Config::read(gguf)?;
        let embedding = gguf.matrix("token_embd.weight", vocabulary, config.width)?;
        let norm = gguf.vector("output_norm.weight", config.width)?;
        let head = match gguf.has("output.weight") {
            true => Some(gguf.matrix("output.weight", vocabulary, config.width)?),
            false => None,
        };
        let factors = gguf.optional("rope_freqs.weight", config.rotary_dim / 2)?;
        let blocks =
            (0..config.layers).map(|layer| Block::read(gguf, &config, layer)).collect::<Result<_, _>>()?;
        if let Some(name) = gguf.unused() {
            return Err(gguf.error(format!(
                "the tensor {name} is not part of a {:?}: use another model",
                config.family
            )));
        }
        let positions = positions.min(config.context);
        let rope = Rope::new(&config, config.rotation, factors.as_deref(), positions);
        let window_rope = config.window.map(|w| Rope::new(&config, w.rotation, None, positions));
        Ok(Self { config, embedding, blocks, norm, head, rope, window_rope })
    }

    /// The layers' weights.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Weight of the norm before the head.
    pub(crate) fn norm_weight(&self) -> &[f32] {
        &self.norm
    }

    /// The output matrix, a row a token.
    pub(crate) fn head(&self) -> &Matrix {
        self.head.as_ref().unwrap_or(&self.embedding)
    }

    /// Tokens as the first layer reads them, `tokens x width`.
    pub(crate) fn embed(&self, tokens: &[u32], out: &mut [f32]) {
        for (row, &token) in out.chunks_exact_mut(self.config.width).zip(tokens) {
            self.embedding.row(token as usize, row);
            row.iter_mut().for_each(|x| *x *= self.config.embedding_scale);
        }
    }

    /// The rotation of a layer.
    pub(crate) fn rope(&self, layer: usize) -> &Rope {
        self.config.layer_window(layer).and(self.window_rope.as_ref()).unwrap_or(&self.rope)
    }

    /// The hyper-parameters.
    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    /// Tokens the model knows.
    pub(crate) fn vocabulary(&self) -> usize {
        self.embedding.rows()
    }

    /// Bytes of all weights.
    pub(crate) fn bytes(&self) -> usize {
        let layers = self.blocks.iter().flat_map(|block| &block.linear).map(Linear::bytes).sum::<usize>();
        layers + self.embedding.bytes() + self.head.as_ref().map_or(0, Matrix::bytes)
    }

    /// Outputs and inputs of a linear layer.
    pub(crate) fn shape(&self, layer: usize, site: Site) -> (usize, usize) {
        let linear = &self.blocks[layer].linear[site as usize];
        (linear.rows(), linear.cols())
    }

    /// Computes the positions of `entries`, which follow those in `cache`, and adds them to it. The
    /// last one's state stays in `scratch` for [`Self::logits`]. There must be room for them in both.
    pub(crate) fn forward(
        &self,
        entries: &[Entry],
        cache: &mut Cache,
        active: Option<Active<'_>>,
        scratch: &mut Scratch,
    ) {
        let (config, past) = (&self.config, cache.len());
        cache.reserve(entries.len());
        let mut rows = scratch.rows(config, entries.len());
        share_chunks(rows.state, config.width, |i, row| {
            self.embedding.row(entries[i].token as usize, row);
            row.iter_mut().for_each(|x| *x *= config.embedding_scale);
        });
        for (layer, block) in self.blocks.iter().enumerate() {
            let delta = |site, first| {
                let active = active?;
                let low_rank = active.adapter.delta(layer, site)?;
                Some(Change { low_rank, since: active.from.saturating_sub(first) })
            };
            let part = |site: Site, first| (&block.linear[site as usize], delta(site, first));
            self.norm(rows.state, &block.attention_norm, rows.input);
            let mut first = past;
            let keys = (part(Site::Key, first), &mut *rows.keys);
            let values = (part(Site::Value, first), &mut *rows.values);
            if layer + 1 < self.blocks.len() {
                let queries = (part(Site::Query, first), &mut *rows.queries);
                Linear::forward(rows.input, [queries, keys, values]);
            } else {
                // Nobody reads what comes out of the last layer but at the last position.
                Linear::forward(rows.input, [keys, values]);
                first += entries.len() - 1;
                rows.skip(config, entries.len() - 1);
                Linear::forward(rows.input, [(part(Site::Query, first), &mut *rows.queries)]);
            }
            let part = |site| part(site, first);
            self.place(layer, first, block.query_norm.as_deref(), config.heads, rows.queries);
            self.place(layer, past, block.key_norm.as_deref(), config.kv_heads, rows.keys);
            cache.write(layer, rows.keys, rows.values);
            attend(config, cache, layer, first, rows.queries, rows.attended);
            Linear::forward(rows.attended, [(part(Site::Output), &mut *rows.output)]);
            self.join(block.attention_post_norm.as_deref(), rows.output, rows.input, rows.state);

            self.norm(rows.state, &block.feed_norm, rows.input);
            Linear::forward(
                rows.input,
                [(part(Site::Gate), &mut *rows.gate), (part(Site::Up), &mut *rows.up)],
            );
            let (up, size) = (&*rows.up, ROWS / 4 * config.hidden);
            share_chunks(rows.gate, size, |i, gate| match config.family {
                Family::Gemma3 => vector::gelu_mul(gate, &up[i * size..]),
                _ => vector::silu_mul(gate, &up[i * size..]),
            });
            Linear::forward(rows.gate, [(part(Site::Down), &mut *rows.output)]);
            self.join(block.feed_post_norm.as_deref(), rows.output, rows.input, rows.state);
        }
        cache.commit(entries);
        scratch.keep_last(config, entries.len());
    }

    /// Logits of the token after the last computed position, `vocabulary` of them.
    pub(crate) fn logits(&self, scratch: &mut Scratch, out: &mut [f32]) {
        let (state, input) = scratch.last();
        vector::rms_norm(state, &self.norm, self.config.epsilon, input);
        self.head().forward(input, out);
    }

    /// Logits of some tokens only, in ascending order: `out[i]` is that of `tokens[i]`, to the bit as in
    /// [`Self::logits`]. `out` has room for the whole vocabulary.
    pub(crate) fn logits_among(&self, scratch: &mut Scratch, tokens: &[u32], out: &mut [f32]) {
        let head = self.head();
        if head.is_cheap(tokens) {
            let (state, input) = scratch.last();
            vector::rms_norm(state, &self.norm, self.config.epsilon, input);
            head.forward_rows(input, tokens, &mut out[..tokens.len()]);
        } else {
            self.logits(scratch, out);
            for (i, &token) in tokens.iter().enumerate() {
                out[i] = out[token as usize];
            }
        }
    }

    /// RMS norm (arXiv 1910.07467) of every row.
    fn norm(&self, x: &[f32], weight: &[f32], out: &mut [f32]) {
        let size = ROWS * weight.len();
        share_chunks(out, size, |i, out| {
            let rows = x[i * size..].chunks_exact(weight.len()).zip(out.chunks_exact_mut(weight.len()));
            rows.for_each(|(x, out)| vector::rms_norm(x, weight, self.config.epsilon, out));
        });
    }

    /// `to += x`, row by row.
    fn add(&self, x: &[f32], to: &mut [f32]) {
        let size = ROWS * self.config.width;
        share_chunks(to, size, |i, to| vector::add(&x[i * size..], to));
    }

    /// Normalises heads where the model does, and turns them by their position.
    fn place(&self, layer: usize, past: usize, norm: Option<&[f32]>, heads: usize, rows: &mut [f32]) {
        let dim = self.config.head_dim;
        let rope = self.rope(layer);
        share_chunks(rows, ROWS * heads * dim, |i, rows| {
            let mut copy = Vec::new();
            for (row, rows) in rows.chunks_exact_mut(heads * dim).enumerate() {
                for head in rows.chunks_exact_mut(dim) {
                    if let Some(weight) = norm {
                        copy.clear();
                        copy.extend_from_slice(head);
                        vector::rms_norm(&copy, weight, self.config.epsilon, head);
                    }
                    rope.turn(head, past + i * ROWS + row);
                }
            }
        });
    }

    /// Adds a part's output to the residual stream, normalised first where the model does.
    fn join(&self, norm: Option<&[f32]>, output: &[f32], spare: &mut [f32], state: &mut [f32]) {
        match norm {
            None => self.add(output, state),
            Some(weight) => {
                self.norm(output, weight, spare);
                self.add(spare, state);
            }
        }
    }
}

impl Block {
    fn read(gguf: &mut Gguf, config: &Config, layer: usize) -> Result<Self, EngineError> {
        let name = |part: &str| format!("blk.{layer}.{part}");
        let (width, hidden, dim) = (config.width, config.hidden, config.head_dim);
        let (query, kv) = (config.heads * dim, config.kv_heads * dim);
        let mut linear = |part: &str, rows, cols| Linear::read(gguf, &name(part), rows, cols);
        let linear = [
            linear("attn_q", query, width)?,
            linear("attn_k", kv, width)?,
            linear("attn_v", kv, width)?,
            linear("attn_output", width, query)?,
            linear("ffn_gate", hidden, width)?,
            linear("ffn_up", hidden, width)?,
            linear("ffn_down", width, hidden)?,
        ];
        Ok(Self {
            linear,
            attention_norm: gguf.vector(&name("attn_norm.weight"), width)?,
            query_norm: gguf.optional(&name("attn_q_norm.weight"), dim)?,
            key_norm: gguf.optional(&name("attn_k_norm.weight"), dim)?,
            attention_post_norm: gguf.optional(&name("post_attention_norm.weight"), width)?,
            feed_norm: gguf.vector(&name("ffn_norm.weight"), width)?,
            feed_post_norm: gguf.optional(&name("post_ffw_norm.weight"), width)?,
        })
    }
}
