//! A step of Adam, in one pass over all weights.

use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use tabfit_kernels::Adam;

use super::flat::{Layout, joined, location, view};
use super::gradients::{GradientBuffer, runs};
use super::launch::{grid, lanes};

/// The most values of weights that lie in one buffer: every WebGPU device can bind 128 MiB.
const MOST: usize = (128 << 20) / 4;

/// Takes the weights, their gradients, the two running means of each, and `[alpha, decay]`; returns the new weights and means.
///
/// From the first step on, the weights are views of one buffer, and so are the means of each kind. They change in place,
/// because some GPUs bind eight buffers at most, one of which holds the shapes. Only settings that stay the same are scalars:
/// scalars that change would be sent with every launch.
pub(super) fn step(tensors: [Vec<CubeTensor>; 4], rates: &CubeTensor, adam: Adam) -> [Vec<CubeTensor>; 3] {
    let mut buffers = GradientBuffer::take_all();
    let [mut weights, mut gradients, mut means, mut squares] = tensors;
    let mut moved = [const { Vec::new() }; 3];
    while !weights.is_empty() {
        let count = fitting(&weights);
        let first = |all: &mut Vec<CubeTensor>| all.drain(..count).collect::<Vec<_>>();
        let group = [first(&mut weights), first(&mut gradients), first(&mut means), first(&mut squares)];
        for (moved, group) in moved.iter_mut().zip(step_together(group, rates, adam, &mut buffers)) {
            moved.extend(group);
        }
    }
    moved
}

/// How many of the first weights fit into one buffer; at least one.
fn fitting(weights: &[CubeTensor]) -> usize {
    (1..=weights.len()).rev().find(|&count| Layout::of(&weights[..count]).length() <= MOST).unwrap_or(1)
}

fn step_together(
    [weights, gradients, means, squares]: [Vec<CubeTensor>; 4],
    rates: &CubeTensor,
    adam: Adam,
    buffers: &mut Vec<GradientBuffer>,
) -> [Vec<CubeTensor>; 3] {
    let layout = Layout::of(&weights);
    let (before, _) = location(&weights[0]);
    let all = [weights, means, squares].map(|tensors| joined(tensors, &layout));
    let client = &all[0].client;
    for (place, gradient) in runs(gradients, &layout, buffers) {
        let [weights, means, squares] = all.each_ref().map(|flat| view(flat, place.clone()));
        let lanes = lanes(place.len());
        let (count, dim) = grid(client, place.len() / lanes);
        adam_step::launch(
            client,
            count,
            dim,
            lanes,
            weights.into_tensor_arg(),
            gradient.into_tensor_arg(),
            means.into_tensor_arg(),
            squares.into_tensor_arg(),
            rates.clone().into_tensor_arg(),
            adam.beta1,
            adam.beta2,
            adam.epsilon,
        );
    }
    GradientBuffer::keep(buffers, before, &all[0]);
    all.each_ref().map(|flat| layout.views(flat))
}

#[cube(launch)]
fn adam_step<N: Size>(
    weight: &mut Tensor<Vector<f32, N>>,
    gradient: &Tensor<Vector<f32, N>>,
    mean: &mut Tensor<Vector<f32, N>>,
    square: &mut Tensor<Vector<f32, N>>,
    rates: &Tensor<f32>,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
) {
    if ABSOLUTE_POS >= weight.len() {
        terminate!();
    }
    let g = gradient[ABSOLUTE_POS];
    let m = mean[ABSOLUTE_POS] * Vector::broadcast(beta1) + g * Vector::broadcast(1.0 - beta1);
    let v = square[ABSOLUTE_POS] * Vector::broadcast(beta2) + g * g * Vector::broadcast(1.0 - beta2);
    let by = m * Vector::broadcast(rates[0]) / (v.sqrt() + Vector::broadcast(epsilon));
    weight[ABSOLUTE_POS] = weight[ABSOLUTE_POS] * Vector::broadcast(rates[1]) - by;
    mean[ABSOLUTE_POS] = m;
    square[ABSOLUTE_POS] = v;
}
