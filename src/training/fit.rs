//! The fit loop.

use crate::{
    data::{dataset::Dataset, loader::Picked},
    device,
    error::Result,
    metrics::{MetricSums, Metrics},
    seed::Purpose,
    training::{
        callbacks::{Callback, Callbacks, Run},
        checkpoint::{Checkpoint, Position},
        history::{EpochRecord, History, Stopped},
        model::Model,
        parallel::{
            divide::Workers,
            step::{Partial, Step},
        },
        plan::FitPlan,
    },
};

/// Where a run stands after a step.
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

    pub(crate) fn position(&self) -> Position<'a> {
        Position { epoch: self.epoch, step: self.step, sums: Some(self.sums) }
    }
}

/// Trains `model` until the plan is done or a callback stops it.
///
/// The metrics are Keras's: running over the epoch, `loss` weighted by batch size, measured with
/// dropout on and before each update. A run stopped inside an epoch has no record of that epoch.
///
/// # Errors
///
/// The network does not fit the pictures or the device, a callback watches what this run does not
/// measure, the device failed, or a callback did. The epochs finished before are in `model`'s history.
pub async fn fit(model: &mut Model, plan: FitPlan, observer: &mut impl Callback) -> Result<History> {
    fit_with(&mut (), model, plan, observer).await
}

/// [`fit()`], each batch divided among this thread and workers. They help on the CPU, and where a network
/// learns from each picture on its own: not with batch normalization that learns.
///
/// # Errors
///
/// What [`fit()`] names. A worker that fails is no error: the run goes on without it, and a note says so.
pub async fn fit_with(
    workers: &mut impl Workers,
    model: &mut Model,
    plan: FitPlan,
    observer: &mut impl Callback,
) -> Result<History> {
    plan.check(model)?;
    model.history = History::default();
    model.unfinished = None;
    let callbacks = Callbacks { list: plan.config.callbacks.clone() };
    Box::pin(run(workers, model, &plan, callbacks, Position::after_epoch(plan.initial_epoch), observer)).await
}

/// Goes on with the run that was stopped or that a checkpoint file held, to the last bit as if it had
/// not been interrupted. The pictures are those `fit` was given.
///
/// # Errors
///
/// There is no such run, the pictures are others, or what [`fit`] names. The run is then still there.
pub async fn resume(
    model: &mut Model,
    training: Dataset,
    validation: Option<Dataset>,
    observer: &mut impl Callback,
) -> Result<History> {
    resume_with(&mut (), model, training, validation, observer).await
}

/// [`resume`], with the help of workers as in [`fit_with`].
///
/// # Errors
///
/// What [`resume`] names.
pub async fn resume_with(
    workers: &mut impl Workers,
    model: &mut Model,
    training: Dataset,
    validation: Option<Dataset>,
    observer: &mut impl Callback,
) -> Result<History> {
    let plan = model.unfinished_plan(training, validation)?;
    let checkpoint = model.unfinished.take().expect("the plan is that of a stopped run");
    let Checkpoint { weights, optimizer, history, callbacks, sums, place } = *checkpoint;
    model.network.weights = weights;
    (model.optimizer, model.history) = (optimizer, history);
    model.history.stopped = Stopped::Completed;
    let at = Position { epoch: place.epoch, step: place.step, sums: Some(&sums) };
    Box::pin(run(workers, model, &plan, callbacks, at, observer)).await
}

async fn run(
    workers: &mut impl Workers,
    model: &mut Model,
    plan: &FitPlan,
    callbacks: Callbacks,
    from: Position<'_>,
    observer: &mut impl Callback,
) -> Result<History> {
    let device = model.network.device.clone();
    let mut callbacks = (callbacks, observer);
    let (mut done, mut sums, mut pictures) =
        (from.step, from.sums.cloned().unwrap_or_else(|| MetricSums::new(&model.metrics)), 0);
    steer(model, plan, async |run| callbacks.on_train_begin(run).await).await?;
    plan.settle(&device).await?;
    model.prepare(workers);
    if let Some(note) = model.learns_alone(workers).filter(|note| !model.history.notes.iter().any(|old| old == note)) {
        model.history.notes.push(note.into());
    }

    'run: for epoch in from.epoch..=plan.epochs {
        if done == 0 {
            steer(model, plan, async |run| callbacks.on_epoch_begin(run, epoch).await).await?;
        }
        let batches = plan.batches(epoch, &device);
        let steps = batches.steps();
        for (picked, step) in batches.skipped(done).picks().zip(done + 1..) {
            let dropout = plan.seed.word(Purpose::Dropout(model.optimizer.steps));
            train_step(model, &picked, dropout, workers, &mut sums).await?;
            pictures += picked.len();
            let progress = Progress { epoch, step, steps, epochs: plan.epochs, pictures, sums: &sums };
            if let Some(stopped) = steer(model, plan, async |run| callbacks.on_batch_end(run, &progress).await).await? {
                model.leave_unfinished(stopped, plan, &callbacks.0, progress.position());
                break 'run;
            }
        }
        let record = record(workers, model, plan, epoch, &sums).await?;
        (done, sums) = (0, MetricSums::new(&model.metrics));
        model.history.epochs.push(record.clone());
        model.keep_snapshot().await?;
        if let Some(stopped) = steer(model, plan, async |run| callbacks.on_epoch_end(run, &record).await).await? {
            model.leave_unfinished(stopped, plan, &callbacks.0, Position::after_epoch(epoch));
            break;
        }
    }
    steer(model, plan, async |run| callbacks.on_train_end(run).await).await?;
    model.keep_snapshot().await?;
    model.history.reading = model.history.reading();
    Ok(model.history.clone())
}

/// One step: forward, backward, update. On one thread, nothing is read from the device.
pub(crate) async fn train_step(
    model: &mut Model,
    picked: &Picked<'_>,
    dropout: u64,
    workers: &mut impl Workers,
    sums: &mut MetricSums,
) -> Result<()> {
    let (result, truth) = model.step(Step::Learn { dropout }, picked, false, workers).await?;
    let Partial { loss, logits, gradients } = result;
    sums.add(loss, logits, &truth);
    model.optimizer.step(&mut model.network.weights, gradients);
    Ok(())
}

/// Lets callbacks act on the run; returns how it is to end, if it is.
async fn steer(
    model: &mut Model,
    plan: &FitPlan,
    act: impl AsyncFnOnce(&mut Run<'_>) -> Result<()>,
) -> Result<Option<Stopped>> {
    let mut run = Run { model, plan, stop: None, notes: Vec::new(), files: Vec::new() };
    act(&mut run).await?;
    let Run { stop, mut notes, .. } = run;
    model.history.notes.append(&mut notes);
    if let Some(stopped) = stop {
        model.history.stopped = stopped;
    }
    Ok(stop)
}

/// The numbers of a finished epoch, the validation pictures judged now.
async fn record(
    workers: &mut impl Workers,
    model: &mut Model,
    plan: &FitPlan,
    epoch: usize,
    sums: &MetricSums,
) -> Result<EpochRecord> {
    let mut record = EpochRecord { epoch, ..EpochRecord::default() };
    record.logs.extend(sums.results().await?);
    record.logs.insert("learning_rate".into(), model.optimizer.learning_rate());
    let device = model.network.device.clone();
    if let Some(batches) = plan.validation_of(epoch, &device) {
        let mut sums = MetricSums::new(&model.metrics);
        for (picked, earlier) in batches.picks().zip(0..) {
            model.judge(&picked, earlier > 0, workers, &mut sums).await?;
        }
        let results = sums.results().await?;
        record.logs.extend(results.into_iter().map(|(name, value)| (format!("val_{name}"), value)));
    }
    device::check(&device).map(|()| record)
}
