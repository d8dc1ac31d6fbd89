//! Computes a step for some rows of a batch: their part of the loss and of the gradients, and their logits.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::data::{Batch, Rows, Targets};
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::{Masks, Mode, Sequential};
use crate::optimizers::Loss;

/// Whether a step trains or evaluates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum StepKind {
    /// Computes gradients, with dropout masks from this seed.
    Train { dropout: u64 },
    /// Computes only loss and logits, in inference mode.
    Evaluate,
}

/// The result of a step for some rows of its batch.
#[derive(Debug, Clone)]
pub(crate) struct Partial {
    /// `[1]`; summed over all parts, the mean over the batch. The part with the first row adds the L1 and L2 penalty.
    pub(crate) loss: Tensor<1>,
    /// `[rows, classes]`.
    pub(crate) logits: Tensor<2>,
    /// The gradient of [`Self::loss`] for each weight; `None` for a frozen one. Empty in evaluation.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
}

/// Runs the network forward and, in training, backward. Nothing is read from the device.
pub(crate) fn run_step(kind: StepKind, network: &mut Sequential, loss: Loss, batch: Batch, rows: Rows) -> Partial {
    let Batch { input, targets } = batch;
    let StepKind::Train { dropout } = kind else {
        let logits = network.logits(input);
        let loss = part_of_loss(network, loss, logits.clone(), targets, rows, &network.weights);
        return Partial { loss, logits, gradients: Vec::new() };
    };
    network.device.seed(dropout);
    network.masks.iter_mut().for_each(Masks::restart);
    // Only copies of the trainable weights record gradients, and only for this step.
    let weights: Vec<Tensor<1>> = (network.architecture.weights().zip(&network.weights))
        .map(|(spec, weight)| if spec.trainable { weight.clone().autodiff().require_grad() } else { weight.clone() })
        .collect();
    let logits = network.forward(&weights, input, Mode::Training(rows));
    let loss = part_of_loss(network, loss, logits.clone(), targets, rows, &weights);
    let mut gradients = loss.backward();
    let gradients = weights.iter().map(|weight| weight.grad_remove(&mut gradients)).collect();
    Partial { loss: loss.inner(), logits: logits.inner(), gradients }
}

fn part_of_loss(
    network: &Sequential,
    loss: Loss,
    logits: Tensor<2>,
    targets: Targets,
    rows: Rows,
    weights: &[Tensor<1>],
) -> Tensor<1> {
    let part = loss.part_of_mean(logits, targets.one_hot, targets.weights, rows.of);
    match network.architecture.penalty(weights).filter(|_| rows.first == 0) {
        Some(penalty) => part + penalty,
        None => part,
    }
}

impl Partial {
    /// The result of the whole batch, from its parts in the order of the rows.
    pub(crate) fn sum(parts: Vec<Self>) -> Self {
        let mut parts = parts.into_iter();
        let Some(Self { mut loss, logits, mut gradients }) = parts.next() else { unreachable!("a batch has rows") };
        let mut rows = vec![logits];
        for part in parts {
            loss = loss + part.loss;
            rows.push(part.logits);
            for (sum, gradient) in gradients.iter_mut().zip(part.gradients) {
                *sum = sum.take().zip(gradient).map(|(sum, gradient)| sum + gradient);
            }
        }
        let logits = if rows.len() == 1 { rows.remove(0) } else { Tensor::cat(rows, 0) };
        Self { loss, logits, gradients }
    }

    /// Reads loss, logits and the gradients of the trainable weights from the device, to send them to another thread.
    pub(crate) async fn to_numbers(&self) -> Result<Vec<Vec<f32>>> {
        let mut numbers = vec![read(self.loss.clone()).await?, read(self.logits.clone()).await?];
        for gradient in self.gradients.iter().flatten() {
            numbers.push(read(gradient.clone()).await?);
        }
        Ok(numbers)
    }

    /// The result from the numbers that [`Self::to_numbers`] returned.
    ///
    /// # Errors
    ///
    /// The numbers do not fit such a step of this network.
    pub(crate) fn from_numbers(
        numbers: Vec<Vec<f32>>,
        kind: StepKind,
        rows: Rows,
        network: &Sequential,
    ) -> Result<Self> {
        let Sequential { architecture, device, .. } = network;
        let classes = architecture.classes();
        let mut numbers = numbers.into_iter();
        let mut next = |length: usize| match numbers.next() {
            Some(values) if values.len() == length => Ok(TensorData::new(values, [length])),
            _ => Err(other_answer()),
        };
        let loss = Tensor::from_data(next(1)?, device);
        let logits = Tensor::<1>::from_data(next(rows.count * classes)?, device).reshape([rows.count, classes]);
        let mut gradients = Vec::new();
        if let StepKind::Train { .. } = kind {
            for spec in architecture.weights() {
                let gradient = spec.trainable.then(|| next(spec.len())).transpose()?;
                gradients.push(gradient.map(|values| Tensor::from_data(values, device)));
            }
        }
        Ok(Self { loss, logits, gradients })
    }
}

pub(super) fn other_answer() -> Error {
    Error::Device("A worker answered something else than it was asked.".into())
}
