//! Data-parallel training: divides a batch among helper threads and sums the results of the parts.
//!
//! Every row has the same dropout mask, augmentation and weight in the mean as on a single thread, and the
//! parts are summed in the order of the rows. So the number of helpers changes nothing but rounding, and the
//! same number of helpers always gives the same bits.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::exchange::go_on_together;
use super::head::layers_in_front;
use super::helpers::Helpers;
use super::partial::{Partial, StepResult, other_answer};
use super::step::{begin_step, run_head, run_step};
use super::task::{Job, StepKind, Task, Work};
use crate::data::{Batch, BatchPlan, Input, Parts, Rows, Targets};
use crate::device::{DeviceKind, read, read_all};
use crate::error::{Error, Result};
use crate::network::{Folds, Masks, Sequential};
use crate::training::state::Model;

/// Sends the helpers the model, if it is on the CPU.
///
/// # Errors
///
/// The device failed.
pub(crate) async fn prepare(model: &Model, helpers: &mut impl Helpers) -> Result<()> {
    if model.device_info.kind != DeviceKind::Cpu || helpers.count() == 0 {
        return Ok(());
    }
    let network = model.network.architecture.config().clone();
    let job = Job { network, classes: model.class_names.len(), loss: model.loss };
    let fixed = read_all(&weights(model, false, model.network.architecture.layers.len())).await?;
    helpers.prepare(&serde_json::to_string(&job).expect("plain data is JSON"), &fixed);
    Ok(())
}

/// The weights of the first layers that a run can change, or those that stay.
fn weights(model: &Model, moving: bool, layers: usize) -> Vec<Tensor<1>> {
    let Sequential { architecture, weights, .. } = &model.network;
    let of_layers = architecture.moving().zip(&weights[architecture.weights_of_first(layers)]);
    of_layers.filter(|&(moves, _)| moves == moving).map(|(_, weight)| weight.clone()).collect()
}

/// The weights of the first layers that helpers need for a task; `None` if they have them.
async fn weights_to_send(model: &Model, layers: usize, informed: bool) -> Result<Option<Arc<Vec<Vec<f32>>>>> {
    if informed || model.architecture().is_frozen(layers) {
        return Ok(None);
    }
    Ok(Some(Arc::new(read_all(&weights(model, true, layers)).await?)))
}

/// The number of threads that train, including the thread that runs the fit loop.
pub fn training_threads(model: &Model, helpers: &impl Helpers) -> usize {
    1 + helpers_for(model, helpers)
}

/// The number of threads to train on: `wanted`, or one for each core of the processor, at most 64.
///
/// # Errors
///
/// `wanted` is not a whole number from 1 to 64.
pub fn thread_count(wanted: Option<f64>, cores: f64) -> Result<usize> {
    const MOST: f64 = 64.0;
    let threads = wanted.unwrap_or_else(|| cores.clamp(1.0, MOST));
    match (1.0..=MOST).contains(&threads) && threads.fract() == 0.0 {
        true => Ok(threads as usize),
        false => Err(Error::config("threads", format!("must be a whole number from 1 to {MOST}, not {threads}"))),
    }
}

/// The number of helpers that can take part in a step.
fn helpers_for(model: &Model, helpers: &impl Helpers) -> usize {
    if model.device_info.kind == DeviceKind::Cpu { helpers.count() } else { 0 }
}

/// Computes the features of the pictures of a batch by the first `layers` layers, divided like a step. `informed` is what it is
/// in [`step`]; it does not matter where all these layers are frozen, whose weights the helpers have. `folds` are those of the
/// same weights.
///
/// # Errors
///
/// The device failed. If a helper failed, this thread computes its part instead.
pub(crate) async fn features(
    model: &mut Model,
    helpers: &mut impl Helpers,
    plan: &BatchPlan<'_>,
    layers: usize,
    informed: &mut usize,
    folds: &mut Folds,
) -> Result<Parts> {
    let rows = Rows::divided(plan.len(), 1 + helpers_for(model, helpers));
    let [own, others @ ..] = &rows[..] else { unreachable!("a batch has rows") };
    if model.device_info.kind == DeviceKind::Webgpu {
        let features = model.network.features(layers, pictures_of(plan.batch()), folds);
        // A GPU that was told everything at once could not be stopped.
        read(features.clone().slice([0..1, 0..1])).await?;
        return Ok(Parts::Gpu(features));
    }
    let weights = weights_to_send(model, layers, *informed >= others.len()).await?;
    let task = |rows: &Rows| Task::new(Work::Features { layers }, plan.shard(*rows), weights.clone());
    helpers.begin(others.iter().map(task).collect());
    let mut part = async |network: &mut Sequential, rows: Rows| {
        read(network.features(layers, pictures_of(plan.batch_of(rows)), folds)).await
    };
    let mut parts = vec![part(&mut model.network, *own).await?];
    let answers = helpers.finish().await;
    // After a failure, the first helpers are others than before.
    *informed = if answers.iter().all(Result::is_ok) { others.len().max(*informed) } else { 0 };
    for (&rows, answer) in others.iter().zip(answers) {
        let whole = parts[0].len() / own.count * rows.count;
        let answer = answer.and_then(|mut numbers| {
            numbers.pop().filter(|values| values.len() == whole && numbers.is_empty()).ok_or_else(other_answer)
        });
        parts.push(match answer {
            Ok(values) => values,
            Err(error) => {
                model.history.notes.push(went_on_without(&error));
                part(&mut model.network, rows).await?
            }
        });
    }
    Ok(Parts::Processor(parts))
}

fn pictures_of(batch: Batch) -> Tensor<4> {
    match batch.input {
        Input::Pictures(images) => images,
        Input::Features { .. } => unreachable!("features are made of pictures"),
    }
}

fn was_replaced(error: &Error) -> String {
    format!("A worker failed and another took its place ({}).", error.clause())
}

fn went_on_without(error: &Error) -> String {
    format!("A worker failed and training went on without it ({}).", error.clause())
}

/// Computes one step over a batch, divided among this thread and the helpers. Returns its result and the targets.
///
/// `informed` is how many of the first helpers have the weights already, because they took part in a step since the
/// weights last changed. If it is enough, the weights are not sent again.
///
/// # Errors
///
/// The device failed. If a helper failed, the step is computed again with a new one in its place, so that the numbers are the
/// same; and if there is none, this thread computes its part.
pub(crate) async fn step(
    model: &mut Model,
    helpers: &mut impl Helpers,
    kind: StepKind,
    plan: &BatchPlan<'_>,
    informed: &mut usize,
) -> Result<(StepResult, Targets)> {
    let mut rows = Rows::divided(plan.len(), 1 + helpers_for(model, helpers));
    let layers = layers_in_front(&model.network.architecture, kind, &rows);
    if plan.layers_done() >= layers {
        rows = vec![Rows::all(plan.len())]; // only the head is left to compute
    }
    let [own, others @ ..] = &rows[..] else { unreachable!("a batch has rows") };
    if others.is_empty() {
        let batch = plan.batch();
        let targets = batch.targets.clone();
        let first = matches!(kind, StepKind::Train { .. }) && model.optimizer.steps == 0;
        if first && model.device_info.kind == DeviceKind::Webgpu {
            model.network.warm_up(batch.input.clone()).await;
        }
        let partial = run_step(kind, &mut model.network, model.loss, batch, *own);
        return Ok((Partial::sum(vec![partial]), targets));
    }
    let weights = weights_to_send(model, layers, *informed >= others.len()).await?;
    let tasks = others.iter().map(|rows| Task::new(Work::Step { kind, layers }, plan.shard(*rows), weights.clone()));
    helpers.begin(tasks.collect());
    let before = model.network.weights.clone();
    let begun = begin_step(kind, &mut model.network, model.loss, plan.batch_of(*own), *own, layers);
    let (loss, whole) = (model.loss, Rows::all(plan.len()));
    let head = |network: &mut Sequential, values: Tensor<2>, masks: Masks, onward: bool| {
        let batch = Batch { input: Input::Features { values, layers }, targets: plan.targets() };
        run_head(kind, network, loss, batch, masks, onward)
    };
    let ended = Box::pin(go_on_together(&mut model.network, helpers, begun, &rows, head)).await?;
    // After a failure, the first helpers are others than before.
    let failed = ended.answers.iter().find_map(|answer| answer.as_ref().err());
    *informed = if failed.is_none() { others.len().max(*informed) } else { 0 };
    if let Some(error) = failed
        && helpers.renew().await
    {
        model.history.notes.push(was_replaced(error));
        model.network.weights = before;
        prepare(model, helpers).await?;
        return Box::pin(step(model, helpers, kind, plan, informed)).await;
    }
    let mut parts: Vec<_> = ended.own.into_iter().map(Ok).collect();
    for (answer, &rows) in ended.answers.into_iter().zip(others) {
        let partial = |numbers| Partial::from_numbers(numbers, kind, rows, layers, &model.network);
        parts.push(answer.and_then(partial).map_err(|error| (rows, error)));
    }
    let failures = parts.iter().filter_map(|part| part.as_ref().err());
    model.history.notes.extend(failures.map(|(_, error)| went_on_without(error)));
    let waited = layers < model.network.architecture.layers.len() || needs_exchange(model, kind);
    if waited && parts.iter().any(Result::is_err) {
        // What a failed helper has contributed on the way is in all other parts.
        model.network.weights = before;
        parts = vec![Ok(run_step(kind, &mut model.network, loss, plan.batch(), whole))];
    }
    let mut again = |rows: Rows| run_step(kind, &mut model.network, loss, plan.batch_of(rows), rows);
    let parts = parts.into_iter().map(|part| part.unwrap_or_else(|(rows, _)| again(rows)));
    Ok((Partial::sum(parts.collect()), plan.targets()))
}

/// Whether the parts of a step wait for one another at a batch normalization.
fn needs_exchange(model: &Model, kind: StepKind) -> bool {
    matches!(kind, StepKind::Train { .. }) && model.network.architecture.needs_whole_batches()
}
