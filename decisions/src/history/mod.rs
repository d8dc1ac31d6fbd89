//! The history of a run: the metrics of each epoch, and a sentence about what the curves show.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use serde::{Deserialize, Serialize};

pub use change::{Change, Changed};
pub use lossless::LosslessHistory;

use crate::text::csv;

mod change;
mod lossless;

/// The metrics of one epoch by Keras's names: `loss`, `accuracy`, `val_loss`, `val_accuracy`,
/// `learning_rate`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// NaN and infinity are written as `null`.
    #[serde(flatten, with = "nullable")]
    pub logs: BTreeMap<String, f64>,
}

impl EpochRecord {
    /// The value of a metric, if it was measured.
    #[must_use]
    pub fn get(&self, metric: &str) -> Option<f64> {
        self.logs.get(metric).copied()
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stopped {
    /// All epochs were trained.
    #[default]
    Completed,
    /// A callback ended the run.
    Callback,
    /// A person stopped the run.
    Aborted,
}

/// The record of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    /// One record per finished epoch.
    pub epochs: Vec<EpochRecord>,
    /// How the run ended.
    pub stopped: Stopped,
    /// What callbacks did, one sentence each.
    pub notes: Vec<String>,
    /// What a person changed while the run went on.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// [`History::reading`] at the end of the run.
    pub reading: String,
}

impl History {
    fn values(&self, metric: &str) -> Vec<f64> {
        self.epochs.iter().filter_map(|record| record.get(metric)).collect()
    }

    /// Keras's `history.history`: a list of values per metric.
    #[must_use]
    pub fn columns(&self) -> BTreeMap<String, Vec<f64>> {
        let mut columns: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for (name, &value) in self.epochs.iter().flat_map(|record| &record.logs) {
            columns.entry(name.clone()).or_default().push(value);
        }
        columns
    }

    /// What the curves show, in one sentence. The rule, in this order:
    ///
    /// 1. the last loss is NaN or infinite: diverged;
    /// 2. fewer than 3 epochs: too early;
    /// 3. the training loss is not 5 % below its first value: not learning yet;
    /// 4. the validation loss stands 10 % above its lowest value, which is at least 2 epochs old, while
    ///    the training loss has fallen since: overfitting;
    /// 5. within the last `max(3, n / 5)` epochs the watched loss (validation, else training) fell by
    ///    more than 1 % below its lowest value before them: still learning, and the sentence says whether
    ///    the last value is that lowest one;
    /// 6. otherwise: converged.
    #[must_use]
    pub fn reading(&self) -> String {
        let training = self.values("loss");
        let (Some(&first), Some(&last)) = (training.first(), training.last()) else {
            return "No epoch is finished yet.".into();
        };
        if !last.is_finite() {
            return "Diverged: the loss is no longer a number; lower the learning rate and fit again.".into();
        }
        let epochs = training.len();
        if epochs < 3 {
            return "Too early to tell: curves say something from the third epoch on.".into();
        }
        if last > first * 0.95 {
            return "Not learning yet: the training loss has hardly moved; try another learning rate or more epochs."
                .into();
        }
        let validation = self.values("val_loss");
        let validated = validation.len() == epochs;
        let (name, watched) = if validated { ("validation", &validation) } else { ("training", &training) };
        let (best, lowest) = lowest(watched);
        let now = watched[epochs - 1];
        if validated && epochs - best >= 2 && now > lowest * 1.1 && last < training[best - 1] {
            return format!(
                "Overfitting since epoch {best}: the training loss still falls, but the validation loss has risen from {lowest:.3} to {now:.3}."
            );
        }
        let window = (epochs / 5).max(3).min(epochs - 1);
        let (earlier, recent) = watched.split_at(epochs - window);
        if lowest_value(recent) < lowest_value(earlier) * 0.99 {
            return if now <= lowest {
                format!("Still learning: the {name} loss is still falling; more epochs may help.")
            } else {
                format!(
                    "Still learning: the {name} loss was lowest in epoch {best} with {lowest:.3}; more epochs will show whether it falls further."
                )
            };
        }
        format!(
            "Converged: the {name} loss has not fallen further for {window} epochs; its best was {lowest:.3} in epoch {best}."
        )
    }

    /// The columns of Keras's `CSVLogger`: `epoch` from 0, then the metrics in the order of their names. NaN,
    /// infinity, and what an epoch did not measure are `nan`.
    #[must_use]
    pub fn csv(&self) -> String {
        let names: BTreeSet<String> = self.epochs.iter().flat_map(|record| record.logs.keys().cloned()).collect();
        let row = |first: String, rest: Vec<String>| csv::row(iter::once(first).chain(rest), ",", "\n");
        let values = |record: &EpochRecord| {
            names
                .iter()
                .map(|name| {
                    record.get(name).filter(|value| value.is_finite()).map_or("nan".into(), |value| value.to_string())
                })
                .collect()
        };
        let rows = self.epochs.iter().map(|record| row((record.epoch - 1).to_string(), values(record)));
        iter::once(row("epoch".into(), names.iter().cloned().collect())).chain(rows).collect()
    }
}

/// The epoch (from 1) and value of the lowest number.
fn lowest(values: &[f64]) -> (usize, f64) {
    let lower =
        |best: (usize, f64), (index, &value): (usize, &f64)| if value < best.1 { (index + 1, value) } else { best };
    values.iter().enumerate().fold((1, f64::INFINITY), lower)
}

fn lowest_value(values: &[f64]) -> f64 {
    lowest(values).1
}

/// Writes NaN and infinity as `null`, because JSON has neither.
mod nullable {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(logs: &BTreeMap<String, f64>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(logs.iter().map(|(name, value)| (name, value.is_finite().then_some(value))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
        let logs = BTreeMap::<String, Option<f64>>::deserialize(deserializer)?;
        Ok(logs.into_iter().map(|(name, value)| (name, value.unwrap_or(f64::NAN))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(loss: &[f64], val_loss: &[f64]) -> History {
        let epochs = loss.iter().enumerate().map(|(index, &loss)| EpochRecord {
            epoch: index + 1,
            logs: [("loss".to_string(), loss)]
                .into_iter()
                .chain(val_loss.get(index).map(|&value| ("val_loss".to_string(), value)))
                .collect(),
        });
        History { epochs: epochs.collect(), ..History::default() }
    }

    #[test]
    fn each_shape_of_curves_has_its_sentence() {
        for (loss, val_loss, start) in [
            (&[][..], &[][..], "No epoch"),
            (&[1.0], &[1.0], "Too early"),
            (&[1.0, f64::NAN, f64::NAN], &[], "Diverged"),
            (&[1.0, 1.0, 0.99, 0.98], &[], "Not learning"),
            (&[1.0, 0.5, 0.3, 0.2, 0.1], &[1.0, 0.6, 0.5, 0.7, 0.9], "Overfitting since epoch 3"),
            (&[1.0, 0.8, 0.6, 0.4], &[1.0, 0.9, 0.8, 0.7], "Still learning: the validation"),
            (&[1.0, 0.8, 0.6, 0.4], &[], "Still learning: the training"),
            (&[1.0, 0.5, 0.4, 0.4, 0.4, 0.4], &[1.0, 0.5, 0.5, 0.5, 0.5, 0.5], "Converged"),
        ] {
            let reading = history(loss, val_loss).reading();
            assert!(reading.starts_with(start), "{loss:?} {val_loss:?}: {reading}");
        }
    }

    #[test]
    fn json_has_null_for_what_is_not_a_number_and_reads_back() {
        let history = history(&[1.5, f64::NAN], &[]);
        let json = serde_json::to_string(&history).unwrap();
        assert!(json.contains(r#"{"epoch":2,"loss":null}"#), "{json}");
        let back: History = serde_json::from_str(&json).unwrap();
        assert_eq!(back.epochs[0], history.epochs[0]);
        assert!(back.epochs[1].get("loss").unwrap().is_nan());
    }

    #[test]
    fn csv_counts_epochs_from_zero_as_keras_does() {
        assert_eq!(history(&[2.0, 1.0], &[3.0, 2.5]).csv(), "epoch,loss,val_loss\n0,2,3\n1,1,2.5\n");
        assert_eq!(history(&[2.0, f64::NAN], &[3.0]).csv(), "epoch,loss,val_loss\n0,2,3\n1,nan,nan\n");
        assert_eq!(history(&[], &[]).csv(), "epoch\n");
    }
}
