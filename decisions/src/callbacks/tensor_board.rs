//! `TensorBoard`: when the metrics and pictures of a run are written as event files.

use serde::{Deserialize, Serialize};

use super::file_name::check_path;
use crate::error::{Error, Result};

/// Writes event files as Keras 3 does: the logs of every epoch, with `updateFreq` also those of batches. Keras's `write_images`, which draws weights, is not among its arguments.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct TensorBoard {
    /// The folder in which `train/` and `validation/` are written.
    pub log_dir: String,
    /// "epoch", "batch", or after how many steps the logs of the epoch so far are written; each time waits
    /// for the device.
    pub update_freq: UpdateFreq,
    /// Not in Keras: after how many epochs the confusion matrix and sample predictions are drawn, which
    /// costs another pass over the validation pictures, on a single thread; 0, the default, for never.
    pub image_freq: usize,
}

impl Default for TensorBoard {
    fn default() -> Self {
        Self { log_dir: "logs".into(), update_freq: UpdateFreq::Word(Word::Epoch), image_freq: 0 }
    }
}

/// How often the logs of batches are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "updateFreq must be \"epoch\", \"batch\" or a whole number of batches")]
pub enum UpdateFreq {
    /// Never ("epoch"), or after each batch ("batch").
    Word(Word),
    /// After every so many batches, counted across epochs.
    Batches(u64),
}

/// Keras's words for how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Only the logs of epochs.
    Epoch,
    /// Also the logs of every batch.
    Batch,
}

impl UpdateFreq {
    fn is_due(self, steps: u64) -> bool {
        match self {
            Self::Word(Word::Epoch) => false,
            Self::Word(Word::Batch) => true,
            Self::Batches(every) => steps.is_multiple_of(every),
        }
    }
}

impl TensorBoard {
    pub(super) fn check(&self) -> Result<()> {
        if self.update_freq == UpdateFreq::Batches(0) {
            return Err(Error::config("updateFreq", "of TensorBoard must be at least one batch"));
        }
        check_path("logDir", "TensorBoard", &self.log_dir)
    }

    /// Whether the logs of the epoch so far are written after this step, counted over the whole run.
    #[must_use]
    pub fn is_due_after_batch(&self, steps: u64) -> bool {
        self.update_freq.is_due(steps)
    }

    /// Whether pictures are drawn after this epoch, counted from 1: only 0 is a multiple of 0.
    #[must_use]
    pub fn draws_after_epoch(&self, epoch: usize) -> bool {
        epoch.is_multiple_of(self.image_freq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_checked_by_name() {
        let read = |json: &str| serde_json::from_str::<TensorBoard>(json).map_err(|error| error.to_string());
        let every = |json| read(json).unwrap().update_freq;
        assert!((1..9).all(|steps| !every("{}").is_due(steps) && every(r#"{"updateFreq":"batch"}"#).is_due(steps)));
        let due: Vec<u64> = (1..9).filter(|&steps| every(r#"{"updateFreq":3}"#).is_due(steps)).collect();
        assert_eq!(due, [3, 6]);
        assert!(read(r#"{"updateFreq":"step"}"#).unwrap_err().contains("updateFreq must be \"epoch\""));
        assert!(read(r#"{"writeGraph":true}"#).unwrap_err().contains("writeGraph"));
        for (json, start) in
            [(r#"{"updateFreq":0}"#, "updateFreq of TensorBoard"), (r#"{"logDir":"../out"}"#, "logDir of TensorBoard")]
        {
            assert!(read(json).unwrap().check().unwrap_err().to_string().starts_with(start), "{json}");
        }
        assert!(read("{}").unwrap().check().is_ok());
    }
}
