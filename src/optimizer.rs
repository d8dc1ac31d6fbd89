//! Moves weights along their gradients, with Keras's formulas and defaults.

use burn::tensor::Tensor;
use serde::{Deserialize, Deserializer, Serialize, de::value::MapDeserializer};

use crate::{
    either::{Either, either},
    error::{Error, Result},
    kernels::{self, Adam},
    schedule::LearningRate,
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
struct Shared {
    weight_decay: Option<f64>,
    clipping: [Option<f64>; 3],
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

    fn shared(&self) -> Shared {
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

    fn check(&self) -> Result<()> {
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

/// An optimizer with its memory of past gradients.
#[derive(Debug, Clone)]
pub struct Optimizer {
    pub(crate) config: OptimizerConfig,
    /// What the next step uses where no schedule says; callbacks may change it.
    pub(crate) constant_rate: f64,
    /// Steps taken.
    pub(crate) steps: u64,
    /// For each weight, what its rule remembers; empty before its first gradient.
    pub(crate) slots: Vec<Vec<Tensor<1>>>,
}

impl Optimizer {
    /// An optimizer for a network of `weights` weights.
    ///
    /// # Errors
    ///
    /// A setting is out of its range.
    pub fn new(config: OptimizerConfig, weights: usize) -> Result<Self> {
        config.check()?;
        let constant_rate = config.learning_rate().at(0);
        Ok(Self { config, constant_rate, steps: 0, slots: vec![Vec::new(); weights] })
    }

    /// The rate of the next step.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        match self.config.learning_rate() {
            LearningRate::Constant(_) => self.constant_rate,
            LearningRate::Schedule(schedule) => schedule.at(self.steps as f64),
        }
    }

    /// Whether callbacks may change the rate.
    #[must_use]
    pub fn follows_a_schedule(&self) -> bool {
        matches!(self.config.learning_rate(), LearningRate::Schedule(_))
    }

    /// Whether every weight has either no memory or all that the rule keeps.
    pub(crate) fn slots_are_whole(&self) -> bool {
        let needed = match self.config {
            OptimizerConfig::Adam { amsgrad, .. } | OptimizerConfig::AdamW { amsgrad, .. } => 2 + usize::from(amsgrad),
            OptimizerConfig::Sgd { momentum, .. } => usize::from(momentum != 0.0),
            OptimizerConfig::RmsProp { centered, momentum, .. } => {
                1 + usize::from(centered) + usize::from(momentum != 0.0)
            }
        };
        self.slots.iter().all(|slots| slots.is_empty() || slots.len() == needed)
    }

    /// Moves every weight that has a gradient; one call is one step.
    pub fn step(&mut self, weights: &mut [Tensor<1>], mut gradients: Vec<Option<Tensor<1>>>) {
        let rate = self.learning_rate();
        let Shared { weight_decay, clipping } = self.config.shared();
        clip(&mut gradients, clipping);
        self.steps += 1;
        for ((weight, gradient), slots) in weights.iter_mut().zip(gradients).zip(&mut self.slots) {
            let Some(gradient) = gradient else { continue };
            if let Some(adam) = self.config.fused(rate, self.steps as f64) {
                let zeros = || gradient.zeros_like();
                let [mean, square] = [slots.first(), slots.get(1)].map(|slot| slot.cloned().unwrap_or_else(zeros));
                slots.clear(); // so that nothing else holds what the step replaces
                let (moved, means) = kernels::adam(weight.clone(), gradient, [mean, square], adam);
                *weight = moved;
                slots.extend(means);
                continue;
            }
            let decayed = match weight_decay {
                Some(decay) => weight.clone() * (1.0 - decay * rate),
                None => weight.clone(),
            };
            *weight = decayed - self.config.update(gradient, slots, rate, self.steps as f64);
        }
    }
}

impl OptimizerConfig {
    /// The step as one kernel, where there is one for it.
    fn fused(&self, rate: f64, t: f64) -> Option<Adam> {
        match *self {
            Self::Adam { beta1, beta2, epsilon, amsgrad: false, .. }
            | Self::AdamW { beta1, beta2, epsilon, amsgrad: false, .. } => Some(Adam {
                beta1: beta1 as f32,
                beta2: beta2 as f32,
                alpha: (rate * (1.0 - beta2.powf(t)).sqrt() / (1.0 - beta1.powf(t))) as f32,
                epsilon: epsilon as f32,
                decay: (1.0 - self.shared().weight_decay.unwrap_or(0.0) * rate) as f32,
            }),
            _ => None,
        }
    }

    /// What is subtracted from a weight in step `t`, counted from 1.
    fn update(&self, g: Tensor<1>, slots: &mut Vec<Tensor<1>>, rate: f64, t: f64) -> Tensor<1> {
        match *self {
            Self::Adam { beta1, beta2, epsilon, amsgrad, .. } | Self::AdamW { beta1, beta2, epsilon, amsgrad, .. } => {
                let m = average(slots, 0, g.clone(), beta1);
                let mut v = average(slots, 1, g.clone() * g, beta2);
                if amsgrad {
                    v = match slots.get(2) {
                        Some(largest) => largest.clone().max_pair(v),
                        None => v,
                    };
                    remember(slots, 2, v.clone());
                }
                let alpha = rate * (1.0 - beta2.powf(t)).sqrt() / (1.0 - beta1.powf(t));
                m * alpha / (v.sqrt() + epsilon)
            }
            Self::Sgd { momentum: 0.0, .. } => g * rate,
            Self::Sgd { momentum, nesterov, .. } => {
                let step = g * rate;
                let velocity = match slots.first() {
                    Some(velocity) => velocity.clone() * momentum - step.clone(),
                    None => -step.clone(),
                };
                remember(slots, 0, velocity.clone());
                if nesterov { step - velocity * momentum } else { -velocity }
            }
            Self::RmsProp { rho, momentum, epsilon, centered, .. } => {
                let v = average(slots, 0, g.clone() * g.clone(), rho);
                let v = if centered {
                    let mean = average(slots, 1, g.clone(), rho);
                    v - mean.clone() * mean
                } else {
                    v
                };
                let step = g * rate / (v + epsilon).sqrt();
                if momentum == 0.0 {
                    return step;
                }
                let place = 1 + usize::from(centered);
                let gathered = match slots.get(place) {
                    Some(before) => before.clone() * momentum + step,
                    None => step,
                };
                remember(slots, place, gathered.clone());
                gathered
            }
        }
    }
}

/// The running mean `decay · mean + (1 - decay) · value`, from 0.
fn average(slots: &mut Vec<Tensor<1>>, place: usize, value: Tensor<1>, decay: f64) -> Tensor<1> {
    let fresh = value * (1.0 - decay);
    let mean = match slots.get(place) {
        Some(mean) => mean.clone() * decay + fresh,
        None => fresh,
    };
    remember(slots, place, mean.clone());
    mean
}

fn remember(slots: &mut Vec<Tensor<1>>, place: usize, value: Tensor<1>) {
    match slots.get_mut(place) {
        Some(slot) => *slot = value,
        None => slots.push(value),
    }
}

/// Keras's three ways to keep gradients small: the norm of each, every value, the norm of all.
fn clip(gradients: &mut [Option<Tensor<1>>], [norm, value, global]: [Option<f64>; 3]) {
    let squares = |gradient: &Tensor<1>| (gradient.clone() * gradient.clone()).sum();
    let scaled = |gradient: &Tensor<1>, squares: Tensor<1>, most: f64| {
        gradient.clone() * (squares.sqrt().clamp_min(most).recip() * most)
    };
    if [norm, value, global].iter().all(Option::is_none) {
        return;
    }
    let all = gradients.iter().flatten().map(squares).reduce(|a, b| a + b);
    for gradient in gradients.iter_mut().flatten() {
        *gradient = match (norm, value, global, &all) {
            (Some(most), ..) => scaled(gradient, squares(gradient), most),
            (_, Some(most), ..) => gradient.clone().clamp(-most, most),
            (.., Some(most), Some(all)) => scaled(gradient, all.clone(), most),
            _ => return,
        };
    }
}
