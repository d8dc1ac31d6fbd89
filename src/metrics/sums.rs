//! The sums of an epoch on the device.

use std::sync::Arc;

use burn::tensor::{Tensor, activation};

use super::{MetricPlan, Metrics, counting};
use crate::data::Targets;
use crate::device::read;
use crate::error::{Error, Result};
use crate::kernels::score;

/// Sums over an epoch: counts, and the loss weighted by batch size, as Keras weights it. They stay on the
/// device until they are read.
#[derive(Debug, Clone)]
pub struct MetricSums {
    plan: Arc<MetricPlan>,
    /// `[2 + counts]`: the summed loss, the number of hits, and the plan's tables of counts.
    sums: Option<Tensor<1>>,
    pictures: usize,
}

impl MetricSums {
    /// Sums of no batch.
    #[must_use]
    pub fn new(plan: &Arc<MetricPlan>) -> Self {
        Self { plan: plan.clone(), sums: None, pictures: 0 }
    }

    /// Sums that continue, equal to the last bit, from what [`Self::state`] returned after `pictures`
    /// pictures.
    ///
    /// # Errors
    ///
    /// The state is that of other metrics.
    pub fn from_state(plan: &Arc<MetricPlan>, sums: Option<Tensor<1>>, pictures: usize) -> Result<Self> {
        let expected = if pictures == 0 { 0 } else { 2 + plan.counts_len() };
        if sums.as_ref().map_or(0, |sums| sums.dims()[0]) != expected {
            return Err(Error::config("metrics", "are not those of the checkpoint; compile with the same metrics"));
        }
        Ok(Self { plan: plan.clone(), sums, pictures })
    }

    /// All sums, on the device; `None` before the first batch.
    #[must_use]
    pub fn state(&self) -> Option<&Tensor<1>> {
        self.sums.as_ref()
    }

    /// Adds a batch with this mean loss and these logits, without reading anything from the device.
    ///
    /// # Shapes
    /// - `loss`: `[1]`
    /// - `logits`: `[batch, classes]`
    pub fn add(&mut self, loss: Tensor<1>, logits: Tensor<2>, targets: &Targets) {
        let before = self.sums.take();
        if self.plan.counts().is_empty() {
            self.sums = Some(score(loss, logits, targets.labels.clone(), before));
        } else {
            let sums = score(loss, logits.clone(), targets.labels.clone(), None);
            let probabilities = activation::softmax(logits, 1);
            let counts =
                self.plan.counts().iter().map(|&count| counting::table(count, &probabilities, &targets.one_hot));
            let sums = Tensor::cat([sums].into_iter().chain(counts).collect(), 0);
            self.sums = Some(match before {
                Some(before) => before + sums,
                None => sums,
            });
        }
        self.pictures += targets.len();
    }

    /// The number of pictures added.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// Loss and accuracy so far, in one awaited read of two numbers, whatever else is measured.
    ///
    /// # Errors
    ///
    /// No picture was added, or the device failed: its numbers cannot be trusted and the run must end.
    pub async fn read(&self) -> Result<Metrics> {
        let means = read(self.state_or_error()?.slice(0..2)).await?;
        Ok(self.means(&means))
    }

    /// Every metric by its name, loss and accuracy first, in one awaited read, however many there are.
    ///
    /// # Errors
    ///
    /// No picture was added, or the device failed.
    pub async fn results(&self) -> Result<Vec<(String, f64)>> {
        let sums = read(self.state_or_error()?).await?;
        let Metrics { loss, accuracy } = self.means(&sums);
        let mut results = vec![("loss".to_string(), loss), ("accuracy".to_string(), accuracy)];
        results.extend(self.plan.values(accuracy, self.pictures, &sums[2..]));
        Ok(results)
    }

    fn state_or_error(&self) -> Result<Tensor<1>> {
        self.sums.clone().ok_or_else(|| Error::Dataset("There is no picture to measure.".into()))
    }

    fn means(&self, sums: &[f32]) -> Metrics {
        let mean = |sum: f32| f64::from(sum) / self.pictures as f64;
        Metrics { loss: mean(sums[0]), accuracy: mean(sums[1]) }
    }
}
