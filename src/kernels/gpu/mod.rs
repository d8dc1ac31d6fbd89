//! The kernels on a GPU.
//!
//! Which kernel runs follows from the shapes alone: nothing is timed, so the first step is as fast as
//! the last, and every run computes the same bits.

mod adam;
mod convolution;
mod cross_entropy;
mod elementwise;
mod geometry;
mod pool_gradient;
mod sums;
mod tile;
mod weight_gradients;

use burn::{
    backend::{
        TensorMetadata, Wgpu,
        ops::{FloatTensorOps, ModuleOps},
        tensor::FloatTensor,
    },
    tensor::{IntDType, Shape, Slice},
};
use burn_cubecl::{kernel::into_contiguous, tensor::CubeTensor};
use cubecl::{CubeCount, CubeDim, calculate_cube_count_elemwise, client::Client};

pub use self::tile::tile_for_software;
use self::{
    convolution::{Plan, convolve},
    elementwise::relu_gradient,
    pool_gradient::{pool_gradient, tiles},
    weight_gradients::weight_gradients,
};
use super::{Adam, Kernels, Stride};
use crate::window::Pads;

type Values = FloatTensor<Wgpu>;

impl Kernels for Wgpu {
    fn convolution(x: Values, kernel: Values, bias: Values, stride: Stride, relu: bool) -> Values {
        let [_, _, _, outputs] = kernel.shape().dims();
        let plan = Plan::forward(x.shape().dims(), outputs, stride, relu);
        convolve(into_contiguous(x), into_contiguous(kernel), into_contiguous(bias), plan)
    }

    fn convolution_input_gradient(gradient: Values, kernel: Values, stride: Stride, input: [usize; 2]) -> Values {
        let [_, _, channels, _] = kernel.shape().dims();
        let plan = Plan::input_gradient(gradient.shape().dims(), input, channels, stride);
        let kernel = into_contiguous(kernel);
        convolve(into_contiguous(gradient), kernel.clone(), kernel, plan)
    }

    fn convolution_weight_gradients(x: Values, gradient: Values, stride: Stride) -> (Values, Values) {
        weight_gradients(into_contiguous(x), into_contiguous(gradient), stride)
    }

    fn relu_gradient(output: Values, gradient: Values) -> Values {
        relu_gradient(into_contiguous(output), into_contiguous(gradient))
    }

    fn cross_entropy(logits: Values, targets: Values) -> Values {
        cross_entropy::losses(into_contiguous(logits), into_contiguous(targets))
    }

    fn cross_entropy_gradient(logits: Values, targets: Values, gradient: Values) -> Values {
        cross_entropy::gradients([logits, targets, gradient].map(into_contiguous))
    }

    fn adam(weight: Values, gradient: Values, mean: Values, square: Values, adam: Adam) -> (Values, Values, Values) {
        adam::step([weight, gradient, mean, square].map(into_contiguous), adam)
    }

    fn max_pool(x: Values, stride: Stride) -> Values {
        let x = channels_first(bordered(x, stride));
        channels_last(Self::max_pool2d(x, stride.size, stride.strides, [0, 0], stride.dilation, false))
    }

    fn max_pool_gradient(x: Values, pooled: Values, gradient: Values, stride: Stride) -> Values {
        if tiles(&x.shape(), stride) {
            return pool_gradient([x, pooled, gradient].map(into_contiguous), stride);
        }
        let shape = x.shape();
        let (x, Stride { size, strides, dilation, pads }) = (channels_first(bordered(x, stride)), stride);
        let indices = Self::max_pool2d_with_indices(x.clone(), size, strides, [0, 0], dilation, false, IntDType::I32);
        let gradient = channels_first(gradient);
        let backward = Self::max_pool2d_with_indices_backward;
        let bordered = backward(x, size, strides, [0, 0], dilation, false, gradient, indices.indices).x_grad;
        Self::float_slice(channels_last(bordered), &inside(&shape, pads))
    }
}

/// Puts a border of minus infinity around pictures, which no window's largest value is.
fn bordered(x: Values, stride: Stride) -> Values {
    let (pads, shape) = (stride.pads, x.shape());
    if pads == [(0, 0), (0, 0)] {
        return x;
    }
    let mut whole: [usize; 4] = shape.dims();
    whole[1] += pads[0].0 + pads[0].1;
    whole[2] += pads[1].0 + pads[1].1;
    let border = Wgpu::float_full(Shape::new(whole), f32::NEG_INFINITY.into(), &x.device(), x.dtype().into());
    Wgpu::float_slice_assign(border, &inside(&shape, pads), x)
}

/// Where pictures of this shape lie inside their border.
fn inside(shape: &Shape, pads: Pads) -> [Slice; 4] {
    let [batch, rows, columns, channels] = shape.dims();
    let [(top, _), (left, _)] = pads;
    [(0, batch), (top, rows), (left, columns), (0, channels)].map(|(start, length)| Slice::from(start..start + length))
}

fn channels_first(x: Values) -> Values {
    Wgpu::float_permute(x, &[0, 3, 1, 2])
}

fn channels_last(x: Values) -> Values {
    Wgpu::float_permute(x, &[0, 2, 3, 1])
}

/// The workgroups, and the threads of each, that make at least so many threads.
fn grid(client: &Client, threads: usize) -> (CubeCount, CubeDim) {
    let dim = CubeDim::new(client, threads);
    (calculate_cube_count_elemwise(client, threads, dim), dim)
}

/// Room for numbers on the same device.
fn empty<const D: usize>(like: &CubeTensor, shape: [usize; D]) -> CubeTensor {
    let bytes = shape.iter().product::<usize>() * like.elem_size();
    let (client, device) = (like.client.clone(), like.device.clone());
    let memory = client.empty(bytes);
    CubeTensor::new_contiguous(client, device, shape.into(), memory, like.dtype)
}

/// The numbers of one vector: as many neighbouring channels as are read at once.
fn lanes(channels: usize) -> usize {
    if channels.is_multiple_of(4) { 4 } else { 1 }
}
