//! The `.tabfit` file of an interrupted run: a model's file with more tensors and the position in the run.
//!
//! Beside the weights it has, flat and in the device's layout, `optimizer/<weight>/<slot>`, `sums`, and
//! `callbacks/<index>/<weight>` for the weights that a callback may restore.

use safetensors::SafeTensors;

use super::container::{Entry, broken, write};
use super::frozen;
use super::header::{Header, OptimizerState};
use super::optimizer::{self, MOST, flat, lengths};
use crate::error::Result;
use crate::metrics::MetricSums;
use crate::training::state::{Checkpoint, CheckpointData, Model};

fn kept(callback: usize, weight: &str) -> String {
    format!("callbacks/{callback}/{weight}")
}

const SUMS: &str = "sums";

/// The file of a checkpoint; without the weights of frozen layers if `frozen` is the checksum of a file that has them.
pub(crate) async fn save(checkpoint: &Checkpoint, frozen: Option<String>) -> Result<Vec<u8>> {
    let Checkpoint { model, callbacks, sums, place } = checkpoint;
    let mut entries = match &frozen {
        Some(_) => frozen::weights(model, true),
        None => Entry::weights(model),
    };
    entries.extend(optimizer::entries(model));
    for (index, weights) in callbacks.kept_weights.iter().enumerate() {
        let named = model.architecture().weights().zip(weights.iter().flatten()).zip(model.architecture().moving());
        // A callback keeps all weights, but the others are those of the network.
        let moving = named.filter(|&(_, moves)| moves);
        entries.extend(moving.map(|((weight, value), _)| Entry::flat(kept(index, &weight.name), value.clone())));
    }
    entries.extend(sums.state().map(|sums| Entry::flat(SUMS.into(), sums.clone())));
    let mut header = Header::new(model);
    (header.place, header.frozen) = (Some(place.clone()), frozen);
    write(Some(&header), entries).await
}

/// The checkpoint in a file, whose network has been read into `model`.
pub(super) fn open(model: &Model, place: CheckpointData, tensors: &SafeTensors<'_>) -> Result<Checkpoint> {
    let damaged = || broken("holds an interrupted run that cannot be gone on with");
    let device = &model.network.device;
    let flat = |name: &str, length: Option<usize>| flat(tensors, name, length, device);
    let mut model = Box::new(model.clone());
    let lengths = lengths(model.architecture());
    let state = OptimizerState { learning_rate: place.learning_rate, steps: place.optimizer_steps };
    let slots = optimizer::restore(&mut model, &state, tensors).ok_or_else(damaged)?;
    let mut callbacks = place.restored_callbacks().ok_or_else(damaged)?;
    let mut used = lengths.len() + slots;
    for (index, keeper) in callbacks.kept_weights.iter_mut().enumerate() {
        let stored: Vec<_> = lengths.iter().map(|(name, length)| flat(&kept(index, name), Some(*length))).collect();
        let count = stored.iter().flatten().count();
        // Those of frozen layers are not stored, except by earlier versions.
        let of_network =
            model.architecture().moving().zip(&model.network.weights).map(|(moves, own)| (!moves).then(|| own.clone()));
        let weights: Option<Vec<_>> = stored.into_iter().zip(of_network).map(|(stored, own)| stored.or(own)).collect();
        if let Some(weights) = weights.filter(|_| count > 0) {
            used += count;
            *keeper = Some(weights);
        }
    }
    let sums = flat(SUMS, None);
    used += usize::from(sums.is_some());
    let in_range = (1..=MOST).contains(&place.epoch) && place.step.max(place.pictures) <= MOST;
    if used != tensors.len() || !in_range {
        return Err(damaged());
    }
    let sums = MetricSums::from_state(&model.metrics, sums, place.pictures).map_err(|_| damaged())?;
    Ok(Checkpoint { model, callbacks, sums, place })
}
