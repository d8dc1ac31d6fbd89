//! Resumes a run that was interrupted.

use crate::data::Dataset;
use crate::device;
use crate::error::Result;
use crate::training::fit::{Fitted, first_notes, run};
use crate::training::history::Stopped;
use crate::training::parallel::{Helpers, training_threads};
use crate::training::plan::FitPlan;
use crate::training::run_callbacks::RunCallbacks;
use crate::training::state::{Callback, Checkpoint, Measured, Model, Position, manifest};

/// Resumes a run from a checkpoint: `model` becomes the checkpoint's model, and the plan is trained to its end. On
/// the same device and number of threads, all numbers are those of an uninterrupted run, to the last bit.
///
/// # Errors
///
/// The pictures are not those that `fit` got, the GPU that holds the checkpoint was lost, or an error of [`fit`](crate::fit()). The checkpoint does not
/// change, so `resume` can be called with it again.
pub async fn resume(
    model: &mut Model,
    checkpoint: &Checkpoint,
    training: Dataset,
    validation: Option<Dataset>,
    observer: &mut impl Callback,
) -> Result<Fitted> {
    resume_with(&mut (), model, checkpoint, training, validation, observer).await
}

/// [`resume`], with helpers as in [`fit_with`](crate::fit_with).
///
/// # Errors
///
/// The same as [`resume`].
pub async fn resume_with(
    helpers: &mut impl Helpers,
    model: &mut Model,
    checkpoint: &Checkpoint,
    training: Dataset,
    validation: Option<Dataset>,
    observer: &mut impl Callback,
) -> Result<Fitted> {
    let plan = plan_of(checkpoint, training, validation, helpers)?;
    *model = (*checkpoint.model).clone();
    model.history.stopped = Stopped::Completed;
    model.measured = Measured::default();
    for note in resumption_notes(model, &plan) {
        if !model.history.notes.contains(&note) {
            model.history.notes.push(note);
        }
    }
    let threads = training_threads(model, helpers);
    manifest::note_resumption(model, checkpoint.place.epoch, checkpoint.place.step, threads);
    let callbacks = RunCallbacks(checkpoint.callbacks.clone());
    let at = Position { epoch: checkpoint.place.epoch, step: checkpoint.place.step, sums: Some(&checkpoint.sums) };
    Box::pin(run(helpers, model, &plan, callbacks, at, observer)).await
}

/// What a person should know of a run that goes on.
pub(crate) fn resumption_notes(model: &Model, plan: &FitPlan) -> Vec<String> {
    manifest::rounding_note(model).into_iter().chain(first_notes(model, plan)).collect()
}

/// The plan of the run, checked against the checkpoint's model.
pub(crate) fn plan_of(
    checkpoint: &Checkpoint,
    training: Dataset,
    validation: Option<Dataset>,
    helpers: &impl Helpers,
) -> Result<FitPlan> {
    device::check(&checkpoint.model.network.device)?;
    let plan = checkpoint.plan(training, validation)?;
    plan.check(&checkpoint.model, training_threads(&checkpoint.model, helpers)).map(|()| plan)
}
