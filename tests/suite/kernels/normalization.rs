//! Batch normalization of whole batches, as a GPU trains it.

use burn::tensor::module::batch_norm_train;
use burn::tensor::{Device, Tensor};
use tabfit::{device, kernels};

use super::{gradient, noise, outcome, read, recorded};
use crate::{
    common::{assert_close, devices},
    portable_test,
};

const EPSILON: f32 = 1e-3;

/// Pixels and channels: one part and many, an even and an odd last one, channels that fill registers and that do not.
const SHAPES: [[usize; 2]; 7] = [[2, 1], [7, 3], [64, 4], [65, 12], [1000, 5], [4097, 8], [20_000, 16]];

/// Far from 0, where a variance from sums of squares would be lost.
fn input(shape: [usize; 2], device: &Device) -> Tensor<2> {
    (noise(shape, 1, device) + 30.0).autodiff().require_grad()
}

/// The output, and the gradients of the input, of gamma and of beta.
async fn normalized(shape: [usize; 2], device: &Device, ours: bool) -> Vec<Vec<f32>> {
    let (x, gamma, beta) = (input(shape, device), recorded([shape[1]], 2, device), recorded([shape[1]], 3, device));
    let y = if ours {
        let moving = [Tensor::zeros([shape[1]], device), Tensor::ones([shape[1]], device)];
        let (statistics, _) = kernels::batch_statistics(x.clone().inner(), moving, 0.9);
        let statistics = Tensor::from_inner(statistics);
        kernels::batch_normalization(x.clone(), gamma.clone(), beta.clone(), statistics, EPSILON)
    } else {
        let (x, epsilon) = (x.clone().unsqueeze_dims::<3>(&[2]), f64::from(EPSILON));
        batch_norm_train(x, gamma.clone(), beta.clone(), epsilon).output.flatten(1, 2)
    };
    outcome(y, |all| vec![gradient(&x, all), gradient(&gamma, all), gradient(&beta, all)]).await
}

#[portable_test]
async fn a_whole_batch_is_normalized_as_burn_does_it_and_each_time_with_the_same_bits() {
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for shape in SHAPES {
            let ours = normalized(shape, &device, true).await;
            let of_burn = normalized(shape, &Device::flex(), false).await;
            for (name, (ours, of_burn)) in ["output", "input", "gamma", "beta"].iter().zip(ours.iter().zip(&of_burn)) {
                let largest = of_burn.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
                assert_close(&format!("{name} of {shape:?} on {kind:?}"), ours, of_burn, 5e-5 * largest.max(1.0));
            }
            assert_eq!(ours, normalized(shape, &device, true).await, "{shape:?} on {kind:?}");
        }
    }
}

#[portable_test]
async fn moving_statistics_follow_those_of_the_batch() {
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for shape @ [rows, channels] in SHAPES {
            let x = input(shape, &device).inner();
            let values = read(x.clone()).await;
            let moving = [noise([channels], 5, &device), noise([channels], 6, &device)];
            let before = [read(moving[0].clone()).await, read(moving[1].clone()).await];
            let (statistics, after) = kernels::batch_statistics(x, moving, 0.75);
            let (statistics, [mean, variance]) = (read(statistics).await, after);
            let after = [read(mean).await, read(variance).await];
            for channel in 0..channels {
                let of_channel = || values.iter().skip(channel).step_by(channels).map(|&value| f64::from(value));
                let mean = of_channel().sum::<f64>() / rows as f64;
                let variance = of_channel().map(|value| (value - mean) * (value - mean)).sum::<f64>() / rows as f64;
                let what = format!("channel {channel} of {shape:?} on {kind:?}");
                let batch = [mean as f32, variance as f32];
                let own = [statistics[channel], statistics[channels + channel]];
                assert_close(&what, &own, &batch, 1e-5);
                for index in 0..2 {
                    let expected = before[index][channel] * 0.75 + batch[index] * 0.25;
                    assert_close(&what, &[after[index][channel]], &[expected], 1e-5);
                }
            }
        }
    }
}
