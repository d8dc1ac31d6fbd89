//! The sums of an epoch, on the device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};

use super::{Metrics, plan::MetricPlan, read};
use crate::{
    dataloader::Batch,
    error::{Error, Result},
};

/// Sums over an epoch: the loss weighted by batch size, as Keras weights it, and counts. They stay on
/// the device until someone reads them.
#[derive(Debug)]
pub struct MetricSums {
    plan: Arc<MetricPlan>,
    /// `[2]`: the summed loss and the number of hits.
    means: Option<Tensor<1>>,
    /// The counts of the plan, one table after the other; none without further metrics.
    counts: Option<Tensor<1>>,
    pictures: usize,
}

/// Everything that [`MetricSums`] has summed: what a checkpoint inside an epoch must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetricState {
    /// The number of pictures.
    pub pictures: usize,
    /// Empty before the first batch; else the loss, the hits, and the counts.
    pub sums: Vec<f32>,
}

impl MetricSums {
    /// Nothing summed.
    #[must_use]
    pub fn new(plan: &Arc<MetricPlan>) -> Self {
        Self { plan: plan.clone(), means: None, counts: None, pictures: 0 }
    }

    /// Goes on from a state, to the bit.
    ///
    /// # Errors
    ///
    /// The state is of other metrics.
    pub fn from_state(plan: &Arc<MetricPlan>, state: MetricState, device: &Device) -> Result<Self> {
        let MetricState { pictures, mut sums } = state;
        if (pictures, sums.len()) == (0, 0) {
            return Ok(Self::new(plan));
        }
        if pictures == 0 || sums.len() != 2 + plan.counts_len() {
            return Err(Error::config("metrics", "are not those of the checkpoint; compile with the same metrics"));
        }
        let counts = sums.split_off(2);
        let on_device = |values: Vec<f32>| {
            let length = values.len();
            Tensor::from_data(TensorData::new(values, [length]), device)
        };
        let counts = (!counts.is_empty()).then(|| on_device(counts));
        Ok(Self { plan: plan.clone(), means: Some(on_device(sums)), counts, pictures })
    }

    /// Adds a batch by its mean loss and its scores; nothing is read.
    pub fn add(&mut self, loss: Tensor<1>, logits: Tensor<2>, batch: &Batch) {
        let hits = logits.clone().argmax(1).flatten::<1>(0, 1).equal(batch.labels.clone()).float().sum();
        add_to(&mut self.means, vec![loss * batch.len() as f64, hits]);
        if !self.plan.counts().is_empty() {
            let probabilities = activation::softmax(logits, 1);
            let counts = self.plan.counts().iter().map(|count| count.of(&probabilities, &batch.targets));
            add_to(&mut self.counts, counts.collect());
        }
        self.pictures += batch.len();
    }

    /// The number of pictures added.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// Loss and accuracy so far: one awaited read of two numbers, whatever else is measured.
    ///
    /// # Errors
    ///
    /// No picture was added, or the device failed: its numbers cannot be trusted and the run must end.
    pub async fn read(&self) -> Result<Metrics> {
        let means = self.means.clone().ok_or_else(nothing)?;
        Ok(self.means_of(&read(means).await?))
    }

    /// Every metric by its name, loss and accuracy first: one awaited read, however many there are.
    ///
    /// # Errors
    ///
    /// No picture was added, or the device failed.
    pub async fn results(&self) -> Result<Vec<(String, f64)>> {
        let sums = self.read_all().await?;
        let Metrics { loss, accuracy } = self.means_of(&sums);
        let mut results = vec![("loss".to_string(), loss), ("accuracy".to_string(), accuracy)];
        results.extend(self.plan.values(accuracy, self.pictures, &sums[2..]));
        Ok(results)
    }

    /// What [`Self::from_state`] goes on from; one awaited read.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn state(&self) -> Result<MetricState> {
        match self.pictures {
            0 => Ok(MetricState::default()),
            pictures => Ok(MetricState { pictures, sums: self.read_all().await? }),
        }
    }

    async fn read_all(&self) -> Result<Vec<f32>> {
        let means = self.means.clone().ok_or_else(nothing)?;
        read(match self.counts.clone() {
            Some(counts) => Tensor::cat(vec![means, counts], 0),
            None => means,
        })
        .await
    }

    fn means_of(&self, sums: &[f32]) -> Metrics {
        let mean = |sum: f32| f64::from(sum) / self.pictures as f64;
        Metrics { loss: mean(sums[0]), accuracy: mean(sums[1]) }
    }
}

fn add_to(sums: &mut Option<Tensor<1>>, parts: Vec<Tensor<1>>) {
    let new = Tensor::cat(parts, 0);
    *sums = Some(match sums.take() {
        Some(before) => before + new,
        None => new,
    });
}

fn nothing() -> Error {
    Error::Dataset("There is no picture to measure.".into())
}
