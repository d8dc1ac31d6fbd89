//! The kernels on a GPU.
//!
//! The shapes alone decide which kernel runs. Nothing is timed, so the first step is as fast as the last, and every
//! run computes the same bits.

mod adam;
mod convolution;
mod cross_entropy;
mod depthwise;
mod elementwise;
mod gather;
mod index;
mod launch;
mod params;
mod pool;
mod recolor;
mod score;
mod sums;
pub(super) mod tile;
mod weight_gradients;

use burn::backend::{
    TensorMetadata, Wgpu,
    ops::FloatTensorOps,
    tensor::{FloatTensor, IntTensor},
};
use burn_cubecl::kernel::into_contiguous;
use tabfit_kernels::{Adam, ChangeKinds, ConvParams, FusedActivation};

use self::convolution::{Plan, convolve};
use self::elementwise::relu_gradient;
use self::pool::{pool, pool_gradient};
use self::weight_gradients::weight_gradients;
use crate::kernels::{
    backend::{BackwardKernels, Kernels, Unrecorded, is_depthwise},
    gather::Gather,
};

/// The tensors of burn's GPU backend.
type Values = FloatTensor<Wgpu>;

impl Kernels for Wgpu {
    fn convolution(x: Values, kernel: Values, bias: Values, params: ConvParams, activation: FusedActivation) -> Values {
        let relu = activation != FusedActivation::Linear;
        let [_, _, inputs, outputs] = kernel.shape().dims();
        let (shape, [x, kernel, bias]) = (x.shape(), [x, kernel, bias].map(into_contiguous));
        let y = if is_depthwise(&shape, inputs) {
            depthwise::forward(x, kernel, bias, params, relu)
        } else {
            convolve(x, kernel, bias, Plan::forward(shape.dims(), outputs, params, relu))
        };
        match activation {
            FusedActivation::Linear | FusedActivation::Relu => y,
            FusedActivation::Relu6 => Self::float_clamp_max(y, 6.0.into()),
        }
    }

    fn cross_entropy(logits: Values, targets: Values) -> Values {
        cross_entropy::losses(into_contiguous(logits), into_contiguous(targets))
    }

    fn total(x: Values, factor: f32) -> Values {
        score::total(into_contiguous(x), factor)
    }

    fn max_pool(x: Values, params: ConvParams) -> Values {
        pool(into_contiguous(x), params)
    }
}

impl BackwardKernels for Wgpu {
    fn convolution_input_gradient(gradient: Values, kernel: Values, params: ConvParams, input: [usize; 3]) -> Values {
        let [_, _, inputs, _] = kernel.shape().dims();
        let [rows, columns, channels] = input;
        if inputs != channels {
            return depthwise::input_gradient(into_contiguous(gradient), into_contiguous(kernel), params, input);
        }
        let plan = Plan::input_gradient(gradient.shape().dims(), [rows, columns], channels, params);
        let kernel = into_contiguous(kernel);
        convolve(into_contiguous(gradient), kernel.clone(), kernel, plan)
    }

    fn convolution_weight_gradients(
        x: Values,
        gradient: Values,
        params: ConvParams,
        inputs: usize,
    ) -> (Values, Values) {
        if is_depthwise(&x.shape(), inputs) {
            return depthwise::weight_gradients(into_contiguous(x), into_contiguous(gradient), params);
        }
        weight_gradients(into_contiguous(x), into_contiguous(gradient), params)
    }

    fn activation_gradient(output: Values, gradient: Values, activation: FusedActivation) -> Values {
        let relu6 = match activation {
            FusedActivation::Linear => return gradient,
            FusedActivation::Relu => false,
            FusedActivation::Relu6 => true,
        };
        relu_gradient(into_contiguous(output), into_contiguous(gradient), relu6)
    }

    fn cross_entropy_gradient(logits: Values, targets: Values, gradient: Values) -> Values {
        cross_entropy::gradients([logits, targets, gradient].map(into_contiguous))
    }

    fn total_gradient(gradient: Values, factor: f32, length: usize) -> Values {
        score::spread(into_contiguous(gradient), factor, length)
    }

    fn max_pool_gradient(x: Values, pooled: Values, gradient: Values, params: ConvParams, relu: bool) -> Values {
        pool_gradient([x, pooled, gradient].map(into_contiguous), params, relu)
    }
}

impl Unrecorded for Wgpu {
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
}

impl Gather for Wgpu {
    fn gather(
        pixels: IntTensor<Self>,
        rows: Values,
        images: Values,
        targets: Values,
        labels: IntTensor<Self>,
        first: usize,
        changes: Option<ChangeKinds>,
    ) -> (Values, Values, IntTensor<Self>) {
        let [images, targets, labels] = gather::gather(pixels, rows, [images, targets, labels], first, changes);
        (images, targets, labels)
    }

    fn recolor(images: Values, rows: Values, changes: ChangeKinds) -> Values {
        recolor::recolor(images, rows, changes)
    }
}
