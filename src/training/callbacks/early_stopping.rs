//! Stops a run that no longer improves.

use serde::{Deserialize, Serialize};

use super::monitor::MonitorMode;
use crate::{text::lossless::LosslessF64, training::history::EpochRecord};

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
    /// Keras 3's rule: restored at the end in every case, stopped early or not.
    pub restore_best_weights: bool,
    pub start_from_epoch: f64,
    #[serde(skip)]
    pub(super) state: State,
}

/// What it remembers from epoch to epoch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    best: Option<LosslessF64>,
    wait: usize,
    /// Counted from 1; 0 before there is one.
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

/// What an epoch calls for.
pub(crate) struct Decision {
    /// Its weights are the ones to keep, to be restored at the end.
    pub(crate) keep_weights: bool,
    /// The run ends; the sentence says why.
    pub(crate) stop: Option<String>,
}

impl EarlyStopping {
    /// Hears the logs of an epoch; `None` where what it watches was not measured.
    pub(crate) fn after_epoch(&mut self, record: &EpochRecord) -> Option<Decision> {
        let (keep, stop) = self.decide(record.epoch, record.get(&self.monitor)?);
        let sentence = || {
            format!(
                "Epoch {}: stopped early, {} has not improved for {} epochs.",
                record.epoch, self.monitor, self.state.wait
            )
        };
        Some(Decision { keep_weights: keep && self.restore_best_weights, stop: stop.then(sentence) })
    }

    /// The sentence about weights that were restored.
    pub(crate) fn restored(&self) -> String {
        format!("The weights of epoch {}, the best by {}, were restored.", self.state.best_epoch, self.monitor)
    }

    /// Returns whether the weights of this epoch, counted from 1, are the ones to keep, and whether to stop.
    fn decide(&mut self, epoch: usize, value: f64) -> (bool, bool) {
        let Self { monitor, min_delta, patience, mode, baseline, start_from_epoch, state, .. } = self;
        if epoch as f64 <= *start_from_epoch {
            return (false, false);
        }
        let better = |than| mode.improves(monitor, *min_delta, value, than);
        state.wait = state.wait.saturating_add(1); // a file may hold any number
        let improved = better(state.best.map(|best| best.0));
        // The first epoch is kept even if it is no improvement, so that there is something to restore.
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
        (keep, state.wait as f64 >= *patience && epoch > 1)
    }
}
