//! Moves weights along their gradients, with Keras's formulas.

use std::{mem, sync::Arc};

use burn::tensor::{Device, Tensor};

use crate::device::read_all;
use crate::error::Result;
use crate::kernels::{self, Adam};
use crate::optimizers::{LearningRate, OptimizerConfig, Shared};

/// An optimizer with its memory of past gradients.
#[derive(Debug, Clone)]
pub struct Optimizer {
    pub(crate) config: OptimizerConfig,
    /// The rate of the next step unless there is a schedule; callbacks may change it.
    pub(crate) constant_rate: f64,
    /// The steps taken so far.
    pub(crate) steps: u64,
    /// For each weight, the running means and velocities of its rule; empty before its first gradient.
    pub(crate) slots: Vec<Vec<Tensor<1>>>,
    /// The `[alpha, decay]` of Adam's next step, on the host and on the device, once they are announced.
    ahead: Option<([f32; 2], Tensor<1>)>,
    /// The state after the last finished epoch, in the processor's memory.
    host_copy: Option<Arc<HostCopy>>,
}

/// What an optimizer remembers, in the processor's memory.
#[derive(Debug)]
struct HostCopy {
    constant_rate: f64,
    steps: u64,
    /// All slots, one after another.
    values: Vec<Vec<f32>>,
    /// How many slots each weight has.
    slots: Vec<usize>,
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
        Ok(Self { config, constant_rate, steps: 0, slots: vec![Vec::new(); weights], ahead: None, host_copy: None })
    }

    /// Copies the state to the processor's memory.
    pub(crate) async fn keep_copy_on_host(&mut self) -> Result<()> {
        let tensors: Vec<Tensor<1>> = self.slots.iter().flatten().cloned().collect();
        let (constant_rate, steps, slots) = (self.constant_rate, self.steps, self.slots.iter().map(Vec::len).collect());
        self.host_copy = Some(Arc::new(HostCopy { constant_rate, steps, values: read_all(&tensors).await?, slots }));
        Ok(())
    }

    /// Goes on from the last copy on another device; without a copy, the optimizer starts anew.
    pub(crate) fn take_copy_to(&mut self, device: &Device) {
        self.ahead = None;
        self.slots.iter_mut().for_each(Vec::clear);
        (self.constant_rate, self.steps) = (self.config.learning_rate().at(0), 0);
        let Some(copy) = &self.host_copy else { return };
        (self.constant_rate, self.steps) = (copy.constant_rate, copy.steps);
        let mut values = copy.values.iter().map(|values| Tensor::from_floats(values.as_slice(), device));
        for (slots, &count) in self.slots.iter_mut().zip(&copy.slots) {
            slots.extend(values.by_ref().take(count));
        }
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

    /// Whether every weight has either no slots or all slots of the rule.
    pub(crate) fn slots_are_whole(&self) -> bool {
        let needed = self.config.slots();
        self.slots.iter().all(|slots| slots.is_empty() || slots.len() == needed)
    }

    /// Sends the numbers of the next step to the device. An upload between two kernels would interrupt the GPU's work, so
    /// this is called when the batch of the step is uploaded, too.
    pub(crate) fn announce(&mut self, device: &Device) {
        let next = self.config.fused(self.learning_rate(), self.steps as f64 + 1.0);
        self.ahead = next.map(|(_, rates)| (rates, Tensor::from_floats(rates, device)));
    }

    /// Takes one step: moves every weight that has a gradient.
    pub fn step(&mut self, weights: &mut Vec<Tensor<1>>, mut gradients: Vec<Option<Tensor<1>>>) {
        let rate = self.learning_rate();
        let Shared { weight_decay, clipping } = self.config.shared();
        clip(&mut gradients, clipping);
        self.steps += 1;
        if let Some((adam, rates)) = self.config.fused(rate, self.steps as f64) {
            return self.fused_step(weights, gradients, adam, rates);
        }
        for ((weight, gradient), slots) in weights.iter_mut().zip(gradients).zip(&mut self.slots) {
            let Some(gradient) = gradient else { continue };
            let decayed = match weight_decay {
                Some(decay) => weight.clone() * (1.0 - decay * rate),
                None => weight.clone(),
            };
            *weight = decayed - self.config.update(gradient, slots, rate, self.steps as f64);
        }
    }

    /// A step of Adam for all weights at once. The kernel may overwrite only what nothing else holds, so it gets the weights
    /// and slots themselves.
    fn fused_step(
        &mut self,
        weights: &mut Vec<Tensor<1>>,
        gradients: Vec<Option<Tensor<1>>>,
        adam: Adam,
        rates: [f32; 2],
    ) {
        let Some(device) = weights.first().map(Tensor::device) else { return };
        let rates = self.rates(rates, &device);
        let (mut moving, mut known, mut means) = (Vec::new(), Vec::new(), [const { Vec::new() }; 2]);
        let still: Vec<Option<Tensor<1>>> = (mem::take(weights).into_iter().zip(gradients).zip(&mut self.slots))
            .map(|((weight, gradient), slots)| {
                let Some(gradient) = gradient else { return Some(weight) };
                let mut own = mem::take(slots).into_iter();
                for means in &mut means {
                    means.push(own.next().unwrap_or_else(|| gradient.zeros_like()));
                }
                moving.push(weight);
                known.push(gradient);
                None
            })
            .collect();
        if moving.is_empty() {
            weights.extend(still.into_iter().flatten());
            return;
        }
        let (moved, means) = kernels::adam(moving, known, means, rates, adam);
        let (mut moved, [mut mean, mut square]) = (moved.into_iter(), means.map(Vec::into_iter));
        for (still, slots) in still.into_iter().zip(&mut self.slots) {
            if still.is_none() {
                slots.extend(mean.next().into_iter().chain(square.next()));
            }
            weights.extend(still.or_else(|| moved.next()));
        }
    }

    /// `[alpha, decay]` on the device.
    #[expect(clippy::float_cmp, reason = "they are computed the same way")]
    fn rates(&mut self, rates: [f32; 2], device: &Device) -> Tensor<1> {
        match self.ahead.take() {
            Some((sent, tensor)) if sent == rates && tensor.device() == *device => tensor,
            _ => Tensor::from_floats(rates, device),
        }
    }
}

impl OptimizerConfig {
    /// How many numbers it remembers for each of a weight.
    pub(crate) fn slots(&self) -> usize {
        match *self {
            Self::Adam { amsgrad, .. } | Self::AdamW { amsgrad, .. } => 2 + usize::from(amsgrad),
            Self::Sgd { momentum, .. } => usize::from(momentum != 0.0),
            Self::RmsProp { centered, momentum, .. } => 1 + usize::from(centered) + usize::from(momentum != 0.0),
        }
    }

    /// The arguments of the fused kernel and its `[alpha, decay]`, for the rules that have such a kernel.
    fn fused(&self, rate: f64, t: f64) -> Option<(Adam, [f32; 2])> {
        match *self {
            Self::Adam { beta1, beta2, epsilon, amsgrad: false, .. }
            | Self::AdamW { beta1, beta2, epsilon, amsgrad: false, .. } => {
                let alpha = rate * (1.0 - beta2.powf(t)).sqrt() / (1.0 - beta1.powf(t));
                let decay = 1.0 - self.shared().weight_decay.unwrap_or(0.0) * rate;
                let adam = Adam { beta1: beta1 as f32, beta2: beta2 as f32, epsilon: epsilon as f32 };
                Some((adam, [alpha as f32, decay as f32]))
            }
            _ => None,
        }
    }

    /// The value to subtract from a weight in step `t`, counted from 1.
    fn update(&self, g: Tensor<1>, slots: &mut Vec<Tensor<1>>, rate: f64, t: f64) -> Tensor<1> {
        match *self {
            // Only `amsgrad` gets here; every other step of Adam is the fused kernel.
            Self::Adam { beta1, beta2, epsilon, .. } | Self::AdamW { beta1, beta2, epsilon, .. } => {
                let m = average(slots, 0, g.clone(), beta1);
                let v = average(slots, 1, g.clone() * g, beta2);
                let v = match slots.get(2) {
                    Some(largest) => largest.clone().max_pair(v),
                    None => v,
                };
                remember(slots, 2, v.clone());
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
                let slot = 1 + usize::from(centered);
                let velocity = match slots.get(slot) {
                    Some(velocity) => velocity.clone() * momentum + step,
                    None => step,
                };
                remember(slots, slot, velocity.clone());
                velocity
            }
        }
    }
}

/// The running mean `decay · mean + (1 - decay) · value`, from 0.
fn average(slots: &mut Vec<Tensor<1>>, slot: usize, value: Tensor<1>, decay: f64) -> Tensor<1> {
    let fresh = value * (1.0 - decay);
    let mean = match slots.get(slot) {
        Some(mean) => mean.clone() * decay + fresh,
        None => fresh,
    };
    remember(slots, slot, mean.clone());
    mean
}

fn remember(slots: &mut Vec<Tensor<1>>, slot: usize, value: Tensor<1>) {
    match slots.get_mut(slot) {
        Some(before) => *before = value,
        None => slots.push(value),
    }
}

/// Keras's three ways to clip gradients: by the norm of each, by value, by the norm of all together.
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
