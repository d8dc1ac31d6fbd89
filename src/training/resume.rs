//! Goes on with a run that was interrupted.

use crate::{
    data::dataset::Dataset,
    error::Result,
    training::{
        fit::{Fitted, run},
        history::Stopped,
        parallel::Helpers,
        plan::FitPlan,
        run_callbacks::RunCallbacks,
        state::{
            checkpoint::Checkpoint,
            hooks::{Callback, Position},
            model::Model,
        },
    },
};

/// Goes on with a run that was stopped or that a checkpoint file held, to the last bit as if it had not been
/// interrupted; `model` becomes what it was then. The pictures are those `fit` was given.
///
/// # Errors
///
/// The pictures are others, or what [`fit`](crate::fit()) names. The checkpoint is the caller's: it can be
/// tried again.
pub async fn resume(
    model: &mut Model,
    checkpoint: &Checkpoint,
    training: Dataset,
    validation: Option<Dataset>,
    observer: &mut impl Callback,
) -> Result<Fitted> {
    resume_with(&mut (), model, checkpoint, training, validation, observer).await
}

/// [`resume`], with the help of others as in [`fit_with`](crate::fit_with).
///
/// # Errors
///
/// What [`resume`] names.
pub async fn resume_with(
    helpers: &mut impl Helpers,
    model: &mut Model,
    checkpoint: &Checkpoint,
    training: Dataset,
    validation: Option<Dataset>,
    observer: &mut impl Callback,
) -> Result<Fitted> {
    let plan = plan_of(checkpoint, training, validation)?;
    let Checkpoint { model: before, callbacks, sums, place } = checkpoint.clone();
    *model = before;
    model.history.stopped = Stopped::Completed;
    let at = Position { epoch: place.epoch, step: place.step, sums: Some(&sums) };
    Box::pin(run(helpers, model, &plan, RunCallbacks(callbacks), at, observer)).await
}

/// What the rest of the run will do.
///
/// # Errors
///
/// The pictures are not those it was given.
pub(crate) fn plan_of(checkpoint: &Checkpoint, training: Dataset, validation: Option<Dataset>) -> Result<FitPlan> {
    let plan = checkpoint.plan(training, validation)?;
    plan.check(&checkpoint.model).map(|()| plan)
}
