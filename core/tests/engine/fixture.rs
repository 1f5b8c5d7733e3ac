//! Tiny random models of each architecture, written as GGUF files.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use pocketpilot_core::engine::{LocalEngine, Options};
use tempfile::TempDir;

pub(crate) const ARCHITECTURES: [&str; 4] = ["llama", "qwen2", "qwen3", "gemma3"];
pub(crate) const TEMPLATE: &str = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n\
                                   {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

/// Reproducible numbers (a linear congruential generator).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    /// Within -1 to 1.
    pub(crate) fn number(&mut self) -> f32 {
        f64::from(self.next()) as f32 / (1u64 << 30) as f32 - 1.0
    }

    pub(crate) fn numbers(&mut self, count: usize, scale: f32) -> Vec<f32> {
        (0..count).map(|_| self.number() * scale).collect()
    }
}

/// A model before it is written: change it to make a variant.
#[derive(Clone)]
pub(crate) struct Fixture {
    pub(crate) metadata: BTreeMap<String, Value>,
    /// Dimensions, slowest first, and numbers.
    pub(crate) tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    pub(crate) format: GgmlDType,
}

pub(crate) const WIDTH: usize = 32;
pub(crate) const HEADS: usize = 4;
pub(crate) const KV_HEADS: usize = 2;
pub(crate) const HEAD_DIM: usize = 16;
pub(crate) const HIDDEN: usize = 64;

/// Outputs and inputs of each linear layer, with the names that GGUF and PEFT give it.
pub(crate) const LINEAR: [(&str, &str, usize, usize); 7] = [
    ("attn_q", "self_attn.q_proj", HEADS * HEAD_DIM, WIDTH),
    ("attn_k", "self_attn.k_proj", KV_HEADS * HEAD_DIM, WIDTH),
    ("attn_v", "self_attn.v_proj", KV_HEADS * HEAD_DIM, WIDTH),
    ("attn_output", "self_attn.o_proj", WIDTH, HEADS * HEAD_DIM),
    ("ffn_gate", "mlp.gate_proj", HIDDEN, WIDTH),
    ("ffn_up", "mlp.up_proj", HIDDEN, WIDTH),
    ("ffn_down", "mlp.down_proj", WIDTH, HIDDEN),
];

impl Fixture {
    pub(crate) fn new(architecture: &str) -> Self {
        let gemma = architecture == "gemma3";
        let layers = if gemma { 7 } else { 3 };
        let mut metadata = BTreeMap::from([
            ("general.architecture".into(), Value::String(architecture.into())),
            ("tokenizer.chat_template".into(), Value::String(TEMPLATE.into())),
        ]);
        let mut size = |key: &str, value: usize| {
            metadata.insert(format!("{architecture}.{key}"), Value::U32(value as u32));
        };
        size("block_count", layers);
        size("context_length", 2048);
        size("embedding_length", WIDTH);
        size("feed_forward_length", HIDDEN);
        size("attention.head_count", HEADS);
        size("attention.head_count_kv", KV_HEADS);
        size("attention.key_length", HEAD_DIM);
        size("attention.value_length", HEAD_DIM);
        if gemma {
            size("attention.sliding_window", 5);
        }
        metadata.insert(format!("{architecture}.rope.freq_base"), Value::F32(10_000.0));
        metadata.insert(format!("{architecture}.attention.layer_norm_rms_epsilon"), Value::F32(1e-6));
        let vocabulary = if gemma { sentencepiece(&mut metadata) } else { byte_pairs(&mut metadata) };

        let mut fixture = Self { metadata, tensors: BTreeMap::new(), format: GgmlDType::F32 };
        let mut random = Random(architecture.len() as u64 * 7 + 1);
        let mut add = |name: String, dims: &[usize], scale: f32, offset: f32| {
            let numbers = random.numbers(dims.iter().product(), scale);
            fixture.tensors.insert(name, (dims.to_vec(), numbers.iter().map(|x| x + offset).collect()));
        };
        add("token_embd.weight".into(), &[vocabulary, WIDTH], 1.0, 0.0);
        add("output_norm.weight".into(), &[WIDTH], 0.2, 1.0);
        if architecture == "qwen2" {
            add("output.weight".into(), &[vocabulary, WIDTH], 0.5, 0.0);
        }
        for layer in 0..layers {
            let name = |part: &str| format!("blk.{layer}.{part}");
            for (part, _, rows, cols) in LINEAR {
                add(name(&format!("{part}.weight")), &[rows, cols], 1.5 / (cols as f32).sqrt(), 0.0);
                if architecture == "qwen2" && matches!(part, "attn_q" | "attn_k" | "attn_v") {
                    add(name(&format!("{part}.bias")), &[rows], 0.5, 0.0);
                }
            }
            add(name("attn_norm.weight"), &[WIDTH], 0.2, 1.0);
            add(name("ffn_norm.weight"), &[WIDTH], 0.2, 1.0);
            if matches!(architecture, "qwen3" | "gemma3") {
                add(name("attn_q_norm.weight"), &[HEAD_DIM], 0.2, 1.0);
                add(name("attn_k_norm.weight"), &[HEAD_DIM], 0.2, 1.0);
            }
            if gemma {
                add(name("post_attention_norm.weight"), &[WIDTH], 0.2, 1.0);
                add(name("post_ffw_norm.weight"), &[WIDTH], 0.2, 1.0);
            }
        }
        fixture
    }

    pub(crate) fn write(&self, path: &Path) {
        let tensors: Vec<(&str, QTensor)> = self
            .tensors
            .iter()
            .map(|(name, (dims, numbers))| {
                let tensor = Tensor::from_slice(numbers, dims.as_slice(), &Device::Cpu).expect("a tensor");
                let format = if dims.len() == 2 { self.format } else { GgmlDType::F32 };
                (name.as_str(), QTensor::quantize(&tensor, format).expect("a quantized tensor"))
            })
            .collect();
        let metadata: Vec<(&str, &Value)> = self.metadata.iter().map(|(k, v)| (k.as_str(), v)).collect();
        let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, t)| (*name, t)).collect();
        gguf_file::write(&mut File::create(path).expect("a file"), &metadata, &tensors).expect("a GGUF");
    }

    /// Writes it into a folder of its own.
    pub(crate) fn file(&self) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("tiny.gguf");
        self.write(&path);
        (folder, path)
    }

    pub(crate) fn load(&self) -> LocalEngine {
        let (_folder, path) = self.file();
        LocalEngine::load(&path, Options { context: 1024, ..Options::default() }).expect("the fixture loads")
    }
}

fn strings(list: &[String]) -> Value {
    Value::Array(list.iter().cloned().map(Value::String).collect())
}

/// Every byte, a few merges and the marks of a chat; returns the number of tokens.
fn byte_pairs(metadata: &mut BTreeMap<String, Value>) -> usize {
    let printable = |b: &u32| matches!(b, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let mut tokens: Vec<String> = (0..256u32)
        .map(|b| {
            let shifted = 0x100 + (0..b).filter(|b| !printable(b)).count() as u32;
            char::from_u32(if printable(&b) { b } else { shifted }).expect("a character").to_string()
        })
        .collect();
    let merges = ["t h", "th e", "i n", "a n", "{ \"", "\" :", ": \"", "\" ,", "\u{120} t"];
    tokens.extend(merges.iter().map(|merge| merge.replace(' ', "")));
    let text = tokens.len();
    tokens.extend(["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(String::from));
    let kinds = (0..tokens.len()).map(|i| Value::I32(if i < text { 1 } else { 3 }));
    metadata.extend([
        ("tokenizer.ggml.model".into(), Value::String("gpt2".into())),
        ("tokenizer.ggml.pre".into(), Value::String("qwen2".into())),
        ("tokenizer.ggml.tokens".into(), strings(&tokens)),
        ("tokenizer.ggml.token_type".into(), Value::Array(kinds.collect())),
        ("tokenizer.ggml.merges".into(), strings(&merges.map(String::from))),
        ("tokenizer.ggml.eos_token_id".into(), Value::U32(tokens.len() as u32 - 1)),
        ("tokenizer.ggml.bos_token_id".into(), Value::U32(text as u32)),
        ("tokenizer.ggml.add_bos_token".into(), Value::Bool(false)),
    ]);
    tokens.len()
}

/// The same in SentencePiece's form.
fn sentencepiece(metadata: &mut BTreeMap<String, Value>) -> usize {
    let mut tokens: Vec<(String, i32, f32)> =
        ["<pad>", "<eos>", "<bos>", "<unk>", "<|im_start|>", "<|im_end|>"]
            .map(|t| (t.into(), 3, -1000.0))
            .into();
    tokens.extend((0..256).map(|b| (format!("<0x{b:02X}>"), 6, -1000.0)));
    let pieces = ["th", "the", "in", "an", "\u{2581}t", "\u{2581}th", "\u{2581}the"].map(String::from);
    let letters = (0x21..0x7f).map(|c| char::from(c).to_string()).chain(["\u{2581}".into(), "\n".into()]);
    tokens.extend(pieces.into_iter().chain(letters).enumerate().map(|(i, t)| (t, 1, -(i as f32))));
    let texts: Vec<String> = tokens.iter().map(|t| t.0.clone()).collect();
    metadata.extend([
        ("tokenizer.ggml.model".into(), Value::String("llama".into())),
        ("tokenizer.ggml.tokens".into(), strings(&texts)),
        ("tokenizer.ggml.token_type".into(), Value::Array(tokens.iter().map(|t| Value::I32(t.1)).collect())),
        ("tokenizer.ggml.scores".into(), Value::Array(tokens.iter().map(|t| Value::F32(t.2)).collect())),
        ("tokenizer.ggml.eos_token_id".into(), Value::U32(1)),
        ("tokenizer.ggml.bos_token_id".into(), Value::U32(2)),
        ("tokenizer.ggml.unknown_token_id".into(), Value::U32(3)),
        ("tokenizer.ggml.add_bos_token".into(), Value::Bool(true)),
        ("tokenizer.ggml.add_space_prefix".into(), Value::Bool(false)),
    ]);
    tokens.len()
}
