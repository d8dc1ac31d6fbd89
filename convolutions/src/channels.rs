//! A picture, a few channels at a time.

use std::ops::Range;

use pulp::Simd;

use crate::conv_params::ConvParams;
use crate::panels::VECTORS;
use crate::registers::copy;

/// A picture that is read a few neighbouring channels at a time, with its padding, its pixels perhaps spread apart.
pub(crate) struct Channels<'a> {
    /// `[rows, columns, channels]`.
    pub(crate) values: &'a [f32],
    pub(crate) picture: [usize; 3],
    /// The distance of its pixels' rows and columns, from 1; between them are zeros.
    pub(crate) apart: [usize; 2],
    /// The rows and columns of zeros around it.
    pub(crate) pads: [(usize, usize); 2],
}

impl Channels<'_> {
    pub(crate) fn channels(&self) -> usize {
        self.picture[2]
    }

    fn whole(&self, axis: usize) -> usize {
        self.pads[axis].0 + (self.picture[axis] - 1) * self.apart[axis] + 1 + self.pads[axis].1
    }

    /// The columns with padding and gaps.
    pub(crate) fn whole_columns(&self) -> usize {
        self.whole(1)
    }

    /// The rows of the window of an output row that do not lie outside the picture.
    pub(crate) fn rows_inside(&self, row: usize, params: ConvParams) -> Range<usize> {
        let (begin, dilation) = (row * params.strides[0], params.dilation[0]);
        let [first, end] = [self.pads[0].0, self.whole(0) - self.pads[0].1];
        first.saturating_sub(begin).div_ceil(dilation)..end.saturating_sub(begin).div_ceil(dilation).min(params.size[0])
    }

    /// A panel for [`Self::pack`], as long as the picture has pixels, padding included.
    pub(crate) fn zeros<S: Simd>(&self) -> Vec<f32> {
        vec![0.0; self.whole(0) * self.whole(1) * VECTORS * S::F32_LANES]
    }

    /// Writes the channels from `first` on into the panel's pixels. What lies beyond the last channel, and the padding,
    /// stay as they are.
    #[inline(always)]
    pub(crate) fn pack<S: Simd>(&self, first: usize, panel: &mut [f32]) {
        let [_, columns, channels] = self.picture;
        let width = VECTORS * S::F32_LANES;
        for (row, values) in self.values.chunks_exact(columns * channels).enumerate() {
            let begin = (self.pads[0].0 + row * self.apart[0]) * self.whole(1) + self.pads[1].0;
            let pixels = panel[begin * width..].chunks_mut(self.apart[1] * width);
            for (pixel, to) in values.chunks_exact(channels).zip(pixels) {
                copy::<S, VECTORS>(&pixel[first..], &mut to[..width]);
            }
        }
    }
}
