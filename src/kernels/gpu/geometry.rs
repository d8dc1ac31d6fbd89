//! The sizes that a convolution's kernels are compiled for; only the number of pictures is told at run time.

use super::super::Stride;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Geometry {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) inputs: usize,
    pub(super) out_rows: usize,
    pub(super) out_columns: usize,
    pub(super) outputs: usize,
    pub(super) size: [usize; 2],
    pub(super) strides: [usize; 2],
    pub(super) dilation: [usize; 2],
    /// Where the picture begins inside its border.
    pub(super) before: [usize; 2],
}

impl Geometry {
    pub(super) fn new(x: [usize; 4], outputs: usize, stride: Stride) -> Self {
        let [_, rows, columns, inputs] = x;
        let [out_rows, out_columns] = stride.output([rows, columns]);
        let Stride { size, strides, dilation, pads } = stride;
        let before = [pads[0].0, pads[1].0];
        Self { rows, columns, inputs, out_rows, out_columns, outputs, size, strides, dilation, before }
    }
}
