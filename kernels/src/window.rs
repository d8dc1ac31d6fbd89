//! The pixels inside a window.

use tabfit_convolutions::ConvParams;

/// The part of an output pixel's window that lies inside the picture, from the top left:
/// `(index in the window, index of the picture's pixel)`.
pub(crate) fn window(
    pixel: [usize; 2],
    [rows, columns]: [usize; 2],
    ConvParams { size, strides, dilation, pads }: ConvParams,
) -> impl Iterator<Item = (usize, usize)> {
    let at = move |axis: usize, offset: usize, length: usize| {
        (pixel[axis] * strides[axis] + offset * dilation[axis]).checked_sub(pads[axis].0).filter(|&at| at < length)
    };
    let ys = (0..size[0]).filter_map(move |offset| at(0, offset, rows).map(|y| (offset, y)));
    ys.flat_map(move |(row, y)| {
        let xs = (0..size[1]).filter_map(move |offset| at(1, offset, columns).map(|x| (offset, x)));
        xs.map(move |(column, x)| (row * size[1] + column, y * columns + x))
    })
}
