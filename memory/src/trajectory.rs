//! Trajectories as files: JSON Lines that other programs read and write.
//!
//! A header, one line a step, then the outcome; a file may hold several trajectories in a row.
//!
//! ```json
//! {"line":"header","schema":1,"episode":3,"begun":"2026-11-22T10:45:00.000Z","task":{"goal":"…","budget":{…},"seed":0}}
//! {"line":"step","index":0,"package":"…","screen":"…","recalled":[],"withheld":[],"call":{…},"result":{…},…}
//! {"line":"outcome","success":true,"reason":"…","answer":null}
//! ```
//!
//! A trajectory without an outcome was interrupted, or is being recorded. Fields that a reader does not know are
//! ignored; a change that older readers would misread raises [`SCHEMA`].

use std::io::{BufRead, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use pocketpilot_core::memory::{EpisodeId, Outcome, StepRecord};
use pocketpilot_core::task::Task;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// The form of the files that this version writes, and the latest that it reads.
pub const SCHEMA: u32 = 1;

/// The longest line that is read. A screen is some kilobytes.
const LINE_BYTES: u64 = 4 << 20;
/// The longest trajectory that is read.
const STEPS: usize = 10_000;

/// One episode as it went.
#[derive(Debug, Clone)]
pub struct Trajectory {
    /// Its id in the store that it comes from.
    pub episode: EpisodeId,
    /// When it began.
    pub begun: DateTime<Utc>,
    /// What was asked for.
    pub task: Task,
    /// Its steps; the index of each is its place.
    pub steps: Vec<StepRecord>,
    /// How it ended; `None` if it did not.
    pub outcome: Option<Outcome>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "lowercase")]
enum Line {
    Header { schema: u32, episode: EpisodeId, begun: String, task: Task },
    Step(Box<StepRecord>),
    Outcome(Outcome),
}

impl Trajectory {
    /// Writes the trajectory, a line for each part.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the writer fails.
    pub fn write(&self, out: &mut impl Write) -> Result<(), StoreError> {
        let begun = self.begun.to_rfc3339_opts(SecondsFormat::Millis, true);
        let header = Line::Header { schema: SCHEMA, episode: self.episode, begun, task: self.task.clone() };
        let steps = self.steps.iter().cloned().map(Box::new).map(Line::Step);
        let outcome = self.outcome.clone().map(Line::Outcome);
        for line in std::iter::once(header).chain(steps).chain(outcome) {
            serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Reads all trajectories of a file.
    ///
    /// # Errors
    /// [`StoreError::Trajectory`] names the first line that is not in this form, [`StoreError::Io`] when the
    /// reader fails.
    pub fn read(input: impl BufRead) -> Result<Vec<Self>, StoreError> {
        let mut lines = Lines { input, number: 0 };
        let mut trajectories: Vec<Self> = Vec::new();
        while let Some(text) = lines.next()? {
            if text.trim().is_empty() {
                continue;
            }
            let line = parse(&text).and_then(|line| add(&mut trajectories, line));
            line.map_err(|why| StoreError::Trajectory { line: lines.number, why })?;
        }
        if trajectories.is_empty() {
            let why =
                "there is no trajectory here: give a file that `--trace` or `memory export` wrote".into();
            return Err(StoreError::Trajectory { line: lines.number.max(1), why });
        }
        Ok(trajectories)
    }
}

struct Lines<R> {
    input: R,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Result<Option<String>, StoreError> {
        self.number += 1;
        let mut bytes = Vec::new();
        // Bounded, so that a file without line ends cannot fill the memory.
        std::io::Read::take(&mut self.input, LINE_BYTES + 1).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let wrong = |why: String| StoreError::Trajectory { line: self.number, why };
        if bytes.len() as u64 > LINE_BYTES {
            return Err(wrong(format!("it is longer than {LINE_BYTES} bytes, which no step is")));
        }
        String::from_utf8(bytes).map(Some).map_err(|e| wrong(format!("it is not UTF-8 ({e})")))
    }
}

fn parse(text: &str) -> Result<Line, String> {
    #[derive(Deserialize)]
    struct Version {
        schema: Option<u32>,
    }
    // The schema is looked at alone first: a later one may have changed everything else.
    if let Ok(Version { schema: Some(schema) }) = serde_json::from_str(text)
        && !(1..=SCHEMA).contains(&schema)
    {
        return Err(format!(
            "it has schema {schema}, and this version reads up to {SCHEMA}: update pocketpilot"
        ));
    }
    serde_json::from_str(text).map_err(|e| format!("it is not a header, a step or an outcome ({e})"))
}

fn add(trajectories: &mut Vec<Trajectory>, line: Line) -> Result<(), String> {
    if let Line::Header { schema: _, episode, begun, task } = line {
        let begun = DateTime::parse_from_rfc3339(&begun)
            .map_err(|e| format!("`begun` is {begun:?}, which is no RFC 3339 time ({e})"))?
            .to_utc();
        trajectories.push(Trajectory { episode, begun, task, steps: Vec::new(), outcome: None });
        return Ok(());
    }
    let open = trajectories.last_mut().filter(|t| t.outcome.is_none());
    let trajectory = open.ok_or("a header must come before it")?;
    match line {
        Line::Step(step) if trajectory.steps.len() >= STEPS => {
            return Err(format!("step {} is one too many: a trajectory has at most {STEPS}", step.index));
        }
        Line::Step(step) if step.index != trajectory.steps.len() => {
            return Err(format!("step {} stands where step {} belongs", step.index, trajectory.steps.len()));
        }
        Line::Step(step) => trajectory.steps.push(*step),
        Line::Outcome(outcome) => trajectory.outcome = Some(outcome),
        Line::Header { .. } => {}
    }
    Ok(())
}

impl Store {
    /// One episode as a trajectory.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] for an id that names nothing, or the database cannot be read.
    pub fn trajectory(&self, episode: EpisodeId) -> Result<Trajectory, StoreError> {
        self.with(|inner| {
            let snapshot = inner.db.unchecked_transaction()?;
            load(&snapshot, &self.dir, episode.0)?.ok_or(StoreError::Unknown(episode))
        })
    }

    /// The episodes that succeeded, oldest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn successes(&self) -> Result<Vec<EpisodeId>, StoreError> {
        self.with(|inner| {
            let mut ids = inner.db.prepare("SELECT id FROM episode WHERE state = 'success' ORDER BY id")?;
            Ok(ids.query_map([], |row| row.get(0).map(EpisodeId))?.collect::<Result<_, _>>()?)
        })
    }

    /// Writes every episode as a trajectory, oldest first; gives their number.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the writer fails, or the database cannot be read.
    pub fn export(&self, out: &mut impl Write) -> Result<usize, StoreError> {
        self.with(|inner| {
            let snapshot = inner.db.unchecked_transaction()?;
            let mut ids = snapshot.prepare("SELECT id FROM episode ORDER BY id")?;
            let mut rows = ids.query([])?;
            let mut exported = 0;
            while let Some(row) = rows.next()? {
                if let Some(trajectory) = load(&snapshot, &self.dir, row.get(0)?)? {
                    trajectory.write(out)?;
                    exported += 1;
                }
            }
            Ok(exported)
        })
    }
}

fn load(db: &Connection, dir: &Path, id: i64) -> Result<Option<Trajectory>, StoreError> {
    type Row = (i64, String, String, Option<String>, Option<String>);
    let mut episode =
        db.prepare_cached("SELECT begun, task, state, reason, answer FROM episode WHERE id = ?1")?;
    let row: Option<Row> = episode
        .query_row(params![id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?)))
        .optional()?;
    let Some((begun, task, state, reason, answer)) = row else { return Ok(None) };
    let damaged = |e: serde_json::Error| StoreError::Damaged {
        file: dir.join(crate::store::FILE),
        why: format!("episode {id} cannot be read: {e}"),
    };
    let outcome = matches!(state.as_str(), "success" | "failure").then(|| Outcome {
        success: state == "success",
        reason: reason.unwrap_or_default(),
        answer,
    });
    let mut steps = db.prepare_cached("SELECT record FROM step WHERE episode = ?1 ORDER BY idx")?;
    let mut rows = steps.query(params![id])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default()).map_err(damaged)?);
    }
    Ok(Some(Trajectory {
        episode: EpisodeId(id),
        begun: DateTime::from_timestamp_millis(begun).unwrap_or_default(),
        task: serde_json::from_str(&task).map_err(damaged)?,
        steps,
        outcome,
    }))
}

#[cfg(test)]
mod tests;
