//! Where a thread works, and what windows see: indices that the kernels share.

use cubecl::prelude::*;

use super::geometry::Geometry;

/// The vector of channels, the column, the row and the picture of a vector among pictures of so many vectors a
/// pixel, columns and rows.
#[cube]
pub(super) fn place(at: usize, #[comptime] sizes: (usize, usize, usize)) -> (usize, usize, usize, usize) {
    let (groups, columns, rows) = sizes;
    let column = at / groups % columns;
    let row = at / comptime!(groups * columns) % rows;
    (at % groups, column, row, at / comptime!(groups * columns * rows))
}

/// Whether a place is one of `length` that lie `apart` behind a border, and which; the first where it is not.
#[cube]
pub(super) fn inside(at: usize, before: usize, #[comptime] axis: (usize, usize)) -> (bool, usize) {
    let (length, apart) = axis;
    let mut there = both(at >= before, at < before + comptime!((length - 1) * apart + 1));
    // Nothing is subtracted that might not be there: an index has no sign.
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

/// Whether the window of a pixel of the output, `(row, column)`, sees one at this place, and its number among all.
#[cube]
pub(super) fn seen(
    picture: usize,
    of: (usize, usize),
    place: (usize, usize),
    #[comptime] plan: Geometry,
) -> (bool, usize) {
    let at = of.0 * comptime!(plan.strides[0]) + place.0 * comptime!(plan.dilation[0]);
    let (row_there, row) = inside(at, plan.before[0], comptime!((plan.rows, 1)));
    let at = of.1 * comptime!(plan.strides[1]) + place.1 * comptime!(plan.dilation[1]);
    let (there, column) = inside(at, plan.before[1], comptime!((plan.columns, 1)));
    (both(row_there, there), (picture * plan.rows + row) * plan.columns + column)
}

/// Whether a pixel of the output sees this pixel, `(row, column)`, at this place of its window, and its row and column.
#[cube]
pub(super) fn seeing(of: (usize, usize), place: (usize, usize), #[comptime] plan: Geometry) -> (bool, usize, usize) {
    let behind = place.0 * comptime!(plan.dilation[0]);
    let rows = comptime!((plan.out_rows, plan.strides[0]));
    let (row_there, row) = inside(of.0 + comptime!(plan.before[0]), behind, rows);
    let behind = place.1 * comptime!(plan.dilation[1]);
    let columns = comptime!((plan.out_columns, plan.strides[1]));
    let (there, column) = inside(of.1 + comptime!(plan.before[1]), behind, columns);
    (both(row_there, there), row, column)
}
