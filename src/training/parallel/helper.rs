//! A helper: a copy of the network on another thread, which computes its part of each step.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use super::part::{Part, Stop};
use super::step::begin_step;
use super::task::{Description, Job, Task, Work};
use crate::data::{Batch, Input, Shard};
use crate::device::read;
use crate::error::{Error, Result};
use crate::network::{Architecture, Folds, Node, Sequential, WeightSpec, on_device};
use crate::optimizers::Loss;

/// The state of a helper: its copy of the network.
#[derive(Debug)]
pub struct Helper {
    network: Sequential,
    loss: Loss,
    /// A step that waits for numbers from other threads, and how many.
    waiting: Option<(Box<Part>, usize)>,
    /// Of how many of the first layers it has all weights.
    layers_held: usize,
    /// Those of the features of several tasks, whose weights are the same.
    folds: Folds,
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
        let all = architecture.layers.len();
        let moves = |layer: &Node| layer.config.kind().trainable() && !layer.weights.is_empty();
        let layers_held = architecture.layers.iter().position(moves).unwrap_or(all);
        let helper = Self { network, loss, waiting: None, layers_held, folds: Folds::default() };
        match helper.holds(false, all) && fixed.next().is_none() {
            true => Ok(helper),
            false => Err(other_network()),
        }
    }

    /// Computes some rows of a step: the loss, the logits, and in training the gradients of the trainable weights. Or what
    /// these rows contribute to numbers of the whole batch, or what the head of the network reads, and then waits. Or the
    /// features of some pictures.
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
            self.take_weights(Arc::unwrap_or_clone(weights), work)?;
        }
        shard.bytes = task.bytes;
        if !self.fits(work, &shard) {
            return Err(other_network());
        }
        if !matches!(work, Work::Features { .. }) {
            self.folds = Folds::default();
        }
        let Self { network, loss, folds, .. } = self;
        let size = network.architecture.config().image_size;
        let batch = shard.batch(size, network.architecture.classes(), &network.device);
        match (work, batch.input) {
            (Work::Features { layers }, Input::Pictures(images)) => {
                Ok(vec![read(network.features(layers, images, folds)).await?])
            }
            (Work::Features { .. }, Input::Features { .. }) | (Work::GoOn, _) => Err(other_network()),
            (Work::Step { kind, layers }, input) => {
                let batch = Batch { input, targets: batch.targets };
                let (part, stop) = begin_step(kind, network, *loss, batch, shard.rows, layers);
                self.answer(part, stop).await
            }
        }
    }

    /// Goes on with the step that waits, with these numbers.
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
        let own = match stop {
            Stop::Moments(own, _) | Stop::Sums(own) => own,
            Stop::Features(own, _) => own.flatten(0, 1),
            Stop::Done(partial) => return partial.into_numbers().await,
        };
        let own = read(own).await?;
        self.waiting = part.filter(|part| part.waits()).map(|part| (part, own.len()));
        Ok(vec![own])
    }

    /// Whether the network can do this work on these pictures.
    fn fits(&self, work: Work, shard: &Shard) -> bool {
        let architecture = &self.network.architecture;
        let (pictures, classes) = (shard.rows.count, architecture.classes());
        let all = architecture.layers.len();
        let divides = |layers: usize| layers > 0 && layers < all && architecture.divides_after(layers);
        let bytes = match shard.layers_done {
            0 => architecture.shape_after(0).len(),
            layers if divides(layers) => 4 * architecture.shape_after(layers).len(),
            _ => return false,
        };
        let able = match work {
            Work::Step { layers, .. } => layers == all || divides(layers),
            Work::Features { layers } => layers == 0 || divides(layers),
            Work::GoOn => false,
        };
        able && (shard.layers_done..=self.layers_held).contains(&work.layers())
            && shard.rows.first + pictures <= shard.rows.of
            && shard.bytes.len() == pictures * bytes
            && shard.changes.as_ref().is_none_or(|changes| changes.len() == pictures)
            && shard.weights.as_ref().is_none_or(|weights| weights.len() == pictures)
            && shard.labels.len() == pictures
            && shard.labels.iter().all(|&label| (label as usize) < classes)
    }

    /// Whether the weights of the first layers that a run can change, or those that stay, have their lengths.
    fn holds(&self, moving: bool, layers: usize) -> bool {
        let Sequential { architecture, weights, .. } = &self.network;
        let whole = |(spec, weight): (&WeightSpec, &Tensor<1>)| spec.len() == weight.dims()[0];
        architecture
            .moving()
            .zip(architecture.weights().zip(&weights[architecture.weights_of_first(layers)]))
            .all(|(moves, pair)| moves != moving || whole(pair))
    }

    /// Takes the weights for some work that a run can change.
    fn take_weights(&mut self, weights: Vec<Vec<f32>>, work: Work) -> Result<()> {
        let Sequential { architecture, weights: own, device, .. } = &mut self.network;
        let layers = work.layers().min(architecture.layers.len());
        let mut given = weights.into_iter();
        let own = &mut own[architecture.weights_of_first(layers)];
        for (own, _) in own.iter_mut().zip(architecture.moving()).filter(|(_, moves)| *moves) {
            *own = on_device(given.next().unwrap_or_default(), device);
        }
        self.folds = Folds::default();
        if given.next().is_some() || !self.holds(true, layers) {
            self.layers_held = 0;
            return Err(Error::Device("A worker was handed the weights of another network.".into()));
        }
        self.layers_held = layers;
        Ok(())
    }
}

fn other_network() -> Error {
    Error::Device("A worker was handed a task for another network.".into())
}

fn not_understood(error: &serde_json::Error) -> Error {
    Error::Device(format!("A worker did not understand its task ({error}); reload the page."))
}
