//! Weights before they have values: names, shapes, initializers and regularizers.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::network::Initializer;
use crate::seed::Seed;

/// A penalty on large weights, added to the loss: `l1 Σ|w| + l2 Σ w²`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Regularizer {
    /// The factor of the absolute values, 0 or more.
    pub l1: f64,
    /// The factor of the squares, 0 or more.
    pub l2: f64,
}

impl Default for Regularizer {
    fn default() -> Self {
        Self { l1: 0.0, l2: 0.0 }
    }
}

impl Regularizer {
    fn check(self, weight: &str) -> Result<(), String> {
        let Self { l1, l2 } = self;
        match [l1, l2].iter().all(|penalty| penalty.is_finite() && *penalty >= 0.0) {
            true => Ok(()),
            false => Err(format!("needs a regularizer of its {weight} with l1 and l2 of 0 or more, not {l1} and {l2}")),
        }
    }

    /// The penalty on one weight, `[1]`; `None` where both factors are 0.
    pub(crate) fn penalty(self, weight: &Tensor<1>) -> Option<Tensor<1>> {
        let absolute = (self.l1 > 0.0).then(|| weight.clone().abs().sum() * self.l1);
        let square = (self.l2 > 0.0).then(|| (weight.clone() * weight.clone()).sum() * self.l2);
        absolute.into_iter().chain(square).reduce(|a, b| a + b)
    }
}

/// A weight before it has values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WeightSpec {
    /// `layer/kernel`, as Keras prints it.
    pub(crate) name: String,
    /// The axes are Keras's, on the device and in files: `[rows, columns, in, out]` for a convolution.
    pub(crate) shape: Vec<usize>,
    /// Whether the optimizer moves it; it does not move moving statistics and the weights of frozen layers.
    pub(crate) trainable: bool,
    pub(crate) regularizer: Option<Regularizer>,
    initializer: Initializer,
}

impl WeightSpec {
    pub(crate) fn new(name: &str, shape: &[usize], initializer: Initializer) -> Self {
        Self { name: name.into(), shape: shape.to_vec(), trainable: true, regularizer: None, initializer }
    }

    pub(crate) fn regularized(self, regularizer: Option<Regularizer>) -> Self {
        Self { regularizer, ..self }
    }

    pub(crate) fn frozen(self) -> Self {
        Self { trainable: false, ..self }
    }

    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Checks its size and its regularizer.
    ///
    /// # Errors
    ///
    /// One of them is out of range; a clause that completes "Layer … ".
    pub(crate) fn check(&self) -> Result<(), String> {
        self.regularizer.map_or(Ok(()), |regularizer| regularizer.check(&self.name))?;
        // Checked, because a hostile file may ask for more than 32 bits can count.
        let count = self.shape.iter().try_fold(1usize, |count, &axis| count.checked_mul(axis));
        match count {
            Some(count) if count <= MOST_VALUES => Ok(()),
            _ => Err(format!(
                "would have a {} of {} weights, over 1 GB; pool more or use fewer units",
                self.name,
                self.shape.iter().map(ToString::to_string).collect::<Vec<_>>().join(" x ")
            )),
        }
    }

    /// Draws its initial values.
    pub(crate) fn draw(&self, seed: Seed, index: usize) -> Vec<f32> {
        self.initializer.draw(&self.shape, seed, index)
    }
}

/// The most values of a network, or of one picture between two layers: 1 GB of 32-bit numbers.
pub(crate) const MOST_VALUES: usize = 1 << 28;
