//! Activations on their own.

use serde::{Deserialize, Serialize};

use super::LayerKind;
use crate::{
    activation::Activation,
    pass::{Flow, Pass},
    shape::Shape,
};

/// An activation on its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct ActivationLayer {
    pub activation: Activation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl LayerKind for ActivationLayer {
    fn class_name(&self) -> &'static str {
        "Activation"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        match (self.activation, input) {
            (Activation::Softmax, Shape::Image(_)) => Err("applies softmax to a picture; put it after Flatten".into()),
            _ => Ok(input),
        }
    }

    fn forward(&self, x: Flow, pass: &mut Pass<'_>) -> Flow {
        x.activate(pass.unless_last(self.activation))
    }
}
