//! A network that runs: its weights have values on a device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::data::Input;
use crate::device;
use crate::network::pass::Pass;
use crate::network::{Architecture, Flow, Folds, Masks, Mode, Stage};
use crate::seed::Seed;

/// The bytes of what a layer makes of some pictures that a core's own cache holds, or nearly.
const CACHED: u64 = 2 << 20;

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
        let weights = values.into_iter().map(|value| on_device(value, device)).collect();
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
    /// - `input`: pictures `[batch, size, size, 3]`, values 0 to 255, or what the first layers have made of them
    /// - returns logits, before the final softmax: `[batch, classes]`
    pub fn forward(&mut self, weights: &[Tensor<1>], input: impl Into<Input>, mode: Mode) -> Tensor<2> {
        let layers = self.architecture.layers.len();
        self.run(layers, weights, &mut Folds::default(), input.into(), mode).vector()
    }

    /// The output of the last of the first `layers` layers.
    fn run(&mut self, layers: usize, weights: &[Tensor<1>], folds: &mut Folds, input: Input, mode: Mode) -> Flow {
        let Self { architecture, weights: own, .. } = self;
        let (mut pass, mut masks) = (Pass::new(architecture, input), Masks::default());
        while pass.layers() < layers && pass.next_layer(architecture, weights, folds, own, &mut masks, mode) {}
        pass.output()
    }

    /// What the first `layers` layers make of pictures, in inference mode.
    ///
    /// # Shapes
    /// - `images`: `[batch, size, size, 3]`, values 0 to 255
    /// - returns `[batch, values of a picture]`
    /// - `folds`: those of the same weights; a new one if there are none yet
    pub(crate) fn features(&mut self, layers: usize, images: Tensor<4>, folds: &mut Folds) -> Tensor<2> {
        self.few_at_once(layers, images.into(), folds).flat()
    }

    /// [`Self::features`], from what fewer layers have made of pictures.
    pub(crate) fn made(&mut self, layers: usize, input: Input) -> Tensor<2> {
        self.few_at_once(layers, input, &mut Folds::default()).flat()
    }

    /// Has a GPU compile the kernels of a forward pass, each while this thread writes the next ones. A step would write all
    /// of them first.
    pub(crate) async fn warm_up(&mut self, input: Input) {
        let weights = self.weights.clone();
        let Self { architecture, weights: own, .. } = self;
        let (mut pass, mut folds, mut masks) = (Pass::new(architecture, input), Folds::default(), Masks::default());
        while pass.next_layer(architecture, &weights, &mut folds, own, &mut masks, Mode::Inference) {
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
        self.few_at_once(self.architecture.layers.len(), input.into(), &mut Folds::default()).vector()
    }

    /// [`Self::run`] in inference mode, for a few pictures at a time. A processor computes so few at once that what a layer makes
    /// of them is still in its cache when the next layer reads it; where layers make less, more pictures, because a layer reads
    /// its weights once for all of them. Features come in the same pieces as their pictures, because a fully connected layer
    /// rounds by the number of rows.
    fn few_at_once(&mut self, layers: usize, mut input: Input, folds: &mut Folds) -> Flow {
        let weights = self.weights.clone();
        if device::largest_tensor(&self.device).is_some() {
            return self.run(layers, &weights, folds, input, Mode::Inference);
        }
        let done = input.layers();
        for Stage { end, largest } in self.architecture.stages().into_iter().filter(|stage| stage.end > done) {
            let most = (CACHED / largest).max(1) as usize;
            let mut run = |few: Input| self.run(end.min(layers), &weights, folds, few, Mode::Inference);
            let made = Flow::below(input.split(most).into_iter().map(&mut run).collect());
            if end >= layers {
                return made;
            }
            input = Input::Features { values: made.flat(), layers: end };
        }
        unreachable!("the last stage ends with the last layer")
    }
}

/// A weight on a device.
pub(crate) fn on_device(value: Vec<f32>, device: &Device) -> Tensor<1> {
    let length = value.len();
    Tensor::from_data(TensorData::new(value, [length]), device)
}
