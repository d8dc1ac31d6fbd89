//! The order in which the callbacks of a run act.

use std::ops::ControlFlow;

use crate::error::Result;
use crate::training::history::{Change, EpochRecord, Stopped};
use crate::training::plan::FitPlan;
use crate::training::run_callbacks::RunCallbacks;
use crate::training::state::{
    Callback, FeatureProgress, Look, Model, Position, Progress, Run, Steering, StepLook, TestProgress,
};

/// The callbacks of a run. In each hook those of the list act first, and then the caller's own. The backup comes after
/// both, so that a resumed run finds what they decided. Last, the caller hears which files are to be written.
pub(super) struct RunHooks<'a, C> {
    pub(super) list: RunCallbacks,
    pub(super) own: &'a mut C,
}

impl<C: Callback> RunHooks<'_, C> {
    /// A person has changed the run. A backup holds it at once, so that no run goes on from one that does not.
    pub(super) async fn on_change_at(
        &mut self,
        run: &mut Run<'_>,
        changes: &[Change],
        position: Position<'_>,
    ) -> Result<()> {
        self.list.back_up_after_change(run, position).await?;
        self.own.on_change(run, changes).await?;
        self.own.after_hook(run).await
    }
}

impl<C: Callback> Callback for RunHooks<'_, C> {
    async fn on_train_begin(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.list.on_train_begin(run).await?;
        self.own.on_train_begin(run).await?;
        self.own.after_hook(run).await
    }

    async fn on_features_batch_end(
        &mut self,
        model: &mut Model,
        progress: &FeatureProgress,
    ) -> Result<ControlFlow<Stopped>> {
        self.own.on_features_batch_end(model, progress).await
    }

    async fn on_epoch_begin(&mut self, run: &mut Run<'_>, epoch: usize) -> Result<()> {
        self.list.on_epoch_begin(run, epoch).await?;
        self.own.on_epoch_begin(run, epoch).await?;
        self.own.after_hook(run).await
    }

    async fn on_batch_end(&mut self, run: &mut Run<'_>, progress: &Progress<'_>) -> Result<()> {
        self.list.on_batch_end(run, progress).await?;
        self.own.on_batch_end(run, progress).await?;
        self.list.back_up_after_batch(run, progress.position()).await?;
        self.own.after_hook(run).await
    }

    async fn on_test_batch_end(
        &mut self,
        model: &mut Model,
        progress: &TestProgress<'_>,
    ) -> Result<ControlFlow<Stopped>> {
        self.own.on_test_batch_end(model, progress).await
    }

    async fn on_epoch_end(&mut self, run: &mut Run<'_>, record: &EpochRecord) -> Result<()> {
        self.list.on_epoch_end(run, record).await?;
        self.own.on_epoch_end(run, record).await?;
        self.list.back_up_after_epoch(run, Position::after_epoch(record.epoch)).await?;
        self.own.after_hook(run).await
    }

    fn look(&mut self, last: bool) -> Option<Look> {
        self.own.look(last)
    }

    async fn on_look(&mut self, run: &mut Run<'_>, look: &StepLook) -> Result<()> {
        self.own.on_look(run, look).await?;
        self.own.after_hook(run).await
    }

    fn steering(&mut self) -> Vec<Steering> {
        self.own.steering()
    }

    async fn on_train_end(&mut self, run: &mut Run<'_>) -> Result<()> {
        self.list.on_train_end(run).await?;
        self.own.on_train_end(run).await?;
        self.own.after_hook(run).await
    }
}

/// Calls a hook; it may change whether the run is to `stop`, and its notes become part of the history.
pub(super) async fn call_hook(
    model: &mut Model,
    plan: &FitPlan,
    stop: &mut Option<Stopped>,
    act: impl AsyncFnOnce(&mut Run<'_>) -> Result<()>,
) -> Result<()> {
    let mut run = Run { model, plan, stop: *stop, notes: Vec::new(), files: Vec::new(), resumable: false };
    act(&mut run).await?;
    let Run { stop: asked, mut notes, .. } = run;
    *stop = asked;
    model.history.notes.append(&mut notes);
    Ok(())
}
