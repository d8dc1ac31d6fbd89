//! The argument `validation_split` of `fit`: how much is held out, and by what rule.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The most folds of a cross-validation.
const MOST_FOLDS: f64 = 100.0;

/// What is held out of the training pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "validationSplit must be a share from 0 to below 1, or an object with fraction, stratified and grouped, or with folds, fold and grouped"
)]
pub enum ValidationSplit {
    /// This share, by the rule of `split`.
    Share(f64),
    /// A share that the seed draws.
    Drawn(DrawnSplit),
    /// A fold of a cross-validation.
    Fold(FoldSplit),
}

/// A share of the training pictures, drawn by the seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawnSplit {
    /// The share, above 0 and below 1.
    pub fraction: f64,
    /// Whether it is the same share of every class.
    #[serde(default = "yes")]
    pub stratified: bool,
    /// Whether groups are never divided, if there are any.
    #[serde(default = "yes")]
    pub grouped: bool,
}

/// One of several folds, which together are all training pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoldSplit {
    /// How many folds there are, 2 to 100.
    pub folds: f64,
    /// Which of them is held out, counted from 0.
    pub fold: f64,
    /// Whether groups are never divided, if there are any.
    #[serde(default = "yes")]
    pub grouped: bool,
}

fn yes() -> bool {
    true
}

impl Default for ValidationSplit {
    fn default() -> Self {
        Self::Share(0.0)
    }
}

impl From<f64> for ValidationSplit {
    fn from(share: f64) -> Self {
        Self::Share(share)
    }
}

impl ValidationSplit {
    /// About the share of the pictures that it holds out.
    #[must_use]
    pub fn share(self) -> f64 {
        match self {
            Self::Share(share) | Self::Drawn(DrawnSplit { fraction: share, .. }) => share,
            Self::Fold(FoldSplit { folds, .. }) => 1.0 / folds,
        }
    }

    /// Checks its numbers.
    ///
    /// # Errors
    ///
    /// One of them is out of its range.
    pub fn check(self) -> Result<()> {
        let error = |field: &str, wish: String| Err(Error::config(field, wish));
        match self {
            Self::Share(share) if !(0.0..1.0).contains(&share) => {
                error("validationSplit", format!("must be from 0 to below 1, not {share}"))
            }
            Self::Drawn(DrawnSplit { fraction, .. }) if !(fraction > 0.0 && fraction < 1.0) => {
                error("validationSplit.fraction", format!("must be above 0 and below 1, not {fraction}"))
            }
            Self::Fold(FoldSplit { folds, .. }) if !(2.0..=MOST_FOLDS).contains(&folds) || folds.fract() != 0.0 => {
                error("validationSplit.folds", format!("must be a whole number from 2 to {MOST_FOLDS}, not {folds}"))
            }
            Self::Fold(FoldSplit { folds, fold, .. }) if !(0.0..folds).contains(&fold) || fold.fract() != 0.0 => {
                error("validationSplit.fold", format!("must be a whole number from 0 to {}, not {fold}", folds - 1.0))
            }
            _ => Ok(()),
        }
    }
}
