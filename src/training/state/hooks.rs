//! The hooks that callbacks implement, and what a hook may read and change.

use std::ops::ControlFlow;

use crate::error::{Error, Result};
use crate::metrics::{MetricSums, Metrics};
use crate::training::callbacks::FileWrite;
use crate::training::history::{Change, EpochRecord, Stopped};
use crate::training::plan::FitPlan;
use crate::training::state::{Look, Model, Steering, StepLook};

/// Where a run stands between two steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position<'a> {
    /// The epoch, counted from 1.
    pub(crate) epoch: usize,
    /// The number of steps done in this epoch.
    pub(crate) step: usize,
    /// The metric sums of these steps; `None` at the start of an epoch.
    pub(crate) sums: Option<&'a MetricSums>,
}

impl Position<'_> {
    pub(crate) fn after_epoch(epoch: usize) -> Self {
        Self { epoch: epoch + 1, step: 0, sums: None }
    }
}

/// What a hook gets after each step.
#[derive(Debug)]
pub struct Progress<'a> {
    /// Counted from 1.
    pub epoch: usize,
    /// Counted from 1 in each epoch.
    pub step: usize,
    /// Steps of this epoch.
    pub steps: usize,
    /// The last epoch of the run.
    pub epochs: usize,
    /// The number of pictures trained on since the run was started or resumed.
    pub pictures: usize,
    pub(crate) sums: &'a MetricSums,
}

impl<'a> Progress<'a> {
    /// Loss and accuracy of the epoch so far. Waits for the device, so call it rarely.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn read(&self) -> Result<Metrics> {
        self.sums.read().await
    }

    /// Every metric of the epoch so far, by its name. Waits for the device, so call it rarely.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn results(&self) -> Result<Vec<(String, f64)>> {
        self.sums.results().await
    }

    /// The number of steps that remain in the run.
    #[must_use]
    pub fn steps_left(&self) -> usize {
        (self.epochs - self.epoch + 1) * self.steps - self.step
    }

    pub(crate) fn position(&self) -> Position<'a> {
        Position { epoch: self.epoch, step: self.step, sums: Some(self.sums) }
    }
}

/// What a hook gets while the features of the pictures are computed.
#[derive(Debug, Clone, Copy)]
pub struct FeatureProgress {
    /// The pictures whose features are known.
    pub done: usize,
    /// All pictures whose features the run needs.
    pub pictures: usize,
}

/// What a hook gets after a batch of an evaluation.
#[derive(Debug)]
pub struct TestProgress<'a> {
    /// Counted from 1.
    pub step: usize,
    /// Steps of this evaluation.
    pub steps: usize,
    pub(crate) sums: &'a MetricSums,
}

impl TestProgress<'_> {
    /// Loss and accuracy so far. Waits for the device, so call it rarely.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub async fn read(&self) -> Result<Metrics> {
        self.sums.read().await
    }
}

/// The run, as a hook sees it and may change it.
#[derive(Debug)]
pub struct Run<'a> {
    /// The network with its weights, its optimizer and the history so far. Which layers are frozen, and their weights, must
    /// not change while a run goes on: what they make of the pictures may have been computed before.
    pub model: &'a mut Model,
    /// The plan of the run.
    pub plan: &'a FitPlan,
    /// Whether the run is to end. `Callback` is Keras's `stop_training`: the run ends after the step that is running, and
    /// its epoch is still validated and recorded; `None` takes it back. `Aborted` ends the run after that step, so that it
    /// can be resumed.
    pub stop: Option<Stopped>,
    /// Sentences for the person about what the callback did.
    pub notes: Vec<String>,
    /// Files to write; the caller of `fit` decides where.
    pub files: Vec<FileWrite>,
    /// In `on_train_end`: whether there is a checkpoint, so that the run can be resumed.
    pub resumable: bool,
}

impl Run<'_> {
    /// The learning rate of the next step.
    #[must_use]
    pub fn learning_rate(&self) -> f64 {
        self.model.optimizer.learning_rate()
    }

    /// Changes the learning rate of the following steps.
    ///
    /// # Errors
    ///
    /// It is not a finite number of 0 or more, or the optimizer follows a schedule.
    pub fn set_learning_rate(&mut self, rate: f64) -> Result<()> {
        if !(rate.is_finite() && rate >= 0.0) {
            return Err(Error::config("learningRate", "set by a callback must be a number of 0 or more"));
        }
        self.model.check_rate_is_settable("a callback")?;
        self.model.optimizer.constant_rate = rate;
        Ok(())
    }
}

/// A callback: observes a run and may, through [`Run`], stop it, change its learning rate or swap its weights.
#[expect(async_fn_in_trait, reason = "a browser has one thread; the futures need not be Send")]
pub trait Callback {
    /// Called before the first step, and when a run is resumed.
    async fn on_train_begin(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }

    /// Called after each batch of pictures of which the frozen first layers have made features, which is before the first
    /// step. `Break` ends the run, which can then be resumed.
    async fn on_features_batch_end(
        &mut self,
        _model: &mut Model,
        _progress: &FeatureProgress,
    ) -> Result<ControlFlow<Stopped>> {
        Ok(ControlFlow::Continue(()))
    }

    /// Called before the first step of an epoch (counted from 1); not again if a run is resumed inside an epoch.
    async fn on_epoch_begin(&mut self, _run: &mut Run<'_>, _epoch: usize) -> Result<()> {
        Ok(())
    }

    /// Called after each training step.
    async fn on_batch_end(&mut self, _run: &mut Run<'_>, _progress: &Progress<'_>) -> Result<()> {
        Ok(())
    }

    /// Called after each batch of an evaluation but the last: of the validation in a run, and of
    /// [`Model::evaluate_with`]. `Break` ends it: a run can then be resumed before its validation.
    async fn on_test_batch_end(
        &mut self,
        _model: &mut Model,
        _progress: &TestProgress<'_>,
    ) -> Result<ControlFlow<Stopped>> {
        Ok(ControlFlow::Continue(()))
    }

    /// Called after each epoch and its validation.
    async fn on_epoch_end(&mut self, _run: &mut Run<'_>, _record: &EpochRecord) -> Result<()> {
        Ok(())
    }

    /// Called at the end of the run, unless it failed.
    async fn on_train_end(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }

    /// What a person has asked to be changed since it was asked before. It is asked between two steps, and before the
    /// callbacks of the beginning of an epoch; what it answers holds from the next step on.
    fn steering(&mut self) -> Vec<Steering> {
        Vec::new()
    }

    /// What a person wants to see of the next step, the last one of its epoch or not; `None` costs nothing.
    fn look(&mut self, _last: bool) -> Option<Look> {
        None
    }

    /// Called after the other callbacks of a step that [`Self::look`] asked for, with what it did.
    async fn on_look(&mut self, _run: &mut Run<'_>, _look: &StepLook) -> Result<()> {
        Ok(())
    }

    /// Called when [`Self::steering`] has changed the run, with what is another number than before.
    async fn on_change(&mut self, _run: &mut Run<'_>, _changes: &[Change]) -> Result<()> {
        Ok(())
    }

    /// Called after each of the other hooks, when every callback has acted: `run.files` holds all files to be written.
    async fn after_hook(&mut self, _run: &mut Run<'_>) -> Result<()> {
        Ok(())
    }
}

impl Callback for () {}
