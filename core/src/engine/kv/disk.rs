//! Prefixes that outlive the process: keys and values of the words that every prompt starts with.
//!
//! One file a prefix, in a folder a model: `PPKV`, the layout's version, a digest of all that follows, the number of
//! tokens, the tokens, and whole pages, keys before values, in little-endian f16. The digest is there for torn files;
//! what a file holds is believed, as the model beside it is. A file that does not fit is as good as none and will be
//! written again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use half::f16;
use sha2::{Digest, Sha256};

use crate::engine::kv::{Cache, Entry, PAGE, Page, Shape, Weights};

/// Also counts changes of the computation: keys and values of another version are not reused.
const MAGIC: &[u8; 8] = b"PPKV0001";
const DIGEST: usize = 32;
const HEAD: usize = MAGIC.len() + DIGEST + 4;
/// Prefixes kept for one model; the one written first gives way.
const MOST: usize = 8;
/// Tokens of the longest prefix that is kept.
const LONGEST: usize = 64 * PAGE;

/// The folder of one model's prefixes.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    shape: Shape,
    /// Tokens of the prefixes that lie there.
    known: Vec<Vec<u32>>,
}

impl Disk {
    /// Opens the folder of a model, known by its fingerprint, within `root`, and reads what lies there.
    pub(crate) fn open(root: &Path, model: &[u8; 32], shape: Shape) -> (Self, Vec<Cache>) {
        let folder = root.join(hex(&model[..16]));
        let mut disk = Self { folder, shape, known: Vec::new() };
        let mut caches = Vec::new();
        for file in disk.files() {
            match disk.read(&file) {
                Some(cache) => {
                    disk.known.push(cache.entries().iter().map(|entry| entry.token).collect());
                    caches.push(cache);
                }
                None => tracing::debug!("{}: not a prefix of this model", file.display()),
            }
        }
        (disk, caches)
    }

    /// Keeps the whole pages of the first `length` positions, if they are the base's and not kept yet.
    pub(crate) fn keep(&mut self, cache: &Cache, length: usize) {
        let length = length.min(LONGEST) / PAGE * PAGE;
        let entries = &cache.entries()[..length];
        let tokens: Vec<u32> = entries.iter().map(|entry| entry.token).collect();
        if length == 0
            || entries.iter().any(|entry| entry.weights != Weights::Base)
            || self.known.contains(&tokens)
        {
            return;
        }
        if let Err(error) = self.write(cache, &tokens) {
            tracing::warn!("{}: {error}; prompts will be read from their start", self.folder.display());
        }
        // Also where it failed: trying again with every request would cost more than it gains.
        self.known.push(tokens);
    }

    /// Files of the folder, oldest first; none where it cannot be read.
    fn files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "kv"))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        files.sort();
        files.into_iter().map(|(_, path)| path).collect()
    }

    fn read(&self, path: &Path) -> Option<Cache> {
        let page = 4 * self.shape.page();
        // Before anything is read: a file of another size is not one of ours.
        let most = HEAD + LONGEST * 4 + LONGEST / PAGE * page;
        if fs::metadata(path).ok()?.len() > most as u64 {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let (head, rest) = bytes.split_at_checked(MAGIC.len() + DIGEST)?;
        if &head[..MAGIC.len()] != MAGIC || Sha256::digest(rest)[..] != head[MAGIC.len()..] {
            return None;
        }
        let (count, rest) = rest.split_first_chunk::<4>()?;
        let count = u32::from_le_bytes(*count) as usize;
        if count == 0 || !count.is_multiple_of(PAGE) || count > LONGEST {
            return None;
        }
        let (tokens, pages) = rest.split_at_checked(4 * count)?;
        if pages.len() != count / PAGE * page {
            return None;
        }
        let entries = tokens.as_chunks::<4>().0.iter();
        let entries =
            entries.map(|bytes| Entry { token: u32::from_le_bytes(*bytes), weights: Weights::Base });
        let pages = pages.chunks_exact(page).map(|page| {
            let (keys, values) = page.split_at(page.len() / 2);
            Some(Page { keys: numbers(keys)?, values: numbers(values)? })
        });
        Some(Cache::from_pages(self.shape, entries.collect(), pages.collect::<Option<_>>()?))
    }

    /// Writes a file beside its place and moves it there when it is whole.
    fn write(&self, cache: &Cache, tokens: &[u32]) -> io::Result<()> {
        let mut bytes = (tokens.len() as u32).to_le_bytes().to_vec();
        bytes.extend(tokens.iter().flat_map(|token| token.to_le_bytes()));
        let pages = &cache.pages()[..tokens.len() / PAGE];
        let numbers = pages.iter().flat_map(|page| page.keys.iter().chain(&page.values));
        bytes.extend(numbers.flat_map(|number| number.to_le_bytes()));

        fs::create_dir_all(&self.folder)?;
        let names = Sha256::digest(&bytes[..4 + 4 * tokens.len()]);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        for part in [&MAGIC[..], &Sha256::digest(&bytes), &bytes] {
            file.write_all(part)?;
        }
        file.as_file().sync_all()?;
        file.persist(self.folder.join(format!("{}.kv", hex(&names[..16])))).map_err(|e| e.error)?;
        // The name is on disk with its folder; where folders cannot be synced, the next start writes it again.
        let _ = File::open(&self.folder).and_then(|folder| folder.sync_all());
        let files = self.files();
        files[..files.len().saturating_sub(MOST)].iter().try_for_each(fs::remove_file)
    }
}

/// Numbers in f16; none if one of them is infinite or no number.
fn numbers(bytes: &[u8]) -> Option<Vec<f16>> {
    let numbers: Vec<f16> = bytes.as_chunks::<2>().0.iter().map(|bytes| f16::from_le_bytes(*bytes)).collect();
    numbers.iter().all(|number| number.is_finite()).then_some(numbers)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
