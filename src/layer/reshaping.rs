//! Values scaled or laid out anew.

use serde::{Deserialize, Serialize};

use super::LayerKind;
use crate::{
    pass::{Flow, Pass},
    shape::Shape,
};

/// `x * scale + offset`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct Rescaling {
    pub scale: f64,
    #[serde(default)]
    pub offset: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Rows, columns and channels in one vector, channels fastest, as Keras lays them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the arguments are Keras's, under Keras's names")]
pub struct Flatten {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl LayerKind for Rescaling {
    fn class_name(&self) -> &'static str {
        "Rescaling"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        match self.scale.is_finite() && self.offset.is_finite() {
            true => Ok(input),
            false => Err("needs a finite scale and offset".into()),
        }
    }

    fn forward(&self, x: Flow, _pass: &mut Pass<'_>) -> Flow {
        x.each(|x| x * self.scale + self.offset, |x| x * self.scale + self.offset)
    }
}

impl LayerKind for Flatten {
    fn class_name(&self) -> &'static str {
        "Flatten"
    }

    fn given_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn output(&self, input: Shape) -> Result<Shape, String> {
        Ok(Shape::Vector(input.len()))
    }

    fn forward(&self, x: Flow, _pass: &mut Pass<'_>) -> Flow {
        match x {
            // Keras flattens with channels fastest, so a Dense kernel means the same here and there.
            Flow::Image(x) => Flow::Vector(x.permute([0, 2, 3, 1]).flatten(1, 3)),
            vector @ Flow::Vector(_) => vector,
        }
    }
}
