//! Layers that scale values, or change their order or the size of the picture.

use burn::tensor::{Tensor, ops::PadMode};
use serde::{Deserialize, Serialize};

use super::kind::{Forward, LayerKind, layer_arguments};
use crate::network::{Flow, ForwardContext, Shape};

layer_arguments! {
    /// `x * scale + offset`.
    Rescaling {
        pub scale: f64,
        #[serde(default)] pub offset: f64,
    }

    /// Rows, columns and channels in one vector; channels vary fastest, as in Keras.
    Flatten {}

    /// The same values, in the same order, in another shape: `[units]` or `[rows, columns, channels]`, in which one number may
    /// be -1, for what is left.
    Reshape { pub target_shape: Vec<i64>, }

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
}

impl Forward for Rescaling {
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
}

impl Forward for Flatten {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        Flow::Vector(x.flat())
    }
}

impl Reshape {
    /// The axes of the output.
    fn axes(&self, input: Shape) -> Option<Vec<usize>> {
        let given = self.target_shape.iter().filter(|&&axis| axis != -1);
        let given =
            given.map(|&axis| usize::try_from(axis).ok().filter(|&axis| axis > 0)).collect::<Option<Vec<_>>>()?;
        let product = given.iter().try_fold(1usize, |product, &axis| product.checked_mul(axis))?;
        let left = match self.target_shape.len() - given.len() {
            0 if product == input.len() => 1,
            1 if input.len().is_multiple_of(product) => input.len() / product,
            _ => return None,
        };
        Some(self.target_shape.iter().map(|&axis| usize::try_from(axis).unwrap_or(left)).collect())
    }
}

impl LayerKind for Reshape {
    fn output(&self, input: Shape) -> Result<Shape, String> {
        match self.axes(input).as_deref() {
            Some(&[units]) => Ok(Shape::Vector(units)),
            Some(&[rows, columns, channels]) => Ok(Shape::Image([rows, columns, channels])),
            _ => Err(format!(
                "cannot make {:?} of its input {input}; a targetShape has one number or three, with as many values",
                self.target_shape
            )),
        }
    }
}

impl Forward for Reshape {
    fn forward(&self, x: Flow, context: &mut ForwardContext<'_>) -> Flow {
        let shape = self.output(context.input).expect("a checked layer can make its shape");
        Flow::from_flat(x.flat(), shape)
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
}

impl Forward for ZeroPadding2D {
    fn forward(&self, x: Flow, _context: &mut ForwardContext<'_>) -> Flow {
        let [[top, bottom], [left, right]] = self.padding.get();
        Flow::Image(x.image().pad([(top, bottom), (left, right), (0, 0)], PadMode::Constant(0.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_may_leave_one_axis_open() {
        let reshaped =
            |target: &[i64]| Reshape { target_shape: target.to_vec(), name: None }.output(Shape::Image([8, 8, 3]));
        assert_eq!(reshaped(&[4, -1, 6]), Ok(Shape::Image([4, 8, 6])));
        assert_eq!(reshaped(&[-1]), Ok(Shape::Vector(192)));
        let wrong: [&[i64]; 7] =
            [&[5, -1, 6], &[-1, -1, 3], &[], &[8, 24], &[0, -1, 3], &[-2, 8, 12], &[i64::MAX, i64::MAX, 3]];
        for target in wrong {
            assert!(reshaped(target).unwrap_err().starts_with("cannot make ["), "{target:?}");
        }
    }
}
