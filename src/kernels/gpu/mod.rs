//! The kernels on a GPU.
//!
//! Which kernel runs follows from the shapes alone: nothing is timed, so the first step is as fast as
//! the last, and every run computes the same bits.

mod adam;
mod convolution;
mod cross_entropy;
mod depthwise;
mod elementwise;
mod gather;
mod geometry;
mod place;
mod pool;
mod score;
mod sums;
mod tile;
mod weight_gradients;

use burn::backend::{
    TensorMetadata, Wgpu,
    tensor::{FloatTensor, IntTensor},
};
use burn_cubecl::{kernel::into_contiguous, tensor::CubeTensor};
use cubecl::{CubeCount, CubeDim, calculate_cube_count_elemwise, client::Client};

pub use self::tile::tile_for_software;
use self::{
    convolution::{Plan, convolve},
    elementwise::relu_gradient,
    pool::{pool, pool_gradient},
    weight_gradients::weight_gradients,
};
use super::{Adam, Kernels, Stride, gather::Gather, is_depthwise};

type Values = FloatTensor<Wgpu>;

impl Kernels for Wgpu {
    fn convolution(x: Values, kernel: Values, bias: Values, stride: Stride, relu: bool) -> Values {
        let [_, _, inputs, outputs] = kernel.shape().dims();
        if is_depthwise(&x.shape(), inputs) {
            return depthwise::forward(
                into_contiguous(x),
                into_contiguous(kernel),
                into_contiguous(bias),
                stride,
                relu,
            );
        }
        let plan = Plan::forward(x.shape().dims(), outputs, stride, relu);
        convolve(into_contiguous(x), into_contiguous(kernel), into_contiguous(bias), plan)
    }

    fn convolution_input_gradient(gradient: Values, kernel: Values, stride: Stride, input: [usize; 3]) -> Values {
        let [_, _, inputs, _] = kernel.shape().dims();
        let [rows, columns, channels] = input;
        if inputs != channels {
            return depthwise::input_gradient(into_contiguous(gradient), into_contiguous(kernel), stride, input);
        }
        let plan = Plan::input_gradient(gradient.shape().dims(), [rows, columns], channels, stride);
        let kernel = into_contiguous(kernel);
        convolve(into_contiguous(gradient), kernel.clone(), kernel, plan)
    }

    fn convolution_weight_gradients(x: Values, gradient: Values, stride: Stride, inputs: usize) -> (Values, Values) {
        if is_depthwise(&x.shape(), inputs) {
            return depthwise::weight_gradients(into_contiguous(x), into_contiguous(gradient), stride);
        }
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

    fn total(x: Values, factor: f32) -> Values {
        score::total(into_contiguous(x), factor)
    }

    fn total_gradient(gradient: Values, factor: f32, length: usize) -> Values {
        score::spread(into_contiguous(gradient), factor, length)
    }

    fn score(loss: Values, scores: Values, labels: IntTensor<Self>) -> Values {
        score::score(loss, into_contiguous(scores), into_contiguous(labels))
    }

    fn adam(
        weight: Values,
        gradient: Values,
        mean: Values,
        square: Values,
        rates: Values,
        adam: Adam,
    ) -> (Values, Values, Values) {
        adam::step([weight, gradient, mean, square, rates].map(into_contiguous), adam)
    }

    fn max_pool(x: Values, stride: Stride) -> Values {
        pool(into_contiguous(x), stride)
    }

    fn max_pool_gradient(x: Values, pooled: Values, gradient: Values, stride: Stride, relu: bool) -> Values {
        pool_gradient([x, pooled, gradient].map(into_contiguous), stride, relu)
    }
}

impl Gather for Wgpu {
    fn gather(
        pixels: IntTensor<Self>,
        rows: Values,
        images: Values,
        targets: Values,
        labels: IntTensor<Self>,
        first: usize,
        augmented: bool,
    ) -> (Values, Values, IntTensor<Self>) {
        let [images, targets, labels] = gather::gather(pixels, rows, [images, targets, labels], first, augmented);
        (images, targets, labels)
    }
}

/// Few threads to a workgroup: small layers too reach all cores, and a last one that is nearly empty costs little.
const WORKGROUP: u32 = 64;

/// The workgroups, and the threads of each, that make at least so many threads.
fn grid(client: &Client, threads: usize) -> (CubeCount, CubeDim) {
    let dim = CubeDim::new_1d(WORKGROUP);
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
