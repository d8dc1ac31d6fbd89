//! Winograd's algorithm for convolutions with a window of 3 x 3 that moves by single pixels, and for their gradients.
//!
//! A square of 4 x 4 outputs takes 36 products of channels in place of 144: the picture's 6 x 6 pixels and the kernel are
//! transformed, multiplied place by place, and the products transformed back. The 36 places are matrices of their own,
//! `[squares, in] · [in, out]`. Some squares at a time, a block, go through all of it, so that they stay in the cache.

mod kernels;
mod matrices;
mod product;
mod squares;

use std::marker::PhantomData;

use self::kernels::Matrices;
use self::matrices::{Gradient, Picture};
use self::product::{Gathered, Product};
use self::squares::{Block, GAP, Grid, PLACES, Products, SIDE, Squares};
use crate::activation::FusedActivation;
use crate::conv_params::ConvParams;
use crate::each::each_with;
use crate::panels::lanes;
use crate::simd::dispatch;

/// About how many bytes a block takes.
const BLOCK: usize = 256 << 10;
/// The most channels in times channels out. The matrices of the kernel are four times as large as the kernel.
const MOST_CHANNELS: usize = 512 * 512;

/// A convolution with a window of 3 x 3, without strides and dilation, of pictures of one size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Winograd {
    /// Rows, columns and channels of the picture.
    picture: [usize; 3],
    /// The rows and columns of zeros above and left of it.
    before: [usize; 2],
    /// Rows, columns and channels of the output.
    output: [usize; 3],
}

impl Winograd {
    /// The convolution, if this algorithm is the faster one. That depends on the shapes of one picture alone, so that
    /// what is made of a picture does not depend on the others.
    pub(crate) fn chosen(
        params: ConvParams,
        picture: [usize; 3],
        before: [usize; 2],
        output: [usize; 3],
    ) -> Option<Self> {
        let ([rows, columns, outputs], inputs) = (output, picture[2]);
        let one_by_one = params.size == [3, 3] && params.strides == [1, 1] && params.dilation == [1, 1];
        // Panels have two registers. 16, so that a browser, whose registers have four numbers, chooses as AVX2 does.
        let width = 16.max(2 * lanes());
        if !one_by_one || inputs % width != 0 || outputs % width != 0 || inputs * outputs > MOST_CHANNELS {
            return None;
        }
        let chosen = Self { picture, before, output };
        // Measured: a number is transformed in the time of ten products.
        let products = PLACES * chosen.squares() * (inputs * outputs + 10 * (inputs + outputs));
        (products < 9 * rows * columns * inputs * outputs).then_some(chosen)
    }

    /// The most bytes that a call takes beside its arguments and its result.
    pub(crate) fn workspace(&self) -> usize {
        let channels = self.picture[2] + self.output[2];
        4 * PLACES * (self.picture[2] * self.output[2] + self.most() * channels + 3 * GAP)
    }

    /// The squares of a picture.
    fn squares(&self) -> usize {
        self.output[0].div_ceil(SIDE) * self.output[1].div_ceil(SIDE)
    }

    /// The squares of a block.
    fn most(&self) -> usize {
        (BLOCK / (4 * PLACES * (self.picture[2] + self.output[2]))).next_multiple_of(4)
    }

    fn grids(&self) -> [Grid; 2] {
        let squares = [0, 1].map(|axis| self.output[axis].div_ceil(SIDE));
        let grid = |picture, before| Grid { squares, picture, before };
        [grid(self.picture, self.before), grid(self.output, [0, 0])]
    }

    /// Room for the matrices of a block: of the pictures, and of the output.
    fn room(&self) -> [Vec<f32>; 2] {
        [self.picture[2], self.output[2]].map(|channels| vec![0.0; PLACES * (self.most() * channels + GAP)])
    }

    fn blocks(&self, first: usize, count: usize) -> [Block; 2] {
        [self.picture[2], self.output[2]].map(|channels| Block { first, count, step: count * channels + GAP })
    }

    /// `[batch, rows, columns, out]` from pictures, a kernel `[3, 3, in, out]` and a bias `[out]`.
    pub(crate) fn convolved(&self, x: &[f32], kernel: &[f32], bias: &[f32], activation: FusedActivation) -> Vec<f32> {
        let kernel = &Matrices::of(kernel, self.picture[2], self.output[2]);
        let task = Convolved { winograd: self, kernel, bias, activation };
        let [length, out_length] = [self.picture, self.output].map(|shape| shape.iter().product::<usize>());
        let mut out = vec![0.0; x.len() / length * out_length];
        let together = (self.most() / self.squares()).max(1);
        let room = || self.room();
        each_with(&mut out, together * out_length, room, |room, index, out| {
            task.run(room, &x[index * together * length..], out.len() / out_length * self.squares(), out);
        });
        out
    }

    /// The gradient of the kernel, a sum over the pictures.
    pub(crate) fn kernel_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let ([_, _, inputs], [_, _, outputs]) = (self.picture, self.output);
        let [x_grid, out_grid] = self.grids();
        let [mut squares, mut gradients] = self.room();
        let mut sums = Matrices::zeros(inputs, outputs);
        let all = x.len() / self.picture.iter().product::<usize>() * self.squares();
        for first in (0..all).step_by(self.most()) {
            let count = self.most().min(all - first);
            let [block, out_block] = self.blocks(first, count);
            let (pictures, matrix) = (x, PhantomData::<Picture>);
            Squares { grid: x_grid, block, pictures, panels: false, out: &mut squares, matrix }.run();
            let (pictures, matrix) = (gradient, PhantomData::<Gradient>);
            let out = &mut gradients;
            Squares { grid: out_grid, block: out_block, pictures, panels: true, out, matrix }.run();
            sums.each(|place, sums| {
                let x = &squares[place * block.step..][..count * inputs];
                let panels = &gradients[place * out_block.step..][..count * outputs];
                dispatch(Gathered { x, panels, length: count, columns: inputs, sums });
            });
        }
        sums.into_gradient()
    }
}

/// A convolution with what is the same for all pictures.
struct Convolved<'a> {
    winograd: &'a Winograd,
    kernel: &'a Matrices,
    bias: &'a [f32],
    activation: FusedActivation,
}

impl Convolved<'_> {
    /// Fills `out` from pictures that have `all` squares.
    fn run(&self, [squares, products]: &mut [Vec<f32>; 2], pictures: &[f32], all: usize, out: &mut [f32]) {
        let Self { winograd, kernel, bias, activation } = *self;
        let ([x_grid, out_grid], [length, columns]) = (winograd.grids(), [winograd.picture[2], winograd.output[2]]);
        for first in (0..all).step_by(winograd.most()) {
            let count = winograd.most().min(all - first);
            let [block, out_block] = winograd.blocks(first, count);
            let matrix = PhantomData::<Picture>;
            Squares { grid: x_grid, block, pictures, panels: false, out: squares, matrix }.run();
            for place in 0..PLACES {
                let x = &squares[place * block.step..][..count * length];
                let out = &mut products[place * out_block.step..][..count * columns];
                dispatch(Product { x, panels: kernel.at(place), length, columns, out });
            }
            let (grid, block, matrices) = (out_grid, out_block, &products[..]);
            dispatch(Products { grid, block, matrices, bias, activation, out });
        }
    }
}
