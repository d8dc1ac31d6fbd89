//! A network that runs: its weights have values on a device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::device;
use crate::network::pass::Pass;
use crate::network::{Architecture, Mode};
use crate::seed::Seed;

/// The bytes of what a layer makes of some pictures that a processor's cache holds beside what the layer reads.
const CACHED: u64 = 8 << 20;

/// A network with weights on a device.
///
/// Weights are flat tensors in the order of the layers, so that optimizers, callbacks and files can
/// treat all of them alike. A layer gives them their shape back when it runs.
#[derive(Debug, Clone)]
pub struct Sequential {
    pub(crate) architecture: Architecture,
    pub(crate) weights: Vec<Tensor<1>>,
    pub(crate) device: Device,
    /// Where the device is a GPU: the weights of the last finished epoch, or those that the network began with, in the
    /// processor's memory, so that a lost GPU loses no epoch.
    pub(crate) host_copy: Option<Arc<Vec<Vec<f32>>>>,
}

impl Sequential {
    /// Draws the initial weights by each layer's initializer; they are the same on every device.
    #[must_use]
    pub fn new(architecture: Architecture, seed: Seed, device: &Device) -> Self {
        let values = architecture.weights().enumerate().map(|(index, weight)| weight.draw(seed, index)).collect();
        Self::from_values(architecture, values, device)
    }

    /// Puts the given weights on a device. Their order and layout are those of the device.
    pub(crate) fn from_values(architecture: Architecture, values: Vec<Vec<f32>>, device: &Device) -> Self {
        let host_copy = device::largest_tensor(device).map(|_| Arc::new(values.clone()));
        let on_device = |value: Vec<f32>| {
            let length = value.len();
            Tensor::from_data(TensorData::new(value, [length]), device)
        };
        let weights = values.into_iter().map(on_device).collect();
        Self { architecture, weights, device: device.clone(), host_copy }
    }

    /// The weights, flat, in the order of the layers.
    #[must_use]
    pub fn weights(&self) -> &[Tensor<1>] {
        &self.weights
    }

    /// Computes the logits of each picture.
    ///
    /// `weights` are this network's own, or copies of them that record gradients. In training, the
    /// moving statistics of batch normalization are updated in place.
    ///
    /// # Shapes
    /// - `images`: `[batch, size, size, 3]`, values 0 to 255
    /// - returns logits, before the final softmax: `[batch, classes]`
    pub fn forward(&mut self, weights: &[Tensor<1>], images: Tensor<4>, mode: Mode) -> Tensor<2> {
        let mut pass = Pass::new(&self.architecture, images);
        while pass.next_layer(&self.architecture, weights, &mut self.weights, mode) {}
        pass.logits()
    }

    /// Has a GPU compile the kernels of a forward pass, each while this thread writes the next ones. A step would write all
    /// of them first.
    pub(crate) async fn warm_up(&mut self, images: Tensor<4>) {
        let weights = self.weights.clone();
        let mut pass = Pass::new(&self.architecture, images);
        while pass.next_layer(&self.architecture, &weights, &mut self.weights, Mode::Inference) {
            device::let_work(&self.device).await;
        }
    }

    /// Class probabilities, in inference mode.
    ///
    /// # Shapes
    /// - `images`: `[batch, size, size, 3]`, values 0 to 255
    /// - returns `[batch, classes]`, each row summing to 1
    #[must_use]
    pub fn probabilities(&mut self, images: Tensor<4>) -> Tensor<2> {
        activation::softmax(self.logits(images), 1)
    }

    /// [`Self::forward`] in inference mode.
    pub(crate) fn logits(&mut self, images: Tensor<4>) -> Tensor<2> {
        let weights = self.weights.clone();
        let pieces = self.pieces(images);
        Tensor::cat(pieces.into_iter().map(|few| self.forward(&weights, few, Mode::Inference)).collect(), 0)
    }

    /// The pictures that are computed at once where none depends on another: on the processor so few that what a layer
    /// makes of them is still in its cache when the next layer reads it; on a GPU all.
    fn pieces(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        if device::largest_tensor(&self.device).is_some() {
            return vec![images];
        }
        let most = (CACHED / self.architecture.largest_value()).max(1) as usize;
        images.split(most, 0)
    }
}
