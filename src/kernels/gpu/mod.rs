//! The kernels on a GPU.
//!
//! The shapes alone decide which kernel runs. Nothing is timed, so the first step is as fast as the last, and every
//! run computes the same bits.

mod adam;
mod both_gradients;
mod convolution;
mod convolution_plan;
mod convolution_tile;
mod cross_entropy;
mod depthwise;
mod elementwise;
mod flat;
mod gather;
mod gradients;
mod index;
mod launch;
mod normalization;
mod normalization_gradients;
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

use self::both_gradients::both_gradients;
use self::convolution::{convolve, convolve_and_pool};
use self::convolution_plan::Plan;
use self::elementwise::relu_gradient;
use self::pool::{pool, pool_gradient};
use self::weight_gradients::weight_gradients;
use crate::kernels::{
    backend::{BackwardKernels, Kernels, Unrecorded, is_depthwise},
    gather::Gather,
    tensors::Tensors,
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

    fn convolution_pooled(x: Values, kernel: Values, bias: Values, params: ConvParams, pool: ConvParams) -> Values {
        Self::convolution_and_pool(x, kernel, bias, params, pool).1
    }

    fn cross_entropy(logits: Values, targets: Values) -> Values {
        cross_entropy::losses(into_contiguous(logits), into_contiguous(targets))
    }

    fn total_cross_entropy(logits: Values, targets: Values, factor: f32) -> Values {
        cross_entropy::total(into_contiguous(logits), into_contiguous(targets), factor)
    }

    fn total(x: Values, factor: f32) -> Values {
        score::total(into_contiguous(x), factor)
    }

    fn max_pool(x: Values, params: ConvParams) -> Values {
        pool(into_contiguous(x), params)
    }
}

impl BackwardKernels for Wgpu {
    fn convolution_and_pool(
        x: Values,
        kernel: Values,
        bias: Values,
        params: ConvParams,
        pool: ConvParams,
    ) -> (Values, Values) {
        let (shape, [.., inputs, outputs]) = (x.shape(), kernel.shape().dims::<4>());
        let plan = Plan::pooled(shape.dims(), outputs, params, pool).filter(|_| !is_depthwise(&shape, inputs));
        let Some(plan) = plan else {
            let output = Self::convolution(x, kernel, bias, params, FusedActivation::Relu);
            return (output.clone(), Self::max_pool(output, pool));
        };
        let [x, kernel, bias] = [x, kernel, bias].map(into_contiguous);
        let [output, pooled] = convolve_and_pool(x, kernel, bias, plan);
        (output, pooled)
    }

    fn convolution_gradients(
        x: Values,
        gradient: Values,
        kernel: Values,
        params: ConvParams,
    ) -> (Values, (Values, Values)) {
        let ([_, rows, columns, channels], shape) = (x.shape().dims::<4>(), kernel.shape());
        if is_depthwise(&x.shape(), shape[2]) {
            let of_input =
                Self::convolution_input_gradient(gradient.clone(), kernel.clone(), params, [rows, columns, channels]);
            return (of_input, Self::convolution_weight_gradients(x, gradient, kernel, params));
        }
        let [x, gradient, kernel] = [x, gradient, kernel].map(into_contiguous);
        let (of_input, [kernel, bias]) = both_gradients(x, gradient, kernel, params);
        (of_input, (Self::float_reshape(kernel, shape), bias))
    }

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
        kernel: Values,
        params: ConvParams,
    ) -> (Values, Values) {
        let (shape, [x, gradient, kernel]) = (kernel.shape(), [x, gradient, kernel].map(into_contiguous));
        let [_, _, inputs, _] = shape.dims();
        let [kernel, bias] = if is_depthwise(&x.shape(), inputs) {
            depthwise::weight_gradients(x, gradient, &kernel, params)
        } else {
            weight_gradients(x, gradient, &kernel, params)
        };
        (Self::float_reshape(kernel, shape), bias)
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

    fn total_cross_entropy_gradient(logits: Values, targets: Values, gradient: Values, factor: f32) -> Values {
        cross_entropy::gradients_of_total([logits, targets, gradient].map(into_contiguous), factor)
    }

    fn total_gradient(gradient: Values, factor: f32, length: usize) -> Values {
        score::spread(into_contiguous(gradient), factor, length)
    }

    fn max_pool_gradient(x: Values, pooled: Values, gradient: Values, params: ConvParams, relu: bool) -> Values {
        pool_gradient([x, pooled, gradient].map(into_contiguous), params, relu)
    }
}

impl Unrecorded for Wgpu {
    fn score(loss: Values, scores: Values, labels: IntTensor<Self>, before: Values, onto: bool) -> Values {
        score::score([loss, scores, before].map(into_contiguous), into_contiguous(labels), onto)
    }

    fn adam(
        weights: Tensors<Self>,
        gradients: Tensors<Self>,
        means: Tensors<Self>,
        squares: Tensors<Self>,
        rates: Values,
        adam: Adam,
    ) -> (Tensors<Self>, Tensors<Self>, Tensors<Self>) {
        let tensors = [weights, gradients, means, squares]
            .map(|tensors| tensors.0.into_iter().map(into_contiguous).collect::<Vec<_>>());
        let [weights, means, squares] = adam::step(tensors, &into_contiguous(rates), adam).map(Tensors);
        (weights, means, squares)
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
