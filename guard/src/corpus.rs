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

/// Attacks by which the epoch, the temperature and the thresholds are chosen.
const CHOOSE_ATTACKS: [&str; 4] =
    ["bastioncorpus", "simplesafetytests", "authored_direct", "authored_payload_message"];

/// Attacks that nothing is chosen by: the figures of a report are theirs.
const REPORT_ATTACKS: [&str; 5] =
    ["redteamcua", "giskard", "tasktracker_pair", "tdc2023", "authored_payload_in_notification"];

/// Ordinary texts for both, half of the rows each: there are too few such sources to give each its own.
const HELD_OUT_BENIGN: [&str; 5] =
    ["llm_warden_benign", "snips", "taubench_db", "repo_docs", "authored_notifications"];

/// Rows by what they are for. No source of `train` stands in the other two.
#[derive(Debug, Clone, Default)]
pub struct Split {
    /// To learn from.
    pub train: Vec<Row>,
    /// To stop, calibrate and choose thresholds by.
    pub choose: Vec<Row>,
    /// To measure: attacks of other sources than in `choose`.
    pub report: Vec<Row>,
}

/// Bytes of a text that count as one row; a longer one takes as many times as long.
const ROW: usize = 240;

/// Cuts by source, drops repeated texts, and keeps at most `cap` rows' worth of each source, label
/// and channel, twice as many of what is held out: those with the lowest hash, so that the choice is
/// the same every time.
pub fn split(rows: Vec<Row>, cap: usize) -> Split {
    let mut hashed: Vec<([u8; 32], Row)> =
        rows.into_iter().map(|row| (Sha256::digest(row.text.as_bytes()).into(), row)).collect();
    hashed.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.source.cmp(&y.source)));
    hashed.dedup_by(|(a, _), (b, _)| a == b);
    let mut taken: HashMap<(String, Label, Channel), usize> = HashMap::new();
    let mut split = Split::default();
    for (hash, row) in hashed {
        let count = taken.entry((row.source.clone(), row.label, row.channel)).or_default();
        let is_of = |sources: &[&str]| sources.contains(&row.source.as_str());
        let odd = hash.last().is_some_and(|byte| byte % 2 == 1);
        let (part, cap) = if is_of(&CHOOSE_ATTACKS) || (is_of(&HELD_OUT_BENIGN) && odd) {
            (&mut split.choose, 2 * cap)
        } else if is_of(&REPORT_ATTACKS) || is_of(&HELD_OUT_BENIGN) {
            (&mut split.report, 2 * cap)
        } else {
            (&mut split.train, cap)
        };
        if *count < cap {
            *count += row.text.len().div_ceil(ROW);
            part.push(row);
        }
    }
    split
}

#[cfg(test)]
mod tests;
