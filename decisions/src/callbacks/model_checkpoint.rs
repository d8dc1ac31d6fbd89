//! `ModelCheckpoint`: when the network is written to a file during a run.

use serde::{Deserialize, Serialize};

use super::file_name::{check_path, check_placeholders, filled};
use super::{monitor::MonitorMode, save_freq::SaveFreq};
use crate::error::{Error, Result};
use crate::history::EpochRecord;
use crate::text::LosslessF64;

/// Writes the network to a file after every epoch or every so many batches, or only if it is the best so far.
///
/// `filepath` may hold `{epoch:02d}`, `{batch}` where `save_freq` counts batches, and the names of logs that are measured
/// at every save, such as `{val_loss:.2f}`. It ends in `.tabfit`, or with `saveWeightsOnly` in `.safetensors`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct ModelCheckpoint {
    pub filepath: String,
    #[serde(default = "val_loss")]
    pub monitor: String,
    #[serde(default)]
    pub save_best_only: bool,
    #[serde(default)]
    pub save_weights_only: bool,
    #[serde(default)]
    pub mode: MonitorMode,
    #[serde(default)]
    pub save_freq: SaveFreq,
    #[serde(default)]
    pub initial_value_threshold: Option<f64>,
    #[serde(skip)]
    pub(super) state: State,
}

fn val_loss() -> String {
    "val_loss".into()
}

/// The state from save to save.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    best: Option<LosslessF64>,
    batches: usize,
}

impl ModelCheckpoint {
    /// `always`: the names of what the run measures after every epoch.
    pub(super) fn check(&self, always: &[String]) -> Result<()> {
        let ending = if self.save_weights_only { ".safetensors" } else { ".tabfit" };
        if !self.filepath.ends_with(ending) {
            return Err(Error::config(
                "filepath",
                format!("of ModelCheckpoint must end in {ending}, which \"{}\" does not", self.filepath),
            ));
        }
        check_path("filepath", "ModelCheckpoint", &self.filepath)?;
        self.save_freq.check("ModelCheckpoint")?;
        // After a batch there are no validation metrics, and the learning rate is not among Keras's logs.
        let in_batches = self.save_freq != SaveFreq::Epoch;
        let known = always.iter().filter(|name| !(in_batches && name.starts_with("val_"))).cloned();
        let rate = (!in_batches).then(|| "learning_rate".to_string());
        check_placeholders(&self.filepath, known.chain(rate), in_batches)
    }

    /// Whether to save at this value; if the metric was not measured, Keras saves too.
    fn is_best(&mut self, value: Option<f64>) -> bool {
        let Some(value) = value.filter(|_| self.save_best_only) else { return true };
        let best = self.state.best.map(|best| best.0).or(self.initial_value_threshold);
        let better = self.mode.improves(&self.monitor, 0.0, value, best);
        if better {
            self.state.best = Some(LosslessF64(value));
        }
        better
    }

    /// The file to write after an epoch, if any.
    ///
    /// # Errors
    ///
    /// `filepath` names a metric that was not measured.
    pub fn after_epoch(&mut self, record: &EpochRecord) -> Result<Option<String>> {
        if self.save_freq != SaveFreq::Epoch || !self.is_best(record.get(&self.monitor)) {
            return Ok(None);
        }
        filled(&self.filepath, record, None).map(Some)
    }

    /// Counts a batch; true if a save is due, for which the logs of the epoch so far are needed.
    pub fn is_due_after_batch(&mut self) -> bool {
        self.save_freq.is_due(&mut self.state.batches)
    }

    /// The file to write after a batch for which a save is due, if any; `running`: the logs of the epoch so far.
    ///
    /// # Errors
    ///
    /// `filepath` names a metric that was not measured.
    pub fn after_batch(&mut self, step: usize, running: &EpochRecord) -> Result<Option<String>> {
        if !self.is_best(running.get(&self.monitor)) {
            return Ok(None);
        }
        filled(&self.filepath, running, Some(step)).map(Some)
    }
}
