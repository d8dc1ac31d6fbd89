//! A helper: a copy of the network on another thread, which computes its part of each step.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use super::part::{Part, Stop};
use super::step::begin_step;
use super::task::{Description, Job, Task, Work};
use crate::data::{Batch, Input, Shard};
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::{Architecture, Sequential, WeightSpec, on_device};
use crate::optimizers::Loss;

/// The state of a helper: its copy of the network.
#[derive(Debug)]
pub struct Helper {
    network: Sequential,
    loss: Loss,
    /// A step that waits for numbers of the whole batch, and how many.
    waiting: Option<(Box<Part>, usize)>,
    /// Whether it has been sent the weights that a run can change.
    has_moving: bool,
}

impl Helper {
    /// A helper for the tasks of one model; the arguments are those of [`Helpers::prepare`](crate::Helpers::prepare).
    ///
    /// # Errors
    ///
    /// They come from another version of this program.
    pub fn new(job: &str, fixed: Vec<Vec<f32>>) -> Result<Self> {
        let Job { network, classes, loss } = serde_json::from_str(job).map_err(|error| not_understood(&error))?;
        let architecture = Architecture::new(network, classes)?;
        let mut fixed = fixed.into_iter();
        let values = architecture.moving().map(|moves| if moves { None } else { fixed.next() }.unwrap_or_default());
        let network = Sequential::from_values(architecture.clone(), values.collect(), &Device::flex());
        let mut helper = Self { network, loss, waiting: None, has_moving: false };
        helper.has_moving = architecture.moving().all(|moves| !moves);
        match helper.holds(false) && fixed.next().is_none() {
            true => Ok(helper),
            false => Err(other_network()),
        }
    }

    /// Computes some rows of a step: the loss, the logits, and in training the gradients of the trainable weights. Or what
    /// these rows contribute to numbers of the whole batch, for which it then waits. Or the features of some pictures.
    ///
    /// # Errors
    ///
    /// The task is for another network, or comes from another version of this program.
    pub async fn work(&mut self, task: Task) -> Result<Vec<Vec<f32>>> {
        let Description { work, shard } =
            serde_json::from_str(&task.description).map_err(|error| not_understood(&error))?;
        let waiting = self.waiting.take();
        let Some(mut shard) = shard else { return self.go_on(waiting, &task.bytes).await };
        if let Some(weights) = task.weights {
            self.take_weights(Arc::unwrap_or_clone(weights))?;
        }
        shard.bytes = task.bytes;
        if !self.fits(work, &shard) {
            return Err(other_network());
        }
        let Self { network, loss, .. } = self;
        let size = network.architecture.config().image_size;
        let batch = shard.batch(size, network.architecture.classes(), &network.device);
        match (work, batch.input) {
            (Work::Features { layers }, Input::Pictures(images)) => {
                Ok(vec![read(network.features(layers, images)).await?])
            }
            (Work::Features { .. }, Input::Features { .. }) | (Work::GoOn, _) => Err(other_network()),
            (Work::Step(kind), input) => {
                let batch = Batch { input, targets: batch.targets };
                let (part, stop) = begin_step(kind, network, *loss, batch, shard.rows);
                self.answer(part, stop).await
            }
        }
    }

    /// Goes on with the step that waits, with these numbers of the whole batch.
    async fn go_on(&mut self, waiting: Option<(Box<Part>, usize)>, whole: &[u8]) -> Result<Vec<Vec<f32>>> {
        let whole: Vec<f32> = bytemuck::pod_collect_to_vec(whole);
        let Some((mut part, _)) = waiting.filter(|&(_, length)| length == whole.len()) else {
            return Err(other_network());
        };
        let whole = on_device(whole, &self.network.device);
        let stop = part.go_on(&mut self.network, whole);
        self.answer(Some(part), stop).await
    }

    async fn answer(&mut self, part: Option<Box<Part>>, stop: Stop) -> Result<Vec<Vec<f32>>> {
        match stop {
            Stop::Moments(own, _) | Stop::Sums(own) => {
                let own = read(own).await?;
                self.waiting = part.map(|part| (part, own.len()));
                Ok(vec![own])
            }
            Stop::Done(partial) => partial.to_numbers().await,
        }
    }

    /// Whether the network can do this work on these pictures.
    fn fits(&self, work: Work, shard: &Shard) -> bool {
        let architecture = &self.network.architecture;
        let (pictures, classes) = (shard.rows.count, architecture.classes());
        let known = |layers: usize| layers == 0 || architecture.bodies().any(|body| body.layers == layers);
        let bytes = match shard.layers_done {
            0 => architecture.shape_after(0).len(),
            layers if known(layers) => 4 * architecture.shape_after(layers).len(),
            _ => return false,
        };
        let able = match work {
            Work::Step(_) => self.has_moving,
            Work::Features { layers } => known(layers),
            Work::GoOn => false,
        };
        able && shard.rows.first + pictures <= shard.rows.of
            && shard.bytes.len() == pictures * bytes
            && shard.changes.as_ref().is_none_or(|changes| changes.len() == pictures)
            && shard.weights.as_ref().is_none_or(|weights| weights.len() == pictures)
            && shard.labels.len() == pictures
            && shard.labels.iter().all(|&label| (label as usize) < classes)
    }

    /// Whether the weights that a run can change, or those that stay, have their lengths.
    fn holds(&self, moving: bool) -> bool {
        let Sequential { architecture, weights, .. } = &self.network;
        let whole = |(spec, weight): (&WeightSpec, &Tensor<1>)| spec.len() == weight.dims()[0];
        architecture
            .moving()
            .zip(architecture.weights().zip(weights))
            .all(|(moves, pair)| moves != moving || whole(pair))
    }

    fn take_weights(&mut self, weights: Vec<Vec<f32>>) -> Result<()> {
        let Sequential { architecture, weights: own, device, .. } = &mut self.network;
        let mut given = weights.into_iter();
        for (own, _) in own.iter_mut().zip(architecture.moving()).filter(|(_, moves)| *moves) {
            *own = on_device(given.next().unwrap_or_default(), device);
        }
        self.has_moving = given.next().is_none() && self.holds(true);
        match self.has_moving {
            true => Ok(()),
            false => Err(Error::Device("A worker was handed the weights of another network.".into())),
        }
    }
}

fn other_network() -> Error {
    Error::Device("A worker was handed a task for another network.".into())
}

fn not_understood(error: &serde_json::Error) -> Error {
    Error::Device(format!("A worker did not understand its task ({error}); reload the page."))
}
