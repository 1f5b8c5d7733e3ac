//! What a killed run goes on from.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};

use super::TrainError;
use super::adamw::AdamW;

const FILE: &str = "checkpoint.safetensors";
const STATE: &str = "state";

/// How far a run has come, but for the numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Names the run: its settings, base and exercises.
    pub(super) run: String,
    /// Exercises in use: the first ones of the seeded order.
    pub(super) used: usize,
    /// Steps done.
    pub(super) step: usize,
    /// Steps in all.
    pub(super) steps: usize,
    /// Share of the dev exercises that the first numbers do right.
    pub(super) start: f64,
    /// The best share so far, the mean surprise that went with it, and its step.
    pub(super) best: (f64, f64, usize),
    /// Seconds of steps so far.
    pub(super) seconds: f64,
    /// Seconds of the first evaluation.
    pub(super) judging: f64,
}

/// A run's state and numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkpoint {
    pub(super) state: State,
    pub(super) numbers: Vec<f32>,
    pub(super) best: Vec<f32>,
    pub(super) optimiser: AdamW,
}

/// Where the checkpoint of a run into `folder` lies.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

impl Checkpoint {
    /// Writes it in place of the one before, at once.
    pub(super) fn save(&self, folder: &Path) -> Result<(), TrainError> {
        let state = serde_json::to_string(&self.state).unwrap_or_default();
        let lists = [
            ("numbers", &self.numbers),
            ("best", &self.best),
            ("means", &self.optimiser.means),
            ("squares", &self.optimiser.squares),
        ];
        let bytes: Vec<(&str, Vec<u8>)> =
            lists.map(|(name, list)| (name, list.iter().flat_map(|x| x.to_le_bytes()).collect())).into();
        let file = views(&bytes, Dtype::F32, |i| vec![lists[i].1.len()])
            .and_then(|views| safetensors::serialize(views, Some(HashMap::from([(STATE.into(), state)]))));
        let file = file.map_err(|e| broken(folder, e))?;
        write(&path(folder), &file)
    }

    /// Reads the one in `folder`; none if there is none.
    pub(super) fn load(folder: &Path, run: &str, length: usize) -> Result<Option<Self>, TrainError> {
        let path = path(folder);
        if !path.exists() {
            return Ok(None);
        }
        let file = fs::read(&path).map_err(TrainError::file(&path))?;
        let (_, header) = SafeTensors::read_metadata(&file).map_err(|e| broken(folder, e))?;
        let state = header.metadata().as_ref().and_then(|map| map.get(STATE)).cloned().unwrap_or_default();
        let state: State = serde_json::from_str(&state).map_err(|e| broken(folder, e))?;
        if state.run != run {
            return Err(broken(folder, "it belongs to a run with other data or settings"));
        }
        let tensors = SafeTensors::deserialize(&file).map_err(|e| broken(folder, e))?;
        let list = |name: &str| {
            let tensor = tensors.tensor(name).map_err(|e| broken(folder, e))?;
            let list: Vec<f32> =
                tensor.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            if list.len() == length { Ok(list) } else { Err(broken(folder, "it is of another size")) }
        };
        let optimiser = AdamW { means: list("means")?, squares: list("squares")? };
        Ok(Some(Self { state, numbers: list("numbers")?, best: list("best")?, optimiser }))
    }
}

/// Bytes as the tensors of a file.
pub(super) fn views<'a>(
    bytes: &'a [(impl AsRef<str>, Vec<u8>)],
    dtype: Dtype,
    shape: impl Fn(usize) -> Vec<usize>,
) -> Result<Vec<(&'a str, TensorView<'a>)>, safetensors::SafeTensorError> {
    let view = |(i, (name, bytes)): (usize, &'a (_, Vec<u8>))| {
        Ok((AsRef::<str>::as_ref(name), TensorView::new(dtype, shape(i), bytes)?))
    };
    bytes.iter().enumerate().map(view).collect()
}

/// Writes a file beside its place and moves it there when it is whole.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), TrainError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)
    };
    write().map(drop).map_err(TrainError::file(path))
}

fn broken(folder: &Path, reason: impl ToString) -> TrainError {
    TrainError::Checkpoint { path: path(folder), reason: reason.to_string() }
}
