//! The result of a step for some rows of a batch, and of a whole batch from its parts.

use burn::tensor::{Tensor, TensorData};

use super::task::StepKind;
use crate::data::Rows;
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::Sequential;

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
