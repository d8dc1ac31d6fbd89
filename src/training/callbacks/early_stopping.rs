//! Stops a run that no longer improves.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use super::{MonitorMode, Run};
use crate::{
    text::lossless::LosslessF64,
    training::history::{EpochRecord, Stopped},
};

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
    /// The weights of [`State::best_epoch`], where they are to be restored.
    #[serde(skip)]
    pub(super) best_weights: Option<Vec<Tensor<1>>>,
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
            best_weights: None,
        }
    }
}

impl EarlyStopping {
    /// Hears the value of an epoch, counted from 1. Returns whether its weights are the ones to keep,
    /// and whether to stop.
    pub(super) fn decide(&mut self, epoch: usize, value: f64) -> (bool, bool) {
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

    pub(super) fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) {
        let Some(value) = record.get(&self.monitor) else { return };
        let (keep, stop) = self.decide(record.epoch, value);
        if keep && self.restore_best_weights {
            self.best_weights = Some(run.model.network.weights.clone());
        }
        if stop {
            run.stop = Some(Stopped::Callback);
            run.notes.push(format!(
                "Epoch {}: stopped early, {} has not improved for {} epochs.",
                record.epoch, self.monitor, self.state.wait
            ));
        }
    }

    pub(super) fn on_train_end(&mut self, run: &mut Run<'_>) {
        if let Some(weights) = self.best_weights.take() {
            run.model.network.weights = weights;
            run.notes.push(format!(
                "The weights of epoch {}, the best by {}, were restored.",
                self.state.best_epoch, self.monitor
            ));
        }
    }
}
