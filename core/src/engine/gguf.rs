//! Model files in the GGUF format, read by candle and checked here: every size in them is hostile
//! until it has been compared with the file.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::UNIX_EPOCH;

use candle_core::Device;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{Content, TensorInfo, Value};

use sha2::{Digest, Sha256};

use crate::engine::matrix::Matrix;
use crate::generate::EngineError;

/// Bytes of each tensor that its file is recognised by.
const SAMPLE: u64 = 4096;

/// An open model file.
pub(crate) struct Gguf {
    path: String,
    length: u64,
    file: BufReader<File>,
    content: Content,
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
        let broken = |e: String| fail(format!("not a readable GGUF ({e}): download it again"));
        let head = header::check(&mut file).map_err(|e| broken(e.to_string()))?;
        if head.alignment == 0 {
            return Err(broken("its alignment is 0".into()));
        }
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let content = Content::read(&mut file).map_err(|e| broken(one_line(&e.to_string())))?;
        if content.tensor_infos.len() as u64 != head.tensors {
            return Err(broken("two tensors have the same name".into()));
        }
        Ok(Self { path: shown, length: metadata.len(), file, content, used: HashSet::new() })
    }

    /// Names the weights: a hash of everything but them, of samples of each tensor, and of the file's size and time.
    pub(crate) fn fingerprint(&mut self) -> Result<[u8; 32], EngineError> {
        let start = self.content.tensor_data_offset;
        let mut offsets: Vec<u64> = self.content.tensor_infos.values().map(|info| info.offset).collect();
        offsets.sort_unstable();
        let (mut hash, mut piece) = (Sha256::new(), Vec::new());
        let mut digest = || -> io::Result<()> {
            let metadata = self.file.get_ref().metadata()?;
            hash.update(metadata.len().to_le_bytes());
            let age = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            hash.update(age.as_nanos().to_le_bytes());
            let pieces = offsets.iter().map(|offset| (start.saturating_add(*offset), SAMPLE));
            for (at, length) in std::iter::once((0, start)).chain(pieces) {
                self.file.seek(SeekFrom::Start(at))?;
                piece.clear();
                (&mut self.file).take(length).read_to_end(&mut piece)?;
                hash.update(&piece);
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
        self.content.tensor_infos.contains_key(name)
    }

    /// Checks that a tensor has exactly these dimensions (slowest first) and takes it as used.
    fn info(&mut self, name: &str, dims: &[usize]) -> Result<&TensorInfo, EngineError> {
        let Some(info) = self.content.tensor_infos.get(name) else {
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
        let info = &self.content.tensor_infos[name];
        let tensor = info.read(&mut self.file, self.content.tensor_data_offset, &Device::Cpu);
        tensor.map_err(|e| self.unreadable(name, &e.to_string()))
    }

    /// A weight matrix of exactly this size.
    pub(crate) fn matrix(&mut self, name: &str, rows: usize, cols: usize) -> Result<Matrix, EngineError> {
        let info = self.info(name, &[rows, cols])?;
        let (dtype, offset) = (info.ggml_dtype, info.offset);
        let start = self.content.tensor_data_offset.saturating_add(offset);
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
        self.content.tensor_infos.keys().find(|name| !self.used.contains(*name)).map(String::as_str)
    }

    /// A text of the metadata.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.content.metadata.get(key) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A flag of the metadata.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        match self.content.metadata.get(key) {
            Some(Value::Bool(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// A whole number of the metadata; negative or fractional ones count as absent.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        whole(self.content.metadata.get(key)?)
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
        let real = match self.content.metadata.get(key) {
            None => return Ok(None),
            Some(Value::F32(x)) => *x,
            Some(Value::F64(x)) => *x as f32,
            Some(other) => whole(other).map_or(f32::NAN, |n| n as f32),
        };
        if real.is_finite() && real > 0.0 {
            Ok(Some(real))
        } else {
            Err(self.error(format!("{key} is {real}, not a positive number: download it again")))
        }
    }

    /// A list of texts of the metadata.
    pub(crate) fn texts(&self, key: &str) -> Option<Vec<&str>> {
        self.list(key)?
            .iter()
            .map(|v| if let Value::String(s) = v { Some(s.as_str()) } else { None })
            .collect()
    }

    /// A list of numbers of the metadata.
    pub(crate) fn reals(&self, key: &str) -> Option<Vec<f32>> {
        self.list(key)?.iter().map(|v| if let Value::F32(x) = v { Some(*x) } else { None }).collect()
    }

    /// A list of whole numbers of the metadata.
    pub(crate) fn numbers(&self, key: &str) -> Option<Vec<u64>> {
        self.list(key)?.iter().map(whole).collect()
    }

    fn list(&self, key: &str) -> Option<&[Value]> {
        match self.content.metadata.get(key) {
            Some(Value::Array(list)) => Some(list),
            _ => None,
        }
    }
}

fn whole(value: &Value) -> Option<u64> {
    match *value {
        Value::U8(n) => Some(n.into()),
        Value::U16(n) => Some(n.into()),
        Value::U32(n) => Some(n.into()),
        Value::U64(n) => Some(n),
        Value::I8(n) => n.try_into().ok(),
        Value::I16(n) => n.try_into().ok(),
        Value::I32(n) => n.try_into().ok(),
        Value::I64(n) => n.try_into().ok(),
        _ => None,
    }
}

/// candle's errors may carry a backtrace after the first line.
fn one_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_string()
}

/// A walk over the header ahead of candle, which divides by the alignment and keeps the last of two
/// tensors of one name.
mod header {
    use super::{BufReader, File, Read};
    use std::io::{Error, ErrorKind, Result};

    pub(super) struct Header {
        pub(super) tensors: u64,
        pub(super) alignment: u64,
    }

    pub(super) fn check(file: &mut BufReader<File>) -> Result<Header> {
        let mut magic = [0; 4];
        file.read_exact(&mut magic)?;
        if &magic != b"GGUF" {
            return Err(Error::new(ErrorKind::InvalidData, "it does not start with GGUF"));
        }
        let version = number(file, 4)?;
        if !(2..=3).contains(&version) {
            return Err(Error::new(ErrorKind::InvalidData, format!("version {version} is unknown")));
        }
        let tensors = number(file, 8)?;
        let mut alignment = 32;
        for _ in 0..number(file, 8)? {
            let length = number(file, 8)?;
            let is_alignment = length == 17 && {
                let mut key = [0; 17];
                file.read_exact(&mut key)?;
                &key == b"general.alignment"
            };
            if length != 17 {
                skip(file, length)?;
            }
            let kind = number(file, 4)?;
            match width(kind) {
                Some(bytes) if is_alignment => alignment = number(file, bytes)?,
                _ => value(file, kind, 0)?,
            }
        }
        Ok(Header { tensors, alignment })
    }

    fn value(file: &mut BufReader<File>, kind: u64, depth: usize) -> Result<()> {
        match (kind, width(kind)) {
            (_, Some(bytes)) => skip(file, bytes as u64),
            (8, _) => {
                let length = number(file, 8)?;
                skip(file, length)
            }
            (9, _) if depth < 8 => {
                let kind = number(file, 4)?;
                let count = number(file, 8)?;
                if let Some(bytes) = width(kind) {
                    return skip(file, count.saturating_mul(bytes as u64));
                }
                (0..count).try_for_each(|_| value(file, kind, depth + 1))
            }
            _ => Err(Error::new(ErrorKind::InvalidData, format!("a value is of the unknown type {kind}"))),
        }
    }

    fn width(kind: u64) -> Option<usize> {
        match kind {
            0 | 1 | 7 => Some(1),
            2 | 3 => Some(2),
            4..=6 => Some(4),
            10..=12 => Some(8),
            _ => None,
        }
    }

    fn number(file: &mut BufReader<File>, bytes: usize) -> Result<u64> {
        let mut buffer = [0; 8];
        file.read_exact(&mut buffer[..bytes])?;
        Ok(u64::from_le_bytes(buffer))
    }

    fn skip(file: &mut BufReader<File>, bytes: u64) -> Result<()> {
        let bytes = i64::try_from(bytes).map_err(|_| ErrorKind::UnexpectedEof)?;
        file.seek_relative(bytes)
    }
}
