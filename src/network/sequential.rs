//! A checked network with weights on a device: runs forward.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData, activation};

use crate::{
    data::batch::Rows,
    device::{self, read_all},
    error::Result,
    network::{
        architecture::Architecture,
        forward::{Flow, Pass},
    },
    seed::Seed,
};

/// Forward passes either learn or judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Dropout is on, batch normalization uses the batch's own statistics. The pictures are these rows of
    /// the batch of the step.
    Training(Rows),
    /// Dropout is off, batch normalization uses the moving statistics.
    Inference,
}

/// A network with weights on a device.
///
/// Weights are flat tensors in the order of the layers, so that optimizers, callbacks and files
/// treat all of them alike; a layer gives them their shape back when it runs.
#[derive(Debug, Clone)]
pub struct Sequential {
    pub(crate) architecture: Architecture,
    pub(crate) weights: Vec<Tensor<1>>,
    pub(crate) device: Device,
    /// The weights of the last finished epoch in the processor's memory, so that a lost GPU loses no epoch.
    host_copy: Option<Arc<Vec<Vec<f32>>>>,
}

impl Sequential {
    /// Draws initial weights as each layer's initializer says, the same on every device.
    #[must_use]
    pub fn new(architecture: Architecture, seed: Seed, device: &Device) -> Self {
        let values = architecture.weights().enumerate().map(|(index, weight)| weight.draw(seed, index)).collect();
        Self::from_values(architecture, values, device)
    }

    /// Puts given weights on a device, in the order and layout of the device.
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

    /// Scores each class for each picture.
    ///
    /// `weights` are this network's own, or copies of them that record gradients. In training the
    /// moving statistics of batch normalization are updated in place.
    ///
    /// # Shapes
    /// - `images`: `[batch, size, size, 3]`, values 0 to 255
    /// - returns logits, before the final softmax: `[batch, classes]`
    pub fn forward(&mut self, weights: &[Tensor<1>], images: Tensor<4>, mode: Mode) -> Tensor<2> {
        let layers = &self.architecture.layers;
        // The picture and what each layer made, kept only as long as a later layer reads it.
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
            // Only an Add reads two values, and what it makes is their sum.
            let x = read.reduce(Flow::plus).expect("every layer reads a value that was made before it");
            let last = index + 1 == layers.len();
            let mut pass = Pass { layer, mode, weights, own: &mut self.weights, last };
            values.push(Some(if layer.done { x } else { layer.config.kind().forward(x, &mut pass) }));
        }
        match values.pop() {
            Some(Some(scores)) => scores.vector(),
            _ => unreachable!("a checked network has layers"),
        }
    }

    /// Copies the weights to the processor's memory, where the device could be lost.
    ///
    /// # Errors
    ///
    /// The device failed.
    pub(crate) async fn keep_copy_on_host(&mut self) -> Result<()> {
        if device::largest_tensor(&self.device).is_some() {
            self.host_copy = Some(Arc::new(read_all(&self.weights).await?));
        }
        Ok(())
    }

    /// The network on the CPU with the weights of the last copy, where its device failed and there is one.
    pub(crate) fn recovered(&mut self) -> Option<Self> {
        device::check(&self.device).err()?;
        let values = self.host_copy.take()?;
        Some(Self::from_values(self.architecture.clone(), Arc::unwrap_or_clone(values), &Device::flex()))
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
