//! The `.tabfit` file of an interrupted run: a model's file with more tensors and the position in the run.
//!
//! Beside the weights it has, flat and in the device's layout, `optimizer/<weight>/<slot>`, `sums`, and
//! `callbacks/<index>/<weight>` for the weights that a callback may restore.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;

use super::container::{Entry, broken, floats, write};
use super::header::Header;
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
    let mut entries = Entry::weights(model);
    for (weight, slots) in model.architecture().weights().zip(&model.optimizer.slots) {
        let named = slots.iter().enumerate().map(|(index, value)| (slot(&weight.name, index), value));
        entries.extend(named.map(|(name, value)| Entry::flat(name, value.clone())));
    }
    for (index, weights) in callbacks.kept_weights.iter().enumerate() {
        let named = model.architecture().weights().zip(weights.iter().flatten());
        entries.extend(named.map(|(weight, value)| Entry::flat(kept(index, &weight.name), value.clone())));
    }
    entries.extend(sums.state().map(|sums| Entry::flat(SUMS.into(), sums.clone())));
    write(Some(&Header::new(model, Some(place.clone()))), entries).await
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
