//! Token states of the encoder, kept on disk: embedding the corpus takes most of a training run, so
//! it is done once and resumes where it stopped.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};
use half::f16;
use sha2::{Digest, Sha256};

use crate::Error;

/// Names a token sequence.
pub(crate) type Key = [u8; 16];

/// Bytes of a record before its states: key, then the number of tokens.
const RECORD_HEAD: usize = 16 + 2;

/// An append-only file of records, each `key, tokens: u16, tokens x width f16`, all little-endian,
/// after a head that names the encoder. A torn last record is cut off when the file is opened.
pub(crate) struct StateCache {
    path: PathBuf,
    file: BufWriter<File>,
    width: usize,
    states: HashMap<Key, Vec<f16>>,
}

impl StateCache {
    /// Opens the file, or starts it anew if it belongs to another encoder. `encoder` is the digest of
    /// the encoder's weights.
    pub(crate) fn open(path: &Path, encoder: [u8; 32], width: usize) -> Result<Self, Error> {
        let fail = |e| Error::file(path, e);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(fail)?;
        let mut states = HashMap::new();
        let mut head = [0; 32];
        let ours = file.read_exact(&mut head).is_ok() && head == encoder;
        let mut good = head.len() as u64;
        if ours {
            let mut reader = BufReader::with_capacity(1 << 20, &mut file);
            while let Some((key, values)) = read_record(&mut reader, width) {
                good += (RECORD_HEAD + 2 * values.len()) as u64;
                states.insert(key, values);
            }
            file.set_len(good).map_err(fail)?;
            file.seek(SeekFrom::Start(good)).map_err(fail)?;
        } else {
            file.set_len(0).map_err(fail)?;
            file.rewind().map_err(fail)?;
            file.write_all(&encoder).map_err(fail)?;
        }
        Ok(Self { path: path.to_path_buf(), file: BufWriter::new(file), width, states })
    }

    pub(crate) fn key(tokens: &[u32]) -> Key {
        let mut hash = Sha256::new();
        tokens.iter().for_each(|t| hash.update(t.to_le_bytes()));
        let digest: [u8; 32] = hash.finalize().into();
        let mut key = Key::default();
        key.copy_from_slice(digest.split_at(16).0);
        key
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.states.contains_key(key)
    }

    /// `tokens x width` numbers, row by row.
    pub(crate) fn get(&self, key: &Key) -> Option<&[f16]> {
        self.states.get(key).map(Vec::as_slice)
    }

    /// Adds the `[tokens, width]` states of one text.
    pub(crate) fn put(&mut self, key: Key, states: &Tensor) -> Result<(), Error> {
        let (tokens, _) = states.dims2()?;
        let values = states.to_dtype(DType::F16)?.flatten_all()?.to_vec1::<f16>()?;
        let tokens =
            u16::try_from(tokens).map_err(|_| Error::Data(format!("{tokens} tokens in one text")))?;
        let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let write = |file: &mut BufWriter<File>| {
            file.write_all(&key)?;
            file.write_all(&tokens.to_le_bytes())?;
            file.write_all(&bytes)
        };
        write(&mut self.file).map_err(|e| Error::file(&self.path, e))?;
        self.states.insert(key, values);
        Ok(())
    }

    /// Makes what was added survive a kill.
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        self.file.flush().map_err(|e| Error::file(&self.path, e))
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }
}

fn read_record(reader: &mut impl Read, width: usize) -> Option<(Key, Vec<f16>)> {
    let (mut key, mut tokens) = (Key::default(), [0; 2]);
    reader.read_exact(&mut key).ok()?;
    reader.read_exact(&mut tokens).ok()?;
    let mut bytes = vec![0; usize::from(u16::from_le_bytes(tokens)) * width * 2];
    reader.read_exact(&mut bytes).ok()?;
    Some((key, bytes.chunks_exact(2).filter_map(|b| Some(f16::from_le_bytes(b.try_into().ok()?))).collect()))
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    fn states(tokens: usize) -> Tensor {
        Tensor::arange(0f32, (tokens * 4) as f32, &Device::Cpu).unwrap().reshape((tokens, 4)).unwrap()
    }

    #[test]
    fn a_torn_record_is_cut_off_and_the_rest_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("states.bin");
        let (a, b, c) = (StateCache::key(&[1]), StateCache::key(&[2]), StateCache::key(&[3]));
        let mut cache = StateCache::open(&path, [7; 32], 4).unwrap();
        cache.put(a, &states(2)).unwrap();
        cache.put(b, &states(3)).unwrap();
        cache.flush().unwrap();
        drop(cache);
        let length = std::fs::metadata(&path).unwrap().len();
        OpenOptions::new().write(true).open(&path).unwrap().set_len(length - 5).unwrap();

        let mut cache = StateCache::open(&path, [7; 32], 4).unwrap();
        assert_eq!(cache.get(&a).unwrap().iter().map(|v| v.to_f32()).sum::<f32>(), 28.0);
        assert!(!cache.contains(&b));
        cache.put(c, &states(1)).unwrap();
        drop(cache);
        let cache = StateCache::open(&path, [7; 32], 4).unwrap();
        assert!(cache.contains(&a) && cache.contains(&c) && cache.width() == 4);
    }

    #[test]
    fn another_encoder_starts_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("states.bin");
        let key = StateCache::key(&[1]);
        StateCache::open(&path, [1; 32], 4).unwrap().put(key, &states(1)).unwrap();
        assert!(StateCache::open(&path, [1; 32], 4).unwrap().contains(&key));
        assert!(!StateCache::open(&path, [2; 32], 4).unwrap().contains(&key));
    }
}
