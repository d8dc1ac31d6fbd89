//! Runs labelled pictures through a network and scores its predictions.

use std::ops::ControlFlow;

use burn::tensor::{Tensor, activation};

use super::details::Details;
use super::scores::Evaluation;
use crate::data::{BatchPlan, DataLoader, Dataset};
use crate::device::{self, read};
use crate::error::{Error, Result};
use crate::metrics::MetricSums;
use crate::training::history::Stopped;
use crate::training::parallel::{Helpers, StepKind, StepResult, divide, features};
use crate::training::state::{Callback, Model, TestProgress, leave_a_lost_gpu};

impl Model {
    /// The compiled metrics, the confusion matrix and the scores of each class. The probabilities are read from
    /// the device once, at the end.
    ///
    /// # Errors
    ///
    /// The pictures have another size or other classes than the network, `batch_size` is 0, or the device failed.
    pub async fn evaluate(&mut self, dataset: &Dataset, batch_size: usize) -> Result<Evaluation> {
        let evaluation = self.evaluate_with(&mut (), dataset, batch_size, &mut ()).await?;
        Ok(evaluation.expect("nobody ends it"))
    }

    /// [`Self::evaluate`], with each batch divided among this thread and helpers, on the CPU. The observer hears of
    /// each batch and may end the evaluation, which is then `None`.
    ///
    /// # Errors
    ///
    /// The same as [`Self::evaluate`].
    pub async fn evaluate_with(
        &mut self,
        helpers: &mut impl Helpers,
        dataset: &Dataset,
        batch_size: usize,
        observer: &mut impl Callback,
    ) -> Result<Option<Evaluation>> {
        let answers = self.answers(helpers, dataset, batch_size, observer).await?;
        Ok(answers.map(|(results, probabilities)| {
            Evaluation::new(&self.class_names, &dataset.labels(), &probabilities, results)
        }))
    }

    /// [`Self::evaluate_with`], with the answers to every picture.
    ///
    /// # Errors
    ///
    /// The same as [`Self::evaluate`].
    pub async fn evaluate_in_detail(
        &mut self,
        helpers: &mut impl Helpers,
        dataset: &Dataset,
        batch_size: usize,
        observer: &mut impl Callback,
    ) -> Result<Option<(Evaluation, Details)>> {
        let Some((results, probabilities)) = self.answers(helpers, dataset, batch_size, observer).await? else {
            return Ok(None);
        };
        let unlike = self.unlike(helpers, dataset, observer).await?;
        if unlike.is_none() && self.remembers() {
            return Ok(None); // the observer ended it
        }
        let labels = dataset.labels();
        let evaluation = Evaluation::new(&self.class_names, &labels, &probabilities, results);
        let pictures = (0..dataset.len()).map(|position| dataset.id(position) as u32).collect();
        let labels = labels.into_iter().map(|label| label as u32).collect();
        Ok(Some((evaluation, Details { pictures, labels, probabilities, unlike })))
    }

    /// Every metric by its name, and the probabilities `[pictures, classes]`, by the network with its temperature; `None` if the
    /// observer ended it.
    ///
    /// # Errors
    ///
    /// The same as [`Self::evaluate`].
    pub(crate) async fn answers(
        &mut self,
        helpers: &mut impl Helpers,
        dataset: &Dataset,
        batch_size: usize,
        observer: &mut impl Callback,
    ) -> Result<Option<(Vec<(String, f64)>, Vec<f32>)>> {
        if batch_size == 0 {
            return Err(Error::config("batchSize", "must be at least one picture"));
        }
        self.check_pictures(dataset)?;
        leave_a_lost_gpu(self);
        let Some(temperature) = self.measured.temperature else {
            return probabilities(self, helpers, dataset, batch_size, observer).await;
        };
        // As a layer, so that the loss and every metric are those of the probabilities.
        let scaled = self.network.architecture.with_temperature(temperature)?;
        let plain = std::mem::replace(&mut self.network.architecture, scaled);
        let answers = probabilities(self, helpers, dataset, batch_size, observer).await;
        self.network.architecture = plain;
        answers
    }

    /// The most pictures up to `wanted` that are evaluated at once: no result depends on it, so it is what the device has
    /// room for.
    pub(crate) fn evaluation_batch(&self, wanted: usize) -> usize {
        let most = device::largest_tensor(&self.network.device).unwrap_or(MOST_ON_CPU);
        wanted.min((most / self.network.architecture.largest_value()) as usize).max(1)
    }
}

/// The bytes of the largest tensor of an evaluation on the processor, whose memory a tab shares with the pictures.
const MOST_ON_CPU: u64 = 256 << 20;

/// Every metric by its name, and the probabilities `[pictures, classes]`; `None` if the observer ended it.
pub(crate) async fn probabilities(
    model: &mut Model,
    helpers: &mut impl Helpers,
    dataset: &Dataset,
    batch_size: usize,
    observer: &mut impl Callback,
) -> Result<Option<(Vec<(String, f64)>, Vec<f32>)>> {
    let device = model.network.device.clone();
    dataset.upload(&device).await?;
    divide::prepare(model, helpers).await?;
    let features = features::kept(model, dataset).await?;
    let batches = DataLoader::new(dataset, model.evaluation_batch(batch_size), &device);
    let batches = batches.of_features(features.as_deref());
    let (mut sums, mut rows) = (MetricSums::new(&model.metrics), Vec::with_capacity(batches.steps()));
    let keep = |logits| rows.push(activation::softmax(logits, 1));
    match evaluate_batches(model, helpers, batches, &mut sums, observer, keep).await? {
        ControlFlow::Continue(()) => Ok(Some((sums.results().await?, read(Tensor::cat(rows, 0)).await?))),
        ControlFlow::Break(_) => Ok(None),
    }
}

/// Evaluates batches in inference mode and adds them to the sums; `keep` gets the logits of each.
pub(crate) async fn evaluate_batches(
    model: &mut Model,
    helpers: &mut impl Helpers,
    batches: DataLoader<'_>,
    sums: &mut MetricSums,
    observer: &mut impl Callback,
    mut keep: impl FnMut(Tensor<2>),
) -> Result<ControlFlow<Stopped>> {
    let (steps, mut informed) = (batches.steps(), 0);
    for (batch, step) in batches.plans().zip(1..) {
        keep(evaluate_batch(model, helpers, &batch, &mut informed, sums).await?);
        if step < steps {
            let stopped = observer.on_test_batch_end(model, &TestProgress { step, steps, sums }).await?;
            if stopped.is_break() {
                return Ok(stopped);
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Evaluates a batch in inference mode, adds it to the sums and returns its logits. `informed` is 0 for the first
/// batch with these weights; see [`divide::step`].
async fn evaluate_batch(
    model: &mut Model,
    helpers: &mut impl Helpers,
    batch: &BatchPlan<'_>,
    informed: &mut usize,
    sums: &mut MetricSums,
) -> Result<Tensor<2>> {
    let (StepResult { loss, logits, .. }, targets) =
        divide::step(model, helpers, StepKind::Evaluate, batch, informed).await?;
    sums.add(loss, logits.clone(), &targets);
    Ok(logits)
}
