//! Tensors that lie one after another in one buffer, so that one launch reads or changes all of them.

use std::ops::Range;

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{empty, grid, lanes};

/// Each tensor begins at a multiple of so many values, 256 bytes, where every WebGPU device can bind a buffer.
const ALIGNMENT: usize = 64;

/// Where tensors lie in a buffer, in values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout(Vec<Range<usize>>);

impl Layout {
    pub(super) fn of(tensors: &[CubeTensor]) -> Self {
        let mut end: usize = 0;
        let place = |tensor: &CubeTensor| {
            let start = end.next_multiple_of(ALIGNMENT);
            end = start + tensor.meta.shape().num_elements();
            start..end
        };
        Self(tensors.iter().map(place).collect())
    }

    /// The values of the buffer.
    pub(super) fn length(&self) -> usize {
        self.0.last().map_or(0, |last| padded(last.end))
    }

    /// Where one of the tensors lies.
    pub(super) fn place(&self, index: usize) -> Range<usize> {
        self.0[index].clone()
    }

    /// Where neighbouring tensors lie, with what lies between and behind them.
    pub(super) fn places(&self, indices: Range<usize>) -> Range<usize> {
        self.0[indices.start].start..padded(self.0[indices.end - 1].end)
    }

    /// The tensors of a buffer, as views of it.
    pub(super) fn views(&self, flat: &CubeTensor) -> Vec<CubeTensor> {
        self.0.iter().map(|place| view(flat, place.clone())).collect()
    }
}

/// The next place where a tensor can begin.
pub(super) fn padded(length: usize) -> usize {
    length.next_multiple_of(ALIGNMENT)
}

/// Some values of a flat tensor that is a whole buffer.
pub(super) fn view(flat: &CubeTensor, place: Range<usize>) -> CubeTensor {
    let size = flat.elem_size();
    let behind = flat.meta.shape().num_elements() - place.end;
    let handle = flat.handle.clone().offset_start((place.start * size) as u64).offset_end((behind * size) as u64);
    CubeTensor::new_contiguous(flat.client.clone(), flat.device.clone(), [place.len()].into(), handle, flat.dtype)
}

/// The buffer of a tensor by a number of its own, and which values of it the tensor is.
pub(super) fn location(tensor: &CubeTensor) -> (usize, Range<usize>) {
    let size = tensor.elem_size();
    let (id, start, end) = tensor.handle.clone().binding().claim_key();
    (id.value, start as usize / size..end as usize / size)
}

/// The buffer that holds these tensors as the layout says, and nothing else: theirs, if they lie so already, or else a new one.
/// Only the caller holds it, so that it may be changed in place.
pub(super) fn joined(mut tensors: Vec<CubeTensor>, layout: &Layout) -> CubeTensor {
    let length = layout.length();
    let (buffer, _) = location(&tensors[0]);
    let whole = tensors[0].handle.size() as usize == length * tensors[0].elem_size();
    let in_place = |(index, tensor)| location(tensor) == (buffer, layout.place(index));
    if whole && tensors.iter().enumerate().all(in_place) {
        let CubeTensor { client, mut handle, device, dtype, .. } = tensors.swap_remove(0);
        drop(tensors); // they count as holders of the buffer
        (handle.offset_start, handle.offset_end) = (None, None);
        let flat = CubeTensor::new_contiguous(client, device, [length].into(), handle, dtype);
        return if flat.can_mut() { flat } else { flat.copy() };
    }
    let flat = empty(&tensors[0], [length]);
    for (tensor, to) in tensors.into_iter().zip(layout.views(&flat)) {
        let length = tensor.meta.shape().num_elements();
        let (client, lanes) = (tensor.client.clone(), lanes(length));
        let (count, dim) = grid(&client, length / lanes);
        copied::launch(&client, count, dim, lanes, tensor.into_tensor_arg(), to.into_tensor_arg());
    }
    flat
}

#[cube(launch)]
fn copied<N: Size>(from: &Tensor<Vector<f32, N>>, to: &mut Tensor<Vector<f32, N>>) {
    if ABSOLUTE_POS < to.len() {
        to[ABSOLUTE_POS] = from[ABSOLUTE_POS];
    }
}
