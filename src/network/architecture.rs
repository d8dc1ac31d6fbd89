//! A checked network without values: named layers in a graph, their shapes and their weights.

use burn::tensor::Tensor;

use crate::{
    data::image_size::check_image_size,
    error::{Error, Result},
    kernels::Stride,
    network::{
        activation::Activation,
        builder::Graph,
        layers::{ActivationLayer, Dense, LayerConfig, ModelConfig},
        shape::Shape,
        weight::WeightSpec,
        window::Pads,
    },
};

/// One layer with its place in the graph, its shapes and its weights.
#[derive(Debug, Clone)]
pub(crate) struct Layer {
    /// Unique in its network.
    pub(crate) name: String,
    pub(crate) config: LayerConfig,
    /// The layers it reads, all before it; `None` is the picture. Only `Add` reads two.
    pub(crate) inputs: Vec<Option<usize>>,
    /// The shape of each input.
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Of its window, zeros if it has none.
    pub(crate) pads: Pads,
    /// The window of the max pool that this convolution computes as well.
    pub(crate) pool: Option<Stride>,
    /// Whether it is such a pool, and hands on what it gets.
    pub(crate) done: bool,
    /// The index of its first weight.
    pub(crate) first: usize,
    pub(crate) weights: Vec<WeightSpec>,
}

/// A checked network without values: only what fits is ever built.
#[derive(Debug, Clone)]
pub struct Architecture {
    config: ModelConfig,
    /// Every layer after those it reads; the last one scores the classes.
    pub(crate) layers: Vec<Layer>,
}

impl Architecture {
    /// Checks that every layer fits and that the last one scores `classes` classes.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, by name and with both shapes.
    pub fn new(config: ModelConfig, classes: usize) -> Result<Self> {
        check_image_size(config.image_size)?;
        let layers = Graph::of(&config)?;
        let Some(last) = layers.last() else {
            return Err(Error::config("layers", "must not be empty"));
        };
        let scores = matches!(
            last.config,
            LayerConfig::Dense(Dense { activation: Activation::Softmax, .. })
                | LayerConfig::Activation(ActivationLayer { activation: Activation::Softmax, .. })
                | LayerConfig::Softmax(_)
        );
        if !scores || last.output != Shape::Vector(classes) {
            return Err(Error::layer(
                &last.name,
                format!(
                    "gives {}; the last layer must be Dense with {classes} units and softmax, giving {}",
                    last.output,
                    Shape::Vector(classes)
                ),
            ));
        }
        Ok(Self { config, layers })
    }

    /// The data this network was described by.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The number of classes it scores.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.output.len())
    }

    /// Every weight, in the order of the layers.
    pub(crate) fn weights(&self) -> impl Iterator<Item = &WeightSpec> {
        self.layers.iter().flat_map(|layer| &layer.weights)
    }

    /// The penalty on these weights, `[1]`; `None` where no layer asks for one. Frozen weights cost
    /// nothing, as in Keras.
    pub(crate) fn penalty(&self, weights: &[Tensor<1>]) -> Option<Tensor<1>> {
        let moving = self.weights().zip(weights).filter(|(spec, _)| spec.trainable);
        moving.filter_map(|(spec, weight)| spec.regularizer?.penalty(weight)).reduce(|a, b| a + b)
    }

    /// Whether what it learns from a picture depends on the others of the batch.
    pub(crate) fn needs_whole_batches(&self) -> bool {
        self.layers.iter().any(|layer| layer.config.kind().needs_whole_batches())
    }

    /// The bytes of the largest single tensor of a step: an activation of the batch, or a weight.
    #[must_use]
    pub fn largest_tensor(&self, batch_size: usize) -> u64 {
        let activations = self.layers.iter().map(|layer| layer.output.len() as u64 * batch_size as u64);
        let weights = self.weights().map(|weight| weight.len() as u64);
        4 * activations.chain(weights).max().unwrap_or(0)
    }
}
