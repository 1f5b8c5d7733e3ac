//! Labelled texts: reading them, leaving out what may not be trained on, and the cut into train and dev.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use pocketpilot_core::guard::{Channel, Label};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Error;

/// Longest line that is read, in bytes.
const MAX_LINE: u64 = 4 * 1024 * 1024;

/// A labelled text, as the data files hold it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The text; inert data.
    pub text: String,
    /// What it is.
    pub label: Label,
    /// How it would arrive.
    pub channel: Channel,
    /// Which collection it is from.
    #[serde(default)]
    pub source: String,
    /// Licence of the row.
    #[serde(default)]
    pub license: String,
}

/// Reads a `.jsonl` or `.jsonl.gz` file of guard records.
///
/// # Errors
/// [`Error::File`], or [`Error::Record`] with the line.
pub fn read(path: &Path) -> Result<Vec<Row>, Error> {
    let file = File::open(path).map_err(|e| Error::file(path, e))?;
    let raw: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut lines = BufReader::new(raw);
    let mut rows = Vec::new();
    let mut text = String::new();
    for line in 1.. {
        text.clear();
        let record = |why: String| Error::Record { path: path.display().to_string(), line, why };
        let read = lines.by_ref().take(MAX_LINE).read_line(&mut text).map_err(|e| record(e.to_string()))?;
        if read == 0 {
            break;
        }
        if read as u64 == MAX_LINE {
            return Err(record(format!("it is longer than {MAX_LINE} bytes")));
        }
        if !text.trim().is_empty() {
            rows.push(serde_json::from_str(&text).map_err(|e| record(e.to_string()))?);
        }
    }
    Ok(rows)
}

/// Sources that may not go into shipped weights, whatever their rows say.
const UNLICENSED: [&str; 4] = ["alpaca", "do_not_answer", "malicious_instruct", "droidtask_ui"];

/// Collections of templates filled with requests from elsewhere, some of them unlicensed.
const FILLED_TEMPLATES: [&str; 4] =
    ["authored_affix_x_harmful", "aisafetylab_templates", "pyrit_jailbreak_templates", "gptfuzzer_templates"];

/// Leaves out what may not go into shipped weights: non-commercial and unknown licences, other apps'
/// interface texts, and templates that quote a request from such a source.
pub fn licensed(rows: Vec<Row>) -> Vec<Row> {
    let quoted: Vec<String> = rows
        .iter()
        .filter(|r| matches!(r.source.as_str(), "do_not_answer" | "malicious_instruct"))
        .map(|r| r.text.trim().to_lowercase())
        .collect();
    rows.into_iter().filter(|row| is_licensed(row, &quoted)).collect()
}

fn is_licensed(row: &Row, quoted: &[String]) -> bool {
    let forbidden = ["NC", "none stated", "app UI strings"].iter().any(|w| row.license.contains(w))
        || UNLICENSED.contains(&row.source.as_str())
        || row.source.starts_with("tensortrust_");
    let quotes = || {
        let text = row.text.to_lowercase();
        FILLED_TEMPLATES.contains(&row.source.as_str()) && quoted.iter().any(|q| text.contains(q))
    };
    !forbidden && !quotes()
}

/// Sources that are kept for dev: every label and channel stands in them, and nothing of them is
/// trained on.
pub const DEV_SOURCES: [&str; 14] = [
    "llm_warden_benign",
    "snips",
    "taubench_db",
    "repo_docs",
    "authored_notifications",
    "bastioncorpus",
    "redteamcua",
    "tdc2023",
    "simplesafetytests",
    "giskard",
    "tasktracker_pair",
    "authored_direct",
    "authored_payload_in_notification",
    "authored_payload_message",
];

/// Rows for training and for choosing threshold and temperature.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// To learn from.
    pub train: Vec<Row>,
    /// To stop, calibrate and choose by: other sources than `train`.
    pub dev: Vec<Row>,
}

/// Texts over so many bytes count [`LONG_COUNTS`] times: they take most of the time.
const LONG: usize = 400;
const LONG_COUNTS: usize = 3;

/// Cuts by source ([`DEV_SOURCES`]), drops repeated texts, and keeps at most `cap` rows of each
/// source, label and channel, in dev twice as many: those with the lowest hash, so that the choice
/// is the same every time.
pub fn split(rows: Vec<Row>, cap: usize) -> Split {
    let mut hashed: Vec<([u8; 32], Row)> =
        rows.into_iter().map(|row| (Sha256::digest(row.text.as_bytes()).into(), row)).collect();
    hashed.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.source.cmp(&y.source)));
    hashed.dedup_by(|(a, _), (b, _)| a == b);
    let mut taken: HashMap<(String, Label, Channel), usize> = HashMap::new();
    let mut split = Split::default();
    for (_, row) in hashed {
        let count = taken.entry((row.source.clone(), row.label, row.channel)).or_default();
        let dev = DEV_SOURCES.contains(&row.source.as_str());
        if *count < if dev { 2 * cap } else { cap } {
            *count += if row.text.len() > LONG { LONG_COUNTS } else { 1 };
            if dev { split.dev.push(row) } else { split.train.push(row) }
        }
    }
    split
}

#[cfg(test)]
mod tests;
