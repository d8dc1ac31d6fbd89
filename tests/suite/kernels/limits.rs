//! What the activations keep, and that NaN is not lost in them.

use burn::tensor::{Tensor, TensorData};
use tabfit::{
    device, kernels,
    kernels::{ConvParams, FusedActivation},
};

use super::{Case, case, read};
use crate::{common::devices, portable_test};

/// Through every way to convolve on the processor: directly, by Winograd's algorithm, and channel by channel.
#[portable_test]
async fn nan_propagates() {
    let direct = case(1, [4, 4], 1, 3, [1, 1]);
    let cases = [direct, case(1, [16, 16], 16, 16, [3, 3]), Case { depthwise: true, ..case(1, [9, 7], 5, 5, [3, 3]) }];
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for Case { batch, rows, columns, inputs, outputs, params, depthwise, .. } in &cases {
            for activation in [FusedActivation::Relu, FusedActivation::Relu6] {
                let depth = if *depthwise { 1 } else { *inputs };
                let x = Tensor::<4>::full([*batch, *rows, *columns, *inputs], f32::NAN, &device);
                let kernel = Tensor::ones([params.size[0], params.size[1], depth, *outputs], &device);
                let y = kernels::convolution(x, kernel, Tensor::zeros([*outputs], &device), *params, activation);
                assert!(read(y).await.iter().all(|value| value.is_nan()), "{activation:?}, {params:?}, {kind:?}");
            }
        }
    }
}

/// One pixel for each number, so that a register of neighbouring channels holds one and the same.
#[portable_test]
async fn activations_keep_what_is_between_their_limits() {
    let x = [-f32::INFINITY, -7.5, -1e-40, -0.0, 0.0, 1e-40, 5.75, 6.0, 6.25, f32::INFINITY];
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        let channels = 8;
        for activation in [FusedActivation::Linear, FusedActivation::Relu, FusedActivation::Relu6] {
            let pixels = Tensor::<1>::from_data(TensorData::new(x.to_vec(), [x.len()]), &device);
            let kernel = Tensor::ones([1, 1, 1, channels], &device);
            let params = ConvParams::POINTWISE;
            let y = kernels::convolution(
                pixels.reshape([1, 1, x.len(), 1]),
                kernel,
                Tensor::zeros([channels], &device),
                params,
                activation,
            );
            let expected = x.into_iter().flat_map(|x| {
                let kept = match activation {
                    FusedActivation::Linear => x,
                    FusedActivation::Relu => x.max(0.0),
                    FusedActivation::Relu6 => x.clamp(0.0, 6.0),
                };
                [kept; 8]
            });
            for (y, expected) in read(y).await.into_iter().zip(expected) {
                // A GPU may take the smallest numbers for 0.
                assert!(
                    y.total_cmp(&expected).is_eq() || (y - expected).abs() < 1e-38,
                    "{y}, not {expected}: {activation:?}, {kind:?}"
                );
            }
        }
    }
}
