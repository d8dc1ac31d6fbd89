//! Convolutions and their gradients, one picture after the other.

use std::borrow::Cow;

use crate::activation::FusedActivation;
use crate::bordered::Bordered;
use crate::conv_params::ConvParams;
use crate::each::{each, each_with};
use crate::kernel_gradient::KernelGradient;
use crate::panels::Panels;
use crate::simd::dispatch;
use crate::tile::Tiled;
use crate::winograd::Winograd;

/// A convolution of pictures of one size.
#[derive(Debug, Clone, Copy)]
pub struct Convolution {
    /// The window and how it moves.
    pub params: ConvParams,
    /// Rows, columns and channels of the picture.
    pub picture: [usize; 3],
    /// The channels of the output.
    pub outputs: usize,
}

impl Convolution {
    fn output(&self) -> [usize; 2] {
        self.params.output([self.picture[0], self.picture[1]])
    }

    fn winograd(&self) -> Option<Winograd> {
        let ([rows, columns], pads) = (self.output(), self.params.pads);
        Winograd::chosen(self.params, self.picture, [pads[0].0, pads[1].0], [rows, columns, self.outputs])
    }

    /// The same for the convolution that makes the input's gradient from the output's.
    fn winograd_of_gradient(&self) -> Option<Winograd> {
        let ([rows, columns], before) = (self.output(), self.params.input_gradient_pads());
        Winograd::chosen(self.params, [rows, columns, self.outputs], before, self.picture)
    }

    /// The most bytes that a call takes for Winograd's algorithm; 0 where it is not used.
    #[must_use]
    pub fn workspace(&self) -> usize {
        let used = [self.winograd(), self.winograd_of_gradient()].into_iter().flatten();
        used.map(|winograd| winograd.workspace()).max().unwrap_or(0)
    }

    /// `[batch, rows, columns, out]` from pictures, a kernel `[rows, columns, in, out]` and a bias `[out]`.
    #[must_use]
    pub fn forward(&self, x: &[f32], kernel: &[f32], bias: &[f32], activation: FusedActivation) -> Vec<f32> {
        if let Some(winograd) = self.winograd() {
            return winograd.convolved(x, kernel, bias, activation);
        }
        let panels = Panels::of_rows(kernel, self.outputs);
        let bias = Panels::of_rows(bias, self.outputs);
        let task = Tiled { panels: &panels, bias: Some(&bias), params: self.params, activation };
        if self.params == ConvParams::POINTWISE {
            return pointwise(x, self.picture[2], task);
        }
        let bordered = |picture| Bordered::new(picture, self.picture, self.params.pads);
        convolved(x, self.picture.iter().product(), task, self.output(), bordered)
    }

    /// Adds what [`Self::forward`] makes of single pixels, with no activation, to as many numbers: each block of pixels while it is
    /// in the cache.
    pub fn forward_onto(&self, x: &[f32], kernel: &[f32], bias: &[f32], sums: &mut [f32]) {
        let Self { params, picture: [_, _, inputs], outputs } = *self;
        let panels = Panels::of_rows(kernel, outputs);
        let bias = Panels::of_rows(bias, outputs);
        let task = Tiled { panels: &panels, bias: Some(&bias), params, activation: FusedActivation::Linear };
        let room = || vec![0.0; BLOCK * outputs];
        each_with(sums, BLOCK * outputs, room, |room, block, sums| {
            let room = &mut room[..sums.len()];
            run_block(x, inputs, task, block, room);
            sums.iter_mut().zip(room).for_each(|(sum, value)| *sum += *value);
        });
    }

    /// The gradient of the pictures.
    ///
    /// A pixel gets `gradient · kernel` from every window that it lies in. That is a convolution too: of the
    /// output's gradient, its pixels spread `strides` apart, with the kernel rotated by half a turn.
    #[must_use]
    pub fn input_gradient(&self, gradient: &[f32], kernel: &[f32]) -> Vec<f32> {
        let Self { params, picture: [in_rows, in_columns, inputs], outputs } = *self;
        let [rows, columns] = self.output();
        let kernel = &rotated(kernel, inputs, outputs);
        if let Some(winograd) = self.winograd_of_gradient() {
            return winograd.convolved(gradient, kernel, &vec![0.0; inputs], FusedActivation::Linear);
        }
        let panels = Panels::of_rows(kernel, inputs);
        let (every, activation) = (ConvParams { strides: [1, 1], ..params }, FusedActivation::Linear);
        let task = Tiled { panels: &panels, bias: None, params: every, activation };
        if params == ConvParams::POINTWISE {
            return pointwise(gradient, outputs, task);
        }
        let (before, [row_reach, column_reach]) = (params.input_gradient_pads(), params.reach());
        let whole = [in_rows + row_reach - 1, in_columns + column_reach - 1];
        let bordered = |picture| Bordered::spread(picture, [rows, columns, outputs], params.strides, before, whole);
        convolved(gradient, rows * columns * outputs, task, [in_rows, in_columns], bordered)
    }

    /// The gradient of the kernel, a sum over the pictures.
    #[must_use]
    pub fn kernel_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let Self { params, picture, outputs } = *self;
        if let Some(winograd) = self.winograd() {
            return winograd.kernel_gradient(x, gradient);
        }
        // Single pixels may be cut into pictures in any way; the last one has what is left.
        let [rows, columns, inputs] = if params == ConvParams::POINTWISE { [1, ROW, picture[2]] } else { picture };
        let [out_rows, out_columns] = params.output([rows, columns]);
        let mut panels = Panels::zeros(params.size.iter().product::<usize>() * inputs, outputs);
        let pictures = x.chunks(rows * columns * inputs).zip(gradient.chunks(out_rows * out_columns * outputs));
        for (x, gradient) in pictures {
            let output = [out_rows, gradient.len() / (out_rows * outputs)];
            let x = &Bordered::new(x, [rows, x.len() / (rows * inputs), inputs], params.pads);
            let width = panels.width;
            each(&mut panels.values, panels.length * width, |panel, out| {
                let first = panel * width;
                dispatch(KernelGradient { x, gradient, output, channels: outputs, first, params, out });
            });
        }
        panels.into_rows()
    }
}

/// How many pixels are multiplied with a panel of the kernel, while it lies in the cache, before the next panel: whole tiles.
const BLOCK: usize = 66;
/// Of how many pixels the products make a sum of a kernel's gradient, before the next pixels.
const ROW: usize = 64;

/// Convolves single pixels: a product of two matrices, in blocks of pixels that count as pictures of one row.
fn pointwise(x: &[f32], inputs: usize, task: Tiled<'_>) -> Vec<f32> {
    let outputs = task.panels.columns;
    let mut out = vec![0.0; x.len() / inputs * outputs];
    each(&mut out, BLOCK * outputs, |block, out| run_block(x, inputs, task, block, out));
    out
}

fn run_block(x: &[f32], inputs: usize, task: Tiled<'_>, block: usize, out: &mut [f32]) {
    let columns = out.len() / task.panels.columns;
    let x = &x[block * BLOCK * inputs..][..columns * inputs];
    task.run(&Bordered { values: Cow::Borrowed(x), columns, channels: inputs }, columns, out);
}

/// Convolves every picture of `x`; each has `length` numbers.
fn convolved<'a>(
    x: &'a [f32],
    length: usize,
    task: Tiled<'_>,
    output: [usize; 2],
    bordered: impl Fn(&'a [f32]) -> Bordered<'a> + Sync,
) -> Vec<f32> {
    let out_length = output[0] * output[1] * task.panels.columns;
    let mut out = vec![0.0; x.len() / length * out_length];
    each(&mut out, out_length, |picture, out| {
        task.run(&bordered(&x[picture * length..][..length]), output[1], out);
    });
    out
}

/// `[rows, columns, in, out]` rotated by half a turn, as `[rows, columns, out, in]`.
fn rotated(kernel: &[f32], inputs: usize, outputs: usize) -> Vec<f32> {
    let mut rotated = Vec::with_capacity(kernel.len());
    for place in kernel.chunks_exact(inputs * outputs).rev() {
        for output in 0..outputs {
            rotated.extend(place[output..].iter().step_by(outputs));
        }
    }
    rotated
}
