//! A network as data: its layers by Keras's class names, blocks included.

use serde::{Deserialize, Serialize};

use super::activation::{ActivationLayer, LeakyReLU, ReLU, Softmax};
use super::depthwise::{DepthwiseConv2D, SeparableConv2D};
use super::dropout::{Dropout, SpatialDropout2D};
use super::kind::{Forward, LayerKind};
use super::normalization::BatchNormalization;
use super::pooling::{AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D};
use super::reshaping::{Flatten, Rescaling, Reshape, ZeroPadding2D};
use super::standardization::{Normalization, SamplewiseNormalization};
use super::{convolution::Conv2D, dense::Dense};

/// A Keras network for square RGB pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ModelConfig {
    /// The height and width of the pictures, in pixels.
    pub image_size: usize,
    /// The layers, the first one nearest the picture.
    pub layers: Vec<LayerConfig>,
}

/// Declares [`LayerConfig`] and what all its variants answer alike; a variant's name is Keras's class name.
macro_rules! layer_configs {
    ($($(#[$attribute:meta])* $class:ident($layer:ident)),* $(,)?) => {
        /// One layer of a [`ModelConfig`], by Keras's class name.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type")]
        pub enum LayerConfig {
            $($(#[$attribute])* $class($layer)),*
        }

        impl LayerConfig {
            pub(crate) fn kind(&self) -> &dyn LayerKind {
                match self { $(Self::$class(layer) => layer),* }
            }

            pub(crate) fn kind_mut(&mut self) -> &mut dyn LayerKind {
                match self { $(Self::$class(layer) => layer),* }
            }

            pub(crate) fn running(&self) -> &dyn Forward {
                match self { $(Self::$class(layer) => layer),* }
            }

            /// Keras's class name.
            #[must_use]
            pub fn class_name(&self) -> &'static str {
                match self { $(Self::$class(_) => stringify!($class)),* }
            }

            /// The name a person gave, if any.
            #[must_use]
            pub fn given_name(&self) -> Option<&str> {
                match self { $(Self::$class(layer) => layer.name.as_deref()),* }
            }
        }
    };
}

layer_configs! {
    Rescaling(Rescaling),
    Normalization(Normalization),
    SamplewiseNormalization(SamplewiseNormalization),
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
    Reshape(Reshape),
    Dense(Dense),
    Residual(Residual),
    Concatenate(Concatenate),
    /// The sum at the end of a [`Residual`]; it stands in no file, the builder makes it.
    #[serde(skip)]
    Add(Add),
}

/// `body(x) + shortcut(x)` (He et al. 2015): in Keras two branches of the functional API and an `Add`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Residual {
    /// The body.
    pub layers: Vec<LayerConfig>,
    /// The other way from the block's input to its sum; with no layer, the input itself.
    #[serde(default)]
    pub shortcut: Vec<LayerConfig>,
    /// The name of the sum, Keras's `Add` layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What several branches make of one input, channel after channel (Szegedy et al. 2014): in Keras branches of the functional
/// API and a `Concatenate`. In the graph, where the branches are layers of their own, it is the layer that joins them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concatenate {
    /// Two or more; one with no layer is the input itself.
    pub branches: Vec<Vec<LayerConfig>>,
    /// The name of Keras's `Concatenate` layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The sum of the two branches of a [`Residual`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Add {
    /// The name of the block.
    pub name: Option<String>,
}

impl LayerConfig {
    /// The layers of a block, branch by branch in the order of the graph; none where it is no block.
    pub(crate) fn branches_mut(&mut self) -> Vec<&mut Vec<LayerConfig>> {
        match self {
            Self::Residual(block) => vec![&mut block.layers, &mut block.shortcut],
            Self::Concatenate(block) => block.branches.iter_mut().collect(),
            _ => Vec::new(),
        }
    }
}

impl LayerKind for Residual {
    fn set_trainable(&mut self, trainable: bool) {
        let inside = self.layers.iter_mut().chain(&mut self.shortcut);
        inside.for_each(|layer| layer.kind_mut().set_trainable(trainable));
    }
}

impl Forward for Residual {}

impl LayerKind for Concatenate {
    fn set_trainable(&mut self, trainable: bool) {
        let inside = self.branches.iter_mut().flatten();
        inside.for_each(|layer| layer.kind_mut().set_trainable(trainable));
    }
}

impl Forward for Concatenate {}

impl LayerKind for Add {}

impl Forward for Add {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Shape;

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
