//! `LearningRateScheduler`: sets the learning rate at the start of each epoch.

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};
use crate::schedule::Schedule;
use crate::text::shorthand::short_or_long;

/// Sets the learning rate of each epoch. In JavaScript `schedule` may also be a function of the epoch (from 0)
/// and the rate, as in Keras.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearningRateScheduler {
    /// The learning rates.
    pub schedule: EpochSchedule,
}

/// A learning rate for every epoch.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum EpochSchedule {
    /// One rate per epoch; the last one holds for all later epochs.
    Each(Vec<f64>),
    /// A schedule whose steps are epochs, counted from 0.
    Rule(Schedule),
}

impl<'de> Deserialize<'de> for EpochSchedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expecting = "schedule must be a list of rates, one per epoch, or a schedule of known type";
        short_or_long(deserializer, expecting, Self::Each, Self::Rule)
    }
}

impl LearningRateScheduler {
    pub(super) fn check(&self) -> Result<()> {
        match &self.schedule {
            EpochSchedule::Each(rates)
                if rates.is_empty() || !rates.iter().all(|rate| rate.is_finite() && *rate >= 0.0) =>
            {
                Err(Error::config("schedule", "of LearningRateScheduler must be rates of 0 or more, at least one"))
            }
            EpochSchedule::Each(_) => Ok(()),
            EpochSchedule::Rule(schedule) => schedule.check(),
        }
    }

    /// The rate of an epoch, counted from 1.
    #[must_use]
    pub fn rate(&self, epoch: usize) -> f64 {
        match &self.schedule {
            EpochSchedule::Each(rates) => rates[(epoch - 1).min(rates.len() - 1)],
            EpochSchedule::Rule(schedule) => schedule.at((epoch - 1) as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_its_last_rate_and_a_schedule_counts_epochs_from_zero() {
        let read = |json| serde_json::from_str::<LearningRateScheduler>(json).unwrap();
        let list = read(r#"{"schedule":[0.1,0.05]}"#);
        assert_eq!([1, 2, 3, 9].map(|epoch| list.rate(epoch)).to_vec(), [0.1, 0.05, 0.05, 0.05]);
        let half =
            r#"{"schedule":{"type":"ExponentialDecay","initialLearningRate":0.8,"decaySteps":1,"decayRate":0.5}}"#;
        assert_eq!([1, 2, 3].map(|epoch| read(half).rate(epoch)).to_vec(), [0.8, 0.4, 0.2]);
        assert!(read(r#"{"schedule":[]}"#).check().is_err());
        assert!(read(r#"{"schedule":[-1]}"#).check().is_err());
    }
}
