//! Pictures with a border of zeros.

use std::borrow::Cow;

use crate::conv_params::ConvParams;

/// One picture, `[rows, columns, channels]`, with the padding that a convolution needs.
pub(crate) struct Bordered<'a> {
    pub(crate) values: Cow<'a, [f32]>,
    pub(crate) columns: usize,
    pub(crate) channels: usize,
}

impl<'a> Bordered<'a> {
    pub(crate) fn new(picture: &'a [f32], [rows, columns, channels]: [usize; 3], pads: [(usize, usize); 2]) -> Self {
        if pads == [(0, 0), (0, 0)] {
            return Self { values: Cow::Borrowed(picture), columns, channels };
        }
        let [(top, bottom), (left, right)] = pads;
        let whole = [top + rows + bottom, left + columns + right];
        Self::spread(picture, [rows, columns, channels], [1, 1], [top, left], whole)
    }

    /// A picture of `whole` rows and columns that is 0 except for the given pixels, which lie `apart` from each
    /// other, the first one at row and column `before`.
    pub(crate) fn spread(
        picture: &[f32],
        [rows, columns, channels]: [usize; 3],
        apart: [usize; 2],
        before: [usize; 2],
        whole: [usize; 2],
    ) -> Self {
        let mut values = vec![0.0; whole[0] * whole[1] * channels];
        for row in 0..rows {
            let from = &picture[row * columns * channels..][..columns * channels];
            let to = &mut values[((before[0] + row * apart[0]) * whole[1] + before[1]) * channels..];
            if apart[1] == 1 {
                to[..from.len()].copy_from_slice(from);
            } else {
                let pixels = to.chunks_mut(apart[1] * channels).zip(from.chunks_exact(channels));
                pixels.for_each(|(to, from)| to[..channels].copy_from_slice(from));
            }
        }
        Self { values: Cow::Owned(values), columns: whole[1], channels }
    }

    /// The runs of a window, in the order of the kernel's rows.
    pub(crate) fn runs(&self, params: ConvParams) -> Vec<Run> {
        let [rows, columns] = params.size;
        let row = self.columns * self.channels;
        // Without dilation, the pixels of a window's row are neighbours and form a single run.
        let (steps, length) =
            if params.dilation[1] == 1 { (1, columns * self.channels) } else { (columns, self.channels) };
        let places = (0..rows).flat_map(|y| (0..steps).map(move |x| (y, x)));
        let run = |(index, (y, x)): (usize, (usize, usize))| Run {
            begin: y * params.dilation[0] * row + x * params.dilation[1] * self.channels,
            kernel: index * length,
            length,
        };
        places.enumerate().map(run).collect()
    }
}

/// Neighbouring values of a window whose kernel rows are neighbours too.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    /// The index of the first number, counted from the window's first.
    pub(crate) begin: usize,
    /// The index of the kernel's first row.
    pub(crate) kernel: usize,
    pub(crate) length: usize,
}
