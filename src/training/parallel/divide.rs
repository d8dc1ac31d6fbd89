//! Data-parallel training: divides a batch among helper threads and sums the results of the parts.
//!
//! Every row has the same dropout mask, augmentation and weight in the mean as on a single thread, and the
//! parts are summed in the order of the rows. So the number of helpers changes nothing but rounding, and the
//! same number of helpers always gives the same bits.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::exchange::go_on_together;
use super::helpers::Helpers;
use super::partial::{Partial, other_answer};
use super::step::{begin_step, run_step};
use super::task::{Job, StepKind, Task, Work};
use crate::data::{Batch, BatchPlan, Input, Parts, Rows, Targets};
use crate::device::{DeviceKind, read, read_all};
use crate::error::{Error, Result};
use crate::network::{Masks, Sequential};
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
    let fixed = read_all(&weights(model, false)).await?;
    helpers.prepare(&serde_json::to_string(&job).expect("plain data is JSON"), &fixed);
    Ok(())
}

/// The weights that a run can change, or those that stay.
fn weights(model: &Model, moving: bool) -> Vec<Tensor<1>> {
    let Sequential { architecture, weights, .. } = &model.network;
    architecture.moving().zip(weights).filter(|&(moves, _)| moves == moving).map(|(_, weight)| weight.clone()).collect()
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

/// Whether the parts of a step must wait for one another.
fn needs_exchange(model: &Model, kind: StepKind) -> bool {
    matches!(kind, StepKind::Train { .. }) && model.network.architecture.needs_whole_batches()
}

/// A batch takes less time than to hand its parts to helpers and their answers back, if it has fewer products than this: a
/// processor computes them in a few milliseconds.
const LIGHT: u64 = 20_000_000;

/// Whether little is left to compute of a batch whose features are known.
fn is_light(model: &Model, plan: &BatchPlan<'_>) -> bool {
    let architecture = &model.network.architecture;
    let (done, all) = (plan.layers_done(), architecture.layers.len());
    // A training step computes the products forward, and about twice as many backward.
    done > 0 && 3 * architecture.products_of(done..all) * (plan.len() as u64) < LIGHT
}

/// Computes the features of the pictures of a batch by the first `layers` layers, divided like a step.
///
/// # Errors
///
/// The device failed. If a helper failed, this thread computes its part instead.
pub(crate) async fn features(
    model: &mut Model,
    helpers: &mut impl Helpers,
    plan: &BatchPlan<'_>,
    layers: usize,
) -> Result<Parts> {
    let rows = Rows::divided(plan.len(), 1 + helpers_for(model, helpers));
    let [own, others @ ..] = &rows[..] else { unreachable!("a batch has rows") };
    if model.device_info.kind == DeviceKind::Webgpu {
        let features = model.network.features(layers, pictures_of(plan.batch()));
        // A GPU that was told everything at once could not be stopped.
        read(features.clone().slice([0..1, 0..1])).await?;
        return Ok(Parts::Gpu(features));
    }
    helpers.begin(others.iter().map(|rows| Task::new(Work::Features { layers }, plan.shard(*rows), None)).collect());
    let part = async |network: &mut Sequential, rows: Rows| {
        read(network.features(layers, pictures_of(plan.batch_of(rows)))).await
    };
    let mut parts = vec![part(&mut model.network, *own).await?];
    let answers = helpers.finish().await;
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
/// The device failed. If a helper failed, this thread computes its part instead.
pub(crate) async fn step(
    model: &mut Model,
    helpers: &mut impl Helpers,
    kind: StepKind,
    plan: &BatchPlan<'_>,
    informed: &mut usize,
) -> Result<(Partial, Targets)> {
    let rows = Rows::divided(plan.len(), 1 + helpers_for(model, helpers));
    let [own, others @ ..] = &rows[..] else { unreachable!("a batch has rows") };
    if !others.is_empty() && is_light(model, plan) && !needs_exchange(model, kind) {
        // The parts are those of the helpers, so that the numbers are the same to the last bit.
        model.network.masks = Some(Masks::default());
        let part = |rows: &Rows| run_step(kind, &mut model.network, model.loss, plan.batch_of(*rows), *rows);
        let parts = rows.iter().map(part).collect();
        model.network.masks = None;
        return Ok((Partial::sum(parts), plan.targets()));
    }
    if others.is_empty() {
        let batch = plan.batch();
        let targets = batch.targets.clone();
        let first = matches!(kind, StepKind::Train { .. }) && model.optimizer.steps == 0;
        if first && model.device_info.kind == DeviceKind::Webgpu {
            model.network.warm_up(batch.input.clone()).await;
        }
        return Ok((run_step(kind, &mut model.network, model.loss, batch, *own), targets));
    }
    let weights = match *informed < others.len() {
        true => Some(Arc::new(read_all(&weights(model, true)).await?)),
        false => None,
    };
    let tasks = others.iter().map(|rows| Task::new(Work::Step(kind), plan.shard(*rows), weights.clone()));
    helpers.begin(tasks.collect());
    let before = needs_exchange(model, kind).then(|| model.network.weights.clone());
    let begun = begin_step(kind, &mut model.network, model.loss, plan.batch_of(*own), *own);
    let (result, answers) = Box::pin(go_on_together(&mut model.network, helpers, begun, &rows)).await?;
    // After a failure, the first helpers are others than before.
    *informed = if answers.iter().all(Result::is_ok) { others.len().max(*informed) } else { 0 };
    let mut parts = Vec::from_iter(result.map(Ok));
    for (answer, &rows) in answers.into_iter().zip(others) {
        parts.push(answer.and_then(|numbers| Partial::from_numbers(numbers, kind, rows, &model.network)));
    }
    model.history.notes.extend(parts.iter().filter_map(|part| part.as_ref().err()).map(went_on_without));
    let partial = match before {
        // What a failed helper has contributed on the way is in all other parts.
        Some(weights) if parts.iter().any(Result::is_err) => {
            model.network.weights = weights;
            run_step(kind, &mut model.network, model.loss, plan.batch(), Rows::all(plan.len()))
        }
        _ => {
            let mut again = |rows: Rows| run_step(kind, &mut model.network, model.loss, plan.batch_of(rows), rows);
            let parts = parts.into_iter().zip(&rows);
            Partial::sum(parts.map(|(part, &rows)| part.unwrap_or_else(|_| again(rows))).collect())
        }
    };
    Ok((partial, plan.targets()))
}
