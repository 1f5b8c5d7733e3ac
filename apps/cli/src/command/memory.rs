//! `memory …`: what is remembered.

use std::io::{Write, stdout};

use pocketpilot_core::memory::EpisodeId;
use pocketpilot_memory::{Forget, Store, StoreError};

use crate::args::MemoryCommand;
use crate::failure::Failure;
use crate::paths;
use crate::personal;

/// Runs the command on the person's own store.
///
/// # Errors
/// The store cannot be opened, or there is no such episode.
pub fn run(command: &MemoryCommand) -> Result<(), Failure> {
    let store = Store::open(&paths::memory()?).map_err(Failure::unavailable)?;
    let mut out = stdout().lock();
    match command {
        MemoryCommand::Search { query, limit } => {
            for found in store.search(query, *limit).map_err(Failure::unavailable)? {
                let line = serde_json::to_string(&found).map_err(Failure::unavailable)?;
                writeln!(out, "{line}").map_err(Failure::unavailable)?;
            }
        }
        MemoryCommand::Stats => {
            let stats = store.stats().map_err(Failure::unavailable)?;
            let text = serde_json::to_string_pretty(&stats).map_err(Failure::unavailable)?;
            writeln!(out, "{text}").map_err(Failure::unavailable)?;
        }
        MemoryCommand::Export => {
            store.export(&mut out).map_err(Failure::unavailable)?;
        }
        MemoryCommand::Rebuild => {
            let episodes = store.rebuild().map_err(Failure::unavailable)?;
            writeln!(out, "{episodes} episodes indexed").map_err(Failure::unavailable)?;
        }
        MemoryCommand::Forget { episode, matching, .. } => {
            let what = match (episode, matching) {
                (Some(id), _) => Forget::Episode(EpisodeId(*id)),
                (None, Some(text)) => Forget::Matching(text.clone()),
                (None, None) => Forget::All,
            };
            let gone = store.forget(&what);
            // Nothing can be taken out of an adapter again. Busy: the episodes are gone, only not yet from the log.
            let adapters = match (&what, &gone) {
                (Forget::All, _) | (_, Ok(1..) | Err(StoreError::Busy)) => personal::forget()?,
                _ => false,
            };
            let gone = gone.map_err(Failure::usage)?;
            writeln!(out, "{gone} episodes forgotten").map_err(Failure::unavailable)?;
            if adapters {
                writeln!(
                    out,
                    "the adapter made of episodes is gone: `train args --from-memory` makes it anew"
                )
                .map_err(Failure::unavailable)?;
            }
        }
    }
    Ok(())
}
