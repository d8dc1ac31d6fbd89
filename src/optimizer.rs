//! Moves weights along their gradients, with Keras's formulas and defaults.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Which rule moves the weights, with Keras's names and defaults.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum OptimizerConfig {
    /// Kingma & Ba 2014, in the form Keras calls "epsilon hat":
    /// `w -= lr √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)`.
    Adam {
        /// Above 0.
        #[serde(default = "adam_rate")]
        learning_rate: f64,
        /// From 0 to below 1.
        #[serde(default = "beta1")]
        beta1: f64,
        /// From 0 to below 1.
        #[serde(default = "beta2")]
        beta2: f64,
        /// Above 0.
        #[serde(default = "epsilon")]
        epsilon: f64,
    },
    /// `velocity = momentum velocity - lr g; w += velocity`, or with Nesterov
    /// `w += momentum velocity - lr g`.
    Sgd {
        /// Above 0.
        #[serde(default = "sgd_rate")]
        learning_rate: f64,
        /// From 0 to below 1.
        #[serde(default)]
        momentum: f64,
        /// Looks one step ahead.
        #[serde(default)]
        nesterov: bool,
    },
}

fn adam_rate() -> f64 {
    1e-3
}

fn sgd_rate() -> f64 {
    1e-2
}

fn beta1() -> f64 {
    0.9
}

fn beta2() -> f64 {
    0.999
}

fn epsilon() -> f64 {
    1e-7
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self::Adam { learning_rate: adam_rate(), beta1: beta1(), beta2: beta2(), epsilon: epsilon() }
    }
}

impl OptimizerConfig {
    /// The rate a run starts with.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        match *self {
            Self::Adam { learning_rate, .. } | Self::Sgd { learning_rate, .. } => learning_rate,
        }
    }

    fn check(&self) -> Result<()> {
        let positive = |field: &str, value: f64| match value > 0.0 && value.is_finite() {
            true => Ok(()),
            false => Err(Error::config(field, format!("must be a number above 0, not {value}"))),
        };
        let fraction = |field: &str, value: f64| match (0.0..1.0).contains(&value) {
            true => Ok(()),
            false => Err(Error::config(field, format!("must be from 0 to below 1, not {value}"))),
        };
        positive("learningRate", self.learning_rate())?;
        match *self {
            Self::Adam { beta1, beta2, epsilon, .. } => {
                fraction("beta1", beta1)?;
                fraction("beta2", beta2)?;
                positive("epsilon", epsilon)
            }
            Self::Sgd { momentum, .. } => fraction("momentum", momentum),
        }
    }
}

/// An optimizer with its memory of past gradients, one entry per weight.
#[derive(Debug, Clone)]
pub struct Optimizer {
    config: OptimizerConfig,
    /// What the next step uses; callbacks may change it.
    pub learning_rate: f64,
    /// Steps taken.
    pub(crate) steps: u64,
    /// Adam's first and second moments, or SGD's velocity; `None` before a weight's first gradient.
    moments: Vec<Option<[Tensor<1>; 2]>>,
}

impl Optimizer {
    /// An optimizer for a network of `weights` weights.
    ///
    /// # Errors
    ///
    /// A setting is out of its range.
    pub fn new(config: OptimizerConfig, weights: usize) -> Result<Self> {
        config.check()?;
        Ok(Self { config, learning_rate: config.learning_rate(), steps: 0, moments: vec![None; weights] })
    }

    /// Moves every weight that has a gradient; one call is one step.
    pub fn step(&mut self, weights: &mut [Tensor<1>], gradients: Vec<Option<Tensor<1>>>) {
        self.steps += 1;
        for ((weight, gradient), moments) in weights.iter_mut().zip(gradients).zip(&mut self.moments) {
            if let Some(gradient) = gradient {
                *weight = match self.config {
                    OptimizerConfig::Adam { beta1, beta2, epsilon, .. } => {
                        let t = self.steps as f64;
                        let alpha = self.learning_rate * (1.0 - beta2.powf(t)).sqrt() / (1.0 - beta1.powf(t));
                        adam(weight.clone(), gradient, moments, [beta1, beta2, epsilon], alpha)
                    }
                    OptimizerConfig::Sgd { momentum, nesterov, .. } => {
                        sgd(weight.clone(), gradient * self.learning_rate, moments, momentum, nesterov)
                    }
                };
            }
        }
    }
}

fn adam(
    weight: Tensor<1>,
    gradient: Tensor<1>,
    moments: &mut Option<[Tensor<1>; 2]>,
    [beta1, beta2, epsilon]: [f64; 3],
    alpha: f64,
) -> Tensor<1> {
    let fresh = gradient.clone() * (1.0 - beta1);
    let square = gradient.clone() * gradient * (1.0 - beta2);
    let [m, v] = match moments.take() {
        Some([m, v]) => [m * beta1 + fresh, v * beta2 + square],
        None => [fresh, square],
    };
    *moments = Some([m.clone(), v.clone()]);
    weight - m * alpha / (v.sqrt() + epsilon)
}

fn sgd(
    weight: Tensor<1>,
    step: Tensor<1>,
    moments: &mut Option<[Tensor<1>; 2]>,
    momentum: f64,
    nesterov: bool,
) -> Tensor<1> {
    if momentum == 0.0 {
        return weight - step;
    }
    let velocity = match moments.take() {
        Some([velocity, _]) => velocity * momentum - step.clone(),
        None => -step.clone(),
    };
    *moments = Some([velocity.clone(), velocity.clone()]);
    if nesterov { weight + velocity * momentum - step } else { weight + velocity }
}
