//! Index arithmetic that the kernels share.

use cubecl::prelude::*;

use super::params::LaunchParams;

/// The vector of channels, the column, the row and the picture of the vector at index `at`. `sizes` are the vectors of
/// a pixel, the columns and the rows of a picture.
#[cube]
pub(super) fn coordinates(at: usize, #[comptime] sizes: (usize, usize, usize)) -> (usize, usize, usize, usize) {
    let (groups, columns, rows) = sizes;
    let column = at / groups % columns;
    let row = at / comptime!(groups * columns) % rows;
    (at % groups, column, row, at / comptime!(groups * columns * rows))
}

/// Returns whether position `at` of a padded axis holds a pixel, and its index (0 if it does not). The `length` pixels
/// lie `apart` from each other, after `before` positions of padding.
#[cube]
pub(super) fn inside(at: usize, before: usize, #[comptime] axis: (usize, usize)) -> (bool, usize) {
    let (length, apart) = axis;
    let mut there = both(at >= before, at < before + comptime!((length - 1) * apart + 1));
    // An index is unsigned, so the difference must never be negative.
    let mut from = select(there, at, before) - before;
    if comptime!(apart != 1) {
        there = both(there, from.is_multiple_of(apart));
        from /= apart;
    }
    (there, from)
}

/// `a && b` without a branch.
#[cube]
pub(super) fn both(a: bool, b: bool) -> bool {
    select(a, b, false)
}

/// Whether the window of the output's pixel `of`, `(row, column)`, has a pixel of the picture at this place, and the
/// index of that pixel among those of all pictures.
#[cube]
pub(super) fn window_pixel(
    picture: usize,
    of: (usize, usize),
    place: (usize, usize),
    #[comptime] params: LaunchParams,
) -> (bool, usize) {
    let at = of.0 * comptime!(params.strides[0]) + place.0 * comptime!(params.dilation[0]);
    let (row_there, row) = inside(at, params.before[0], comptime!((params.rows, 1)));
    let at = of.1 * comptime!(params.strides[1]) + place.1 * comptime!(params.dilation[1]);
    let (there, column) = inside(at, params.before[1], comptime!((params.columns, 1)));
    (both(row_there, there), (picture * params.rows + row) * params.columns + column)
}

/// Whether the picture's pixel `of`, `(row, column)`, lies at this place of the window of a pixel of the output, and the
/// row and column of that one.
#[cube]
pub(super) fn output_pixel(
    of: (usize, usize),
    place: (usize, usize),
    #[comptime] params: LaunchParams,
) -> (bool, usize, usize) {
    let behind = place.0 * comptime!(params.dilation[0]);
    let rows = comptime!((params.out_rows, params.strides[0]));
    let (row_there, row) = inside(of.0 + comptime!(params.before[0]), behind, rows);
    let behind = place.1 * comptime!(params.dilation[1]);
    let columns = comptime!((params.out_columns, params.strides[1]));
    let (there, column) = inside(of.1 + comptime!(params.before[1]), behind, columns);
    (both(row_there, there), row, column)
}
