//! What the kernels of a convolution are compiled for.

use burn_cubecl::tensor::CubeTensor;
use tabfit_kernels::ConvParams;

use super::launch::{empty, lanes};
use super::{params::LaunchParams, tile::Tile};

/// The sizes, what is fused, and the tile of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Plan {
    pub(super) params: LaunchParams,
    /// The distance between two pixels of the picture once it is spread; zeros lie between them.
    pub(super) apart: [usize; 2],
    pub(super) biased: bool,
    pub(super) relu: bool,
    /// Whether the kernel is rotated by half a turn, and its inputs and outputs are exchanged.
    pub(super) rotated: bool,
    pub(super) tile: Tile,
}

impl Plan {
    pub(super) fn forward(x: [usize; 4], outputs: usize, conv: ConvParams, relu: bool) -> Self {
        let params = LaunchParams::new(x, outputs, conv);
        Self { params, apart: [1, 1], biased: true, relu, rotated: false, tile: params.tile() }
    }

    /// The gradient of a convolution's input is a convolution of the output's gradient, its pixels spread `strides`
    /// apart, with the rotated kernel.
    pub(super) fn input_gradient(gradient: [usize; 4], input: [usize; 2], channels: usize, conv: ConvParams) -> Self {
        let [_, rows, columns, inputs] = gradient;
        let params = LaunchParams {
            rows,
            columns,
            inputs,
            out_rows: input[0],
            out_columns: input[1],
            outputs: channels,
            size: conv.size,
            strides: [1, 1],
            dilation: conv.dilation,
            before: conv.input_gradient_pads(),
        };
        Self { params, apart: conv.strides, biased: false, relu: false, rotated: true, tile: params.tile() }
    }

    /// A convolution with `ReLU`, and then this pool; `None` for a pool whose windows do not fit tiles.
    pub(super) fn pooled(x: [usize; 4], outputs: usize, conv: ConvParams, pool: ConvParams) -> Option<Self> {
        let plan = Self::forward(x, outputs, conv, true);
        let LaunchParams { out_rows, out_columns, .. } = plan.params;
        let even = out_rows.is_multiple_of(2) && out_columns.is_multiple_of(2);
        let fits = even && pool == ConvParams { size: [2, 2], strides: [2, 2], ..ConvParams::POINTWISE };
        fits.then(|| Self { tile: plan.tile.of_windows(out_columns), ..plan })
    }

    /// The threads for so many pictures.
    pub(super) fn threads(&self, batch: usize) -> usize {
        let LaunchParams { out_rows, out_columns, outputs, .. } = self.params;
        let tiles = batch * out_rows.div_ceil(self.tile.rows) * out_columns.div_ceil(self.tile.columns);
        tiles * (outputs / lanes(outputs) / self.tile.vectors)
    }

    /// A tensor for the result, on the device of another one.
    pub(super) fn empty_output(&self, like: &CubeTensor, batch: usize) -> CubeTensor {
        let LaunchParams { out_rows, out_columns, outputs, .. } = self.params;
        empty(like, [batch, out_rows, out_columns, outputs])
    }

    /// The columns of the picture that the tile reads of one row, relative to the first.
    pub(super) fn columns(&self) -> Vec<usize> {
        self.params.columns_read(self.tile.columns, self.tile.taps)
    }

    /// The index among [`Self::columns`] of the column that a pixel reads.
    pub(super) fn column(&self, pixel: usize, tap: usize) -> usize {
        self.columns().binary_search(&self.params.column_read(pixel, tap)).expect("the columns are those that are read")
    }
}
