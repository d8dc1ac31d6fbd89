//! What a training step did, layer by layer, for a person who looks at it. A step that nobody looks at costs nothing more.

use burn::tensor::Tensor;
use serde::Serialize;

use super::model::Model;
use crate::data::BatchPlan;
use crate::device::{read, read_all};
use crate::error::Result;

/// What a person wants to see of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Its numbers.
    Numbers,
    /// The pictures of its batch, too.
    Pictures,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepLook {
    /// Counted from 1.
    pub epoch: usize,
    /// Counted from 1 in each epoch.
    pub step: usize,
    /// The loss of the batch before the update, with penalties on weights.
    pub loss: f64,
    /// The learning rate of the step.
    pub learning_rate: f64,
    /// The pictures of the batch.
    pub pictures: Vec<SeenPicture>,
    /// The first of the pictures, as the network saw them: RGBA8 at its size, one after another. Empty if only numbers were
    /// wanted.
    #[serde(skip)]
    pub pixels: Vec<u8>,
    /// The layers that have weights.
    pub layers: Vec<LayerLook>,
}

/// A picture of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SeenPicture {
    /// Its index among the training pictures of the folder, from 0.
    pub index: usize,
    /// The index of its class.
    pub label: usize,
}

/// What a step did in a layer. Moving statistics do not count as weights of a layer that learns.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerLook {
    /// The name of the layer.
    pub name: String,
    /// After the update.
    pub weights: Spread,
    /// Before clipping; `None` for a frozen layer.
    pub gradient: Option<Spread>,
    /// The root of the sum of the squares of all changes; `None` for a frozen layer.
    pub update: Option<f64>,
}

/// How numbers are spread.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// The root of the sum of the squares.
    pub norm: f64,
    /// The smallest of them that is a number.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// How many lie in each of equal intervals from the smallest to the largest.
    pub counts: Vec<u32>,
}

/// The intervals of a [`Spread`].
const INTERVALS: usize = 40;

impl Spread {
    fn of<'a>(values: impl Iterator<Item = &'a f32> + Clone) -> Self {
        let finite = values.clone().copied().filter(|value| value.is_finite()).map(f64::from);
        let low = finite.clone().reduce(f64::min).unwrap_or(0.0);
        let high = finite.clone().reduce(f64::max).unwrap_or(0.0);
        let mut counts = vec![0; INTERVALS];
        let width = (high - low) / INTERVALS as f64;
        for value in finite {
            let interval = if width > 0.0 { ((value - low) / width) as usize } else { INTERVALS / 2 };
            counts[interval.min(INTERVALS - 1)] += 1;
        }
        Self { norm: norm(values.copied()), low, high, counts }
    }
}

fn norm(values: impl Iterator<Item = f32>) -> f64 {
    values.map(|value| f64::from(value).powi(2)).sum::<f64>().sqrt()
}

/// What is kept of a step until it is looked at. The tensors share memory with the network's.
#[derive(Debug)]
pub(crate) struct Seen {
    loss: Tensor<1>,
    gradients: Vec<Option<Tensor<1>>>,
    /// The weights before the update.
    before: Vec<Tensor<1>>,
    learning_rate: f64,
}

impl Seen {
    /// A step of which the gradients are known and the update is still to come.
    pub(crate) fn new(model: &Model, loss: &Tensor<1>, gradients: &[Option<Tensor<1>>]) -> Self {
        Self {
            loss: loss.clone(),
            gradients: gradients.to_vec(),
            before: model.network.weights.clone(),
            learning_rate: model.optimizer.learning_rate(),
        }
    }

    /// What the step did, now that the model has been updated.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub(crate) async fn look(
        self,
        model: &Model,
        batch: &BatchPlan<'_>,
        look: Look,
        (epoch, step): (usize, usize),
    ) -> Result<StepLook> {
        let mut layers = Vec::new();
        for layer in model.architecture().layers.iter().filter(|layer| !layer.weights.is_empty()) {
            let all = layer.weight_range().zip(&layer.weights);
            let moving: Vec<usize> = all.filter(|(_, spec)| spec.trainable).map(|(index, _)| index).collect();
            let learns = !moving.is_empty();
            let chosen = if learns { moving } else { layer.weight_range().collect() };
            let of = |tensors: &[Tensor<1>]| chosen.iter().map(|&index| tensors[index].clone()).collect::<Vec<_>>();
            let weights = read_all(&of(&model.network.weights)).await?;
            let (mut gradient, mut update) = (None, None);
            if learns {
                let tensors: Vec<_> = chosen.iter().filter_map(|&index| self.gradients[index].clone()).collect();
                let (gradients, before) = (read_all(&tensors).await?, read_all(&of(&self.before)).await?);
                gradient = Some(Spread::of(gradients.iter().flatten()));
                let moved = weights.iter().flatten().zip(before.iter().flatten()).map(|(after, before)| after - before);
                update = Some(norm(moved));
            }
            let weights = Spread::of(weights.iter().flatten());
            layers.push(LayerLook { name: layer.name.clone(), weights, gradient, update });
        }
        let (pictures, pixels) = batch.seen(look == Look::Pictures);
        let pictures = pictures.into_iter().map(|(index, label)| SeenPicture { index, label }).collect();
        let loss = f64::from(read(self.loss).await?[0]);
        Ok(StepLook { epoch, step, loss, learning_rate: self.learning_rate, pictures, pixels, layers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_counts_every_number_once() {
        let values = [3.0_f32, 4.0, f32::NAN, -1.0, 4.0];
        let spread = Spread::of(values[..2].iter().chain(&values[3..]));
        assert_eq!((spread.low, spread.high, spread.counts.iter().sum::<u32>()), (-1.0, 4.0, 4));
        assert_eq!((spread.counts[0], spread.counts[INTERVALS - 1]), (1, 2));
        assert!((spread.norm - 42.0_f64.sqrt()).abs() < 1e-12);
        let lost = Spread::of(values.iter());
        assert!(lost.norm.is_nan() && lost.counts == spread.counts);
        assert_eq!(Spread::of([7.0_f32; 3].iter()).counts[INTERVALS / 2], 3);
        assert!(Spread::of([].iter()).counts.iter().all(|count| *count == 0));
    }
}
