//! `EarlyStopping`: stops a run that no longer improves.

use serde::{Deserialize, Serialize};

use super::monitor::MonitorMode;
use crate::history::EpochRecord;
use crate::text::LosslessF64;

/// Stops when the monitored metric has not improved for `patience` epochs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct EarlyStopping {
    pub monitor: String,
    pub min_delta: f64,
    pub patience: f64,
    pub mode: MonitorMode,
    pub baseline: Option<f64>,
    /// As in Keras 3, the best weights are restored at the end of every run, stopped early or not.
    pub restore_best_weights: bool,
    pub start_from_epoch: f64,
    #[serde(skip)]
    pub(super) state: State,
}

/// The state from epoch to epoch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    best: Option<LosslessF64>,
    wait: usize,
    /// Counted from 1; 0 before the first epoch.
    best_epoch: usize,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self {
            monitor: "val_loss".into(),
            min_delta: 0.0,
            patience: 0.0,
            mode: MonitorMode::Auto,
            baseline: None,
            restore_best_weights: false,
            start_from_epoch: 0.0,
            state: State::default(),
        }
    }
}

/// What is to be done after an epoch.
pub struct Decision {
    /// The weights of this epoch are the best so far and may be restored at the end.
    pub keep_weights: bool,
    /// If the run is to end, a sentence that says why.
    pub stop: Option<String>,
}

impl EarlyStopping {
    /// The decision after an epoch; `None` if the monitored metric was not measured.
    pub fn after_epoch(&mut self, record: &EpochRecord) -> Option<Decision> {
        let (keep, stop) = self.decide(record.epoch, record.get(&self.monitor)?);
        let sentence = || {
            format!(
                "Epoch {}: stopped early, {} has not improved for {} epochs.",
                record.epoch, self.monitor, self.state.wait
            )
        };
        Some(Decision { keep_weights: keep && self.restore_best_weights, stop: stop.then(sentence) })
    }

    /// The note that weights were restored.
    #[must_use]
    pub fn restored(&self) -> String {
        format!("The weights of epoch {}, the best by {}, were restored.", self.state.best_epoch, self.monitor)
    }

    /// Whether to keep the weights of this epoch (counted from 1), and whether to stop.
    fn decide(&mut self, epoch: usize, value: f64) -> (bool, bool) {
        let Self { monitor, min_delta, patience, mode, baseline, start_from_epoch, state, .. } = self;
        if epoch as f64 <= *start_from_epoch {
            return (false, false);
        }
        let better = |than| mode.improves(monitor, *min_delta, value, than);
        state.wait = state.wait.saturating_add(1); // a damaged file may hold any number
        let improved = better(state.best.map(|best| best.0));
        // The first epoch is kept even if it does not improve, so that there are weights to restore.
        let keep = improved || state.best_epoch == 0;
        if keep {
            state.best_epoch = epoch;
        }
        if improved {
            state.best = Some(LosslessF64(value));
            if baseline.is_none_or(|baseline| better(Some(baseline))) {
                state.wait = 0;
            }
            return (keep, false);
        }
        (keep, state.wait as f64 >= *patience)
    }
}
