//! A helper: a copy of the network on another thread, which computes its part of each step.

use std::sync::Arc;

use burn::tensor::Device;

use super::step::run_step;
use super::task::{Description, Job, Task};
use crate::error::{Error, Result};
use crate::network::{Architecture, Sequential, WeightSpec};
use crate::optimizers::Loss;

/// The state of a helper: its copy of the network.
#[derive(Debug)]
pub struct Helper {
    network: Sequential,
    loss: Loss,
}

impl Helper {
    /// A helper for the tasks of one model; `job` is the argument of [`Helpers::prepare`](crate::Helpers::prepare).
    ///
    /// # Errors
    ///
    /// `job` comes from another version of this program.
    pub fn new(job: &str) -> Result<Self> {
        let Job { network, classes, loss } = serde_json::from_str(job).map_err(|error| not_understood(&error))?;
        let architecture = Architecture::new(network, classes)?;
        let network = Sequential::from_values(architecture, Vec::new(), &Device::flex());
        Ok(Self { network, loss })
    }

    /// Computes some rows of a step. Returns the loss, the logits, and in training the gradients of the trainable
    /// weights.
    ///
    /// # Errors
    ///
    /// The task is for another network, or comes from another version of this program.
    pub async fn work(&mut self, task: Task) -> Result<Vec<Vec<f32>>> {
        let Description { kind, mut shard } =
            serde_json::from_str(&task.description).map_err(|error| not_understood(&error))?;
        if let Some(weights) = task.weights {
            self.take_weights(Arc::unwrap_or_clone(weights))?;
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
        run_step(kind, network, *loss, batch, shard.rows).to_numbers().await
    }

    fn take_weights(&mut self, weights: Vec<Vec<f32>>) -> Result<()> {
        let architecture = &self.network.architecture;
        if !architecture.weights().map(WeightSpec::len).eq(weights.iter().map(Vec::len)) {
            return Err(Error::Device("A worker was handed the weights of another network.".into()));
        }
        self.network = Sequential::from_values(architecture.clone(), weights, &self.network.device);
        Ok(())
    }
}

fn not_understood(error: &serde_json::Error) -> Error {
    Error::Device(format!("A worker did not understand its task ({error}); reload the page."))
}
