//! The `.tabfit` file of an interrupted run: a model's file with more tensors and the position in the run.
//!
//! Beside the weights it has, flat and in the device's layout, `optimizer/<weight>/<slot>`, `sums`, and
//! `callbacks/<index>/<weight>` for the weights that a callback may restore.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;

use super::container::{Entry, broken, floats, write};
use super::header::Header;
use crate::device::read_all;
use crate::error::Result;
use crate::metrics::MetricSums;
use crate::network::Architecture;
use crate::training::state::{Checkpoint, CheckpointData, Model};

fn slot(weight: &str, slot: usize) -> String {
    format!("optimizer/{weight}/{slot}")
}

fn kept(callback: usize, weight: &str) -> String {
    format!("callbacks/{callback}/{weight}")
}

const SUMS: &str = "sums";

/// More epochs, steps or pictures than any run reaches; counting on from here cannot overflow.
const MOST: usize = 1_000_000_000;

pub(crate) async fn save(checkpoint: &Checkpoint) -> Result<Vec<u8>> {
    let Checkpoint { model, callbacks, sums, place } = checkpoint;
    let specs: Vec<_> = model.architecture().weights().collect();
    let values = model.read_weights().await?;
    let mut entries: Vec<Entry> =
        specs.iter().zip(&values).map(|(weight, value)| Entry::weight(weight, value)).collect();
    let mut more: Vec<(String, Tensor<1>)> = Vec::new();
    for (weight, slots) in specs.iter().zip(&model.optimizer.slots) {
        more.extend(slots.iter().cloned().enumerate().map(|(index, value)| (slot(&weight.name, index), value)));
    }
    for (index, weights) in callbacks.kept_weights.iter().enumerate() {
        let weights = weights.iter().flatten().cloned();
        more.extend(specs.iter().zip(weights).map(|(weight, value)| (kept(index, &weight.name), value)));
    }
    more.extend(sums.state().map(|sums| (SUMS.to_string(), sums.clone())));
    let (names, tensors): (Vec<_>, Vec<_>) = more.into_iter().unzip();
    let values = read_all(&tensors).await?;
    entries.extend(names.into_iter().zip(values).map(|(name, value)| Entry::new(name, vec![value.len()], &value)));
    write(Some(&Header::new(model, Some(place.clone()))), &entries)
}

/// The checkpoint in a file, whose network has been read into `model`.
pub(super) fn open(model: &Model, place: CheckpointData, tensors: &SafeTensors<'_>) -> Result<Checkpoint> {
    let damaged = || broken("holds an interrupted run that cannot be gone on with");
    let device = &model.network.device;
    let flat = |name: &str, length: Option<usize>| flat(tensors, name, length, device);
    let mut model = Box::new(model.clone());
    let lengths = lengths(model.architecture());
    let optimizer = &mut model.optimizer;
    (optimizer.constant_rate, optimizer.steps) = (place.learning_rate.0, place.optimizer_steps);
    for ((name, length), slots) in lengths.iter().zip(&mut optimizer.slots) {
        *slots = (0..).map_while(|index| flat(&slot(name, index), Some(*length))).collect();
    }
    let mut callbacks = place.restored_callbacks().ok_or_else(damaged)?;
    let mut used = lengths.len() + optimizer.slots.iter().map(Vec::len).sum::<usize>();
    for (index, keeper) in callbacks.kept_weights.iter_mut().enumerate() {
        let weights: Vec<_> =
            lengths.iter().map_while(|(name, length)| flat(&kept(index, name), Some(*length))).collect();
        if weights.len() == lengths.len() {
            used += weights.len();
            *keeper = Some(weights);
        }
    }
    let sums = flat(SUMS, None);
    used += usize::from(sums.is_some());
    let in_range = place.learning_rate.0.is_finite()
        && (1..=MOST).contains(&place.epoch)
        && place.step.max(place.pictures) <= MOST
        && place.optimizer_steps <= MOST as u64;
    if used != tensors.len() || !in_range || !optimizer.slots_are_whole() {
        return Err(damaged());
    }
    let sums = MetricSums::from_state(&model.metrics, sums, place.pictures).map_err(|_| damaged())?;
    Ok(Checkpoint { model, callbacks, sums, place })
}

fn lengths(architecture: &Architecture) -> Vec<(String, usize)> {
    architecture.weights().map(|weight| (weight.name.clone(), weight.shape.iter().product())).collect()
}

fn flat(tensors: &SafeTensors<'_>, name: &str, length: Option<usize>, device: &Device) -> Option<Tensor<1>> {
    let tensor = tensors.tensor(name).ok()?;
    let values = floats(tensor.data());
    if tensor.shape().len() != 1 || values.is_empty() || length.is_some_and(|length| length != values.len()) {
        return None;
    }
    let shape = [values.len()];
    Some(Tensor::from_data(TensorData::new(values, shape), device))
}
