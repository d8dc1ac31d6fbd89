//! The optimizer of `compile`, with Keras's names, defaults and ranges.

use serde::de::value::MapDeserializer;
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{Error, Result};
use crate::optimizers::LearningRate;
use crate::text::shorthand::short_or_long;

/// Declares the rules with the arguments that all of them share before and after their own. It is a macro
/// because serde's `flatten` would forget which option is unknown.
macro_rules! rules {
    ($(
        $(#[$doc:meta])*
        $rule:ident(learning_rate: $rate:literal, weight_decay: $decay:ty $(= $default_decay:literal)?) {
            $($own:ident: $type:ty $(= $default:literal)?,)*
        }
    )*) => {
        /// The rule that moves the weights, with Keras's names and defaults.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase", deny_unknown_fields)]
        #[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
        pub enum OptimizerConfig {
            $($(#[$doc])* $rule {
                #[serde(default = $rate)]
                learning_rate: LearningRate,
                $(#[serde(default $(= $default)?)] $own: $type,)*
                #[serde(default $(= $default_decay)?)]
                weight_decay: $decay,
                #[serde(default)]
                clipnorm: Option<f64>,
                #[serde(default)]
                clipvalue: Option<f64>,
                #[serde(default)]
                global_clipnorm: Option<f64>,
            },)*
        }

        impl OptimizerConfig {
            /// The rate, or the schedule it follows.
            #[must_use]
            pub fn learning_rate(&self) -> &LearningRate {
                match self { $(Self::$rule { learning_rate, .. })|* => learning_rate }
            }

            /// The settings of every rule beside the rate.
            pub(crate) fn shared(&self) -> Shared {
                match *self {
                    $(Self::$rule { weight_decay, clipnorm, clipvalue, global_clipnorm, .. } => Shared {
                        weight_decay: Option::from(weight_decay).filter(|&decay: &f64| decay != 0.0),
                        clipping: [clipnorm, clipvalue, global_clipnorm],
                    },)*
                }
            }
        }
    };
}

rules! {
    /// Kingma & Ba 2014, in the form Keras calls "epsilon hat":
    /// `w -= lr √(1 - β₂ᵗ) / (1 - β₁ᵗ) · m / (√v + ε)`; with `amsgrad`, `v` is the largest so far.
    Adam(learning_rate: "rate", weight_decay: Option<f64>) {
        beta1: f64 = "beta1",
        beta2: f64 = "beta2",
        epsilon: f64 = "epsilon",
        amsgrad: bool,
    }
    /// Adam that also shrinks every weight by `lr · weight_decay` (Loshchilov & Hutter 2017).
    AdamW(learning_rate: "rate", weight_decay: f64 = "adamw_decay") {
        beta1: f64 = "beta1",
        beta2: f64 = "beta2",
        epsilon: f64 = "epsilon",
        amsgrad: bool,
    }
    /// `velocity = momentum velocity - lr g; w += velocity`, or with Nesterov
    /// `w += momentum velocity - lr g`.
    Sgd(learning_rate: "sgd_rate", weight_decay: Option<f64>) {
        momentum: f64,
        nesterov: bool,
    }
    /// `v = ρ v + (1 - ρ) g²; w -= lr g / √(v + ε)` (Tieleman & Hinton 2012); `centered` subtracts the
    /// squared running mean of `g` from `v`, and `momentum` sums the steps.
    RmsProp(learning_rate: "rate", weight_decay: Option<f64>) {
        rho: f64 = "beta1",
        momentum: f64,
        epsilon: f64 = "epsilon",
        centered: bool,
    }
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

/// Reads an optimizer, or the name of one with its defaults; for `deserialize_with`.
///
/// # Errors
///
/// The name or an option is unknown.
pub fn by_name_or_config<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OptimizerConfig, D::Error> {
    let expecting = "optimizer must be a name, or an object with a type and its options";
    short_or_long(deserializer, expecting, Err, Ok)?
        .or_else(|name: String| OptimizerConfig::deserialize(MapDeserializer::new([("type", name)].into_iter())))
}

/// The settings that every rule has beside its rate.
pub(crate) struct Shared {
    /// `None` also where it is 0.
    pub(crate) weight_decay: Option<f64>,
    /// `clipnorm`, `clipvalue` and `global_clipnorm`, at most one of them.
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
