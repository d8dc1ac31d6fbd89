//! A network that runs: its weights have values on a device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::network::{Architecture, Flow, Mode};
use crate::seed::Seed;

/// A network with weights on a device.
///
/// Weights are flat tensors in the order of the layers, so that optimizers, callbacks and files can
/// treat all of them alike. A layer gives them their shape back when it runs.
#[derive(Debug, Clone)]
pub struct Sequential {
    pub(crate) architecture: Architecture,
    pub(crate) weights: Vec<Tensor<1>>,
    pub(crate) device: Device,
    /// The weights of the last finished epoch in the processor's memory, so that a lost GPU loses no epoch.
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
        let on_device = |value: Vec<f32>| {
            let length = value.len();
            Tensor::from_data(TensorData::new(value, [length]), device)
        };
        let weights = values.into_iter().map(on_device).collect();
        Self { architecture, weights, device: device.clone(), host_copy: None }
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
        let layers = &self.architecture.layers;
        // The picture and each layer's output, kept only until the last layer that reads it.
        let mut values = vec![Some(Flow::Image(images))];
        let place = |input: Option<usize>| input.map_or(0, |index| index + 1);
        let mut readers = vec![0; layers.len() + 1];
        layers.iter().flat_map(|layer| &layer.inputs).for_each(|&input| readers[place(input)] += 1);
        for (index, layer) in layers.iter().enumerate() {
            let read = layer.inputs.iter().filter_map(|&input| {
                readers[place(input)] -= 1;
                let value = &mut values[place(input)];
                if readers[place(input)] == 0 { value.take() } else { value.clone() }
            });
            // Only `Add` reads two values, and their sum is its output.
            let x = read.reduce(Flow::plus).expect("every layer reads a value that was made before it");
            let last = index + 1 == layers.len();
            values.push(Some(layer.forward(x, mode, weights, &mut self.weights, last)));
        }
        match values.pop() {
            Some(Some(logits)) => logits.vector(),
            _ => unreachable!("a checked network has layers"),
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
        self.forward(&weights, images, Mode::Inference)
    }
}
