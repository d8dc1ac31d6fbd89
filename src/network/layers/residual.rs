//! Branches that part and meet again.

use serde::{Deserialize, Serialize};

use super::{LayerConfig, LayerKind};

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

/// The sum of the two branches of a [`Residual`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Add {
    /// The name of the block.
    pub name: Option<String>,
}

impl LayerKind for Residual {
    fn class_name(&self) -> &'static str {
        "Residual"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn set_trainable(&mut self, trainable: bool) {
        let inside = self.layers.iter_mut().chain(&mut self.shortcut);
        inside.for_each(|layer| layer.kind_mut().set_trainable(trainable));
    }
}

impl LayerKind for Add {
    fn class_name(&self) -> &'static str {
        "Add"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}
