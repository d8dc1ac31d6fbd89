//! The hooks of a run: what calls them, what they see and what they may change.

use crate::{
    error::Result,
    metrics::{MetricSums, Metrics},
    training::{
        callbacks::FileWrite,
        history::{EpochRecord, Stopped},
        plan::FitPlan,
        state::model::Model,
    },
};

/// Where a run stands between two steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position<'a> {
    /// The epoch to go on in, from 1.
    pub(crate) epoch: usize,
    /// The steps of it that are done.
    pub(crate) step: usize,
    /// The sums of these steps; `None` at the start of an epoch.
    pub(crate) sums: Option<&'a MetricSums>,
}

impl Position<'_> {
    pub(crate) fn after_epoch(epoch: usize) -> Self {
        Self { epoch: epoch + 1, step: 0, sums: None }
    }
}

/// What a hook hears after each step.
#[derive(Debug)]
pub struct Progress<'a> {
    /// From 1.
    pub epoch: usize,
    /// From 1 in each epoch.
    pub step: usize,
    /// Steps of this epoch.
    pub steps: usize,
    /// The last epoch of the run.
    pub epochs: usize,
    /// Pictures learned from since the run began or was resumed.
    pub pictures: usize,
    pub(crate) sums: &'a MetricSums,
}

impl<'a> Progress<'a> {
    /// The running means of the epoch. Costs a read of the device, so do it rarely.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn read(&self) -> Result<Metrics> {
        self.sums.read().await
    }

    /// Every metric by its name, in the same way.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn results(&self) -> Result<Vec<(String, f64)>> {
        self.sums.results().await
    }

    /// The steps from here to the end of the run.
    #[must_use]
    pub fn steps_left(&self) -> usize {
        (self.epochs - self.epoch + 1) * self.steps - self.step
    }

    pub(crate) fn position(&self) -> Position<'a> {
        Position { epoch: self.epoch, step: self.step, sums: Some(self.sums) }
    }
}

/// What a hook sees and may change.
#[derive(Debug)]
pub struct Run<'a> {
    /// The network with its weights, its optimizer and the history so far.
    pub model: &'a mut Model,
    /// What is being done.
    pub plan: &'a FitPlan,
    /// Set to end the run after this call.
    pub stop: Option<Stopped>,
    /// Sentences for the person about what was done.
    pub notes: Vec<String>,
    /// Files to write: the caller knows where to.
    pub files: Vec<FileWrite>,
    /// At the end of a run: whether it was stopped where it can be resumed.
    pub resumable: bool,
}

impl Run<'_> {
    /// The rate of the next step, where no schedule sets it.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.model.optimizer.constant_rate
    }

    /// Changes the rate of the steps to come. An optimizer that follows a schedule does not look at it.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.model.optimizer.constant_rate = rate;
    }
}

/// Watches a run and may steer it through [`Run`]: stop it, change its rate, swap its weights.
#[expect(async_fn_in_trait, reason = "a browser has one thread; the futures need not be Send")]
pub trait Callback {
    /// Before the first step, also of a run that is resumed.
    async fn on_train_begin(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }

    /// Before the first step of an epoch, counted from 1; not again where an epoch is resumed inside.
    async fn on_epoch_begin(&mut self, _run: &mut Run<'_>, _epoch: usize) -> Result<()> {
        Ok(())
    }

    /// After each training step.
    async fn on_batch_end(&mut self, _run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        Ok(())
    }

    /// After each epoch, when its record is complete.
    async fn on_epoch_end(&mut self, _run: &mut Run<'_>, _record: &EpochRecord) -> Result<()> {
        Ok(())
    }

    /// After the last epoch, however the run ended.
    async fn on_train_end(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }
}

impl Callback for () {}

/// Both, the first one first.
impl<A: Callback, B: Callback> Callback for (A, B) {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.0.on_train_begin(run).await?;
        self.1.on_train_begin(run).await
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        self.0.on_epoch_begin(run, epoch).await?;
        self.1.on_epoch_begin(run, epoch).await
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        self.0.on_batch_end(run, progress).await?;
        self.1.on_batch_end(run, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.0.on_epoch_end(run, record).await?;
        self.1.on_epoch_end(run, record).await
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.0.on_train_end(run).await?;
        self.1.on_train_end(run).await
    }
}

impl<C: Callback> Callback for &mut C {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        (**self).on_train_begin(run).await
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        (**self).on_epoch_begin(run, epoch).await
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        (**self).on_batch_end(run, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        (**self).on_epoch_end(run, record).await
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        (**self).on_train_end(run).await
    }
}
