//! The sizes that a convolution's kernels are compiled for; only the number of pictures is told at run time.

use std::collections::BTreeSet;

use super::{super::Stride, tile::Tile};

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

    pub(super) fn tile(&self) -> Tile {
        Tile::convolution([self.out_rows, self.out_columns], self.outputs, self.size[1])
    }

    /// The columns of the picture, from the first on, that so many neighbouring columns of the output read
    /// through so many neighbouring columns of the kernel.
    pub(super) fn columns_read(&self, columns: usize, taps: usize) -> Vec<usize> {
        let each = |tap| (0..columns).map(move |column| self.column_read(column, tap));
        (0..taps).flat_map(each).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The column of the picture that one of the output reads through one of the kernel.
    pub(super) fn column_read(&self, column: usize, tap: usize) -> usize {
        column * self.strides[1] + tap * self.dilation[1]
    }
}
