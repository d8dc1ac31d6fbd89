//! The windows of convolutions and pools: how they move over a picture, and what padding they need.

use serde::{Deserialize, Serialize};

use crate::kernels::ConvParams;
use crate::network::Shape;

/// One number for both axes, or `[height, width]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "sizes and strides must be a whole number, or two of them, [rows, columns]")]
pub enum Pair {
    /// The same for height and width.
    Same(usize),
    /// Height, then width.
    Each([usize; 2]),
}

impl Pair {
    /// `[height, width]`.
    #[must_use]
    pub fn get(self) -> [usize; 2] {
        match self {
            Self::Same(both) => [both, both],
            Self::Each(each) => each,
        }
    }

    pub(crate) fn one() -> Self {
        Self::Same(1)
    }

    pub(crate) fn two() -> Self {
        Self::Same(2)
    }
}

/// How a window treats the border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Padding {
    /// Windows lie inside the picture.
    #[default]
    Valid,
    /// `out = ceil(in / stride)`; if the padding is odd, the extra row is at the bottom and the extra column at the right.
    Same,
}

/// A window as Keras describes it, before the picture's size decides the padding. Every array is `[height, width]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WindowSpec {
    pub(crate) size: [usize; 2],
    pub(crate) strides: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) padding: Padding,
}

impl WindowSpec {
    /// The rows and columns of the output for an input of this shape, and the geometry with its padding.
    ///
    /// # Errors
    ///
    /// A size is 0 or too large, or the window does not fit; a clause that names the shapes.
    pub(crate) fn slide(&self, input: Shape) -> Result<([usize; 2], ConvParams), String> {
        let [rows, columns, _] = input.image()?;
        let Self { size, strides, dilation, padding } = *self;
        let [height, width] = size;
        if [height, width].iter().chain(&strides).chain(&dilation).any(|&n| !(1..=64).contains(&n)) {
            return Err("needs a window, strides and dilationRate from 1 to 64".into());
        }
        if strides != [1, 1] && dilation != [1, 1] {
            return Err("cannot have both strides and dilationRate above 1".into());
        }
        let reach = [(height - 1) * dilation[0] + 1, (width - 1) * dilation[1] + 1];
        match (slide(rows, reach[0], strides[0], padding), slide(columns, reach[1], strides[1], padding)) {
            (Some((rows, vertical)), Some((columns, horizontal))) => {
                Ok(([rows, columns], ConvParams { size, strides, dilation, pads: [vertical, horizontal] }))
            }
            _ => Err(format!(
                "has a window of ({}, {}) that does not fit into its input {input}; use padding \"same\", a smaller window or larger pictures",
                reach[0], reach[1]
            )),
        }
    }
}

/// The size of the output along one axis, and the padding before and after it.
///
/// `same` is TensorFlow's rule: `out = ceil(in / stride)`, `pad = (out - 1) stride + window - in`; if that is odd, the
/// extra one is at the end.
fn slide(input: usize, window: usize, stride: usize, padding: Padding) -> Option<(usize, (usize, usize))> {
    match padding {
        Padding::Valid => Some((input.checked_sub(window)? / stride + 1, (0, 0))),
        Padding::Same => {
            let output = input.div_ceil(stride);
            let pad = ((output - 1) * stride + window).saturating_sub(input);
            Some((output, (pad / 2, pad - pad / 2)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_puts_the_extra_one_at_the_end() {
        assert_eq!(slide(75, 2, 1, Padding::Same), Some((75, (0, 1))));
        assert_eq!(slide(75, 3, 2, Padding::Same), Some((38, (1, 1))));
        assert_eq!(slide(6, 3, 2, Padding::Same), Some((3, (0, 1))));
        assert_eq!(slide(75, 2, 2, Padding::Valid), Some((37, (0, 0))));
        assert_eq!(slide(2, 3, 1, Padding::Valid), None);
    }
}
