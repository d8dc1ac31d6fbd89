//! Windows that go over pictures in steps.

/// A window and the steps it takes; every number is for `[rows, columns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stride {
    /// The numbers that are looked at, from 1.
    pub size: [usize; 2],
    /// From one window to the next, from 1.
    pub strides: [usize; 2],
    /// From one number of the window to the next, from 1.
    pub dilation: [usize; 2],
    /// Before and after the picture, each less than the window covers: `[(top, bottom), (left, right)]`.
    pub pads: [(usize, usize); 2],
}

impl Stride {
    /// One pixel after the other.
    pub const PIXEL: Self = Self { size: [1, 1], strides: [1, 1], dilation: [1, 1], pads: [(0, 0), (0, 0)] };

    /// The rows and columns of a picture that the window covers, those between its own included.
    #[must_use]
    pub fn reach(&self) -> [usize; 2] {
        [0, 1].map(|axis| (self.size[axis] - 1) * self.dilation[axis] + 1)
    }

    /// The rows and columns it makes of a picture.
    #[must_use]
    pub fn output(&self, input: [usize; 2]) -> [usize; 2] {
        let padded = [0, 1].map(|axis| self.pads[axis].0 + input[axis] + self.pads[axis].1);
        [0, 1].map(|axis| (padded[axis] - self.reach()[axis]) / self.strides[axis] + 1)
    }

    /// The border before the output's gradient, where the input's gradient is made of it.
    #[must_use]
    pub fn turned_before(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.reach()[axis] - 1 - self.pads[axis].0)
    }
}
