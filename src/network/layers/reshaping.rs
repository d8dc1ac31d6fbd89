//! Layers that scale values, or change their order or the size of the picture.

use burn::tensor::{Tensor, ops::PadMode};
use serde::{Deserialize, Serialize};

use super::kind::{LayerKind, layer_arguments};
use crate::network::{Flow, ForwardContext, Shape};

layer_arguments! {
    /// `x * scale + offset`.
    Rescaling {
        pub scale: f64,
        #[serde(default)] pub offset: f64,
    }

    /// Rows, columns and channels in one vector; channels vary fastest, as in Keras.
    Flatten {}

    /// Rows and columns of zeros around a picture.
    ZeroPadding2D { #[serde(default)] pub padding: Border, }
}

/// How many rows and columns of zeros: one number, `[rows, columns]` on both sides, or
/// `[[top, bottom], [left, right]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "padding must be a whole number, [rows, columns], or [[top, bottom], [left, right]]")]
pub enum Border {
    Same(usize),
    Each([usize; 2]),
    Sides([[usize; 2]; 2]),
}

impl Default for Border {
    fn default() -> Self {
        Self::Same(1)
    }
}

impl Border {
    /// `[[top, bottom], [left, right]]`.
    #[must_use]
    pub fn get(self) -> [[usize; 2]; 2] {
        match self {
            Self::Same(all) => [[all, all], [all, all]],
            Self::Each([rows, columns]) => [[rows, rows], [columns, columns]],
            Self::Sides(sides) => sides,
        }
    }
}

impl LayerKind for Rescaling {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        match self.scale.is_finite() && self.offset.is_finite() {
            true => Ok(input),
            false => Err("needs a finite scale and offset".into()),
        }
    }

    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        x.each(|x| self.apply(x), |x| self.apply(x))
    }
}

impl Rescaling {
    fn apply<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let scaled = x * self.scale;
        if self.offset == 0.0 { scaled } else { scaled + self.offset }
    }
}

impl LayerKind for Flatten {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        Ok(Shape::Vector(input.len()))
    }

    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        match x {
            Flow::Image(x) => Flow::Vector(x.flatten(1, 3)),
            vector @ Flow::Vector(_) => vector,
        }
    }
}

impl LayerKind for ZeroPadding2D {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        let [rows, columns, channels] = input.image()?;
        let [[top, bottom], [left, right]] = self.padding.get();
        match [top, bottom, left, right].iter().all(|&side| side <= 64) {
            true => Ok(Shape::Image([top + rows + bottom, left + columns + right, channels])),
            false => Err("needs a padding of at most 64 on each side".into()),
        }
    }

    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        let [[top, bottom], [left, right]] = self.padding.get();
        Flow::Image(x.image().pad([(top, bottom), (left, right), (0, 0)], PadMode::Constant(0.0)))
    }
}
