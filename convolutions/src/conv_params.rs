//! The geometry of a convolution or a pool.

/// The window of a convolution or a pool, and how it moves over a picture. Every array is `[rows, columns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvParams {
    /// The rows and columns of the window that are read, from 1.
    pub size: [usize; 2],
    /// The distance from one window to the next, from 1.
    pub strides: [usize; 2],
    /// The distance from one pixel of the window to the next, from 1; 0 in [`Self::DENSE`].
    pub dilation: [usize; 2],
    /// The rows and columns of padding, `[(top, bottom), (left, right)]`, each smaller than [`Self::reach`].
    pub pads: [(usize, usize); 2],
}

impl ConvParams {
    /// Reads every pixel by itself.
    pub const POINTWISE: Self = Self { size: [1, 1], strides: [1, 1], dilation: [1, 1], pads: [(0, 0), (0, 0)] };

    /// A fully connected layer: a pointwise convolution of one row of pixels, each of which is an example. A window of one
    /// pixel has no distances, so this one tells it from a convolution of a picture with one row.
    pub const DENSE: Self = Self { dilation: [0, 0], ..Self::POINTWISE };

    /// The rows and columns that the window covers, the gaps of its dilation included.
    #[must_use]
    pub fn reach(&self) -> [usize; 2] {
        [0, 1].map(|axis| (self.size[axis] - 1) * self.dilation[axis] + 1)
    }

    /// The rows and columns of the output for a picture with these rows and columns.
    #[must_use]
    pub fn output(&self, input: [usize; 2]) -> [usize; 2] {
        let padded = [0, 1].map(|axis| self.pads[axis].0 + input[axis] + self.pads[axis].1);
        [0, 1].map(|axis| (padded[axis] - self.reach()[axis]) / self.strides[axis] + 1)
    }

    /// The zeros above and left of the output's gradient when it is convolved into the input's gradient.
    #[must_use]
    pub fn input_gradient_pads(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.reach()[axis] - 1 - self.pads[axis].0)
    }
}
