//! Finds episodes: what helps with a goal, and what a person looks for.

use pocketpilot_core::memory::{Call, EpisodeId, Recall};
use pocketpilot_core::planner::worded;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{State, Store, StoreError};

/// An episode that a search found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its id.
    pub episode: EpisodeId,
    /// What was asked for.
    pub goal: String,
    /// What became of it.
    pub state: State,
    /// Why it ended, in one sentence.
    pub reason: Option<String>,
    /// When it began, in milliseconds since 1970.
    pub begun: i64,
    /// Steps recorded.
    pub steps: u32,
    /// Relevance; higher is better, comparable within one answer only.
    pub score: f64,
}

impl Store {
    /// The `k` most relevant episodes for a query, best first, newer first among equals. Ranked by BM25 over
    /// goals and calls (Robertson and Zaragoza, 2009, "The Probabilistic Relevance Framework"). Any text is a
    /// valid query.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub fn search(&self, query: &str, k: usize) -> Result<Vec<Found>, StoreError> {
        self.with(|inner| {
            let ranked = inner.index.search(&inner.db, query)?;
            let mut found = Vec::new();
            for (score, id) in ranked.into_iter().take(k) {
                found.extend(describe(&inner.db, id, score)?);
            }
            Ok(found)
        })
    }

    /// The `k` most relevant successful episodes; of those with the same goal and calls, only the newest.
    pub(crate) fn recalled(&self, goal: &str, k: usize) -> Result<Vec<Recall>, StoreError> {
        self.with(|inner| {
            let mut recalls: Vec<Recall> = Vec::new();
            for (score, id) in inner.index.search(&inner.db, goal)? {
                if recalls.len() >= k {
                    break;
                }
                let Some(goal) = successful_goal(&inner.db, id)? else { continue };
                let calls = calls_of(&inner.db, id)?;
                if !recalls.iter().any(|r| r.calls == calls && r.goal.eq_ignore_ascii_case(&goal)) {
                    recalls.push(Recall { episode: EpisodeId(id), goal, calls, score: score as f32 });
                }
            }
            Ok(recalls)
        })
    }
}

fn describe(db: &Connection, id: i64, score: f64) -> Result<Option<Found>, StoreError> {
    let mut found = db.prepare_cached(
        "SELECT goal, state, reason, begun, (SELECT count(*) FROM step WHERE episode = id)
         FROM episode WHERE id = ?1",
    )?;
    Ok(found
        .query_row(params![id], |row| {
            Ok(Found {
                episode: EpisodeId(id),
                goal: row.get(0)?,
                state: State::from_column(&row.get::<_, String>(1)?),
                reason: row.get(2)?,
                begun: row.get(3)?,
                steps: row.get(4)?,
                score,
            })
        })
        .optional()?)
}

fn successful_goal(db: &Connection, id: i64) -> Result<Option<String>, StoreError> {
    let mut goal = db.prepare_cached("SELECT goal FROM episode WHERE id = ?1 AND state = 'success'")?;
    Ok(goal.query_row(params![id], |row| row.get(0)).optional()?)
}

/// The calls of an episode that worked, in order, with elements by their words. The screens stay in the database.
pub(crate) fn calls_of(db: &Connection, id: i64) -> Result<Vec<Call>, StoreError> {
    let mut calls = db.prepare_cached(
        "SELECT record -> '$.call', record ->> '$.target' FROM step
         WHERE episode = ?1 AND record ->> '$.result.kind' = 'done' ORDER BY idx",
    )?;
    let mut rows = calls.query(params![id])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        match serde_json::from_str(row.get_ref(0)?.as_str().unwrap_or_default()) {
            Ok(call) => calls.push(worded(call, row.get_ref(1)?.as_str_or_null().unwrap_or_default())),
            Err(error) => tracing::warn!(episode = id, "a recorded call cannot be read: {error}"),
        }
    }
    Ok(calls)
}
