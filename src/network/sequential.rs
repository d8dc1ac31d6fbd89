//! A network that runs: its weights have values on a device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::data::Input;
use crate::device;
use crate::network::pass::Pass;
use crate::network::{Architecture, Flow, Folds, Masks, Mode};
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
    /// While this thread computes several parts of a batch: the masks of dropout that they share.
    pub(crate) masks: Option<Masks>,
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
        let weights = values.into_iter().map(|value| on_device(value, device)).collect();
        Self { architecture, weights, device: device.clone(), host_copy, masks: None }
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
    /// - `input`: pictures `[batch, size, size, 3]`, values 0 to 255, or what the first layers have made of them
    /// - returns logits, before the final softmax: `[batch, classes]`
    pub fn forward(&mut self, weights: &[Tensor<1>], input: impl Into<Input>, mode: Mode) -> Tensor<2> {
        let layers = self.architecture.layers.len();
        self.run(layers, weights, &mut Folds::default(), input.into(), mode).vector()
    }

    /// The output of the last of the first `layers` layers.
    fn run(&mut self, layers: usize, weights: &[Tensor<1>], folds: &mut Folds, input: Input, mode: Mode) -> Flow {
        let Self { architecture, weights: own, masks, .. } = self;
        let mut pass = Pass::new(architecture, input);
        while pass.layers() < layers && pass.next_layer(architecture, weights, folds, own, masks, mode) {}
        pass.output()
    }

    /// What the first `layers` layers make of pictures, in inference mode.
    ///
    /// # Shapes
    /// - `images`: `[batch, size, size, 3]`, values 0 to 255
    /// - returns `[batch, values of a picture]`
    pub(crate) fn features(&mut self, layers: usize, images: Tensor<4>) -> Tensor<2> {
        self.few_at_once(layers, images.into()).flat()
    }

    /// Has a GPU compile the kernels of a forward pass, each while this thread writes the next ones. A step would write all
    /// of them first.
    pub(crate) async fn warm_up(&mut self, input: Input) {
        let weights = self.weights.clone();
        let Self { architecture, weights: own, masks, .. } = self;
        let (mut pass, mut folds) = (Pass::new(architecture, input), Folds::default());
        while pass.next_layer(architecture, &weights, &mut folds, own, masks, Mode::Inference) {
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
    pub(crate) fn logits(&mut self, input: impl Into<Input>) -> Tensor<2> {
        self.few_at_once(self.architecture.layers.len(), input.into()).vector()
    }

    /// [`Self::run`] in inference mode, for a few pictures at a time. A processor computes so few at once that what a layer makes
    /// of them is still in its cache when the next layer reads it. Features come in the same pieces as their pictures, because
    /// a fully connected layer rounds by the number of rows.
    fn few_at_once(&mut self, layers: usize, input: Input) -> Flow {
        let (weights, mut folds) = (self.weights.clone(), Folds::default());
        let few = match device::largest_tensor(&self.device) {
            Some(_) => vec![input],
            None => input.split((CACHED / self.architecture.largest_value()).max(1) as usize),
        };
        let run = |few: Input| self.run(layers, &weights, &mut folds, few, Mode::Inference);
        Flow::below(few.into_iter().map(run).collect())
    }
}

/// A weight on a device.
pub(crate) fn on_device(value: Vec<f32>, device: &Device) -> Tensor<1> {
    let length = value.len();
    Tensor::from_data(TensorData::new(value, [length]), device)
}
