//! Depthwise convolutions, which convolve each channel by itself.

use std::borrow::Cow;

use crate::activation::FusedActivation;
use crate::channels::Channels;
use crate::conv_params::ConvParams;
use crate::depthwise_gradient::DepthwiseGradient;
use crate::depthwise_tile::DepthwisePicture;
use crate::each::each;
use crate::panels::Panels;
use crate::simd::dispatch;

/// A depthwise convolution of pictures of one size.
#[derive(Debug, Clone, Copy)]
pub struct Depthwise {
    /// The window and how it moves.
    pub params: ConvParams,
    /// Rows, columns and channels of the picture.
    pub picture: [usize; 3],
    /// The output channels that are computed from each channel.
    pub multiplier: usize,
}

impl Depthwise {
    fn outputs(&self) -> usize {
        self.picture[2] * self.multiplier
    }

    /// Rows, columns and channels of the output.
    fn output(&self) -> [usize; 3] {
        let [rows, columns] = self.params.output([self.picture[0], self.picture[1]]);
        [rows, columns, self.outputs()]
    }

    /// Rows, columns and channels of the picture with a copy of each channel for every output channel.
    fn repeated_picture(&self) -> [usize; 3] {
        [self.picture[0], self.picture[1], self.outputs()]
    }

    fn repeated<'a>(&self, x: &'a [f32]) -> Cow<'a, [f32]> {
        match self.multiplier {
            1 => Cow::Borrowed(x),
            many => x.iter().flat_map(|&value| std::iter::repeat_n(value, many)).collect(),
        }
    }

    /// `[batch, rows, columns, out]` from pictures, a kernel `[rows, columns, out]` and a bias `[out]`.
    #[must_use]
    pub fn forward(&self, x: &[f32], kernel: &[f32], bias: &[f32], activation: FusedActivation) -> Vec<f32> {
        let (picture, output) = (self.repeated_picture(), self.output());
        let layout = Layout { picture, apart: [1, 1], params: self.params, output };
        layout.convolved(&self.repeated(x), kernel, bias, activation)
    }

    /// The gradient of the pictures. As that of [`Convolution`](crate::Convolution), it is the convolution of the
    /// output's gradient, its pixels spread `strides` apart, with the kernel rotated by half a turn.
    #[must_use]
    pub fn input_gradient(&self, gradient: &[f32], kernel: &[f32]) -> Vec<f32> {
        let (params, picture, output) = (self.params, self.repeated_picture(), self.output());
        let rotated: Vec<f32> = kernel.chunks_exact(picture[2]).rev().flatten().copied().collect();
        let (before, reach) = (params.input_gradient_pads(), params.reach());
        let pads = [0, 1].map(|axis| {
            let spread = (output[axis] - 1) * params.strides[axis] + 1;
            (before[axis], picture[axis] + reach[axis] - 1 - before[axis] - spread)
        });
        let params = ConvParams { strides: [1, 1], pads, ..params };
        let layout = Layout { picture: output, apart: self.params.strides, params, output: picture };
        let gradients = layout.convolved(gradient, &rotated, &vec![0.0; picture[2]], FusedActivation::Linear);
        match self.multiplier {
            1 => gradients,
            many => gradients.chunks_exact(many).map(|copies| copies.iter().sum()).collect(),
        }
    }

    /// The gradient of the kernel, a sum of the sums of each picture.
    #[must_use]
    pub fn kernel_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let (params, picture, output) = (self.params, self.repeated_picture(), self.output());
        let (x, length, out_length) = (self.repeated(x), picture.iter().product::<usize>(), output.iter().product());
        let kernel = params.size.iter().product::<usize>() * output[2];
        let mut parts = vec![0.0; x.len() / length * kernel];
        each(&mut parts, kernel, |index, out| {
            let (x, gradient) = (&x[index * length..][..length], &gradient[index * out_length..][..out_length]);
            let x = Channels { values: x, picture, apart: [1, 1], pads: params.pads };
            let gradient = Channels { values: gradient, picture: output, apart: [1, 1], pads: [(0, 0); 2] };
            dispatch(DepthwiseGradient { x, gradient, params, out });
        });
        let mut sums = vec![0.0; kernel];
        for part in parts.chunks_exact(kernel) {
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        sums
    }
}

/// What is convolved into what. Both have the same channels.
struct Layout {
    picture: [usize; 3],
    /// The distance of the picture's pixels; see [`Channels`].
    apart: [usize; 2],
    params: ConvParams,
    output: [usize; 3],
}

impl Layout {
    fn convolved(&self, x: &[f32], kernel: &[f32], bias: &[f32], activation: FusedActivation) -> Vec<f32> {
        let Self { picture, apart, params, output } = *self;
        let [kernel, bias] = [kernel, bias].map(|rows| Panels::of_rows(rows, bias.len()));
        let (length, out_length) = (picture.iter().product::<usize>(), output.iter().product());
        let mut out = vec![0.0; x.len() / length * out_length];
        each(&mut out, out_length, |index, out| {
            let x = Channels { values: &x[index * length..][..length], picture, apart, pads: params.pads };
            let (kernel, bias, columns) = (&kernel, &bias, output[1]);
            dispatch(DepthwisePicture { x, kernel, bias, params, activation, columns, out });
        });
        out
    }
}
