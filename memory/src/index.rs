//! The search index: derived from sqlite, thrown away without loss.
//!
//! An index belongs to one epoch of the store and lies in a directory of that name. What it holds is a prefix of the
//! epoch's closed episodes; how long a prefix, it says in the payload of its last commit. It is brought up to date
//! when it is searched. Where that cannot be done on disk (another process is at it, the disk is full), the
//! same index is built in memory: an answer depends on sqlite alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use tantivy::query::{EnableScoring, Query as _, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer,
};
use tantivy::{Index, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

use crate::StoreError;
use crate::recall::calls_of;

/// Goes up with every change of [`schema`] or [`analyzer`], so that older indexes are built anew.
const FORMAT: u32 = 1;
const ANALYZER: &str = "words";
/// The least that tantivy accepts; an index of everything a person ever did fits.
const WRITER_BYTES: usize = 15_000_000;
/// Words of a query that count; a goal has fewer.
const QUERY_WORDS: usize = 64;
/// Words of calls are the model's, words of goals the person's: they find an episode, but weigh half.
const CALLS_WEIGHT: f64 = 0.5;

/// What sqlite holds, as far as the index is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    epoch: String,
    closed: i64,
}

impl Version {
    fn read(db: &Connection) -> rusqlite::Result<Self> {
        db.query_row("SELECT epoch, (SELECT coalesce(max(closed), 0) FROM episode) FROM store", [], |row| {
            Ok(Self { epoch: row.get(0)?, closed: row.get(1)? })
        })
    }
}

#[derive(Debug)]
pub(crate) struct SearchIndex {
    root: PathBuf,
    current: Option<Current>,
}

struct Current {
    version: Version,
    index: Index,
    searcher: Searcher,
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Current").field("version", &self.version).finish_non_exhaustive()
    }
}

/// What to do when another process is writing the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    Wait,
    Leave,
}

impl SearchIndex {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, current: None }
    }

    /// Closed episodes that share a word with the query: score and id, best first, newer first among equals.
    pub(crate) fn search(&mut self, db: &Connection, query: &str) -> Result<Vec<(f64, i64)>, StoreError> {
        // One snapshot: the version and the episodes that are read must belong together.
        let snapshot = db.unchecked_transaction()?;
        let version = Version::read(&snapshot)?;
        let current = match self.current.take() {
            Some(current) if current.version == version => current,
            _ => self.on_disk(&snapshot, &version, Patience::Leave).or_else(|error| {
                tracing::warn!("the search index on disk cannot be used now ({error}); searching in memory");
                let index = Index::create_in_ram(schema());
                update(index, &snapshot, version)
            })?,
        };
        let found = current.search(query)?;
        self.current = Some(current);
        Ok(found)
    }

    /// Builds the index on disk from nothing; gives the number of episodes in it.
    pub(crate) fn rebuild(&mut self, db: &Connection) -> Result<u64, StoreError> {
        self.discard()?;
        let snapshot = db.unchecked_transaction()?;
        let version = Version::read(&snapshot)?;
        let current = self.on_disk(&snapshot, &version, Patience::Wait)?;
        let episodes = current.searcher.num_docs();
        self.current = Some(current);
        Ok(episodes)
    }

    /// Removes every index on disk.
    pub(crate) fn discard(&mut self) -> Result<(), StoreError> {
        self.current = None;
        let _lock = self.lock(Patience::Wait)?;
        self.remove_all_but(None).map_err(|e| self.unusable(&e))
    }

    fn on_disk(&self, db: &Connection, version: &Version, patience: Patience) -> Result<Current, StoreError> {
        let _lock = self.lock(patience)?;
        let name = format!("{FORMAT}-{}", version.epoch);
        self.remove_all_but(Some(&name)).map_err(|e| self.unusable(&e))?;
        let dir = self.root.join(name);
        let index = match open_sound(&dir, version) {
            Some(index) => index,
            None => create(&dir).map_err(|e| self.unusable(&e))??,
        };
        update(index, db, version.clone())
    }

    /// One process writes at a time. The system releases the lock however that process ends.
    fn lock(&self, patience: Patience) -> Result<File, StoreError> {
        let locked = fs::create_dir_all(&self.root).and_then(|()| {
            let file = File::create(self.root.join("lock"))?;
            match patience {
                Patience::Wait => file.lock()?,
                Patience::Leave => match file.try_lock() {
                    Ok(()) => {}
                    Err(TryLockError::WouldBlock) => return Ok(None),
                    Err(TryLockError::Error(error)) => return Err(error),
                },
            }
            Ok(Some(file))
        });
        locked.map_err(|e| self.unusable(&e))?.ok_or(StoreError::Busy)
    }

    fn remove_all_but(&self, name: Option<&str>) -> io::Result<()> {
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            let keep = name.is_some_and(|name| entry.file_name() == name);
            if !keep && entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            }
        }
        Ok(())
    }

    fn unusable(&self, error: &io::Error) -> StoreError {
        StoreError::Directory { dir: self.root.clone(), why: error.to_string() }
    }
}

/// The index in `dir`, if there is one, every byte of it is what was written, and it is not ahead of sqlite.
fn open_sound(dir: &Path, version: &Version) -> Option<Index> {
    let index = Index::open_in_dir(dir).ok()?;
    let sound = index.validate_checksum().is_ok_and(|damaged| damaged.is_empty())
        && index.schema() == schema()
        && indexed(&index).is_ok_and(|closed| closed <= version.closed)
        && searcher(&index).is_ok();
    sound.then_some(index)
}

fn create(dir: &Path) -> io::Result<Result<Index, TantivyError>> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(dir)?;
    Ok(Index::create_in_dir(dir, schema()))
}

/// How many episodes of its epoch an index holds.
fn indexed(index: &Index) -> Result<i64, TantivyError> {
    let payload = index.load_metas()?.payload;
    Ok(payload.and_then(|p| p.parse().ok()).unwrap_or(0))
}

fn searcher(index: &Index) -> Result<Searcher, TantivyError> {
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok(tantivy::IndexReader::searcher(&reader))
}

/// Adds the episodes that are missing.
fn update(index: Index, db: &Connection, version: Version) -> Result<Current, StoreError> {
    index.tokenizers().register(ANALYZER, analyzer());
    let from = indexed(&index)?;
    if from < version.closed {
        let fields = Fields::of(&index)?;
        let mut writer = index.writer_with_num_threads(1, WRITER_BYTES)?;
        let mut missing = db.prepare("SELECT id, goal FROM episode WHERE closed > ?1 ORDER BY closed")?;
        let mut rows = missing.query(params![from])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let mut document = TantivyDocument::default();
            document.add_i64(fields.episode, id);
            document.add_text(fields.goal, row.get::<_, String>(1)?);
            for call in calls_of(db, id)? {
                document.add_text(fields.calls, call.tool);
                add_words(&mut document, fields.calls, &call.arguments);
            }
            writer.add_document(document)?;
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&version.closed.to_string());
        commit.commit()?;
        writer.wait_merging_threads()?;
    }
    let searcher = searcher(&index)?;
    Ok(Current { version, index, searcher })
}

fn add_words(document: &mut TantivyDocument, field: Field, value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => document.add_text(field, text),
        serde_json::Value::Number(number) => document.add_text(field, number.to_string()),
        serde_json::Value::Array(items) => items.iter().for_each(|v| add_words(document, field, v)),
        serde_json::Value::Object(map) => map.values().for_each(|v| add_words(document, field, v)),
        serde_json::Value::Null | serde_json::Value::Bool(_) => {}
    }
}

struct Fields {
    episode: Field,
    goal: Field,
    calls: Field,
}

impl Fields {
    fn of(index: &Index) -> Result<Self, TantivyError> {
        let schema = index.schema();
        Ok(Self {
            episode: schema.get_field("episode")?,
            goal: schema.get_field("goal")?,
            calls: schema.get_field("calls")?,
        })
    }
}

fn schema() -> Schema {
    let words = TextOptions::default().set_indexing_options(
        TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(IndexRecordOption::WithFreqs),
    );
    let mut schema = Schema::builder();
    schema.add_i64_field("episode", FAST);
    schema.add_text_field("goal", words.clone());
    schema.add_text_field("calls", words);
    schema.build()
}

fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

impl Current {
    /// BM25, summed term by term in a fixed order and in double precision: how the index is cut into segments must not
    /// show in the last bit of a score.
    fn search(&self, query: &str) -> Result<Vec<(f64, i64)>, StoreError> {
        let fields = Fields::of(&self.index)?;
        let mut scores: BTreeMap<i64, f64> = BTreeMap::new();
        for word in words(query) {
            for (field, factor) in [(fields.goal, 1.0), (fields.calls, CALLS_WEIGHT)] {
                let term = TermQuery::new(Term::from_field_text(field, &word), IndexRecordOption::WithFreqs);
                let weight = term.weight(EnableScoring::enabled_from_searcher(&self.searcher))?;
                for segment in self.searcher.segment_readers() {
                    let ids = segment.fast_fields().i64("episode")?;
                    weight.for_each(segment, &mut |doc, score| {
                        if let Some(id) = ids.first(doc) {
                            *scores.entry(id).or_default() += factor * f64::from(score);
                        }
                    })?;
                }
            }
        }
        let mut found: Vec<(f64, i64)> = scores.into_iter().map(|(id, score)| (score, id)).collect();
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
        Ok(found)
    }
}

/// The distinct words of a query. There is no query language: whatever is asked, it is words.
fn words(query: &str) -> BTreeSet<String> {
    let mut analyzer = analyzer();
    let mut tokens = analyzer.token_stream(query);
    let mut words = BTreeSet::new();
    while words.len() < QUERY_WORDS && tokens.advance() {
        words.insert(tokens.token().text.clone());
    }
    words
}

#[cfg(test)]
mod tests;
