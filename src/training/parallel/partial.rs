//! The result of a step for some rows of a batch, and of a whole batch from its parts.

use burn::tensor::{Tensor, TensorData};

use super::task::StepKind;
use crate::data::Rows;
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::Sequential;

/// The result of a step for a whole batch.
#[derive(Debug, Clone)]
pub(crate) struct StepResult {
    /// The mean over the batch, with the L1 and L2 penalty, `[1]`.
    pub(crate) loss: Tensor<1>,
    /// `[rows, classes]`.
    pub(crate) logits: Tensor<2>,
    /// The gradient of [`Self::loss`] for each weight; `None` for a frozen one. Empty in evaluation.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
}

/// The result of a step for some rows of its batch and some layers.
#[derive(Debug, Clone)]
pub(crate) struct Partial {
    /// `None` where the layers are not the last ones.
    pub(crate) scores: Option<Scores>,
    /// The gradient for each weight; `None` for a frozen one, and one of other layers. Empty in evaluation.
    pub(crate) gradients: Vec<Option<Tensor<1>>>,
    /// The gradient of what the layers read, `[rows, values]`; `None` where nothing in front of them learns.
    pub(crate) input: Option<Tensor<2>>,
}

/// What the end of the network says of some rows.
#[derive(Debug, Clone)]
pub(crate) struct Scores {
    /// `[1]`; summed over all parts, the mean over the batch. The part with the first row adds the L1 and L2 penalty.
    pub(crate) loss: Tensor<1>,
    /// `[rows, classes]`.
    pub(crate) logits: Tensor<2>,
}

impl Partial {
    /// The result of the whole batch, from that of the head, if it has one, and those of the parts in the order of the rows.
    pub(crate) fn sum(parts: Vec<Self>) -> StepResult {
        let (mut loss, mut logits, mut gradients) = (None, Vec::new(), Vec::<Option<Tensor<1>>>::new());
        for part in parts {
            if let Some(scores) = part.scores {
                loss = added(loss, Some(scores.loss));
                logits.push(scores.logits);
            }
            gradients.resize(part.gradients.len(), None);
            for (sum, gradient) in gradients.iter_mut().zip(part.gradients) {
                *sum = added(sum.take(), gradient);
            }
        }
        let logits = if logits.len() == 1 { logits.remove(0) } else { Tensor::cat(logits, 0) };
        StepResult { loss: loss.expect("some part has the end of the network"), logits, gradients }
    }

    /// Reads loss, logits and the gradients of the trainable weights from the device, to send them to another thread.
    pub(crate) async fn into_numbers(self) -> Result<Vec<Vec<f32>>> {
        let mut numbers = Vec::new();
        if let Some(Scores { loss, logits }) = self.scores {
            numbers = vec![read(loss).await?, read(logits).await?];
        }
        for gradient in self.gradients.into_iter().flatten() {
            numbers.push(read(gradient).await?);
        }
        Ok(numbers)
    }

    /// The result for the first `layers` layers, from the numbers that [`Self::into_numbers`] returned.
    ///
    /// # Errors
    ///
    /// The numbers do not fit such a step of this network.
    pub(crate) fn from_numbers(
        numbers: Vec<Vec<f32>>,
        kind: StepKind,
        rows: Rows,
        layers: usize,
        network: &Sequential,
    ) -> Result<Self> {
        let Sequential { architecture, device, .. } = network;
        let classes = architecture.classes();
        let mut numbers = numbers.into_iter();
        let mut next = |length: usize| match numbers.next() {
            Some(values) if values.len() == length => Ok(TensorData::new(values, [length])),
            _ => Err(other_answer()),
        };
        let mut scores = None;
        if layers == architecture.layers.len() {
            let loss = Tensor::from_data(next(1)?, device);
            let logits = Tensor::<1>::from_data(next(rows.count * classes)?, device).reshape([rows.count, classes]);
            scores = Some(Scores { loss, logits });
        }
        let mut gradients = Vec::new();
        if let StepKind::Train { .. } = kind {
            let own = architecture.weights_of_first(layers);
            for (index, spec) in architecture.weights().enumerate() {
                let gradient = (spec.trainable && own.contains(&index)).then(|| next(spec.len())).transpose()?;
                gradients.push(gradient.map(|values| Tensor::from_data(values, device)));
            }
        }
        Ok(Self { scores, gradients, input: None })
    }
}

/// The sum of what there is.
fn added(sum: Option<Tensor<1>>, more: Option<Tensor<1>>) -> Option<Tensor<1>> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(sum + more),
        (sum, more) => sum.or(more),
    }
}

pub(super) fn other_answer() -> Error {
    Error::Device("A worker answered something else than it was asked.".into())
}
