//! Learning rates as functions of the step, with Keras's formulas.

use std::f64::consts::PI;

use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};
use crate::text::shorthand::short_or_long;

/// A constant, or a [`Schedule`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum LearningRate {
    /// The same for every step, until a callback changes it.
    Constant(f64),
    /// A rate that depends on the step; no callback may change it.
    Schedule(Schedule),
}

/// How the rate depends on the step, which is counted from 0 over the whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub enum Schedule {
    /// `initial · rate^(step / decay_steps)`; `staircase` rounds the exponent down to an integer.
    ExponentialDecay {
        initial_learning_rate: f64,
        decay_steps: f64,
        decay_rate: f64,
        #[serde(default)]
        staircase: bool,
    },
    /// A straight line from `initial` to `warmup_target` over `warmup_steps`, then half a cosine down
    /// to `alpha` times the rate where it began (Loshchilov & Hutter 2016).
    CosineDecay {
        initial_learning_rate: f64,
        decay_steps: f64,
        #[serde(default)]
        alpha: f64,
        #[serde(default)]
        warmup_target: Option<f64>,
        #[serde(default)]
        warmup_steps: f64,
    },
    /// `values[i]` up to and including the step `boundaries[i]`, and the last value after them.
    PiecewiseConstantDecay { boundaries: Vec<f64>, values: Vec<f64> },
}

impl<'de> Deserialize<'de> for LearningRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expecting = "learningRate must be a number or a schedule with a known type and its options";
        short_or_long(deserializer, expecting, Self::Constant, Self::Schedule)
    }
}

impl LearningRate {
    /// The rate of this step.
    #[must_use]
    pub fn at(&self, step: u64) -> f64 {
        match self {
            Self::Constant(rate) => *rate,
            Self::Schedule(schedule) => schedule.at(step as f64),
        }
    }

    /// Checks its numbers.
    ///
    /// # Errors
    ///
    /// One of them is out of its range.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Constant(rate) if rate.is_finite() && *rate > 0.0 => Ok(()),
            Self::Constant(rate) => Err(Error::config("learningRate", format!("must be a number above 0, not {rate}"))),
            Self::Schedule(schedule) => schedule.check(),
        }
    }
}

impl Schedule {
    /// The rate of this step.
    #[must_use]
    pub fn at(&self, step: f64) -> f64 {
        match self {
            Self::ExponentialDecay { initial_learning_rate, decay_steps, decay_rate, staircase } => {
                let periods = step / decay_steps;
                let periods = if *staircase { periods.floor() } else { periods };
                initial_learning_rate * decay_rate.powf(periods)
            }
            Self::CosineDecay { initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps } => {
                let (from, step) = match warmup_target {
                    Some(target) if step < *warmup_steps => {
                        return initial_learning_rate + (target - initial_learning_rate) * step / warmup_steps;
                    }
                    Some(target) => (*target, step - warmup_steps),
                    None => (*initial_learning_rate, step),
                };
                let cosine = 0.5 * (1.0 + (PI * (step / decay_steps).min(1.0)).cos());
                from * ((1.0 - alpha) * cosine + alpha)
            }
            Self::PiecewiseConstantDecay { boundaries, values } => {
                values[boundaries.iter().filter(|&&boundary| step > boundary).count()]
            }
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let refuse = |field: &str, must: &str| Err(Error::config(field, must.to_string()));
        let rate = |rate: f64| rate.is_finite() && rate >= 0.0;
        let steps = |steps: f64| steps.is_finite() && steps > 0.0;
        match self {
            Self::ExponentialDecay { initial_learning_rate, .. } | Self::CosineDecay { initial_learning_rate, .. }
                if !rate(*initial_learning_rate) =>
            {
                refuse("initialLearningRate", "must be a number of 0 or more")
            }
            Self::ExponentialDecay { decay_steps, .. } | Self::CosineDecay { decay_steps, .. }
                if !steps(*decay_steps) =>
            {
                refuse("decaySteps", "must be a number above 0")
            }
            Self::ExponentialDecay { decay_rate, .. } if !rate(*decay_rate) => {
                refuse("decayRate", "must be a number of 0 or more")
            }
            Self::CosineDecay { alpha, .. } if !(0.0..=1.0).contains(alpha) => refuse("alpha", "must be from 0 to 1"),
            Self::CosineDecay { warmup_target: Some(target), warmup_steps, .. }
                if !(rate(*target) && steps(*warmup_steps)) =>
            {
                refuse("warmupTarget", "must be a number of 0 or more, with warmupSteps above 0")
            }
            Self::PiecewiseConstantDecay { boundaries, values }
                if values.len() != boundaries.len() + 1
                    || !values.iter().all(|&value| rate(value))
                    || !boundaries.is_sorted_by(|a, b| a < b) =>
            {
                refuse("boundaries", "must rise, and values must be rates, one more than there are boundaries")
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> LearningRate {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_cosine_rises_falls_and_stays_at_its_floor() {
        let rate = read(
            r#"{"type":"CosineDecay","initialLearningRate":0,"decaySteps":10,"alpha":0.1,"warmupTarget":1,"warmupSteps":4}"#,
        );
        assert!(rate.check().is_ok());
        for (step, expected) in [(0, 0.0), (2, 0.5), (4, 1.0), (9, 0.55), (14, 0.1), (1000, 0.1)] {
            assert!((rate.at(step) - expected).abs() < 1e-12, "step {step}: {}", rate.at(step));
        }
    }

    #[test]
    fn a_boundary_belongs_to_the_value_before_it() {
        let rate = read(r#"{"type":"PiecewiseConstantDecay","boundaries":[2,4],"values":[1,0.5,0.25]}"#);
        for (step, expected) in [(0, 1.0), (2, 1.0), (3, 0.5), (4, 0.5), (5, 0.25)] {
            assert!((rate.at(step) - expected).abs() < 1e-12, "step {step}: {}", rate.at(step));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (json, field) in [
            (r#"{"type":"ExponentialDecay","initialLearningRate":1,"decaySteps":0,"decayRate":0.5}"#, "decaySteps"),
            (r#"{"type":"PiecewiseConstantDecay","boundaries":[4,2],"values":[1,1,1]}"#, "boundaries"),
            (r#"{"type":"PiecewiseConstantDecay","boundaries":[4],"values":[1]}"#, "boundaries"),
            ("-1", "learningRate"),
        ] {
            assert!(read(json).check().unwrap_err().to_string().starts_with(field), "{json}");
        }
        assert!(serde_json::from_str::<LearningRate>(r#"{"type":"Cosine"}"#).is_err());
    }
}
