//! Class weights: how much the pictures of each class count in the training loss.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Keras's `class_weight`, by class name. A picture's loss is multiplied by the weight of its class
/// and the sum is still divided by the number of pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "classWeight must be \"balanced\" or a number for each class name")]
pub enum ClassWeight {
    /// `n / (classes · n of the class)`, scikit-learn's "balanced": every class counts the same.
    Rule(Balanced),
    /// By class name; a class that is not named counts 1.
    Each(BTreeMap<String, f64>),
}

/// The only rule that computes class weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Balanced {
    /// The rarer a class is among the training pictures, the more each of its pictures counts.
    Balanced,
}

impl ClassWeight {
    /// One factor per class.
    ///
    /// # Shapes
    /// - `counts`: the training pictures of each class of `names`
    ///
    /// # Errors
    ///
    /// A weight is none of 0 or more, or of no class.
    pub fn of_classes(&self, names: &[String], counts: &[usize]) -> Result<Vec<f32>> {
        let given = match self {
            Self::Rule(Balanced::Balanced) => {
                let even = counts.iter().sum::<usize>() as f64 / names.len() as f64;
                return Ok(counts.iter().map(|&count| (even / count.max(1) as f64) as f32).collect());
            }
            Self::Each(given) => given,
        };
        if let Some(stranger) = given.keys().find(|name| !names.contains(name)) {
            return Err(Error::config(
                "classWeight",
                format!("names \"{stranger}\", which is none of {}", names.join(", ")),
            ));
        }
        if let Some((name, weight)) = given.iter().find(|(_, weight)| !(weight.is_finite() && **weight >= 0.0)) {
            return Err(Error::config(
                "classWeight",
                format!("of \"{name}\" must be a number of 0 or more, not {weight}"),
            ));
        }
        Ok(names.iter().map(|name| given.get(name).map_or(1.0, |&weight| weight as f32)).collect())
    }
}
