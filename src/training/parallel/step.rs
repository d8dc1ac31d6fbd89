//! What is computed of some rows of a batch: their part of its loss and gradients, and their scores.

use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::{
    data::{
        loader::{Batch, Truth},
        shard::Rows,
    },
    error::{Error, Result},
    metrics::read,
    network::{forward::Mode, sequential::Sequential},
    optimizers::loss::Loss,
};

/// What is wanted of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Step {
    /// Gradients too, with dropout masks drawn from this seed.
    Learn { dropout: u64 },
    /// In inference mode.
    Judge,
}

/// What some rows are of the result of a batch.
#[derive(Debug, Clone)]
pub(crate) struct Partial {
    /// `[1]`; those of all rows sum to the mean over the batch. The first rows bear the penalty.
    pub(crate) loss: Tensor<1>,
    /// `[rows, classes]`.
    pub(crate) logits: Tensor<2>,
    /// For each weight, of [`Self::loss`]; `None` where it is frozen, and none where none was wanted.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
}

impl Step {
    /// Forward and, to learn, backward. Nothing is read from the device.
    pub(crate) fn of(self, network: &mut Sequential, loss: Loss, batch: Batch, rows: Rows) -> Partial {
        let Batch { images, truth } = batch;
        let Step::Learn { dropout } = self else {
            let logits = network.logits(images);
            let loss = part_of_loss(network, loss, logits.clone(), truth, rows, &network.weights);
            return Partial { loss, logits, gradients: Vec::new() };
        };
        network.device.seed(dropout);
        // Only copies of the trainable weights record gradients, and only for this step.
        let weights: Vec<Tensor<1>> = (network.architecture.weights().zip(&network.weights))
            .map(
                |(spec, weight)| if spec.trainable { weight.clone().autodiff().require_grad() } else { weight.clone() },
            )
            .collect();
        let logits = network.forward(&weights, images, Mode::Training(rows));
        let loss = part_of_loss(network, loss, logits.clone(), truth, rows, &weights);
        let mut gradients = loss.backward();
        let gradients = weights.iter().map(|weight| weight.grad_remove(&mut gradients)).collect();
        Partial { loss: loss.inner(), logits: logits.inner(), gradients }
    }
}

fn part_of_loss(
    network: &Sequential,
    loss: Loss,
    logits: Tensor<2>,
    truth: Truth,
    rows: Rows,
    weights: &[Tensor<1>],
) -> Tensor<1> {
    let part = loss.part_of_mean(logits, truth.targets, truth.weights, rows.of);
    match network.architecture.penalty(weights).filter(|_| rows.first == 0) {
        Some(penalty) => part + penalty,
        None => part,
    }
}

impl Partial {
    /// The result of the batch, from all its parts in the order of the rows.
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

    /// Loss, logits and the gradients of the trainable weights.
    pub(crate) async fn numbers(self) -> Result<Vec<Vec<f32>>> {
        let mut numbers = vec![read(self.loss).await?, read(self.logits).await?];
        for gradient in self.gradients.into_iter().flatten() {
            numbers.push(read(gradient).await?);
        }
        Ok(numbers)
    }

    /// What [`Self::numbers`] was made of.
    ///
    /// # Errors
    ///
    /// These are not the numbers of such a step.
    pub(crate) fn from_numbers(numbers: Vec<Vec<f32>>, step: Step, rows: Rows, network: &Sequential) -> Result<Self> {
        let Sequential { architecture, device, .. } = network;
        let classes = architecture.classes();
        let mut numbers = numbers.into_iter();
        let mut next = |length: usize| match numbers.next() {
            Some(values) if values.len() == length => Ok(TensorData::new(values, [length])),
            _ => Err(Error::Device("A worker answered something else than it was asked.".into())),
        };
        let loss = Tensor::from_data(next(1)?, device);
        let logits = Tensor::<1>::from_data(next(rows.count * classes)?, device).reshape([rows.count, classes]);
        let mut gradients = Vec::new();
        if let Step::Learn { .. } = step {
            for spec in architecture.weights() {
                let gradient = spec.trainable.then(|| next(spec.len())).transpose()?;
                gradients.push(gradient.map(|values| Tensor::from_data(values, device)));
            }
        }
        Ok(Self { loss, logits, gradients })
    }
}
