//! A checked network whose weights have no values yet: named layers in a graph, with their shapes.

use burn::tensor::Tensor;

use crate::data::image_size::check_image_size;
use crate::error::{Error, Result};
use crate::network::layers::{ActivationLayer, Dense};
use crate::network::{Activation, Builder, LayerConfig, ModelConfig, Node, Shape, WeightSpec};

/// A network whose weights have no values yet. Only networks in which every layer fits are built.
#[derive(Debug, Clone)]
pub struct Architecture {
    config: ModelConfig,
    /// Each layer after those that it reads; the last one gives the probabilities of the classes.
    pub(crate) layers: Vec<Node>,
}

impl Architecture {
    /// Checks that every layer fits and that the last one is a softmax over `classes` classes.
    ///
    /// # Errors
    ///
    /// The first layer that does not fit, by name and with both shapes.
    pub fn new(config: ModelConfig, classes: usize) -> Result<Self> {
        check_image_size(config.image_size)?;
        let layers = Builder::build(&config)?;
        let Some(last) = layers.last() else {
            return Err(Error::config("layers", "must not be empty"));
        };
        let ends_in_softmax = matches!(
            last.config,
            LayerConfig::Dense(Dense { activation: Activation::Softmax, .. })
                | LayerConfig::Activation(ActivationLayer { activation: Activation::Softmax, .. })
                | LayerConfig::Softmax(_)
        );
        if !ends_in_softmax || last.output != Shape::Vector(classes) {
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

    /// The description that this network was built from.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.output.len())
    }

    /// Every weight, in the order of the layers.
    pub(crate) fn weights(&self) -> impl Iterator<Item = &WeightSpec> {
        self.layers.iter().flat_map(|layer| &layer.weights)
    }

    /// Whether a run can change each weight: one of a layer that learns, its moving statistics included.
    pub(crate) fn moving(&self) -> impl Iterator<Item = bool> {
        self.layers.iter().flat_map(|layer| std::iter::repeat_n(layer.config.kind().trainable(), layer.weights.len()))
    }

    /// The penalty on these weights, `[1]`; `None` where no layer asks for one. Frozen weights have no penalty,
    /// as in Keras.
    pub(crate) fn penalty(&self, weights: &[Tensor<1>]) -> Option<Tensor<1>> {
        let moving = self.weights().zip(weights).filter(|(spec, _)| spec.trainable);
        moving.filter_map(|(spec, weight)| spec.regularizer?.penalty(weight)).reduce(|a, b| a + b)
    }

    /// Whether what it learns from one picture depends on the other pictures of the batch.
    pub(crate) fn needs_whole_batches(&self) -> bool {
        self.layers.iter().any(|layer| layer.config.kind().needs_whole_batches())
    }

    /// Whether each layer reads the output of the one before it and nothing else, as in Keras's `Sequential`.
    pub(crate) fn is_chain(&self) -> bool {
        self.layers.iter().enumerate().all(|(index, layer)| layer.inputs == [index.checked_sub(1)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file may nest as deep as the JSON reader goes; a tab's stack is 1 MB.
    #[test]
    fn a_file_of_blocks_in_blocks_is_refused_within_a_small_stack() {
        let read = |depth: usize| {
            let open = r#"{"type":"Residual","layers":["#.repeat(depth);
            let json = format!(r#"{{"imageSize":8,"layers":[{open}{}]}}"#, "]}".repeat(depth));
            serde_json::from_str::<ModelConfig>(&json)
        };
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(move || {
            let config = read(60).unwrap();
            let sentence = Architecture::new(config, 2).unwrap_err().to_string();
            (sentence, read(100_000).unwrap_err().to_string())
        });
        let (sentence, reason) = thread.unwrap().join().unwrap();
        assert!(sentence.contains("more than 8 blocks"), "{sentence}");
        assert!(reason.contains("recursion limit"), "{reason}");
    }
}
