//! Many tools in place of a record's few: the planner narrows them before it selects, and what that loses is measured.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use pocketpilot_core::encoder::{Encoder, EncoderError};
use pocketpilot_core::planner::Candidates;
use pocketpilot_core::tool::ToolSpec;

use super::record::Record;
use crate::suite::rank;
use crate::words::is_apart;
use crate::{EvalError, data};

/// The tools of a file, of which every request gets some at random and its own.
#[derive(Debug)]
pub struct Among {
    encoder: Arc<Encoder>,
    candidates: Candidates,
    /// Each with the source of its record.
    tools: BTreeMap<String, (ToolSpec, String)>,
    count: usize,
    seed: u64,
}

impl Among {
    /// Reads the tools of the file or folder `path`, of which each request is to be put to `count`. Of tools with one name
    /// the first counts.
    ///
    /// # Errors
    /// [`EvalError`] for a file that cannot be read or has fewer tools; an encoder that fails.
    pub fn new(path: &Path, count: usize, seed: u64, encoder: Arc<Encoder>) -> Result<Self, EvalError> {
        let mut tools = BTreeMap::new();
        for record in data::records::<Record>(&data::file(path)?)? {
            let (_, record) = record?;
            for tool in record.tools() {
                tools.entry(tool.name.clone()).or_insert_with(|| (tool, record.source.clone()));
            }
        }
        if tools.len() < count {
            let there = tools.len();
            return Err(EvalError::Nothing(format!(
                "--among {count}: the data has {there} tools, ask for fewer"
            )));
        }
        let candidates = Candidates::new(&encoder, tools.values().map(|(tool, _)| tool)).map_err(failed)?;
        Ok(Self { encoder, candidates, tools, count, seed })
    }

    /// What is offered for a request whose right tool is `right`: what the planner would narrow the tools to. Where
    /// another source has a tool for a like subject nobody knows whether it would be right, too, so it is not there.
    ///
    /// # Errors
    /// [`EvalError::Model`] if the encoder fails.
    pub(super) fn offered(&self, goal: &str, right: &str, id: &str) -> Result<Vec<ToolSpec>, EvalError> {
        let mut others = Vec::new();
        let wanted = self.tools.get(right);
        if let Some((tool, source)) = wanted {
            let is_wrong = |(other, of): &&(ToolSpec, String)| {
                other.name != right && (of == source || is_apart(other, tool))
            };
            others.extend(self.tools.values().filter(is_wrong).map(|(tool, _)| tool));
        }
        others.sort_by_cached_key(|t| rank(self.seed, &format!("{id}/{}", t.name)));
        let all = others.into_iter().take(self.count - 1).chain(wanted.map(|(tool, _)| tool));
        let nearest = self.candidates.pick(&self.encoder, all, goal).map_err(failed)?;
        Ok(nearest.into_iter().map(|offered| offered.tool.clone()).collect())
    }
}

pub(super) fn failed(error: EncoderError) -> EvalError {
    EvalError::Model(error.to_string())
}
