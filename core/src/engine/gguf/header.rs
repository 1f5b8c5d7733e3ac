//! The header of a GGUF file: its metadata and the table of its tensors.
//!
//! A vocabulary is a list of hundreds of thousands of texts, so lists stay as bytes: with a value of its own for each
//! element they would take as much memory as the weights of a small model.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};

use candle_core::Shape;
use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file::TensorInfo;

/// Deepest list of lists.
const DEEPEST: usize = 8;
/// Most dimensions of a tensor.
const DIMENSIONS: u64 = 4;

/// What a file says about its weights.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) metadata: HashMap<String, Value>,
    pub(super) tensors: HashMap<String, TensorInfo>,
    /// Where the weights begin.
    pub(super) data: u64,
}

/// A value of the metadata.
#[derive(Debug)]
pub(super) enum Value {
    Number(Number),
    Text(String),
    Texts(Texts),
    Numbers(Numbers),
    /// Lists of lists, which nothing asks for.
    Lists,
}

/// A number or a flag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Flag(bool),
    Whole(u64),
    Negative,
    Real(f64),
}

/// A list of numbers of one kind, as in the file.
#[derive(Debug)]
pub(super) struct Numbers {
    kind: u64,
    width: usize,
    bytes: Vec<u8>,
}

/// A list of texts, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Header {
    /// Reads it from the start of a file of `length` bytes.
    pub(super) fn read(file: &mut BufReader<File>, length: u64) -> Result<Self, String> {
        let mut source = Source { file, left: length };
        if source.bytes(4)? != b"GGUF" {
            return Err("it does not start with GGUF".into());
        }
        let version = source.number(4)?;
        if !(2..=3).contains(&version) {
            return Err(format!("version {version} is unknown"));
        }
        let (tensor_count, value_count) = (source.number(8)?, source.number(8)?);
        let mut metadata = HashMap::new();
        for _ in 0..value_count {
            let (key, kind) = (source.text()?, source.number(4)?);
            metadata.insert(key, source.value(kind, 0)?);
        }
        let mut tensors = HashMap::new();
        for _ in 0..tensor_count {
            let name = source.text()?;
            let info = source.tensor().map_err(|e| format!("the tensor {name}: {e}"))?;
            if tensors.insert(name, info).is_some() {
                return Err("two tensors have the same name".into());
            }
        }
        let alignment = match metadata.get("general.alignment") {
            Some(Value::Number(Number::Whole(alignment))) => *alignment,
            _ => 32,
        };
        let end = length - source.left;
        let data = end.checked_next_multiple_of(alignment).ok_or(format!("its alignment is {alignment}"))?;
        Ok(Self { metadata, tensors, data })
    }
}

/// What is left of a file.
struct Source<'a> {
    file: &'a mut BufReader<File>,
    left: u64,
}

impl Source<'_> {
    /// Every length in the file is compared with what is left of it before there is memory for it.
    fn claim(&mut self, bytes: u64) -> Result<usize, String> {
        self.left = self.left.checked_sub(bytes).ok_or("it ends too early")?;
        usize::try_from(bytes).map_err(|e| e.to_string())
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), String> {
        self.file.read_exact(buffer).map_err(|e| e.to_string())
    }

    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; self.claim(count)?];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn number(&mut self, width: usize) -> Result<u64, String> {
        let mut wide = [0; 8];
        self.claim(width as u64)?;
        self.fill(&mut wide[..width])?;
        Ok(u64::from_le_bytes(wide))
    }

    /// A text, which some writers end with zeros; what is not UTF-8 in it is replaced.
    fn text(&mut self) -> Result<String, String> {
        let length = self.number(8)?;
        let bytes = self.bytes(length)?;
        let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
        Ok(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }

    fn value(&mut self, kind: u64, depth: usize) -> Result<Value, String> {
        match (kind, width(kind)) {
            (_, Some(width)) => Ok(Value::Number(decode(kind, width, self.number(width)?))),
            (8, _) => self.text().map(Value::Text),
            (9, _) if depth < DEEPEST => {
                let (kind, count) = (self.number(4)?, self.number(8)?);
                self.list(kind, count, depth)
            }
            _ => Err(format!("a value is of the unknown type {kind}")),
        }
    }

    fn list(&mut self, kind: u64, count: u64, depth: usize) -> Result<Value, String> {
        if let Some(width) = width(kind) {
            let bytes = self.bytes(count.saturating_mul(width as u64))?;
            return Ok(Value::Numbers(Numbers { kind, width, bytes }));
        }
        if kind == 8 {
            let mut texts = Texts::default();
            for _ in 0..count {
                texts.push(&self.text()?);
            }
            return Ok(Value::Texts(texts));
        }
        (0..count).try_for_each(|_| self.value(kind, depth + 1).map(drop))?;
        Ok(Value::Lists)
    }

    fn tensor(&mut self) -> Result<TensorInfo, String> {
        let dimensions = self.number(4)?;
        if dimensions > DIMENSIONS {
            return Err(format!("it has {dimensions} dimensions"));
        }
        let mut dims = Vec::new();
        for _ in 0..dimensions {
            dims.push(usize::try_from(self.number(8)?).map_err(|e| e.to_string())?);
        }
        // The file names the fastest first.
        dims.reverse();
        let format = self.number(4)?;
        let ggml_dtype = dtype(format).ok_or(format!("its format {format} is unknown"))?;
        Ok(TensorInfo { ggml_dtype, shape: Shape::from(dims), offset: self.number(8)? })
    }
}

impl Numbers {
    pub(super) fn iter(&self) -> impl Iterator<Item = Number> {
        self.bytes.chunks_exact(self.width).map(|bytes| {
            let mut wide = [0; 8];
            wide[..bytes.len()].copy_from_slice(bytes);
            decode(self.kind, self.width, u64::from_le_bytes(wide))
        })
    }
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end])
    }
}

/// Bytes of a number of this kind.
fn width(kind: u64) -> Option<usize> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

fn decode(kind: u64, width: usize, bits: u64) -> Number {
    match kind {
        1 | 3 | 5 | 11 => {
            let unused = 64 - 8 * width;
            u64::try_from((bits << unused) as i64 >> unused).map_or(Number::Negative, Number::Whole)
        }
        6 => Number::Real(f32::from_bits(bits as u32).into()),
        7 => Number::Flag(bits != 0),
        12 => Number::Real(f64::from_bits(bits)),
        _ => Number::Whole(bits),
    }
}

/// The numbers of `ggml_type` that candle knows.
fn dtype(number: u64) -> Option<GgmlDType> {
    Some(match number {
        0 => GgmlDType::F32,
        1 => GgmlDType::F16,
        2 => GgmlDType::Q4_0,
        3 => GgmlDType::Q4_1,
        6 => GgmlDType::Q5_0,
        7 => GgmlDType::Q5_1,
        8 => GgmlDType::Q8_0,
        9 => GgmlDType::Q8_1,
        10 => GgmlDType::Q2K,
        11 => GgmlDType::Q3K,
        12 => GgmlDType::Q4K,
        13 => GgmlDType::Q5K,
        14 => GgmlDType::Q6K,
        15 => GgmlDType::Q8K,
        30 => GgmlDType::BF16,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: u64, bits: u64, expected: Number) {
        assert_eq!(decode(kind, width(kind).expect("a number"), bits), expected);
    }

    #[test]
    fn numbers_keep_their_sign() {
        check(0, 0xff, Number::Whole(255));
        check(1, 0xff, Number::Negative);
        check(1, 0x7f, Number::Whole(127));
        check(5, 0xffff_ffff, Number::Negative);
        check(11, u64::MAX, Number::Negative);
        check(10, u64::MAX, Number::Whole(u64::MAX));
        check(6, u64::from((-1.5f32).to_bits()), Number::Real(-1.5));
        check(12, 2.5f64.to_bits(), Number::Real(2.5));
        check(7, 1, Number::Flag(true));
    }
}
