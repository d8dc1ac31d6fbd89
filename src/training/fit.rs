//! The training loop of `fit`.

use std::ops::ControlFlow;

use crate::data::BatchPlan;
use crate::device;
use crate::error::Result;
use crate::evaluation::evaluate::evaluate_batches;
use crate::metrics::MetricSums;
use crate::seed::Purpose;
use crate::training::frozen::{FrozenLayers, Runs};
use crate::training::gpu_check::check_gpu;
use crate::training::history::{EpochRecord, History, Stopped};
use crate::training::parallel::features::{RunFeatures, are_known};
use crate::training::parallel::{Helpers, StepKind, StepResult, divide, training_threads};
use crate::training::plan::FitPlan;
use crate::training::run_callbacks::RunCallbacks;
use crate::training::run_hooks::{RunHooks, call_hook};
use crate::training::standardize::standardize;
use crate::training::state::{
    Callback, CallbackStates, Checkpoint, Measured, Model, Position, Progress, Seen, keep_copy_on_host,
    leave_a_lost_gpu, manifest,
};
use crate::training::steer::steer;

/// The result of a run.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The metrics of each epoch, and how the run ended.
    pub history: History,
    /// Where a person stopped the run before its end: what [`resume`](crate::resume()) needs to go on.
    pub checkpoint: Option<Checkpoint>,
}

/// Trains `model` until the plan is done or a callback stops it.
///
/// The metrics are Keras's: means over the epoch, `loss` weighted by batch size, measured with dropout on
/// and before each update. If a callback ends the run inside an epoch, the epoch ends there, and is validated and
/// recorded as in Keras. If a person stops the run inside an epoch, the history has no record of that epoch, because
/// a resumed run finishes it. If the GPU was lost before, the CPU goes on from the last finished epoch.
///
/// # Errors
///
/// The network does not fit the pictures or the device, a callback monitors a metric that this run does not
/// measure, or the device or a callback failed. `model`'s history has the epochs that were finished before.
pub async fn fit(model: &mut Model, plan: FitPlan, observer: &mut impl Callback) -> Result<Fitted> {
    fit_with(&mut (), model, plan, observer).await
}

/// [`fit()`], with each batch divided among this thread and helpers. Helpers train only on the CPU.
///
/// # Errors
///
/// The same as [`fit()`]. If a helper fails, the run goes on without it, and a note in the history says so.
pub async fn fit_with(
    helpers: &mut impl Helpers,
    model: &mut Model,
    plan: FitPlan,
    observer: &mut impl Callback,
) -> Result<Fitted> {
    leave_a_lost_gpu(model);
    let threads = training_threads(model, helpers);
    plan.check(model, threads)?;
    standardize(model, &plan.config.augment, &plan.training)?;
    (model.history, model.measured) = (History::default(), Measured::default());
    manifest::note_run(model, &plan, threads);
    let callbacks = RunCallbacks(CallbackStates::new(plan.config.callbacks.clone()));
    Box::pin(run(helpers, model, &plan, callbacks, Position::after_epoch(plan.initial_epoch), observer)).await
}

/// Runs the loop from a position to the end of the plan.
pub(super) async fn run(
    helpers: &mut impl Helpers,
    model: &mut Model,
    plan: &FitPlan,
    callbacks: RunCallbacks,
    from: Position<'_>,
    observer: &mut impl Callback,
) -> Result<Fitted> {
    let device = model.network.device.clone();
    let mut hooks = RunHooks { list: callbacks, own: observer };
    let (mut checkpoint, mut stop) = (None, None);
    let (mut done, mut sums, mut pictures) =
        (from.step, from.sums.cloned().unwrap_or_else(|| MetricSums::new(&model.metrics)), 0);
    call_hook(model, plan, &mut stop, async |run| hooks.on_train_begin(run).await).await?;
    plan.upload(&device).await?;
    check_gpu(model, plan).await?;
    divide::prepare(model, helpers).await?;
    for note in first_notes(model, plan) {
        // A resumed run has the notes of its first part.
        if !model.history.notes.contains(&note) {
            model.history.notes.push(note);
        }
    }
    let mut last = plan.epochs;
    let features = match features(model, helpers, plan, stop, &mut hooks).await? {
        ControlFlow::Continue(features) => features,
        ControlFlow::Break(stopped) => {
            stop = Some(stopped);
            steer(model, helpers, plan, &mut stop, &mut hooks, from).await?;
            checkpoint = Some(Checkpoint::take(model, plan, &hooks.list.0, from));
            last = 0; // no epoch is trained
            RunFeatures::default()
        }
    };

    'run: for epoch in from.epoch..=last {
        let begin = Position { epoch, step: done, sums: (done > 0).then_some(&sums) };
        steer(model, helpers, plan, &mut stop, &mut hooks, begin).await?;
        if done == 0 {
            call_hook(model, plan, &mut stop, async |run| hooks.on_epoch_begin(run, epoch).await).await?;
        }
        let batches = plan.batches(epoch, &device).of_features(features.training.as_deref());
        let steps = batches.steps();
        for (batch, step) in batches.skipped(done).plans().zip(done + 1..) {
            let dropout = plan.seed.word(Purpose::Dropout(model.optimizer.steps));
            let look = hooks.look(step == steps);
            let seen = train_step(model, helpers, &batch, dropout, &mut sums, look.is_some()).await?;
            pictures += batch.len();
            let progress = Progress { epoch, step, steps, epochs: plan.epochs, pictures, sums: &sums };
            call_hook(model, plan, &mut stop, async |run| hooks.on_batch_end(run, &progress).await).await?;
            if let (Some(seen), Some(look)) = (seen, look) {
                let look = seen.look(model, &batch, look, (epoch, step)).await?;
                call_hook(model, plan, &mut stop, async |run| hooks.on_look(run, &look).await).await?;
            }
            steer(model, helpers, plan, &mut stop, &mut hooks, progress.position()).await?;
            match stop {
                None => {}
                Some(Stopped::Aborted) => {
                    checkpoint = Some(Checkpoint::take(model, plan, &hooks.list.0, progress.position()));
                    break 'run;
                }
                Some(_) => break,
            }
        }
        let record = match record(helpers, model, plan, epoch, &features, &sums, &mut hooks).await? {
            ControlFlow::Continue(record) => record,
            ControlFlow::Break(stopped) => {
                stop = Some(stopped);
                let before_validation = Position { epoch, step: steps, sums: Some(&sums) };
                steer(model, helpers, plan, &mut stop, &mut hooks, before_validation).await?;
                checkpoint = Some(Checkpoint::take(model, plan, &hooks.list.0, before_validation));
                break;
            }
        };
        (done, sums) = (0, MetricSums::new(&model.metrics));
        model.history.epochs.push(record.clone());
        keep_copy_on_host(model).await?;
        call_hook(model, plan, &mut stop, async |run| hooks.on_epoch_end(run, &record).await).await?;
        if stop == Some(Stopped::Aborted) && epoch < plan.epochs {
            let after = Position::after_epoch(epoch);
            steer(model, helpers, plan, &mut stop, &mut hooks, after).await?;
            checkpoint = Some(Checkpoint::take(model, plan, &hooks.list.0, after));
        }
        if stop.is_some() {
            break;
        }
    }
    model.history.stopped = stop.unwrap_or_default();
    let resumable = checkpoint.is_some();
    call_hook(model, plan, &mut stop, async |run| {
        run.resumable = resumable;
        hooks.on_train_end(run).await
    })
    .await?;
    keep_copy_on_host(model).await?;
    model.history.reading = model.history.reading();
    Ok(Fitted { history: model.history.clone(), checkpoint })
}

/// What a person should know of a run before its first step, in sentences.
pub(crate) fn first_notes(model: &Model, plan: &FitPlan) -> Vec<String> {
    FrozenLayers::of(model, plan).and_then(FrozenLayers::sentence).into_iter().collect()
}

/// What the frozen layers at the front of the network make of the pictures of the run, unless they run in each step.
async fn features(
    model: &mut Model,
    helpers: &mut impl Helpers,
    plan: &FitPlan,
    stop: Option<Stopped>,
    observer: &mut impl Callback,
) -> Result<ControlFlow<Stopped, RunFeatures>> {
    let used = match FrozenLayers::of(model, plan) {
        // A run that is to end after its first step does not wait for them.
        _ if stop.is_some() => None,
        Some(frozen @ FrozenLayers { runs: Runs::Once, .. }) => Some(frozen),
        Some(frozen @ FrozenLayers { runs: Runs::ForBrevity, body, .. }) if are_known(model, plan, body).await? => {
            Some(frozen)
        }
        _ => None,
    };
    let Some(frozen) = used else { return Ok(ControlFlow::Continue(RunFeatures::default())) };
    let computed = RunFeatures::compute(model, helpers, plan, frozen.body, observer).await?;
    if let ControlFlow::Continue(RunFeatures { training: None, .. }) = computed {
        let promised = frozen.sentence();
        model.history.notes.retain(|note| Some(note) != promised.as_ref());
        let note =
            "There is no memory left for what the frozen layers make of the pictures, so they run in every step.";
        model.history.notes.push(note.into());
    }
    Ok(computed)
}

/// One step: forward, backward, update. Without helpers, nothing is read from the device. Returns what it takes to look at
/// the step, if that is wanted.
pub(super) async fn train_step(
    model: &mut Model,
    helpers: &mut impl Helpers,
    batch: &BatchPlan<'_>,
    dropout: u64,
    sums: &mut MetricSums,
    looked_at: bool,
) -> Result<Option<Seen>> {
    model.optimizer.announce(&model.network.device);
    let (result, targets) = divide::step(model, helpers, StepKind::Train { dropout }, batch, &mut 0).await?;
    let StepResult { loss, logits, gradients } = result;
    let seen = looked_at.then(|| Seen::new(model, &loss, &gradients));
    sums.add(loss, logits, &targets);
    model.optimizer.step(&mut model.network.weights, gradients);
    Ok(seen)
}

/// The record of a finished epoch; evaluates the validation pictures for it, unless the observer ends that.
async fn record(
    helpers: &mut impl Helpers,
    model: &mut Model,
    plan: &FitPlan,
    epoch: usize,
    features: &RunFeatures,
    sums: &MetricSums,
    observer: &mut impl Callback,
) -> Result<ControlFlow<Stopped, EpochRecord>> {
    let mut record = EpochRecord { epoch, ..EpochRecord::default() };
    record.logs.extend(sums.results().await?);
    record.logs.insert("learning_rate".into(), model.optimizer.learning_rate());
    let device = model.network.device.clone();
    if let Some(batches) = plan.validation_of(epoch, model.evaluation_batch(plan.validation_batch_size), &device) {
        let batches = batches.of_features(features.validation.as_deref());
        let mut sums = MetricSums::new(&model.metrics);
        let ended = evaluate_batches(model, helpers, batches, &mut sums, observer, drop).await?;
        if let ControlFlow::Break(stopped) = ended {
            return Ok(ControlFlow::Break(stopped));
        }
        let results = sums.results().await?;
        record.logs.extend(results.into_iter().map(|(name, value)| (format!("val_{name}"), value)));
    }
    device::check(&device).map(|()| ControlFlow::Continue(record))
}
