//! The `.tabfit` file of an interrupted run: a network's file with more tensors and a place.
//!
//! Beside the weights it holds, flat and in the device's layout, `optimizer/<weight>/<slot>`,
//! `callbacks/<index>/<weight>` for weights that are kept to be restored, and `sums`.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;

use crate::{
    error::{Error, Result},
    formats::tabfit::file::{Entry, Header, broken, floats, write},
    metrics::{MetricSums, read_all},
    network::architecture::Architecture,
    training::{
        checkpoint::{Checkpoint, Place},
        model::Model,
    },
};

fn slot(weight: &str, slot: usize) -> String {
    format!("optimizer/{weight}/{slot}")
}

fn kept(callback: usize, weight: &str) -> String {
    format!("callbacks/{callback}/{weight}")
}

const SUMS: &str = "sums";

/// More epochs, steps or pictures than any run reaches, and few enough to go on counting.
const MOST: usize = 1_000_000_000;

impl Checkpoint {
    /// The file, for a run of `model`.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub(crate) async fn to_bytes(&self, model: &Model) -> Result<Vec<u8>> {
        let specs: Vec<_> = model.architecture().weights().collect();
        let values = read_all(&self.weights).await?;
        let mut entries: Vec<Entry> =
            specs.iter().zip(&values).map(|(weight, value)| Entry::weight(weight, value)).collect();
        let mut more: Vec<(String, Tensor<1>)> = Vec::new();
        for (weight, slots) in specs.iter().zip(&self.optimizer.slots) {
            more.extend(slots.iter().cloned().enumerate().map(|(index, value)| (slot(&weight.name, index), value)));
        }
        for (index, weights) in self.callbacks.list.iter().map(|callback| callback.kept_weights()).enumerate() {
            let weights = weights.unwrap_or_default().iter().cloned();
            more.extend(specs.iter().zip(weights).map(|(weight, value)| (kept(index, &weight.name), value)));
        }
        more.extend(self.sums.state().map(|sums| (SUMS.to_string(), sums.clone())));
        let (names, tensors): (Vec<_>, Vec<_>) = more.into_iter().unzip();
        let values = read_all(&tensors).await?;
        entries.extend(names.into_iter().zip(values).map(|(name, value)| Entry::new(name, vec![value.len()], &value)));
        write(Some(&Header::new(model, &self.history, Some(self.place.clone()))), &entries)
    }

    /// The interrupted run of a file whose network is open.
    ///
    /// # Errors
    ///
    /// The file's tensors are not those of such a run.
    pub(crate) fn open(model: &Model, place: Place, tensors: &SafeTensors<'_>) -> Result<Self> {
        let damaged = || broken("holds an interrupted run that cannot be gone on with");
        let (architecture, device) = (model.architecture(), &model.network.device);
        let flat = |name: &str, length: Option<usize>| flat(tensors, name, length, device);
        let mut optimizer = model.optimizer.clone();
        (optimizer.constant_rate, optimizer.steps) = (place.learning_rate.0, place.optimizer_steps);
        let lengths = lengths(architecture);
        for ((name, length), slots) in lengths.iter().zip(&mut optimizer.slots) {
            *slots = (0..).map_while(|index| flat(&slot(name, index), Some(*length))).collect();
        }
        let mut callbacks = Checkpoint::callbacks_of(&place).ok_or_else(damaged)?;
        let mut used = lengths.len() + optimizer.slots.iter().map(Vec::len).sum::<usize>();
        for (index, callback) in callbacks.list.iter_mut().enumerate() {
            let weights: Vec<_> =
                lengths.iter().map_while(|(name, length)| flat(&kept(index, name), Some(*length))).collect();
            if weights.len() == lengths.len() {
                used += weights.len();
                callback.keep_weights(weights);
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
        Ok(Self {
            weights: model.network.weights.clone(),
            optimizer,
            history: model.history.clone(),
            callbacks,
            sums: MetricSums::from_state(&model.metrics, sums, place.pictures).map_err(|_| damaged())?,
            place,
        })
    }
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

impl Model {
    /// The run that was stopped, as a `.tabfit` file that any page can open and [`resume`](crate::resume).
    ///
    /// # Errors
    ///
    /// No run was stopped, or the device failed.
    pub async fn checkpoint(&self) -> Result<Vec<u8>> {
        match &self.unfinished {
            Some(checkpoint) => checkpoint.to_bytes(self).await,
            None => Err(Error::config("checkpoint", "needs a run that was stopped; there is none")),
        }
    }
}
