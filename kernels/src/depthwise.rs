//! Depthwise convolutions, which convolve each channel by itself.

use std::borrow::Cow;

use pulp::Arch;

use crate::activation::FusedActivation;
use crate::bordered::Bordered;
use crate::conv_params::ConvParams;
use crate::depthwise_gradient::DepthwiseGradient;
use crate::depthwise_tile::DepthwisePicture;
use crate::each::each;

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
        let (params, [rows, columns, channels]) = (self.params, self.repeated_picture());
        let (x, out_length) = (self.repeated(x), self.output().iter().product());
        let mut out = vec![0.0; x.len() / (rows * columns * channels) * out_length];
        each(&mut out, out_length, |index, out| {
            let x = &x[index * rows * columns * channels..][..rows * columns * channels];
            Arch::new().dispatch(DepthwisePicture { x, rows, columns, kernel, bias, params, activation, out });
        });
        out
    }

    /// The gradient of the pictures. As that of [`Convolution`](crate::Convolution), it is the convolution of the
    /// output's gradient, its pixels spread `strides` apart, with the kernel rotated by half a turn.
    #[must_use]
    pub fn input_gradient(&self, gradient: &[f32], kernel: &[f32]) -> Vec<f32> {
        let (params, [in_rows, in_columns, channels], output) = (self.params, self.repeated_picture(), self.output());
        let rotated: Vec<f32> = kernel.chunks_exact(channels).rev().flatten().copied().collect();
        let spread = [0, 1].map(|axis| (output[axis] - 1) * params.strides[axis] + 1);
        let (before, reach) = (params.input_gradient_pads(), params.reach());
        let after = [0, 1].map(|axis| [in_rows, in_columns][axis] + reach[axis] - 1 - before[axis] - spread[axis]);
        let pads = [(before[0], after[0]), (before[1], after[1])];
        let params = ConvParams { strides: [1, 1], pads, ..params };
        let (length, out_length) = (output.iter().product::<usize>(), in_rows * in_columns * channels);
        let mut out = vec![0.0; gradient.len() / length * out_length];
        each(&mut out, out_length, |index, out| {
            let gradient = &gradient[index * length..][..length];
            let x = match self.params.strides {
                [1, 1] => Cow::Borrowed(gradient),
                strides => Bordered::spread(gradient, output, strides, [0, 0], spread).values,
            };
            let (x, [rows, columns]) = (&*x, spread);
            let (kernel, bias, activation) = (&rotated, &vec![0.0; channels], FusedActivation::Linear);
            Arch::new().dispatch(DepthwisePicture { x, rows, columns, kernel, bias, params, activation, out });
        });
        match self.multiplier {
            1 => out,
            many => out.chunks_exact(many).map(|copies| copies.iter().sum()).collect(),
        }
    }

    /// The gradient of the kernel, a sum of the sums of each picture.
    #[must_use]
    pub fn kernel_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let (picture, [_, columns, channels]) = (self.repeated_picture(), self.output());
        let (x, length) = (self.repeated(x), picture.iter().product::<usize>());
        let (out_length, kernel) = (self.output().iter().product(), self.params.size.iter().product::<usize>());
        let mut parts = vec![0.0; x.len() / length * kernel * channels];
        each(&mut parts, kernel * channels, |index, out| {
            let x = &Bordered::new(&x[index * length..][..length], picture, self.params.pads);
            let gradient = &gradient[index * out_length..][..out_length];
            Arch::new().dispatch(DepthwiseGradient { x, gradient, columns, params: self.params, out });
        });
        let mut sums = vec![0.0; kernel * channels];
        for part in parts.chunks_exact(sums.len()) {
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        sums
    }
}
