//! The kernels on a GPU: burn's own, whose pictures are channels first. The views that lead there and
//! back move no numbers, because burn keeps channels last in memory.

use burn::{
    backend::{
        TensorMetadata, Wgpu,
        ops::{ActivationOps, ConvOptions, FloatTensorOps, ModuleOps},
        tensor::FloatTensor,
    },
    tensor::{IntDType, Shape, Slice},
};

use super::{Kernels, Stride};
use crate::window::Pads;

type Values = FloatTensor<Wgpu>;

fn channels_first(x: Values) -> Values {
    Wgpu::float_permute(x, &[0, 3, 1, 2])
}

fn channels_last(x: Values) -> Values {
    Wgpu::float_permute(x, &[0, 2, 3, 1])
}

/// `[rows, columns, in, out]` to `[out, in, rows, columns]`, which is the way back too.
fn reversed(kernel: Values) -> Values {
    Wgpu::float_permute(kernel, &[3, 2, 0, 1])
}

fn options(stride: Stride) -> ConvOptions<2> {
    ConvOptions::new_with_padding(stride.strides, stride.pads, stride.dilation, 1)
}

impl Kernels for Wgpu {
    fn convolution(x: Values, kernel: Values, bias: Values, stride: Stride, relu: bool) -> Values {
        let y = channels_last(Self::conv2d(channels_first(x), reversed(kernel), Some(bias), options(stride)));
        if relu { Self::relu(y) } else { y }
    }

    fn convolution_input_gradient(gradient: Values, kernel: Values, stride: Stride, input: [usize; 2]) -> Values {
        let [batch, _, _, _] = gradient.shape().dims();
        let [_, _, channels, _] = kernel.shape().dims();
        // Only the shape of the input is read.
        let x = Self::float_zeros(Shape::new([1]), &gradient.device(), gradient.dtype().into());
        let x = Self::float_expand(x, Shape::new([batch, channels, input[0], input[1]]));
        channels_last(Self::conv2d_x_backward(x, reversed(kernel), channels_first(gradient), options(stride)))
    }

    fn convolution_kernel_gradient(x: Values, gradient: Values, stride: Stride) -> Values {
        let ([_, _, _, inputs], [_, _, _, outputs]) = (x.shape().dims(), gradient.shape().dims());
        // Only the shape of the kernel is read.
        let kernel = Self::float_zeros(Shape::new([1]), &x.device(), x.dtype().into());
        let kernel = Self::float_expand(kernel, Shape::new([outputs, inputs, stride.size[0], stride.size[1]]));
        let (x, gradient) = (channels_first(x), channels_first(gradient));
        let kernel = Self::conv2d_weight_backward(x, kernel, gradient, options(stride));
        Self::float_permute(kernel, &[2, 3, 1, 0])
    }

    fn channel_sums(x: Values) -> Values {
        let [batch, rows, columns, channels] = x.shape().dims();
        let pixels = Self::float_reshape(x, Shape::new([batch * rows * columns, channels]));
        Self::float_reshape(Self::float_sum_dim(pixels, 0), Shape::new([channels]))
    }

    fn max_pool(x: Values, stride: Stride) -> Values {
        let x = channels_first(bordered(x, stride));
        channels_last(Self::max_pool2d(x, stride.size, stride.strides, [0, 0], stride.dilation, false))
    }

    fn max_pool_gradient(x: Values, _pooled: Values, gradient: Values, stride: Stride) -> Values {
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
