//! The kernels on the CPU: those of [`tabfit_kernels`], applied to the tensors of burn's CPU backend.

#[cfg(feature = "webgpu")]
mod batch_normalization;
mod dense;
mod normalization;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::IntTensor;
use burn::backend::{Flex, FlexDevice, TensorMetadata};
use burn::tensor::TensorData;
use tabfit_kernels::{self as slices, Adam, ConvParams, Convolution, Depthwise, FusedActivation};

use self::dense::Values;
use crate::kernels::backend::{BackwardKernels, Kernels, Unrecorded, is_depthwise};
use crate::kernels::tensors::Tensors;

impl Kernels for Flex {
    fn convolution(x: Values, kernel: Values, bias: Values, params: ConvParams, activation: FusedActivation) -> Values {
        if params == ConvParams::DENSE {
            return dense::dense(x, kernel, bias, activation);
        }
        let (x, kernel, bias) = (x.to_contiguous(), kernel.to_contiguous(), bias.to_contiguous());
        let [batch, rows, columns, inputs] = x.shape().dims();
        let [_, _, depth, outputs] = kernel.shape().dims();
        let picture = [rows, columns, inputs];
        let (x_values, kernel, bias) = (x.storage(), kernel.storage(), bias.storage());
        let values = if is_depthwise(&x.shape(), depth) {
            Depthwise { params, picture, multiplier: outputs / inputs }.forward(x_values, kernel, bias, activation)
        } else {
            Convolution { params, picture, outputs }.forward(x_values, kernel, bias, activation)
        };
        let [rows, columns] = params.output([rows, columns]);
        tensor(values, [batch, rows, columns, outputs])
    }

    /// The sum takes the place of `added`, unless that is read once more.
    fn convolution_onto(added: Values, x: Values, kernel: Values, bias: Values, params: ConvParams) -> Values {
        if params != ConvParams::POINTWISE {
            return Self::float_add(Self::convolution(x, kernel, bias, params, FusedActivation::Linear), added);
        }
        let (x, kernel, bias) = (x.to_contiguous(), kernel.to_contiguous(), bias.to_contiguous());
        let [_, rows, columns, inputs] = x.shape().dims();
        let [_, _, _, outputs] = kernel.shape().dims();
        let task = Convolution { params, picture: [rows, columns, inputs], outputs };
        let mut sums = added.to_contiguous();
        drop(added); // or the values would have two owners, and be copied before they change
        task.forward_onto(x.storage(), kernel.storage(), bias.storage(), sums.storage_mut());
        sums
    }

    fn cross_entropy(logits: Values, targets: Values) -> Values {
        let (logits, targets) = (logits.to_contiguous(), targets.to_contiguous());
        let [batch, classes] = logits.shape().dims();
        tensor(slices::cross_entropy(logits.storage(), targets.storage(), classes), [batch])
    }

    fn total(x: Values, factor: f32) -> Values {
        Flex::float_mul_scalar(Flex::float_sum(x), factor.into())
    }

    fn max_pool(x: Values, params: ConvParams) -> Values {
        let x = x.to_contiguous();
        let [batch, rows, columns, channels] = x.shape().dims();
        let values = slices::max_pool(x.storage(), [rows, columns, channels], params);
        let [rows, columns] = params.output([rows, columns]);
        tensor(values, [batch, rows, columns, channels])
    }
}

impl BackwardKernels for Flex {
    fn convolution_input_gradient(gradient: Values, kernel: Values, params: ConvParams, input: [usize; 3]) -> Values {
        if params == ConvParams::DENSE {
            return dense::input_gradient(gradient, kernel);
        }
        let (gradient, kernel) = (gradient.to_contiguous(), kernel.to_contiguous());
        let [batch, _, _, outputs] = gradient.shape().dims();
        let [_, _, depth, _] = kernel.shape().dims();
        let [rows, columns, channels] = input;
        let values = if depth == channels {
            let task = Convolution { params, picture: input, outputs };
            task.input_gradient(gradient.storage(), kernel.storage())
        } else {
            let task = Depthwise { params, picture: input, multiplier: outputs / channels };
            task.input_gradient(gradient.storage(), kernel.storage())
        };
        tensor(values, [batch, rows, columns, channels])
    }

    fn convolution_weight_gradients(
        x: Values,
        gradient: Values,
        kernel: Values,
        params: ConvParams,
    ) -> (Values, Values) {
        let [_, _, inputs, _] = kernel.shape().dims();
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let [_, rows, columns, channels] = x.shape().dims();
        let [_, _, _, outputs] = gradient.shape().dims();
        let bias = tensor(slices::channel_sums(gradient.storage(), outputs), [outputs]);
        if params == ConvParams::DENSE {
            return (dense::kernel_gradient(x, gradient), bias);
        }
        let picture = [rows, columns, channels];
        let values = if is_depthwise(&x.shape(), inputs) {
            let task = Depthwise { params, picture, multiplier: outputs / channels };
            task.kernel_gradient(x.storage(), gradient.storage())
        } else {
            Convolution { params, picture, outputs }.kernel_gradient(x.storage(), gradient.storage())
        };
        (tensor(values, [params.size[0], params.size[1], inputs, outputs]), bias)
    }

    fn activation_gradient(output: Values, gradient: Values, activation: FusedActivation) -> Values {
        let (output, mut changed) = (output.to_contiguous(), gradient.to_contiguous());
        drop(gradient); // or the values would have two owners, and be copied before they change
        activation.gradient(output.storage(), changed.storage_mut());
        changed
    }

    fn cross_entropy_gradient(logits: Values, targets: Values, gradient: Values) -> Values {
        let (logits, targets, gradient) = (logits.to_contiguous(), targets.to_contiguous(), gradient.to_contiguous());
        let [batch, classes] = logits.shape().dims();
        let (logits, targets, gradient) = (logits.storage(), targets.storage(), gradient.storage());
        tensor(slices::cross_entropy_gradient(logits, targets, gradient, classes), [batch, classes])
    }

    fn total_gradient(gradient: Values, factor: f32, length: usize) -> Values {
        let gradient = gradient.to_contiguous();
        tensor(vec![gradient.storage::<f32>()[0] * factor; length], [length])
    }

    fn max_pool_gradient(x: Values, pooled: Values, gradient: Values, params: ConvParams, relu: bool) -> Values {
        let activation = if relu { FusedActivation::Relu } else { FusedActivation::Linear };
        let gradient = Self::activation_gradient(pooled.clone(), gradient, activation);
        let (x, pooled, gradient) = (x.to_contiguous(), pooled.to_contiguous(), gradient.to_contiguous());
        let [batch, rows, columns, channels] = x.shape().dims();
        let picture = [rows, columns, channels];
        let values = slices::max_pool_gradient(x.storage(), pooled.storage(), gradient.storage(), picture, params);
        tensor(values, [batch, rows, columns, channels])
    }
}

impl Unrecorded for Flex {
    fn score(loss: Values, scores: Values, labels: IntTensor<Flex>, before: Values, onto: bool) -> Values {
        let ([batch, classes], scores) = (scores.shape().dims(), scores.to_contiguous());
        let (loss, labels) = (loss.to_contiguous(), labels.to_contiguous());
        let rows = scores.storage::<f32>().chunks(classes).zip(labels.storage::<i32>());
        let hits = rows.filter(|&(row, &label)| slices::first_largest(row) == label as usize).count();
        let own = tensor(vec![loss.storage::<f32>()[0] * batch as f32, hits as f32], [2]);
        if onto { Self::float_add(before, own) } else { own }
    }

    fn adam(
        weights: Tensors<Self>,
        gradients: Tensors<Self>,
        means: Tensors<Self>,
        squares: Tensors<Self>,
        rates: Values,
        adam: Adam,
    ) -> (Tensors<Self>, Tensors<Self>, Tensors<Self>) {
        let &[alpha, decay] = rates.storage::<f32>() else { unreachable!("rates are alpha and decay") };
        let contiguous = |tensors: Tensors<Self>| tensors.0.into_iter().map(|tensor| tensor.to_contiguous()).collect();
        let [mut weights, mut means, mut squares]: [Vec<Values>; 3] = [weights, means, squares].map(contiguous);
        let all = weights.iter_mut().zip(gradients.0).zip(means.iter_mut().zip(&mut squares));
        for ((weight, gradient), (mean, square)) in all {
            let (gradient, weight) = (gradient.to_contiguous(), weight.storage_mut());
            adam.step([alpha, decay], weight, gradient.storage(), mean.storage_mut(), square.storage_mut());
        }
        (Tensors(weights), Tensors(means), Tensors(squares))
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Values {
    Flex::float_from_data(TensorData::new(values, shape), &FlexDevice)
}
