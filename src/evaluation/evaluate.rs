//! Runs labelled pictures through a network and scores its predictions.

use burn::tensor::{Tensor, activation};

use super::scores::Evaluation;
use crate::data::{BatchPlan, DataLoader, Dataset};
use crate::device::read;
use crate::error::{Error, Result};
use crate::metrics::MetricSums;
use crate::training::parallel::{Helpers, Partial, StepKind, divide};
use crate::training::state::{Model, leave_a_lost_gpu};

impl Model {
    /// The compiled metrics, the confusion matrix and the scores of each class. The probabilities are read from
    /// the device once, at the end.
    ///
    /// # Errors
    ///
    /// The pictures have another size or other classes than the network, `batch_size` is 0, or the device failed.
    pub async fn evaluate(&mut self, dataset: &Dataset, batch_size: usize) -> Result<Evaluation> {
        self.evaluate_with(&mut (), dataset, batch_size).await
    }

    /// [`Self::evaluate`], with each batch divided among this thread and helpers, on the CPU.
    ///
    /// # Errors
    ///
    /// The same as [`Self::evaluate`].
    pub async fn evaluate_with(
        &mut self,
        helpers: &mut impl Helpers,
        dataset: &Dataset,
        batch_size: usize,
    ) -> Result<Evaluation> {
        if batch_size == 0 {
            return Err(Error::config("batchSize", "must be at least one picture"));
        }
        self.check_pictures(dataset)?;
        leave_a_lost_gpu(self);
        let (results, probabilities) = probabilities(self, helpers, dataset, batch_size).await?;
        Ok(Evaluation::new(&self.class_names, &dataset.labels(), &probabilities, results))
    }
}

/// Every metric by its name, and the probabilities `[pictures, classes]`.
pub(crate) async fn probabilities(
    model: &mut Model,
    helpers: &mut impl Helpers,
    dataset: &Dataset,
    batch_size: usize,
) -> Result<(Vec<(String, f64)>, Vec<f32>)> {
    let device = model.network.device.clone();
    dataset.upload(&device).await?;
    divide::prepare(model, helpers);
    let batches = DataLoader::new(dataset, batch_size, &device);
    let (mut sums, mut rows) = (MetricSums::new(&model.metrics), Vec::with_capacity(batches.steps()));
    let mut informed = 0;
    for batch in batches.plans() {
        let logits = evaluate_batch(model, helpers, &batch, &mut informed, &mut sums).await?;
        rows.push(activation::softmax(logits, 1));
    }
    Ok((sums.results().await?, read(Tensor::cat(rows, 0)).await?))
}

/// Evaluates a batch in inference mode, adds it to the sums and returns its logits. `informed` is 0 for the first
/// batch with these weights; see [`divide::step`].
pub(crate) async fn evaluate_batch(
    model: &mut Model,
    helpers: &mut impl Helpers,
    batch: &BatchPlan<'_>,
    informed: &mut usize,
    sums: &mut MetricSums,
) -> Result<Tensor<2>> {
    let (Partial { loss, logits, .. }, targets) =
        divide::step(model, helpers, StepKind::Evaluate, batch, informed).await?;
    sums.add(loss, logits.clone(), &targets);
    Ok(logits)
}
