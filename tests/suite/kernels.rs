//! Values and gradients of the kernels against burn's own on the CPU, also for shapes that fit no tile.

use burn::tensor::{
    Device, Gradients, Int, Tensor, TensorData,
    activation::{log_softmax, relu},
    module::{conv2d, max_pool2d},
    ops::{ConvOptions, MaxPoolOptions},
};
use rand::RngExt;
use tabfit::{
    DeviceKind, Seed, device, kernels,
    kernels::{ConvParams, FusedActivation},
    seed::Purpose,
};

use crate::{
    common::{assert_close, devices},
    portable_test,
};

mod limits;
#[cfg(feature = "webgpu")]
mod normalization;
mod steps;

struct Case {
    batch: usize,
    rows: usize,
    columns: usize,
    inputs: usize,
    outputs: usize,
    params: ConvParams,
    activation: FusedActivation,
    /// Whether each channel has its own kernel.
    depthwise: bool,
}

fn case(batch: usize, [rows, columns]: [usize; 2], inputs: usize, outputs: usize, size: [usize; 2]) -> Case {
    let pads = size.map(|size| ((size - 1) / 2, size / 2)); // Keras's "same"
    let params = ConvParams { size, strides: [1, 1], dilation: [1, 1], pads };
    Case { batch, rows, columns, inputs, outputs, params, activation: FusedActivation::Linear, depthwise: false }
}

fn cases() -> Vec<Case> {
    let with = |case: Case, change: fn(&mut Case)| {
        let mut case = case;
        change(&mut case);
        case
    };
    let valid = |case: &mut Case| case.params.pads = [(0, 0), (0, 0)];
    vec![
        case(1, [1, 1], 1, 1, [1, 1]),
        case(2, [5, 3], 3, 1, [3, 3]),
        case(3, [9, 7], 3, 17, [3, 3]),
        with(case(1, [6, 6], 130, 5, [1, 1]), |case| case.activation = FusedActivation::Relu6),
        with(case(2, [7, 10], 5, 130, [2, 2]), |case| case.activation = FusedActivation::Relu),
        with(case(33, [4, 5], 2, 9, [3, 3]), |case| case.activation = FusedActivation::Relu),
        with(case(2, [11, 13], 4, 33, [5, 3]), valid),
        with(case(1, [15, 12], 3, 8, [7, 7]), |case| case.params.strides = [2, 2]),
        with(case(2, [12, 9], 8, 16, [3, 3]), |case| case.params.strides = [2, 1]),
        with(case(2, [8, 9], 6, 10, [1, 1]), |case| case.params.strides = [2, 2]),
        with(case(2, [13, 11], 3, 4, [3, 2]), |case| {
            case.params.dilation = [2, 3];
            case.params.pads = [(2, 2), (1, 2)];
        }),
        with(case(2, [9, 9], 3, 6, [3, 3]), |case| {
            case.params.strides = [2, 2];
            case.params.pads = [(0, 1), (0, 1)];
        }),
        with(case(2, [9, 7], 8, 8, [3, 3]), |case| (case.depthwise, case.activation) = (true, FusedActivation::Relu6)),
        with(case(3, [11, 8], 3, 6, [5, 2]), |case| (case.depthwise, case.params.strides) = (true, [2, 2])),
        with(case(1, [10, 12], 5, 5, [3, 3]), |case| (case.depthwise, case.params.dilation) = (true, [2, 3])),
        with(case(2, [10, 9], 24, 24, [5, 5]), |case| (case.depthwise, case.params.strides) = (true, [2, 2])),
        with(case(2, [6, 11], 18, 18, [5, 5]), |case| {
            (case.depthwise, case.activation) = (true, FusedActivation::Relu6);
        }),
        with(case(5, [7, 9], 33, 40, [1, 1]), |case| case.activation = FusedActivation::Relu6),
        // By Winograd's algorithm on the processor.
        case(2, [9, 15], 16, 32, [3, 3]),
        with(case(3, [7, 8], 48, 16, [3, 3]), |case| case.activation = FusedActivation::Relu),
    ]
}

/// Numbers from -1 to 1, the same ones on every device.
fn noise<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    let mut rng = Seed(seed).rng(Purpose::Split);
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.random::<f32>() * 2.0 - 1.0).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

async fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data_async().await.unwrap().iter().collect()
}

/// The output, and the gradients of the sum of its products with noise.
async fn outcome<const D: usize>(
    y: Tensor<D>,
    leaves: impl FnOnce(&mut Gradients) -> Vec<Option<Tensor<1>>>,
) -> Vec<Vec<f32>> {
    let device = y.device().inner();
    let mut gradients = (y.clone() * noise(y.dims(), 7, &device)).sum().backward();
    let mut all = vec![read(y).await];
    for gradient in leaves(&mut gradients) {
        all.push(read(gradient.unwrap()).await);
    }
    all
}

fn recorded<const D: usize>(shape: [usize; D], seed: u64, device: &Device) -> Tensor<D> {
    noise(shape, seed, device).autodiff().require_grad()
}

fn gradient<const D: usize>(leaf: &Tensor<D>, gradients: &mut Gradients) -> Option<Tensor<1>> {
    leaf.grad_remove(gradients).map(|gradient| gradient.flatten(0, D - 1))
}

async fn convolved(case: &Case, device: &Device, ours: bool) -> Vec<Vec<f32>> {
    let &Case { batch, rows, columns, inputs, outputs, params, depthwise, .. } = case;
    let (depth, groups) = if depthwise { (1, inputs) } else { (inputs, 1) };
    let x = recorded([batch, rows, columns, inputs], 1, device);
    let kernel = recorded([params.size[0], params.size[1], depth, outputs], 2, device);
    let bias = recorded([outputs], 3, device);
    let y = if ours {
        kernels::convolution(x.clone(), kernel.clone(), bias.clone(), params, case.activation)
    } else {
        let options = ConvOptions::new_with_padding(params.strides, params.pads, params.dilation, groups);
        let (x, kernel) = (x.clone().permute([0, 3, 1, 2]), kernel.clone().permute([3, 2, 0, 1]));
        let y = conv2d(x, kernel, Some(bias.clone()), options).permute([0, 2, 3, 1]);
        match case.activation {
            FusedActivation::Linear => y,
            FusedActivation::Relu => relu(y),
            FusedActivation::Relu6 => relu(y).clamp_max(6.0),
        }
    };
    outcome(y, |all| vec![gradient(&x, all), gradient(&kernel, all), gradient(&bias, all)]).await
}

async fn pooled(case: &Case, device: &Device, ours: bool) -> Vec<Vec<f32>> {
    let &Case { batch, rows, columns, inputs, params, .. } = case;
    let x = recorded([batch, rows, columns, inputs], 1, device);
    let y = if ours {
        kernels::max_pool(x.clone(), params)
    } else {
        let mut options = MaxPoolOptions::new(params.size);
        (options.stride, options.padding, options.dilation) = (params.strides, params.pads, params.dilation);
        max_pool2d(x.clone().permute([0, 3, 1, 2]), options).permute([0, 2, 3, 1])
    };
    outcome(y, |all| vec![gradient(&x, all)]).await
}

/// A convolution with `ReLU`, then a pool with windows that overlap or lie side by side.
async fn convolved_and_pooled(case: &Case, pool: ConvParams, device: &Device, ours: bool) -> Vec<Vec<f32>> {
    let &Case { batch, rows, columns, inputs, outputs, params, .. } = case;
    let x = recorded([batch, rows, columns, inputs], 1, device);
    let kernel = recorded([params.size[0], params.size[1], inputs, outputs], 2, device);
    let bias = recorded([outputs], 3, device);
    let (inputs, kernels_of, biases) = (x.clone(), kernel.clone(), bias.clone());
    let y = if ours {
        kernels::convolution_pooled(inputs, kernels_of, biases, params, pool)
    } else {
        kernels::max_pool(relu(kernels::convolution(inputs, kernels_of, biases, params, FusedActivation::Linear)), pool)
    };
    outcome(y, |all| vec![gradient(&x, all), gradient(&kernel, all), gradient(&bias, all)]).await
}

/// Checks that the numbers agree but for rounding, because the sums are in another order.
fn compare(what: &str, ours: &[Vec<f32>], reference: &[Vec<f32>]) {
    for (part, (ours, reference)) in ["output", "input", "kernel", "bias"].iter().zip(ours.iter().zip(reference)) {
        let largest = reference.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        assert_close(&format!("{what}, {part}"), ours, reference, 2e-6 * largest.max(1.0));
    }
}

/// The tile of a GPU in software, or that of a real one; without WebGPU there is none to choose.
fn choose_tile(software: bool) {
    #[cfg(feature = "webgpu")]
    kernels::tile_for_software(software);
    #[cfg(not(feature = "webgpu"))]
    assert!(!software, "a processor has no such tile");
}

#[portable_test]
async fn convolutions_agree_with_burns_and_repeat_to_the_last_bit() {
    for &kind in devices() {
        let (device, info) = device::open(kind).await.expect("a missing adapter fails the test");
        // The CPU has no tiles. A GPU is tested with its own kind of tiles last, because that choice stays.
        for software in if kind == DeviceKind::Cpu { vec![false] } else { vec![!info.fallback, info.fallback] } {
            choose_tile(software);
            for (index, case) in cases().iter().enumerate() {
                let what = format!("case {index} on {kind:?}, tiles for software: {software}");
                let ours = convolved(case, &device, true).await;
                compare(&what, &ours, &convolved(case, &Device::flex(), false).await);
                assert_eq!(ours, convolved(case, &device, true).await, "{what}");
            }
        }
    }
}

#[portable_test]
async fn pools_agree_with_burns_and_repeat_to_the_last_bit() {
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for (index, case) in cases().iter().enumerate() {
            let ours = pooled(case, &device, true).await;
            compare(&format!("case {index} on {kind:?}"), &ours, &pooled(case, &Device::flex(), false).await);
            assert_eq!(ours, pooled(case, &device, true).await, "case {index} on {kind:?}");
        }
    }
}

#[portable_test]
async fn a_pool_with_its_convolution_is_what_both_are_alone() {
    let window = |size: usize, strides: usize, pad: usize| ConvParams {
        size: [size, size],
        strides: [strides, strides],
        dilation: [1, 1],
        pads: [(0, pad), (0, pad)],
    };
    for &kind in devices() {
        let (device, info) = device::open(kind).await.expect("a missing adapter fails the test");
        let cases = [case(2, [8, 6], 3, 8, [3, 3]), case(3, [7, 9], 4, 5, [2, 2]), case(1, [10, 14], 2, 12, [3, 3])];
        for software in if kind == DeviceKind::Cpu { vec![false] } else { vec![!info.fallback, info.fallback] } {
            choose_tile(software);
            for (index, case) in cases.iter().enumerate() {
                for pool in [window(2, 2, 0), window(3, 2, 1), window(2, 1, 0)] {
                    let ours = convolved_and_pooled(case, pool, &device, true).await;
                    let apart = convolved_and_pooled(case, pool, &device, false).await;
                    compare(&format!("case {index}, {pool:?} on {kind:?}"), &ours, &apart);
                }
            }
        }
    }
}

#[portable_test]
async fn a_batch_is_scored_by_the_first_of_its_largest_scores() {
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for (batch, classes) in [(1, 1), (5, 3), (33, 130), (200, 4)] {
            // Few different numbers, so that many are equal.
            let scores = (noise::<2>([batch, classes], 1, &device) * 2.0).round();
            let values = read(scores.clone()).await;
            let first_largest = |row: &[f32]| {
                let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                row.iter().position(|&value| value >= largest).unwrap()
            };
            let labels: Vec<i32> = (0..batch).map(|row| (row * 7 % classes) as i32).collect();
            let rows = values.chunks(classes).zip(&labels);
            let hits = rows.filter(|&(row, &label)| first_largest(row) == label as usize).count();
            let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [batch]), &device);
            let loss = Tensor::from_floats([0.25], &device);
            let scored = kernels::score(loss.clone(), scores.clone(), labels.clone(), None);
            let twice = kernels::score(loss, scores, labels, Some(scored.clone()));
            let expected = [0.25 * batch as f32, hits as f32];
            assert_eq!(read(scored).await, expected, "{batch} x {classes} on {kind:?}");
            assert_eq!(read(twice).await, expected.map(|value| 2.0 * value), "{batch} x {classes} on {kind:?}");
        }
    }
}

#[portable_test]
async fn dense_layers_and_losses_agree_with_burns() {
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for (batch, inputs, outputs) in [(1, 1, 1), (5, 7, 3), (33, 130, 4), (8, 64, 17)] {
            let result = async |device: &Device, ours: bool| {
                let (x, kernel) = (recorded([batch, inputs], 1, device), recorded([inputs, outputs], 2, device));
                let (bias, targets) = (recorded([outputs], 3, device), noise([batch, outputs], 4, device));
                let y = if ours {
                    let logits = kernels::dense(x.clone(), kernel.clone(), bias.clone(), FusedActivation::Linear);
                    kernels::cross_entropy(logits, targets)
                } else {
                    let logits = x.clone().matmul(kernel.clone()) + bias.clone().unsqueeze();
                    -(log_softmax(logits, 1) * targets).sum_dim(1).flatten::<1>(0, 1)
                };
                outcome(y, |all| vec![gradient(&x, all), gradient(&kernel, all), gradient(&bias, all)]).await
            };
            let what = format!("{batch} x {inputs} to {outputs} on {kind:?}");
            compare(&what, &result(&device, true).await, &result(&Device::flex(), false).await);
        }
    }
}
