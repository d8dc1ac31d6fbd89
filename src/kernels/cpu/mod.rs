//! The kernels on the processor: direct convolutions, one picture after the other, in registers.
//!
//! Every inner loop multiplies a few numbers of one operand with a `panel` of the other: as many
//! neighbouring channels as two registers hold. Pictures get their padding as a border of zeros first,
//! so that no inner loop asks where it is.

#![expect(clippy::inline_always, reason = "registers are only used where everything is one function")]

mod bordered;
mod convolution;
mod cross_entropy;
mod depthwise;
mod kernel_gradient;
mod panels;
mod pool;
mod product;
mod window;

use burn::{
    backend::{
        Flex, FlexDevice, TensorMetadata,
        ops::FloatTensorOps,
        tensor::{FloatTensor, IntTensor},
    },
    tensor::TensorData,
};
use pulp::Arch;

use self::{
    bordered::Bordered,
    convolution::Convolution,
    depthwise::Depthwise,
    kernel_gradient::KernelGradient,
    panels::{Panels, lanes},
    pool::{pool, pool_gradient},
};
use super::{Adam, Kernels, Stride, is_depthwise};

type Values = FloatTensor<Flex>;

impl Kernels for Flex {
    fn convolution(x: Values, kernel: Values, bias: Values, stride: Stride, relu: bool) -> Values {
        if product::is(&x.shape(), stride) {
            return product::dense(x, kernel, bias, relu);
        }
        let (x, kernel, bias) = (x.to_contiguous(), kernel.to_contiguous(), bias.to_contiguous());
        let [_, rows, columns, inputs] = x.shape().dims();
        let [_, _, depth, outputs] = kernel.shape().dims();
        let out = stride.output([rows, columns]);
        if is_depthwise(&x.shape(), depth) {
            let task = Depthwise { stride, picture: [rows, columns, inputs], multiplier: outputs / inputs };
            let values = task.forward(x.storage(), kernel.storage(), bias.storage(), relu);
            return tensor(values, [x.shape()[0], out[0], out[1], outputs]);
        }
        let panels = Panels::of_rows(kernel.storage(), outputs, lanes());
        let bias = Panels::of_rows(bias.storage(), outputs, lanes());
        let task = Convolution { panels: &panels, bias: Some(&bias), stride, relu };
        let border = |picture| Bordered::new(picture, [rows, columns, inputs], stride.pads);
        convolved(&x, task, out, border)
    }

    fn convolution_input_gradient(gradient: Values, kernel: Values, stride: Stride, input: [usize; 3]) -> Values {
        if product::is(&gradient.shape(), stride) {
            return product::input_gradient(gradient, kernel);
        }
        // The input's pixel i gets gradient * kernel from every window it was in: a convolution of the
        // gradient, its pixels `strides` apart, with the kernel turned around.
        let (gradient, kernel) = (gradient.to_contiguous(), kernel.to_contiguous());
        let [batch, rows, columns, outputs] = gradient.shape().dims();
        let [_, _, inputs, _] = kernel.shape().dims();
        let [in_rows, in_columns, channels] = input;
        if inputs != channels {
            let task = Depthwise { stride, picture: input, multiplier: outputs / channels };
            let values = task.input_gradient(gradient.storage(), kernel.storage());
            return tensor(values, [batch, in_rows, in_columns, channels]);
        }
        let turned = turned(kernel.storage(), inputs, outputs);
        let panels = Panels::of_rows(&turned, inputs, lanes());
        let task =
            Convolution { panels: &panels, bias: None, stride: Stride { strides: [1, 1], ..stride }, relu: false };
        let (before, reach) = (stride.turned_before(), stride.reach());
        let whole = [0, 1].map(|axis| input[axis] + reach[axis] - 1);
        let border = |picture| Bordered::spread(picture, [rows, columns, outputs], stride.strides, before, whole);
        convolved(&gradient, task, [in_rows, in_columns], border)
    }

    fn convolution_weight_gradients(x: Values, gradient: Values, stride: Stride, inputs: usize) -> (Values, Values) {
        let bias = channel_sums(&gradient.to_contiguous());
        if product::is(&x.shape(), stride) {
            return (product::kernel_gradient(x, gradient), bias);
        }
        let (x, gradient) = (x.to_contiguous(), gradient.to_contiguous());
        let [_, rows, columns, channels] = x.shape().dims();
        let [_, out_rows, out_columns, outputs] = gradient.shape().dims();
        let [kernel_rows, kernel_columns] = stride.size;
        if is_depthwise(&x.shape(), inputs) {
            let task = Depthwise { stride, picture: [rows, columns, channels], multiplier: outputs / channels };
            let values = task.kernel_gradient(x.storage(), gradient.storage());
            return (tensor(values, [kernel_rows, kernel_columns, 1, outputs]), bias);
        }
        let mut panels = Panels::zeros(kernel_rows * kernel_columns * inputs, outputs, lanes());
        let (x, gradient): (&[f32], &[f32]) = (x.storage(), gradient.storage());
        let pictures = x.chunks(rows * columns * inputs).zip(gradient.chunks(out_rows * out_columns * outputs));
        for (x, gradient) in pictures {
            let x = &Bordered::new(x, [rows, columns, inputs], stride.pads);
            let (width, vectors) = (panels.width, panels.vectors);
            each(&mut panels.values, panels.length * width, |panel, out| {
                let first = panel * width;
                let task = (x, gradient, [out_rows, out_columns], outputs, first, stride, out);
                match vectors {
                    1 => Arch::new().dispatch(KernelGradient::<1>::new(task)),
                    _ => Arch::new().dispatch(KernelGradient::<2>::new(task)),
                }
            });
        }
        (tensor(panels.into_rows(), [kernel_rows, kernel_columns, inputs, outputs]), bias)
    }

    fn relu_gradient(output: Values, gradient: Values) -> Values {
        let (output, mut gradient) = (output.to_contiguous(), gradient.to_contiguous());
        let values = gradient.storage_mut::<f32>().iter_mut().zip(output.storage::<f32>());
        values.for_each(|(gradient, &output)| *gradient = if output > 0.0 { *gradient } else { 0.0 });
        gradient
    }

    fn cross_entropy(logits: Values, targets: Values) -> Values {
        let (logits, targets) = (logits.to_contiguous(), targets.to_contiguous());
        let [batch, classes] = logits.shape().dims();
        tensor(cross_entropy::losses(logits.storage(), targets.storage(), classes), [batch])
    }

    fn cross_entropy_gradient(logits: Values, targets: Values, gradient: Values) -> Values {
        let (logits, targets) = (logits.to_contiguous(), targets.to_contiguous());
        let (shape, gradient) = (logits.shape().dims::<2>(), gradient.to_contiguous());
        tensor(cross_entropy::gradients(logits.storage(), targets.storage(), gradient.storage(), shape[1]), shape)
    }

    fn total(x: Values, factor: f32) -> Values {
        Flex::float_mul_scalar(Flex::float_sum(x), factor.into())
    }

    fn total_gradient(gradient: Values, factor: f32, length: usize) -> Values {
        let gradient = gradient.to_contiguous();
        tensor(vec![gradient.storage::<f32>()[0] * factor; length], [length])
    }

    fn hits(scores: Values, labels: IntTensor<Flex>) -> Values {
        let (scores, [batch, classes]) = (scores.to_contiguous(), scores.shape().dims());
        let labels = labels.to_contiguous();
        let first_largest =
            |row: &[f32]| (1..row.len()).fold(0, |best, at| if row[at] > row[best] { at } else { best });
        let rows = scores.storage::<f32>().chunks(classes).zip(labels.storage::<i32>());
        tensor(rows.map(|(row, &label)| f32::from(first_largest(row) == label as usize)).collect(), [batch])
    }

    fn adam(weight: Values, gradient: Values, mean: Values, square: Values, adam: Adam) -> (Values, Values, Values) {
        let Adam { beta1, beta2, alpha, epsilon, decay } = adam;
        let (mut weight, gradient) = (weight.to_contiguous(), gradient.to_contiguous());
        let (mut mean, mut square) = (mean.to_contiguous(), square.to_contiguous());
        let weights = weight.storage_mut::<f32>().iter_mut().zip(gradient.storage::<f32>());
        let means = mean.storage_mut::<f32>().iter_mut().zip(square.storage_mut::<f32>());
        for ((weight, &gradient), (mean, square)) in weights.zip(means) {
            *mean = *mean * beta1 + gradient * (1.0 - beta1);
            *square = *square * beta2 + gradient * gradient * (1.0 - beta2);
            *weight = *weight * decay - *mean * alpha / (square.sqrt() + epsilon);
        }
        (weight, mean, square)
    }

    fn max_pool(x: Values, stride: Stride) -> Values {
        let x = x.to_contiguous();
        let [batch, rows, columns, channels] = x.shape().dims();
        let [out_rows, out_columns] = stride.output([rows, columns]);
        let mut out = vec![0.0; batch * out_rows * out_columns * channels];
        let pictures: Vec<_> = x.storage().chunks(rows * columns * channels).collect();
        each(&mut out, out_rows * out_columns * channels, |picture, out| {
            pool(pictures[picture], [rows, columns, channels], stride, out);
        });
        tensor(out, [batch, out_rows, out_columns, channels])
    }

    fn max_pool_gradient(x: Values, pooled: Values, gradient: Values, stride: Stride) -> Values {
        let (x, pooled, gradient) = (x.to_contiguous(), pooled.to_contiguous(), gradient.to_contiguous());
        let [batch, rows, columns, channels] = x.shape().dims();
        let length = rows * columns * channels;
        let small = pooled.storage::<f32>().len() / batch;
        let (x, pooled, gradient): (&[f32], &[f32], &[f32]) = (x.storage(), pooled.storage(), gradient.storage());
        let mut out = vec![0.0; batch * length];
        each(&mut out, length, |picture, out| {
            let (large, small) = (picture * length.., picture * small..(picture + 1) * small);
            let (pooled, gradient) = (&pooled[small.clone()], &gradient[small]);
            pool_gradient(&x[large][..length], pooled, gradient, [rows, columns, channels], stride, out);
        });
        tensor(out, [batch, rows, columns, channels])
    }
}

/// Convolves every picture of a batch.
fn convolved<'a>(
    x: &'a Values,
    task: Convolution<'_>,
    output: [usize; 2],
    border: impl Fn(&'a [f32]) -> Bordered<'a> + Sync,
) -> Values {
    let [batch, rows, columns, channels] = x.shape().dims();
    let outputs = task.panels.columns;
    let pictures: Vec<&[f32]> = x.storage().chunks(rows * columns * channels).collect();
    let mut out = vec![0.0; batch * output[0] * output[1] * outputs];
    each(&mut out, output[0] * output[1] * outputs, |picture, out| {
        task.run(&border(pictures[picture]), output[1], out);
    });
    tensor(out, [batch, output[0], output[1], outputs])
}

/// `[batch, rows, columns, channels]` to `[channels]`, in sums of sums: a small number would be lost
/// beside the total of a long row.
fn channel_sums(x: &Values) -> Values {
    let [_, _, _, channels] = x.shape().dims();
    let mut sums = vec![0.0; channels];
    for pixels in x.storage::<f32>().chunks(256 * channels) {
        let mut some = vec![0.0; channels];
        for pixel in pixels.chunks_exact(channels) {
            some.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += value);
        }
        sums.iter_mut().zip(some).for_each(|(sum, value)| *sum += value);
    }
    tensor(sums, [channels])
}

/// `[rows, columns, in, out]` with rows and columns back to front, and in and out exchanged.
fn turned(kernel: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let mut turned = Vec::with_capacity(kernel.len());
    for place in kernel.chunks_exact(inputs * outputs).rev() {
        for output in 0..outputs {
            turned.extend(place[output..].iter().step_by(outputs));
        }
    }
    turned
}

/// Calls with the number and the values of each part, on all cores where there are threads.
fn each(values: &mut [f32], length: usize, work: impl Fn(usize, &mut [f32]) + Sync) {
    #[cfg(not(target_family = "wasm"))]
    {
        use rayon::prelude::*;
        values.par_chunks_mut(length).enumerate().for_each(|(index, part)| work(index, part));
    }
    #[cfg(target_family = "wasm")]
    values.chunks_mut(length).enumerate().for_each(|(index, part)| work(index, part));
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Values {
    Flex::float_from_data(TensorData::new(values, shape), &FlexDevice)
}
