//! Changes to a run that goes on: the learning rate, and the rates of dropout.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::Model;
use crate::error::{Error, Result};
use crate::training::history::{Change, Changed};

/// What a person asks to be changed in a run that goes on. It holds from the next step on, as if one of Keras's callbacks
/// set it between two batches.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Steering {
    /// The learning rate. Callbacks that lower it or set it go on from there.
    pub learning_rate: Option<f64>,
    /// The share of values that layers of dropout leave out.
    pub dropout: Option<DropoutRates>,
}

/// New rates of layers `Dropout` and `SpatialDropout2D`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "dropout must be a number, or a number for each layer by its name")]
pub enum DropoutRates {
    /// The same for all of them.
    All(f64),
    /// By the names of the layers; the others stay as they are.
    Each(BTreeMap<String, f64>),
}

/// What can be changed in a run, and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Steerable {
    /// The rate of the next step; `None` where the optimizer follows a schedule.
    pub learning_rate: Option<f64>,
    /// The rate of each layer of dropout, by its name.
    pub dropout: BTreeMap<String, f64>,
}

impl Steerable {
    pub(crate) fn of(model: &Model) -> Self {
        let rate = model.optimizer.learning_rate();
        Self {
            learning_rate: (!model.optimizer.follows_a_schedule()).then_some(rate),
            dropout: model.architecture().dropouts().map(|(name, rate)| (name.to_string(), rate)).collect(),
        }
    }
}

impl Steering {
    /// Checks that a run can be changed so.
    ///
    /// # Errors
    ///
    /// A number is out of its range, the optimizer follows a schedule, or there is no such layer of dropout.
    pub(crate) fn check(&self, run: &Steerable) -> Result<()> {
        let Self { learning_rate, dropout } = self;
        if learning_rate.is_none() && dropout.is_none() {
            return Err(Error::config("steer", "needs a learningRate or a dropout to change"));
        }
        if let Some(rate) = learning_rate {
            if run.learning_rate.is_none() {
                let reason = "is a schedule, which cannot be changed while the run goes on; begin with a number";
                return Err(Error::config("learningRate", reason));
            }
            if !(rate.is_finite() && *rate >= 0.0) {
                return Err(Error::config("learningRate", format!("must be a number of 0 or more, not {rate}")));
            }
        }
        let names: Vec<&str> = run.dropout.keys().map(String::as_str).collect();
        let rates = match dropout {
            None => return Ok(()),
            Some(_) if names.is_empty() => {
                return Err(Error::config("dropout", "cannot be changed, because the network has no layer of it"));
            }
            Some(DropoutRates::All(rate)) => vec![*rate],
            Some(DropoutRates::Each(rates)) => {
                if let Some(stranger) = rates.keys().find(|name| !names.contains(&name.as_str())) {
                    let known = names.join(", ");
                    return Err(Error::config("dropout", format!("names \"{stranger}\", which is none of {known}")));
                }
                rates.values().copied().collect()
            }
        };
        match rates.iter().find(|rate| !(0.0..1.0).contains(*rate)) {
            Some(rate) => Err(Error::config("dropout", format!("must be from 0 to below 1, not {rate}"))),
            None => Ok(()),
        }
    }

    /// Changes the model between two steps: after `step` steps of an epoch. Returns what is another number than before,
    /// which the history has from now on.
    ///
    /// # Errors
    ///
    /// Those of [`Self::check`]; nothing is changed then.
    pub(crate) fn apply(self, model: &mut Model, epoch: usize, step: usize) -> Result<Vec<Change>> {
        let before = Steerable::of(model);
        self.check(&before)?;
        let mut changes = Vec::new();
        let change = |what, layer, from, to| Change { epoch, step, what, layer, from, to };
        if let (Some(from), Some(to)) = (before.learning_rate, self.learning_rate) {
            model.optimizer.constant_rate = to;
            changes.push(change(Changed::LearningRate, None, from, to));
        }
        for (name, from) in before.dropout {
            let to = match &self.dropout {
                None => None,
                Some(DropoutRates::All(rate)) => Some(*rate),
                Some(DropoutRates::Each(rates)) => rates.get(&name).copied(),
            };
            if let Some(to) = to {
                model.network.architecture.set_dropout(&name, to)?;
                changes.push(change(Changed::Dropout, Some(name), from, to));
            }
        }
        changes.retain(|change| change.from.to_bits() != change.to.to_bits());
        model.history.changes.extend(changes.iter().cloned());
        Ok(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(run: &Steerable, json: &str) -> String {
        serde_json::from_str::<Steering>(json)
            .unwrap()
            .check(run)
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn what_cannot_be_changed_is_refused_by_name() {
        let free =
            Steerable { learning_rate: Some(0.1), dropout: [("a".to_string(), 0.1), ("b".to_string(), 0.2)].into() };
        let bound = Steerable { learning_rate: None, dropout: BTreeMap::new() };
        for (run, json, words) in [
            (&free, r#"{"learningRate":0}"#, ""),
            (&free, r#"{"dropout":0,"learningRate":1}"#, ""),
            (&free, r#"{"dropout":{"b":0.9}}"#, ""),
            (&free, "{}", "needs a learningRate or a dropout"),
            (&free, r#"{"learningRate":-1}"#, "must be a number of 0 or more, not -1"),
            (&free, r#"{"dropout":1}"#, "must be from 0 to below 1, not 1"),
            (&free, r#"{"dropout":{"b":-0.1}}"#, "must be from 0 to below 1, not -0.1"),
            (&free, r#"{"dropout":{"c":0.1}}"#, "names \"c\", which is none of a, b"),
            (&bound, r#"{"learningRate":1}"#, "is a schedule"),
            (&bound, r#"{"dropout":0.5}"#, "has no layer of it"),
        ] {
            let sentence = refusal(run, json);
            assert!(sentence.contains(words) && sentence.is_empty() == words.is_empty(), "{json}: {sentence}");
        }
        assert!(serde_json::from_str::<Steering>(r#"{"rate":1}"#).is_err());
    }
}
