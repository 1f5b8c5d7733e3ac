//! The head's weights and calibration in one safetensors file.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use pocketpilot_core::guard::Channel;
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::head::Head;

/// Key of the calibration in the file's metadata.
const CALIBRATION: &str = "calibration";

/// How logits become probabilities, and above which score a text is blocked. All are chosen on rows that were not trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Logits are divided by it (temperature scaling, arXiv 1706.04599).
    pub temperature: f32,
    /// Lowest blocked score of what the person says.
    pub user: f32,
    /// Lowest blocked score of what tools return.
    pub tool: f32,
    /// Lowest blocked score of what stands on the screen.
    pub screen: f32,
}

impl Calibration {
    /// The threshold of a channel.
    pub fn threshold(&self, channel: Channel) -> f32 {
        match channel {
            Channel::User => self.user,
            Channel::Tool => self.tool,
            Channel::Screen => self.screen,
        }
    }
}

pub(crate) struct Weights {
    pub(crate) tensors: HashMap<String, Tensor>,
    pub(crate) calibration: Calibration,
}

impl Weights {
    /// Writes beside the file and renames, so that a kill leaves the old file or the new one.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Error> {
        let calibration = serde_json::to_string(&self.calibration).map_err(head)?;
        let metadata = HashMap::from([(CALIBRATION.to_owned(), calibration)]);
        let bytes = safetensors::serialize(&self.tensors, Some(metadata)).map_err(head)?;
        let part = path.with_extension("part");
        std::fs::write(&part, bytes).map_err(|e| Error::file(&part, e))?;
        std::fs::rename(&part, path).map_err(|e| Error::file(path, e))
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(head)?;
        let calibration = metadata
            .metadata()
            .as_ref()
            .and_then(|m| m.get(CALIBRATION))
            .ok_or_else(|| Error::Head("the weights hold no calibration".into()))?;
        let calibration = serde_json::from_str(calibration).map_err(head)?;
        let tensors = candle_core::safetensors::load_buffer(bytes, &Device::Cpu)?;
        Ok(Self { tensors, calibration })
    }

    /// The head itself; fails when the shapes are those of another encoder.
    pub(crate) fn head(&self, width: usize) -> Result<Head, Error> {
        let vb = VarBuilder::from_tensors(self.tensors.clone(), DType::F32, &Device::Cpu);
        Ok(Head::new(vb, width)?)
    }
}

fn head(e: impl std::fmt::Display) -> Error {
    Error::Head(e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_survive_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("head.safetensors");
        let calibration = Calibration { temperature: 1.5, user: 0.9, tool: 0.8, screen: 0.123_456_79 };
        let tensors: HashMap<String, Tensor> = Head::shapes(8)
            .into_iter()
            .map(|(name, shape)| (name.to_owned(), Tensor::ones(shape, DType::F32, &Device::Cpu).unwrap()))
            .collect();
        Weights { tensors, calibration: calibration.clone() }.write(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let read = Weights::read(&bytes).unwrap();
        assert_eq!(read.calibration, calibration);
        assert!(read.head(8).is_ok());
        assert!(read.head(16).is_err(), "another encoder's width is refused");
        for broken in [&bytes[..bytes.len() / 2], b"", b"{}"] {
            assert!(Weights::read(broken).is_err());
        }
    }
}
