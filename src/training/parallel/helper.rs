//! A worker: the network on another thread, or machine, that learns from the shards it is handed.

use std::sync::Arc;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::{
    data::shard::Shard,
    error::{Error, Result},
    network::{architecture::Architecture, layers::ModelConfig, sequential::Sequential, weight::WeightSpec},
    optimizers::loss::Loss,
    training::parallel::step::Step,
};

/// What a worker has to know of a model before its first task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) network: ModelConfig,
    pub(crate) classes: usize,
    pub(crate) loss: Loss,
}

/// One worker's part of a step, ready to travel.
#[derive(Debug, Clone)]
pub struct Task {
    /// All but pixels and weights, as JSON.
    pub description: String,
    /// RGB8, one picture after another.
    pub pixels: Vec<u8>,
    /// Each weight of the network, in its order; `None` where they are those of the task before.
    pub weights: Option<Arc<Vec<Vec<f32>>>>,
}

/// The description of a [`Task`].
#[derive(Debug, Serialize, Deserialize)]
struct Description {
    step: Step,
    shard: Shard,
}

impl Task {
    pub(crate) fn new(step: Step, mut shard: Shard, weights: Option<Arc<Vec<Vec<f32>>>>) -> Self {
        let pixels = std::mem::take(&mut shard.pixels);
        let description = serde_json::to_string(&Description { step, shard }).expect("plain data is JSON");
        Self { description, pixels, weights }
    }
}

/// The network of a worker.
#[derive(Debug)]
pub struct Worker {
    network: Sequential,
    loss: Loss,
}

impl Worker {
    /// Makes ready for the tasks of one model, as [`Workers::prepare`](crate::Workers::prepare) was told.
    ///
    /// # Errors
    ///
    /// The job was made by another version of this program.
    pub fn new(job: &str) -> Result<Self> {
        let Job { network, classes, loss } = serde_json::from_str(job).map_err(|error| unknown(&error))?;
        let architecture = Architecture::new(network, classes)?;
        let network = Sequential { architecture, weights: Vec::new(), device: Device::flex() };
        Ok(Self { network, loss })
    }

    /// Learns from a shard, or judges it: the loss, the logits, and to learn the gradients of the
    /// weights that are not frozen.
    ///
    /// # Errors
    ///
    /// The task is not for this network, or was made by another version of this program.
    pub async fn work(&mut self, task: Task) -> Result<Vec<Vec<f32>>> {
        let Description { step, mut shard } =
            serde_json::from_str(&task.description).map_err(|error| unknown(&error))?;
        if let Some(weights) = task.weights {
            self.take(Arc::unwrap_or_clone(weights))?;
        }
        let Self { network, loss } = self;
        let size = network.architecture.config().image_size;
        let (pictures, classes) = (shard.rows.count, network.architecture.classes());
        shard.pixels = task.pixels;
        let fits = shard.rows.first + pictures <= shard.rows.of
            && shard.pixels.len() == pictures * size * size * 3
            && shard.changes.as_ref().is_none_or(|changes| changes.len() == pictures)
            && shard.weights.as_ref().is_none_or(|weights| weights.len() == pictures)
            && shard.labels.len() == pictures
            && shard.labels.iter().all(|&label| (label as usize) < classes)
            && network.weights.len() == network.architecture.weights().count();
        if !fits {
            return Err(Error::Device("A worker was handed a task for another network.".into()));
        }
        let batch = shard.batch(size, classes, &network.device);
        step.of(network, *loss, batch, shard.rows).numbers().await
    }

    fn take(&mut self, weights: Vec<Vec<f32>>) -> Result<()> {
        let architecture = &self.network.architecture;
        if !architecture.weights().map(WeightSpec::len).eq(weights.iter().map(Vec::len)) {
            return Err(Error::Device("A worker was handed the weights of another network.".into()));
        }
        self.network = Sequential::from_values(architecture.clone(), weights, &self.network.device);
        Ok(())
    }
}

fn unknown(error: &serde_json::Error) -> Error {
    Error::Device(format!("A worker did not understand its task ({error}); reload the page."))
}
