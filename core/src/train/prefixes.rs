//! Keys and values of prompts, kept on disk: the base weights compute them once, for both skills and all epochs.
//!
//! One file a model, of pages of up to 64 positions in f16, and one beside it that says which page lies where. A page is
//! named by all tokens up to its end, so that prompts with a common start share its pages. A page counts once its name is
//! written, which happens after its numbers; a torn name is cut off.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use half::f16;
use sha2::{Digest, Sha256};

use super::TrainError;
use super::attention::Prefix;
use crate::engine::kv::{Cache, PAGE, Page, Shape};

/// Names a page.
type Key = [u8; 16];
/// Bytes of a name in the list: key and start of its numbers.
const NAME: usize = 16 + 8;

/// The kept pages of one model.
#[derive(Debug)]
pub(super) struct Prefixes {
    path: PathBuf,
    numbers: File,
    names: File,
    pages: HashMap<Key, u64>,
    /// End of the numbers.
    end: u64,
    /// Most bytes of numbers.
    most: u64,
    shape: Shape,
}

impl Prefixes {
    /// Opens the pages of the model with this fingerprint in a folder, which may take `most` bytes in all.
    pub(super) fn open(folder: &Path, model: &[u8; 32], shape: Shape, most: u64) -> Result<Self, TrainError> {
        let name: String = model[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        fs::create_dir_all(folder).map_err(TrainError::file(folder))?;
        let path = folder.join(name);
        let open = |end: &str| {
            let path = path.with_extension(end);
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            file.map_err(TrainError::file(&path))
        };
        let (mut numbers, mut names) = (open("kv")?, open("names")?);
        // Two that write to the end of one file would overwrite each other.
        if numbers.try_lock().is_err() {
            return Err(TrainError::Data(format!(
                "another training uses {}: wait for it, or give --cache another folder",
                folder.display()
            )));
        }
        let mut read = || -> io::Result<_> {
            let length = numbers.seek(SeekFrom::End(0))?;
            let mut list = Vec::new();
            names.read_to_end(&mut list)?;
            let whole = list.len() / NAME * NAME;
            names.set_len(whole as u64)?;
            names.seek(SeekFrom::End(0))?;
            let mut pages = HashMap::new();
            for name in list[..whole].as_chunks::<NAME>().0 {
                let (key, start) = name.split_at(16);
                let start = u64::from_le_bytes(start.try_into().unwrap_or_default());
                if start < length {
                    pages.insert(Key::try_from(key).unwrap_or_default(), start);
                }
            }
            Ok((length, pages))
        };
        let (end, pages) = read().map_err(TrainError::file(&path))?;
        Ok(Self { path, numbers, names, pages, end, most, shape })
    }

    /// The names of the pages of `tokens`, with the positions of each.
    fn keys(tokens: &[u32]) -> Vec<(Key, usize)> {
        let mut hash = Sha256::new();
        let name = |page: &[u32]| {
            page.iter().for_each(|token| hash.update(token.to_le_bytes()));
            let digest = hash.clone().finalize();
            (std::array::from_fn(|i| digest[i]), page.len())
        };
        tokens.chunks(PAGE).map(name).collect()
    }

    /// Are all pages of `tokens` here?
    pub(super) fn holds(&self, tokens: &[u32]) -> bool {
        Self::keys(tokens).iter().all(|(key, _)| self.pages.contains_key(key))
    }

    /// Reads keys and values of `tokens`; none if they are not all here.
    pub(super) fn get(&mut self, tokens: &[u32]) -> Result<Option<Prefix>, TrainError> {
        if !self.holds(tokens) {
            return Ok(None);
        }
        let mut pages = Vec::new();
        for (key, count) in Self::keys(tokens) {
            let page = self.read(self.pages[&key], count).map_err(TrainError::file(&self.path))?;
            pages.push(Arc::new(page));
        }
        Ok(Some(Prefix { length: tokens.len(), pages }))
    }

    /// Keeps the first `tokens` of a sequence, if there is room.
    pub(super) fn put(&mut self, tokens: &[u32], cache: &Cache) -> Result<(), TrainError> {
        let mut names = Vec::new();
        let mut write = || -> io::Result<()> {
            for ((key, count), page) in Self::keys(tokens).into_iter().zip(cache.pages()) {
                let bytes = (4 * self.shape.page() / PAGE * count) as u64;
                if self.pages.contains_key(&key) {
                    continue;
                }
                if self.end + bytes > self.most {
                    break;
                }
                self.numbers.seek(SeekFrom::Start(self.end))?;
                self.numbers.write_all(&self.bytes(page, count))?;
                names.extend(key);
                names.extend(self.end.to_le_bytes());
                self.pages.insert(key, self.end);
                self.end += bytes;
            }
            self.names.write_all(&names)
        };
        write().map_err(TrainError::file(&self.path))
    }

    /// The numbers of the first `count` positions of a page.
    fn bytes(&self, page: &Page, count: usize) -> Vec<u8> {
        let keys = page.keys.chunks(PAGE).flat_map(|line| &line[..count]);
        let dim = self.shape.head_dim;
        let values = page.values.chunks(PAGE * dim).flat_map(|head| &head[..count * dim]);
        keys.chain(values).flat_map(|number| number.to_le_bytes()).collect()
    }

    fn read(&mut self, start: u64, count: usize) -> io::Result<Page> {
        let half = self.shape.page() / PAGE * count;
        let mut bytes = vec![0; 4 * half];
        self.numbers.seek(SeekFrom::Start(start))?;
        self.numbers.read_exact(&mut bytes)?;
        let number = |bytes: &[u8; 2]| f16::from_le_bytes(*bytes);
        let numbers: Vec<f16> = bytes.as_chunks::<2>().0.iter().map(number).collect();
        let (keys, values) = numbers.split_at(half);
        Ok(Page {
            keys: spread(keys, count, PAGE),
            values: spread(values, count * self.shape.head_dim, PAGE * self.shape.head_dim),
        })
    }
}

/// Lines of `short` numbers as lines of `long` ones, filled up with zeros.
fn spread(numbers: &[f16], short: usize, long: usize) -> Vec<f16> {
    let mut out = vec![f16::ZERO; numbers.len() / short * long];
    for (to, from) in out.chunks_exact_mut(long).zip(numbers.chunks_exact(short)) {
        to[..short].copy_from_slice(from);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::kv::{Entry, Weights};

    const SHAPE: Shape = Shape { layers: 2, kv_heads: 1, head_dim: 2 };

    fn sequence(length: u32) -> (Vec<u32>, Cache) {
        let tokens: Vec<u32> = (0..length).collect();
        let entries: Vec<Entry> =
            tokens.iter().map(|&token| Entry { token, weights: Weights::Base }).collect();
        let mut cache = Cache::new(SHAPE);
        cache.reserve(entries.len());
        let numbers: Vec<f32> = (0..2 * length).map(|i| i as f32).collect();
        (0..SHAPE.layers).for_each(|layer| cache.write(layer, &numbers, &numbers));
        cache.commit(&entries);
        (tokens, cache)
    }

    #[test]
    fn one_run_at_a_time_has_them() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Prefixes::open(folder.path(), &[1; 32], SHAPE, 0);
        let first = open().unwrap();
        assert!(open().unwrap_err().to_string().contains("another training"));
        drop(first);
        open().unwrap();
    }

    #[test]
    fn pages_survive_and_are_shared() {
        let folder = tempfile::tempdir().unwrap();
        let open = |most| Prefixes::open(folder.path(), &[1; 32], SHAPE, most).unwrap();
        let (tokens, cache) = sequence(70);
        let mut prefixes = open(1 << 20);
        assert!(prefixes.get(&tokens).unwrap().is_none());
        prefixes.put(&tokens, &cache).unwrap();
        let size = prefixes.end;
        assert_eq!(size, 70 * 2 * 2 * 4);
        drop(prefixes);
        // A name that was torn.
        let mut names =
            OpenOptions::new().append(true).open(folder.path().join("0101010101010101.names")).unwrap();
        names.write_all(&[7; 9]).unwrap();
        let mut prefixes = open(size + 10);
        let read = prefixes.get(&tokens).unwrap().unwrap();
        assert_eq!((read.length, read.pages.len()), (70, 2));
        let (keys, _) = cache.head(1, 1, 0);
        assert_eq!(read.pages[1].keys[2 * PAGE..2 * PAGE + 6], keys[..6]);
        assert_eq!(read.pages[1].values[..12], cache.pages()[1].values[..12]);
        // Of a longer one the first page is here, and there is no room for more.
        let (longer, cache) = sequence(130);
        prefixes.put(&longer, &cache).unwrap();
        assert!(prefixes.end == size && !prefixes.holds(&longer));
    }
}
