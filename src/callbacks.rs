//! What may watch and steer a run, with Keras's rules and defaults.

use burn::tensor::Tensor;
use serde::Deserialize;

use crate::{
    error::{Error, Result},
    fit::{Progress, Run},
    history::{EpochRecord, Stopped},
};

/// Watches a run and may steer it through [`Run`]: stop it, change its rate, swap its weights.
#[expect(async_fn_in_trait, reason = "a browser has one thread; the futures need not be Send")]
pub trait Callback {
    /// After each training step.
    async fn on_batch_end(&mut self, _run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        Ok(())
    }

    /// After each epoch, when its record is complete.
    async fn on_epoch_end(&mut self, _run: &mut Run<'_>, _record: &EpochRecord) -> Result<()> {
        Ok(())
    }

    /// After the last epoch, however the run ended.
    async fn on_train_end(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }
}

impl Callback for () {}

/// Both, the first one first.
impl<A: Callback, B: Callback> Callback for (A, B) {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        self.0.on_batch_end(run, progress).await?;
        self.1.on_batch_end(run, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.0.on_epoch_end(run, record).await?;
        self.1.on_epoch_end(run, record).await
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.0.on_train_end(run).await?;
        self.1.on_train_end(run).await
    }
}

impl<C: Callback> Callback for &mut C {
    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        (**self).on_batch_end(run, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        (**self).on_epoch_end(run, record).await
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        (**self).on_train_end(run).await
    }
}

/// All of them, in order.
impl Callback for Vec<CallbackConfig> {
    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        for callback in self {
            match callback {
                CallbackConfig::EarlyStopping(rule) => rule.on_epoch_end(run, record),
                CallbackConfig::ReduceLrOnPlateau(rule) => rule.on_epoch_end(run, record),
            }
        }
        Ok(())
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        for callback in self {
            if let CallbackConfig::EarlyStopping(rule) = callback {
                rule.on_train_end(run);
            }
        }
        Ok(())
    }
}

/// Whether smaller or larger is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MonitorMode {
    /// By the metric: losses fall, everything else rises.
    #[default]
    Auto,
    /// Smaller is better.
    Min,
    /// Larger is better.
    Max,
}

/// Keras's rule: an improvement beats the best value by more than `min_delta`; the first value
/// always counts as one.
fn improves(monitor: &str, mode: MonitorMode, min_delta: f64, value: f64, best: Option<f64>) -> bool {
    let smaller = mode == MonitorMode::Min || mode == MonitorMode::Auto && monitor.ends_with("loss");
    match best {
        None => true,
        Some(best) if smaller => value + min_delta < best,
        Some(best) => value - min_delta > best,
    }
}

/// A callback by its Keras name and arguments; its counters start at zero with every run.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type")]
pub enum CallbackConfig {
    /// See [`EarlyStopping`].
    EarlyStopping(EarlyStopping),
    /// See [`ReduceLrOnPlateau`].
    #[serde(rename = "ReduceLROnPlateau")]
    ReduceLrOnPlateau(ReduceLrOnPlateau),
}

impl CallbackConfig {
    /// Whether it changes the learning rate.
    pub(crate) fn sets_the_rate(&self) -> bool {
        matches!(self, Self::ReduceLrOnPlateau(_))
    }

    /// # Errors
    ///
    /// An argument is out of range, or the metric is not measured in this run.
    pub(crate) fn check(&self, measured: &[&str]) -> Result<()> {
        let (callback, monitor, min_delta) = match self {
            Self::EarlyStopping(rule) => ("EarlyStopping", &rule.monitor, rule.min_delta),
            Self::ReduceLrOnPlateau(rule) => {
                if !(rule.factor > 0.0 && rule.factor < 1.0) {
                    return Err(Error::config(
                        "factor",
                        format!("of ReduceLROnPlateau must be above 0 and below 1, not {}", rule.factor),
                    ));
                }
                if !(rule.min_lr >= 0.0 && rule.min_lr.is_finite()) {
                    return Err(Error::config(
                        "minLr",
                        format!("of ReduceLROnPlateau must be 0 or more, not {}", rule.min_lr),
                    ));
                }
                ("ReduceLROnPlateau", &rule.monitor, rule.min_delta)
            }
        };
        if !(min_delta.is_finite() && min_delta >= 0.0) {
            return Err(Error::config("minDelta", format!("of {callback} must be 0 or more, not {min_delta}")));
        }
        if !measured.contains(&monitor.as_str()) {
            return Err(Error::config(
                "monitor",
                format!(
                    "of {callback} is \"{monitor}\", but this run measures only {}; hold out validation pictures or watch another",
                    measured.join(", ")
                ),
            ));
        }
        Ok(())
    }
}

/// Stops when the monitored metric has not improved for `patience` epochs.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct EarlyStopping {
    pub monitor: String,
    pub min_delta: f64,
    pub patience: usize,
    pub mode: MonitorMode,
    pub baseline: Option<f64>,
    /// Keras 3's rule: restored at the end in every case, stopped early or not.
    pub restore_best_weights: bool,
    pub start_from_epoch: usize,
    #[serde(skip)]
    best: Option<f64>,
    #[serde(skip)]
    wait: usize,
    #[serde(skip)]
    best_weights: Option<(usize, Vec<Tensor<1>>)>,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        Self {
            monitor: "val_loss".into(),
            min_delta: 0.0,
            patience: 0,
            mode: MonitorMode::Auto,
            baseline: None,
            restore_best_weights: false,
            start_from_epoch: 0,
            best: None,
            wait: 0,
            best_weights: None,
        }
    }
}

impl EarlyStopping {
    fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) {
        let epoch = record.epoch - 1; // Keras counts from 0
        let Some(value) = record.get(&self.monitor).filter(|_| epoch >= self.start_from_epoch) else {
            return;
        };
        if self.restore_best_weights && self.best_weights.is_none() {
            // So that there is something to restore even if no epoch improves.
            self.best_weights = Some((record.epoch, run.weights.clone()));
        }
        self.wait += 1;
        if improves(&self.monitor, self.mode, self.min_delta, value, self.best) {
            self.best = Some(value);
            if self.restore_best_weights {
                self.best_weights = Some((record.epoch, run.weights.clone()));
            }
            let beats = |baseline| improves(&self.monitor, self.mode, self.min_delta, value, Some(baseline));
            if self.baseline.is_none_or(beats) {
                self.wait = 0;
            }
        } else if self.wait >= self.patience && epoch > 0 {
            run.stop = Some(Stopped::Callback);
            run.notes.push(format!(
                "Epoch {}: stopped early, {} has not improved for {} epochs.",
                record.epoch, self.monitor, self.wait
            ));
        }
    }

    fn on_train_end(&mut self, run: &mut Run<'_>) {
        if let Some((epoch, weights)) = self.best_weights.take() {
            *run.weights = weights;
            run.notes.push(format!("The weights of epoch {epoch}, the best by {}, were restored.", self.monitor));
        }
    }
}

/// Multiplies the learning rate by `factor` when the monitored metric has not improved for
/// `patience` epochs.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct ReduceLrOnPlateau {
    pub monitor: String,
    pub factor: f64,
    pub patience: usize,
    pub min_delta: f64,
    pub mode: MonitorMode,
    pub cooldown: usize,
    pub min_lr: f64,
    #[serde(skip)]
    best: Option<f64>,
    #[serde(skip)]
    wait: usize,
    #[serde(skip)]
    cooling: usize,
}

impl Default for ReduceLrOnPlateau {
    fn default() -> Self {
        Self {
            monitor: "val_loss".into(),
            factor: 0.1,
            patience: 10,
            min_delta: 1e-4,
            mode: MonitorMode::Auto,
            cooldown: 0,
            min_lr: 0.0,
            best: None,
            wait: 0,
            cooling: 0,
        }
    }
}

impl ReduceLrOnPlateau {
    fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) {
        let Some(value) = record.get(&self.monitor) else { return };
        if let Some(rate) = self.next_rate(value, *run.learning_rate) {
            *run.learning_rate = rate;
            run.notes.push(format!("Epoch {}: learning rate reduced to {rate:.3e}.", record.epoch));
        }
    }

    /// The reduced rate, when this value calls for one.
    fn next_rate(&mut self, value: f64, rate: f64) -> Option<f64> {
        let in_cooldown = self.cooling > 0;
        if in_cooldown {
            self.cooling -= 1;
            self.wait = 0;
        }
        if improves(&self.monitor, self.mode, self.min_delta, value, self.best) {
            self.best = Some(value);
            self.wait = 0;
        } else if self.cooling == 0 {
            self.wait += 1;
            if self.wait >= self.patience && rate > self.min_lr {
                self.cooling = self.cooldown;
                self.wait = 0;
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
            patience: 2,
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

    #[test]
    fn names_and_defaults_are_keras_and_unknown_words_are_refused() {
        let callback: CallbackConfig = serde_json::from_str(r#"{"type":"ReduceLROnPlateau","factor":0.3}"#).unwrap();
        assert!(matches!(&callback, CallbackConfig::ReduceLrOnPlateau(rule) if rule.patience == 10));
        assert!(callback.check(&["loss", "val_loss"]).is_ok());
        assert!(callback.check(&["loss"]).unwrap_err().to_string().contains("val_loss"));
        assert!(serde_json::from_str::<CallbackConfig>(r#"{"type":"EarlyStopping","patients":3}"#).is_err());
    }
}
