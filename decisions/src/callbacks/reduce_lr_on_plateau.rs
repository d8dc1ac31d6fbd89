//! `ReduceLROnPlateau`: lowers the learning rate when a metric no longer improves.

use serde::{Deserialize, Serialize};

use super::monitor::MonitorMode;
use crate::history::EpochRecord;
use crate::text::LosslessF64;

/// Multiplies the learning rate by `factor` when the monitored metric has not improved for
/// `patience` epochs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct ReduceLrOnPlateau {
    pub monitor: String,
    pub factor: f64,
    pub patience: f64,
    pub min_delta: f64,
    pub mode: MonitorMode,
    pub cooldown: f64,
    pub min_lr: f64,
    #[serde(skip)]
    pub(super) state: State,
}

/// The state from epoch to epoch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    best: Option<LosslessF64>,
    wait: usize,
    cooling: usize,
}

impl Default for ReduceLrOnPlateau {
    fn default() -> Self {
        Self {
            monitor: "val_loss".into(),
            factor: 0.1,
            patience: 10.0,
            min_delta: 1e-4,
            mode: MonitorMode::Auto,
            cooldown: 0.0,
            min_lr: 0.0,
            state: State::default(),
        }
    }
}

impl ReduceLrOnPlateau {
    /// The reduced learning rate, if it is to be reduced after this epoch.
    pub fn after_epoch(&mut self, record: &EpochRecord, rate: f64) -> Option<f64> {
        self.next_rate(record.get(&self.monitor)?, rate)
    }

    fn next_rate(&mut self, value: f64, rate: f64) -> Option<f64> {
        let state = &mut self.state;
        if state.cooling > 0 {
            state.cooling -= 1;
            state.wait = 0;
        }
        if self.mode.improves(&self.monitor, self.min_delta, value, state.best.map(|best| best.0)) {
            state.best = Some(LosslessF64(value));
            state.wait = 0;
        } else if state.cooling == 0 {
            state.wait = state.wait.saturating_add(1); // a damaged file may hold any number
            if state.wait as f64 >= self.patience && rate > self.min_lr {
                state.cooling = self.cooldown as usize;
                state.wait = 0;
                return Some((rate * self.factor).max(self.min_lr));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tutorial's own 20 epochs; Keras reduced after 7, 11, 13, 15, 17 and 19.
    #[test]
    fn the_tutorials_log_reduces_where_keras_reduced() {
        let log = [
            0.3695, 0.5984, 0.8072, 0.7912, 0.8594, 0.8594, 0.8594, 0.8996, 0.9036, 0.8996, 0.8996, 0.8996, 0.8996,
            0.8996, 0.8996, 0.9036, 0.8996, 0.9036, 0.8996, 0.8996,
        ];
        let mut rule = ReduceLrOnPlateau {
            monitor: "val_accuracy".into(),
            factor: 0.3,
            patience: 2.0,
            min_delta: 0.001,
            ..ReduceLrOnPlateau::default()
        };
        let mut rate = 1e-3;
        let mut reduced = Vec::new();
        for (index, value) in log.into_iter().enumerate() {
            if let Some(lower) = rule.next_rate(value, rate) {
                rate = lower;
                reduced.push(index + 1);
            }
        }
        assert_eq!(reduced, [7, 11, 13, 15, 17, 19]);
        assert!((rate - 7.29e-7).abs() < 1e-12);
    }
}
