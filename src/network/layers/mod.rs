//! Layers as data: Keras's class names, arguments and defaults; what each makes of a shape, which
//! weights it has and how it runs.

mod activation;
mod convolution;
mod dense;
mod depthwise;
mod dropout;
mod normalization;
mod pooling;
mod reshaping;
mod residual;

use serde::{Deserialize, Serialize};

pub use self::{
    activation::{ActivationLayer, LeakyReLU, ReLU, Softmax},
    convolution::Conv2D,
    dense::Dense,
    depthwise::{DepthwiseConv2D, SeparableConv2D},
    dropout::{Dropout, SpatialDropout2D},
    normalization::BatchNormalization,
    pooling::{AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D},
    reshaping::{Border, Flatten, Rescaling, ZeroPadding2D},
    residual::{Add, Residual},
};
use crate::network::{
    forward::{Flow, Pass},
    shape::Shape,
    weight::WeightSpec,
    window::Window,
};

/// A Keras network for square RGB pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelConfig {
    /// The height and width of the pictures, in pixels.
    pub image_size: usize,
    /// The layers, the first one nearest the picture.
    pub layers: Vec<LayerConfig>,
}

/// One layer of a [`ModelConfig`], by Keras's class name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[expect(missing_docs, reason = "the layers say it themselves")]
pub enum LayerConfig {
    Rescaling(Rescaling),
    ZeroPadding2D(ZeroPadding2D),
    Conv2D(Conv2D),
    DepthwiseConv2D(DepthwiseConv2D),
    SeparableConv2D(SeparableConv2D),
    BatchNormalization(BatchNormalization),
    Activation(ActivationLayer),
    ReLU(ReLU),
    LeakyReLU(LeakyReLU),
    Softmax(Softmax),
    MaxPooling2D(MaxPooling2D),
    AveragePooling2D(AveragePooling2D),
    GlobalMaxPooling2D(GlobalMaxPooling2D),
    GlobalAveragePooling2D(GlobalAveragePooling2D),
    Dropout(Dropout),
    SpatialDropout2D(SpatialDropout2D),
    Flatten(Flatten),
    Dense(Dense),
    Residual(Residual),
    /// Where the two branches of a [`Residual`] meet; made by it, not written.
    #[serde(skip)]
    Add(Add),
}

/// What a network asks of each of its layers.
pub(crate) trait LayerKind {
    /// Keras's class name.
    fn class_name(&self) -> &'static str;

    /// The name a person gave, if any.
    fn given_name(&self) -> Option<&str>;

    /// Whether a fit moves its weights.
    fn trainable(&self) -> bool {
        true
    }

    /// Freezes its weights or lets them move; nothing where it has none.
    fn set_trainable(&mut self, _trainable: bool) {}

    /// Whether, while it learns, what it makes of a picture depends on the others of the batch.
    fn needs_whole_batches(&self) -> bool {
        false
    }

    /// The window it slides over a picture, if any.
    fn window(&self) -> Option<Window> {
        None
    }

    /// The shape it makes of `input`.
    ///
    /// # Errors
    ///
    /// An argument is out of range, or it cannot take that shape; a clause that completes "Layer … ".
    fn output(&self, input: Shape) -> Result<Shape, String> {
        Ok(input)
    }

    /// Its weights, in Keras's order; only asked where [`Self::output`] agreed to `input`.
    fn weights(&self, _input: Shape) -> Vec<WeightSpec> {
        Vec::new()
    }

    /// What it makes of `x`, a value of a shape to which [`Self::output`] agreed.
    fn forward(&self, x: Flow, _pass: &mut Pass<'_>) -> Flow {
        x
    }
}

/// The layer inside a [`LayerConfig`], whichever it is.
macro_rules! inside {
    ($config:expr) => {
        match $config {
            LayerConfig::Rescaling(layer) => layer,
            LayerConfig::ZeroPadding2D(layer) => layer,
            LayerConfig::Conv2D(layer) => layer,
            LayerConfig::DepthwiseConv2D(layer) => layer,
            LayerConfig::SeparableConv2D(layer) => layer,
            LayerConfig::BatchNormalization(layer) => layer,
            LayerConfig::Activation(layer) => layer,
            LayerConfig::ReLU(layer) => layer,
            LayerConfig::LeakyReLU(layer) => layer,
            LayerConfig::Softmax(layer) => layer,
            LayerConfig::MaxPooling2D(layer) => layer,
            LayerConfig::AveragePooling2D(layer) => layer,
            LayerConfig::GlobalMaxPooling2D(layer) => layer,
            LayerConfig::GlobalAveragePooling2D(layer) => layer,
            LayerConfig::Dropout(layer) => layer,
            LayerConfig::SpatialDropout2D(layer) => layer,
            LayerConfig::Flatten(layer) => layer,
            LayerConfig::Dense(layer) => layer,
            LayerConfig::Residual(layer) => layer,
            LayerConfig::Add(layer) => layer,
        }
    };
}

impl LayerConfig {
    pub(crate) fn kind(&self) -> &dyn LayerKind {
        inside!(self)
    }

    pub(crate) fn kind_mut(&mut self) -> &mut dyn LayerKind {
        inside!(self)
    }

    /// Keras's class name.
    #[must_use]
    pub fn class_name(&self) -> &'static str {
        self.kind().class_name()
    }

    /// The name a person gave, if any.
    #[must_use]
    pub fn given_name(&self) -> Option<&str> {
        self.kind().given_name()
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(json: &str) -> LayerConfig {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_layer_from_json_has_keras_defaults_and_refuses_unknown_words() {
        let pool = layer(r#"{"type":"MaxPooling2D"}"#);
        assert_eq!(pool.kind().output(Shape::Image([75, 75, 3])), Ok(Shape::Image([37, 37, 3])));
        for wrong in [r#"{"type":"Dense","units":2,"unit":3}"#, r#"{"type":"Flatten","unit":3}"#] {
            let sentence = serde_json::from_str::<LayerConfig>(wrong).unwrap_err().to_string();
            assert!(sentence.contains("unit"), "{sentence}");
        }
        assert!(serde_json::from_str::<LayerConfig>(r#"{"type":"Add"}"#).is_err());
    }

    #[test]
    fn what_does_not_fit_names_the_shapes() {
        let conv = layer(r#"{"type":"Conv2D","filters":8,"kernelSize":[5,5]}"#);
        let clause = conv.kind().output(Shape::Image([4, 4, 8])).unwrap_err();
        assert!(clause.contains("(5, 5)") && clause.contains("(None, 4, 4, 8)"), "{clause}");
        let dense = layer(r#"{"type":"Dense","units":3}"#);
        assert!(dense.kind().output(Shape::Image([4, 4, 8])).unwrap_err().contains("Flatten"));
    }
}
