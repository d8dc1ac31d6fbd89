//! The state of the optimizer in a `.tabfit` file: flat tensors `optimizer/<weight>/<slot>` in the device's layout.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;

use super::container::Entry;
use super::header::OptimizerState;
use super::numbers;
use crate::network::Architecture;
use crate::text::LosslessF64;
use crate::training::state::Model;

/// More epochs, steps or pictures than any run reaches; counting on from here cannot overflow.
pub(super) const MOST: usize = 1_000_000_000;

/// What the optimizer of `model` remembers beside its tensors.
pub(super) fn state(model: &Model) -> OptimizerState {
    let optimizer = &model.optimizer;
    OptimizerState { learning_rate: LosslessF64(optimizer.constant_rate), steps: optimizer.steps }
}

/// Gives the optimizer of `model`, which has just been compiled, its state in the file. Returns how many tensors of the
/// file that took; `None` if they are not those of the optimizer.
pub(super) fn restore(model: &mut Model, state: &OptimizerState, tensors: &SafeTensors<'_>) -> Option<usize> {
    let device = model.network.device.clone();
    let lengths = lengths(model.architecture());
    let optimizer = &mut model.optimizer;
    (optimizer.constant_rate, optimizer.steps) = (state.learning_rate.0, state.steps);
    for ((name, length), slots) in lengths.iter().zip(&mut optimizer.slots) {
        *slots = (0..).map_while(|index| flat(tensors, &slot(name, index), Some(*length), &device)).collect();
    }
    let sound = state.learning_rate.0.is_finite() && state.steps <= MOST as u64 && optimizer.slots_are_whole();
    sound.then(|| optimizer.slots.iter().map(Vec::len).sum())
}

fn slot(weight: &str, slot: usize) -> String {
    format!("optimizer/{weight}/{slot}")
}

/// The tensors of the optimizer for a file.
pub(super) fn entries(model: &Model) -> impl Iterator<Item = Entry> {
    model.architecture().weights().zip(&model.optimizer.slots).flat_map(|(weight, slots)| {
        slots.iter().cloned().enumerate().map(move |(index, value)| Entry::flat(slot(&weight.name, index), value))
    })
}

/// The names of the weights and their numbers of values.
pub(super) fn lengths(architecture: &Architecture) -> Vec<(String, usize)> {
    architecture.weights().map(|weight| (weight.name.clone(), weight.shape.iter().product())).collect()
}

/// A flat tensor of a file; `None` if it is missing or has another length.
pub(super) fn flat(tensors: &SafeTensors<'_>, name: &str, length: Option<usize>, device: &Device) -> Option<Tensor<1>> {
    let tensor = tensors.tensor(name).ok()?;
    let values = numbers::float32(tensor.data());
    if tensor.shape().len() != 1 || values.is_empty() || length.is_some_and(|length| length != values.len()) {
        return None;
    }
    let shape = [values.len()];
    Some(Tensor::from_data(TensorData::new(values, shape), device))
}
