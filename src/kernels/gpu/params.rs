//! The sizes that the kernels of a convolution or a pool are compiled for. Only the number of pictures is an argument.

use std::collections::BTreeSet;
use tabfit_kernels::ConvParams;

use super::tile::Tile;

/// The picture, the output and the window of one launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LaunchParams {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) inputs: usize,
    pub(super) out_rows: usize,
    pub(super) out_columns: usize,
    pub(super) outputs: usize,
    pub(super) size: [usize; 2],
    pub(super) strides: [usize; 2],
    pub(super) dilation: [usize; 2],
    /// The rows of padding above the picture, and the columns left of it.
    pub(super) before: [usize; 2],
}

impl LaunchParams {
    pub(super) fn new(x: [usize; 4], outputs: usize, conv: ConvParams) -> Self {
        let [_, rows, columns, inputs] = x;
        let [out_rows, out_columns] = conv.output([rows, columns]);
        let ConvParams { size, strides, dilation, pads } = conv;
        let before = [pads[0].0, pads[1].0];
        Self { rows, columns, inputs, out_rows, out_columns, outputs, size, strides, dilation, before }
    }

    pub(super) fn tile(&self) -> Tile {
        Tile::convolution([self.out_rows, self.out_columns], self.outputs, self.size[1])
    }

    /// The columns of the picture that `columns` neighbouring columns of the output read through `taps` neighbouring
    /// columns of the kernel, relative to the first.
    pub(super) fn columns_read(&self, columns: usize, taps: usize) -> Vec<usize> {
        let each = |tap| (0..columns).map(move |column| self.column_read(column, tap));
        (0..taps).flat_map(each).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The column of the picture that a column of the output reads through a column of the kernel.
    pub(super) fn column_read(&self, column: usize, tap: usize) -> usize {
        column * self.strides[1] + tap * self.dilation[1]
    }
}
