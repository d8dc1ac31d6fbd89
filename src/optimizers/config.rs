//! Which rule moves the weights, with Keras's names, defaults and ranges.

use serde::{Deserialize, Deserializer, Serialize, de::value::MapDeserializer};

use crate::{
    error::{Error, Result},
    optimizers::schedule::LearningRate,
    text::shorthand::{Either, either},
};

/// Which rule moves the weights, with Keras's names and defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub enum OptimizerConfig {
    /// Kingma & Ba 2014, in the form Keras calls "epsilon hat":
    /// `w -= lr √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)`; with `amsgrad`, `v` is the largest so far.
    Adam {
        #[serde(default = "rate")]
        learning_rate: LearningRate,
        #[serde(default = "beta1")]
        beta1: f64,
        #[serde(default = "beta2")]
        beta2: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
        #[serde(default)]
        amsgrad: bool,
        #[serde(default)]
        weight_decay: Option<f64>,
        #[serde(default)]
        clipnorm: Option<f64>,
        #[serde(default)]
        clipvalue: Option<f64>,
        #[serde(default)]
        global_clipnorm: Option<f64>,
    },
    /// Adam that also shrinks every weight by `lr · weight_decay` (Loshchilov & Hutter 2017).
    AdamW {
        #[serde(default = "rate")]
        learning_rate: LearningRate,
        #[serde(default = "beta1")]
        beta1: f64,
        #[serde(default = "beta2")]
        beta2: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
        #[serde(default)]
        amsgrad: bool,
        #[serde(default = "adamw_decay")]
        weight_decay: f64,
        #[serde(default)]
        clipnorm: Option<f64>,
        #[serde(default)]
        clipvalue: Option<f64>,
        #[serde(default)]
        global_clipnorm: Option<f64>,
    },
    /// `velocity = momentum velocity - lr g; w += velocity`, or with Nesterov
    /// `w += momentum velocity - lr g`.
    Sgd {
        #[serde(default = "sgd_rate")]
        learning_rate: LearningRate,
        #[serde(default)]
        momentum: f64,
        #[serde(default)]
        nesterov: bool,
        #[serde(default)]
        weight_decay: Option<f64>,
        #[serde(default)]
        clipnorm: Option<f64>,
        #[serde(default)]
        clipvalue: Option<f64>,
        #[serde(default)]
        global_clipnorm: Option<f64>,
    },
    /// `v = ρ v + (1 - ρ) g²; w -= lr g / √(v + ε)` (Tieleman & Hinton 2012); `centered` subtracts the
    /// squared running mean of `g` from `v`, and `momentum` gathers the steps.
    RmsProp {
        #[serde(default = "rate")]
        learning_rate: LearningRate,
        #[serde(default = "beta1")]
        rho: f64,
        #[serde(default)]
        momentum: f64,
        #[serde(default = "epsilon")]
        epsilon: f64,
        #[serde(default)]
        centered: bool,
        #[serde(default)]
        weight_decay: Option<f64>,
        #[serde(default)]
        clipnorm: Option<f64>,
        #[serde(default)]
        clipvalue: Option<f64>,
        #[serde(default)]
        global_clipnorm: Option<f64>,
    },
}

fn rate() -> LearningRate {
    LearningRate::Constant(1e-3)
}

fn sgd_rate() -> LearningRate {
    LearningRate::Constant(1e-2)
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

fn adamw_decay() -> f64 {
    0.004
}

impl Default for OptimizerConfig {
    fn default() -> Self {
        Self::adam(1e-3)
    }
}

/// Reads an optimizer, or the name of one, which stands for its defaults; for `deserialize_with`.
///
/// # Errors
///
/// The name or an option is unknown.
pub fn by_name_or_config<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OptimizerConfig, D::Error> {
    match either::<_, String, _>(deserializer, "optimizer must be a name, or an object with a type and its options")? {
        Either::Short(name) => OptimizerConfig::deserialize(MapDeserializer::new([("type", name)].into_iter())),
        Either::Long(config) => Ok(config),
    }
}

/// What every rule has in common.
pub(crate) struct Shared {
    pub(crate) weight_decay: Option<f64>,
    pub(crate) clipping: [Option<f64>; 3],
}

impl OptimizerConfig {
    /// Keras's Adam at this constant rate.
    #[must_use]
    pub fn adam(learning_rate: f64) -> Self {
        Self::Adam {
            learning_rate: LearningRate::Constant(learning_rate),
            beta1: beta1(),
            beta2: beta2(),
            epsilon: epsilon(),
            amsgrad: false,
            weight_decay: None,
            clipnorm: None,
            clipvalue: None,
            global_clipnorm: None,
        }
    }

    /// Keras's SGD at this constant rate.
    #[must_use]
    pub fn sgd(learning_rate: f64, momentum: f64, nesterov: bool) -> Self {
        Self::Sgd {
            learning_rate: LearningRate::Constant(learning_rate),
            momentum,
            nesterov,
            weight_decay: None,
            clipnorm: None,
            clipvalue: None,
            global_clipnorm: None,
        }
    }

    /// The rate, or the schedule it follows.
    #[must_use]
    pub fn learning_rate(&self) -> &LearningRate {
        match self {
            Self::Adam { learning_rate, .. }
            | Self::AdamW { learning_rate, .. }
            | Self::Sgd { learning_rate, .. }
            | Self::RmsProp { learning_rate, .. } => learning_rate,
        }
    }

    pub(crate) fn shared(&self) -> Shared {
        let (weight_decay, clipping) = match *self {
            Self::AdamW { weight_decay, clipnorm, clipvalue, global_clipnorm, .. } => {
                (Some(weight_decay), [clipnorm, clipvalue, global_clipnorm])
            }
            Self::Adam { weight_decay, clipnorm, clipvalue, global_clipnorm, .. }
            | Self::Sgd { weight_decay, clipnorm, clipvalue, global_clipnorm, .. }
            | Self::RmsProp { weight_decay, clipnorm, clipvalue, global_clipnorm, .. } => {
                (weight_decay, [clipnorm, clipvalue, global_clipnorm])
            }
        };
        Shared { weight_decay: weight_decay.filter(|&decay| decay != 0.0), clipping }
    }

    pub(crate) fn check(&self) -> Result<()> {
        let fraction = |field: &str, value: f64| match (0.0..1.0).contains(&value) {
            true => Ok(()),
            false => Err(Error::config(field, format!("must be from 0 to below 1, not {value}"))),
        };
        let positive = |field: &str, value: f64| match value.is_finite() && value > 0.0 {
            true => Ok(()),
            false => Err(Error::config(field, format!("must be a number above 0, not {value}"))),
        };
        self.learning_rate().check()?;
        match *self {
            Self::Adam { beta1, beta2, epsilon, .. } | Self::AdamW { beta1, beta2, epsilon, .. } => {
                fraction("beta1", beta1)?;
                fraction("beta2", beta2)?;
                positive("epsilon", epsilon)?;
            }
            Self::Sgd { momentum, .. } => fraction("momentum", momentum)?,
            Self::RmsProp { rho, momentum, epsilon, .. } => {
                fraction("rho", rho)?;
                fraction("momentum", momentum)?;
                positive("epsilon", epsilon)?;
            }
        }
        let Shared { weight_decay, clipping } = self.shared();
        if let Some(decay) = weight_decay.filter(|decay| !(decay.is_finite() && *decay >= 0.0)) {
            return Err(Error::config("weightDecay", format!("must be a number of 0 or more, not {decay}")));
        }
        for (field, value) in ["clipnorm", "clipvalue", "globalClipnorm"].into_iter().zip(clipping) {
            value.map_or(Ok(()), |value| positive(field, value))?;
        }
        if clipping.iter().flatten().count() > 1 {
            return Err(Error::config(
                "clipnorm",
                "clipvalue and globalClipnorm exclude one another; give one of them",
            ));
        }
        Ok(())
    }
}
