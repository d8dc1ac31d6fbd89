//! The loss that training minimizes.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};
use crate::kernels::{cross_entropy, total, total_cross_entropy};
use crate::text::shorthand::short_or_long;

/// Far below it only the hardest picture still counts, and burn cannot raise to an integer beyond 2^63.
const MOST_GAMMA: f64 = 1000.0;

/// A loss by its Keras name; all are computed from the logits, before the final softmax.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(from = "LossName", into = "LossName")]
pub enum Loss {
    /// `-Σ target · log p`; with integer labels Keras calls it sparse.
    #[default]
    CategoricalCrossentropy,
    /// The same with targets that are moved towards the uniform distribution: `y (1 - s) + s / K`.
    SmoothedCrossentropy {
        /// `s`, from 0 to 1.
        label_smoothing: f64,
    },
    /// `-Σ α (1 - p)^γ · target · log p` (Lin et al. 2017): easy pictures count less.
    CategoricalFocalCrossentropy {
        /// A factor for every class, above 0.
        alpha: f64,
        /// 0 to 1000; 0 is cross-entropy scaled by α.
        gamma: f64,
        /// From 0 to 1.
        label_smoothing: f64,
    },
}

/// A loss as it is written: Keras's string, or a class with arguments.
#[derive(Serialize)]
#[serde(untagged)]
enum LossName {
    Name(Name),
    Class(Class),
}

impl<'de> Deserialize<'de> for LossName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expecting = "loss must be \"categorical_crossentropy\", \"sparse_categorical_crossentropy\", \"categorical_focal_crossentropy\", or an object with the type CategoricalCrossentropy or CategoricalFocalCrossentropy and its options";
        short_or_long(deserializer, expecting, Self::Name, Self::Class)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the names are Keras's")]
enum Name {
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    CategoricalFocalCrossentropy,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(clippy::enum_variant_names, reason = "the names are Keras's")]
enum Class {
    CategoricalCrossentropy {
        #[serde(default)]
        label_smoothing: f64,
    },
    SparseCategoricalCrossentropy {},
    CategoricalFocalCrossentropy {
        #[serde(default = "alpha")]
        alpha: f64,
        #[serde(default = "gamma")]
        gamma: f64,
        #[serde(default)]
        label_smoothing: f64,
    },
}

fn alpha() -> f64 {
    0.25
}

fn gamma() -> f64 {
    2.0
}

impl From<LossName> for Loss {
    fn from(written: LossName) -> Self {
        let focal =
            |alpha, gamma, label_smoothing| Self::CategoricalFocalCrossentropy { alpha, gamma, label_smoothing };
        match written {
            LossName::Name(Name::CategoricalCrossentropy | Name::SparseCategoricalCrossentropy)
            | LossName::Class(Class::SparseCategoricalCrossentropy {}) => Self::CategoricalCrossentropy,
            LossName::Name(Name::CategoricalFocalCrossentropy) => focal(alpha(), gamma(), 0.0),
            LossName::Class(Class::CategoricalCrossentropy { label_smoothing }) => {
                Self::SmoothedCrossentropy { label_smoothing }
            }
            LossName::Class(Class::CategoricalFocalCrossentropy { alpha, gamma, label_smoothing }) => {
                focal(alpha, gamma, label_smoothing)
            }
        }
    }
}

impl From<Loss> for LossName {
    fn from(loss: Loss) -> Self {
        match loss {
            Loss::CategoricalCrossentropy => Self::Name(Name::CategoricalCrossentropy),
            Loss::SmoothedCrossentropy { label_smoothing } => {
                Self::Class(Class::CategoricalCrossentropy { label_smoothing })
            }
            Loss::CategoricalFocalCrossentropy { alpha, gamma, label_smoothing } => {
                Self::Class(Class::CategoricalFocalCrossentropy { alpha, gamma, label_smoothing })
            }
        }
    }
}

impl Loss {
    pub(crate) fn check(self) -> Result<()> {
        let (smoothing, alpha, gamma) = match self {
            Self::CategoricalCrossentropy => (0.0, 1.0, 0.0),
            Self::SmoothedCrossentropy { label_smoothing } => (label_smoothing, 1.0, 0.0),
            Self::CategoricalFocalCrossentropy { alpha, gamma, label_smoothing } => (label_smoothing, alpha, gamma),
        };
        if !(0.0..=1.0).contains(&smoothing) {
            return Err(Error::config("labelSmoothing", format!("must be from 0 to 1, not {smoothing}")));
        }
        if !(alpha.is_finite() && alpha > 0.0) {
            return Err(Error::config("alpha", format!("of the focal loss must be above 0, not {alpha}")));
        }
        if !(0.0..=MOST_GAMMA).contains(&gamma) {
            return Err(Error::config(
                "gamma",
                format!("of the focal loss must be from 0 to {MOST_GAMMA}, not {gamma}"),
            ));
        }
        Ok(())
    }

    /// The loss of each picture.
    ///
    /// # Shapes
    /// - `logits`, `targets` (one-hot): `[batch, classes]`
    /// - returns `[batch]`
    #[must_use]
    pub fn of_each(self, logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        let targets = self.smoothed(targets);
        match self {
            Self::CategoricalCrossentropy | Self::SmoothedCrossentropy { .. } => cross_entropy(logits, targets),
            Self::CategoricalFocalCrossentropy { alpha, gamma, .. } => {
                // Keras computes this loss from clipped probabilities.
                let p = activation::softmax(logits, 1).clamp(1e-7, 1.0 - 1e-7);
                let easy = (-p.clone() + 1.0).powf_scalar(gamma) * alpha;
                -(p.log() * targets * easy).sum_dim(1).flatten::<1>(0, 1)
            }
        }
    }

    fn smoothed(self, targets: Tensor<2>) -> Tensor<2> {
        let classes = targets.dims()[1] as f64;
        match self {
            Self::SmoothedCrossentropy { label_smoothing: smoothing }
            | Self::CategoricalFocalCrossentropy { label_smoothing: smoothing, .. }
                if smoothing != 0.0 =>
            {
                targets * (1.0 - smoothing) + smoothing / classes
            }
            _ => targets,
        }
    }

    /// The mean over the batch, `Σ w l / N`. As in Keras, it is divided by the number of pictures, not by
    /// the sum of the weights.
    ///
    /// # Shapes
    /// - `logits`, `targets`: `[batch, classes]`
    /// - `weights`: `[batch]`; all 1 if absent
    /// - returns `[1]`
    #[must_use]
    pub fn mean(self, logits: Tensor<2>, targets: Tensor<2>, weights: Option<Tensor<1>>) -> Tensor<1> {
        let [batch, _] = logits.dims();
        self.part_of_mean(logits, targets, weights, batch)
    }

    /// The part that these pictures contribute to the mean of a batch of `of` pictures.
    pub(crate) fn part_of_mean(
        self,
        logits: Tensor<2>,
        targets: Tensor<2>,
        weights: Option<Tensor<1>>,
        of: usize,
    ) -> Tensor<1> {
        let factor = 1.0 / of as f32;
        match (self, weights) {
            (_, Some(weights)) => total(self.of_each(logits, targets) * weights, factor),
            (Self::CategoricalFocalCrossentropy { .. }, None) => total(self.of_each(logits, targets), factor),
            _ => total_cross_entropy(logits, self.smoothed(targets), factor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_loss_can_be_is_refused_by_name() {
        for (json, field) in [
            (r#"{"type":"CategoricalCrossentropy","labelSmoothing":1.5}"#, "labelSmoothing"),
            (r#"{"type":"CategoricalFocalCrossentropy","alpha":0}"#, "alpha"),
            (r#"{"type":"CategoricalFocalCrossentropy","gamma":-1}"#, "gamma"),
            (r#"{"type":"CategoricalFocalCrossentropy","gamma":18446744073709551615}"#, "gamma"),
        ] {
            let loss: Loss = serde_json::from_str(json).unwrap();
            assert!(loss.check().unwrap_err().to_string().starts_with(field), "{json}");
        }
    }
}
