//! Model files in the GGUF format: every size in them is hostile until it has been compared with the file.

mod header;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use candle_core::Device;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::TensorInfo;
use sha2::{Digest, Sha256};

use crate::engine::matrix::Matrix;
use crate::generate::EngineError;
pub(crate) use header::Texts;
use header::{Header, Number, Value};

/// Bytes of each tensor that its file is recognised by.
const SAMPLE: u64 = 4096;

/// An open model file.
pub(crate) struct Gguf {
    path: String,
    length: u64,
    file: BufReader<File>,
    header: Header,
    used: HashSet<String>,
}

impl Gguf {
    /// Opens a file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, EngineError> {
        let shown = path.display().to_string();
        let fail = |reason: String| EngineError::Model { path: shown.clone(), reason };
        let unreadable = |e: std::io::Error| fail(format!("{e}: check the path, or pull the model"));
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(fail("not a file: give the path of a .gguf file".into()));
        }
        let mut file = BufReader::with_capacity(1 << 20, file);
        let header = Header::read(&mut file, metadata.len()).map_err(|e| {
            fail(format!("not a readable GGUF ({e}): download it again").replace(char::is_control, "?"))
        })?;
        Ok(Self { path: shown, length: metadata.len(), file, header, used: HashSet::new() })
    }

    /// Names the weights: a hash of everything but them, of samples of each tensor, and of the file's size and time.
    pub(crate) fn fingerprint(&self) -> Result<[u8; 32], EngineError> {
        let start = self.header.data;
        let mut offsets: Vec<u64> = self.header.tensors.values().map(|info| info.offset).collect();
        offsets.sort_unstable();
        let mut hash = Sha256::new();
        // Not through the large buffer, which every seek would fill anew.
        let mut file = BufReader::new(self.file.get_ref());
        let mut digest = || -> io::Result<()> {
            let metadata = file.get_ref().metadata()?;
            hash.update(metadata.len().to_le_bytes());
            let age = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            hash.update(age.as_nanos().to_le_bytes());
            let pieces = offsets.iter().map(|offset| (start.saturating_add(*offset), SAMPLE));
            for (at, length) in std::iter::once((0, start)).chain(pieces) {
                file.seek(SeekFrom::Start(at))?;
                let mut piece = (&mut file).take(length);
                while let bytes = piece.fill_buf()?
                    && !bytes.is_empty()
                {
                    hash.update(bytes);
                    let count = bytes.len();
                    piece.consume(count);
                }
            }
            Ok(())
        };
        digest().map_err(|e| self.error(format!("{e}: check the path, or pull the model")))?;
        Ok(hash.finalize().into())
    }

    /// An error about this file.
    pub(crate) fn error(&self, reason: impl Into<String>) -> EngineError {
        // Names in it are the file's, which may hold line breaks and a terminal's commands.
        let reason = reason.into().replace(char::is_control, "?");
        EngineError::Model { path: self.path.clone(), reason }
    }

    /// Is there a tensor of this name?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.header.tensors.contains_key(name)
    }

    /// Checks that a tensor has exactly these dimensions (slowest first) and takes it as used.
    fn info(&mut self, name: &str, dims: &[usize]) -> Result<&TensorInfo, EngineError> {
        let Some(info) = self.header.tensors.get(name) else {
            return Err(self.error(format!("the tensor {name} is missing: convert the model again")));
        };
        let found = info.shape.dims();
        if found != dims {
            return Err(self.error(format!(
                "the tensor {name} is {found:?} where its hyper-parameters ask for {dims:?}: download it again"
            )));
        }
        // candle multiplies the dimensions unchecked; a quantized weight takes at least one bit.
        let most = self.length.saturating_mul(8);
        let count = found.iter().try_fold(1u64, |n, &d| n.checked_mul(d as u64));
        if count.is_none_or(|n| n == 0 || n > most) {
            return Err(self.error(format!("the tensor {name} is larger than the file: download it again")));
        }
        self.used.insert(name.to_string());
        Ok(info)
    }

    fn unreadable(&self, name: &str, reason: &str) -> EngineError {
        self.error(format!("the tensor {name} cannot be read ({}): download it again", one_line(reason)))
    }

    /// A tensor, which must have exactly these dimensions.
    fn tensor(&mut self, name: &str, dims: &[usize]) -> Result<QTensor, EngineError> {
        self.info(name, dims)?;
        let info = &self.header.tensors[name];
        let tensor = info.read(&mut self.file, self.header.data, &Device::Cpu);
        tensor.map_err(|e| self.unreadable(name, &e.to_string()))
    }

    /// A weight matrix of exactly this size.
    pub(crate) fn matrix(&mut self, name: &str, rows: usize, cols: usize) -> Result<Matrix, EngineError> {
        let info = self.info(name, &[rows, cols])?;
        let (dtype, offset) = (info.ggml_dtype, info.offset);
        let start = self.header.data.saturating_add(offset);
        // No overflow: a weight takes at least one bit, and the file holds them.
        let bytes = (rows * cols / dtype.block_size() * dtype.type_size()) as u64;
        if bytes > self.length.saturating_sub(start) {
            return Err(self.unreadable(name, "it ends after the file"));
        }
        self.file.seek(SeekFrom::Start(start)).map_err(|e| self.unreadable(name, &e.to_string()))?;
        match Matrix::read(dtype, &mut (&mut self.file).take(bytes), rows, cols) {
            Some(matrix) => matrix.map_err(|e| self.unreadable(name, &e.to_string())),
            None => {
                let tensor = self.tensor(name, &[rows, cols])?;
                Matrix::new(tensor).map_err(|e| self.error(format!("the tensor {name}: {e}")))
            }
        }
    }

    /// A vector of exactly this length.
    pub(crate) fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, EngineError> {
        let tensor = self.tensor(name, &[length])?;
        let numbers = tensor.dequantize(&Device::Cpu).and_then(|t| t.to_vec1());
        numbers.map_err(|e| self.unreadable(name, &e.to_string()))
    }

    /// A vector, where there is one.
    pub(crate) fn optional(&mut self, name: &str, length: usize) -> Result<Option<Vec<f32>>, EngineError> {
        if self.has(name) { self.vector(name, length).map(Some) } else { Ok(None) }
    }

    /// A tensor that nobody asked for: the model is not what it is taken for.
    pub(crate) fn unused(&self) -> Option<&str> {
        self.header.tensors.keys().find(|name| !self.used.contains(*name)).map(String::as_str)
    }

    /// A text of the metadata.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.header.metadata.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A flag of the metadata.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.header.metadata.get(key) {
            Some(Value::Number(Number::Flag(flag))) => Some(*flag),
            _ => None,
        }
    }

    /// A whole number of the metadata; negative or fractional ones count as absent.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        match self.header.metadata.get(key) {
            Some(Value::Number(Number::Whole(n))) => Some(*n),
            _ => None,
        }
    }

    /// A number of the metadata that must be there and lie within `1..=most`.
    pub(crate) fn size(&self, key: &str, most: u64) -> Result<usize, EngineError> {
        match self.number(key) {
            Some(n) if (1..=most).contains(&n) => Ok(n as usize),
            Some(n) => Err(self.error(format!("{key} is {n}, not within 1 to {most}: download it again"))),
            None => Err(self.error(format!("{key} is missing: convert the model again"))),
        }
    }

    /// A real number of the metadata, which must be positive and finite where it is given.
    pub(crate) fn real(&self, key: &str) -> Result<Option<f32>, EngineError> {
        let real = match self.header.metadata.get(key) {
            None => return Ok(None),
            Some(Value::Number(Number::Real(x))) => *x as f32,
            Some(Value::Number(Number::Whole(n))) => *n as f32,
            Some(_) => f32::NAN,
        };
        if real.is_finite() && real > 0.0 {
            Ok(Some(real))
        } else {
            Err(self.error(format!("{key} is {real}, not a positive number: download it again")))
        }
    }

    /// Takes a list of texts out of the metadata: it is large, and read once.
    pub(crate) fn take_texts(&mut self, key: &str) -> Option<Texts> {
        match self.header.metadata.remove(key) {
            Some(Value::Texts(texts)) => Some(texts),
            // Some writers give a list without elements any kind.
            Some(Value::Numbers(numbers)) => numbers.iter().next().is_none().then(Texts::default),
            _ => None,
        }
    }

    /// Takes a list of real numbers out of the metadata.
    pub(crate) fn take_reals(&mut self, key: &str) -> Option<Vec<f32>> {
        self.take_numbers(key, |number| if let Number::Real(x) = number { Some(x as f32) } else { None })
    }

    /// Takes a list of whole numbers out of the metadata.
    pub(crate) fn take_wholes(&mut self, key: &str) -> Option<Vec<u64>> {
        self.take_numbers(key, |number| if let Number::Whole(n) = number { Some(n) } else { None })
    }

    fn take_numbers<T>(&mut self, key: &str, each: impl Fn(Number) -> Option<T>) -> Option<Vec<T>> {
        match self.header.metadata.remove(key) {
            Some(Value::Numbers(numbers)) => numbers.iter().map(each).collect(),
            _ => None,
        }
    }
}

/// candle's errors may carry a backtrace after the first line.
fn one_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_string()
}
