//! What ends a training step: the total of the losses, the gradients of the weights, and Adam.

use burn::tensor::Tensor;
use tabfit::{device, kernels, kernels::FusedActivation};

use super::{case, gradient, noise, outcome, read, recorded};
use crate::{
    common::{assert_close, devices},
    portable_test,
};

#[portable_test]
async fn a_total_of_losses_is_what_the_losses_add_up_to() {
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        for (batch, classes) in [(1, 1), (5, 3), (64, 4), (131, 7)] {
            let result = async |at_once: bool| {
                let (logits, targets) = (recorded([batch, classes], 1, &device), noise([batch, classes], 2, &device));
                let total = if at_once {
                    kernels::total_cross_entropy(logits.clone(), targets, 0.3)
                } else {
                    kernels::total(kernels::cross_entropy(logits.clone(), targets), 0.3)
                };
                outcome(total, |all| vec![gradient(&logits, all)]).await
            };
            assert_eq!(result(true).await, result(false).await, "{batch} x {classes} on {kind:?}");
        }
    }
}

/// Once Adam has moved weights, a GPU puts their gradients where it takes them together. Nothing may be there twice.
#[portable_test]
async fn gradients_of_weights_that_adam_has_moved_overwrite_no_others() {
    let adam = kernels::Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-3 };
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        let lengths = [3 * 3 * 3 * 8, 8, 5];
        let all = |seed: u64| lengths.map(|length| noise::<1>([length], seed + length as u64, &device)).to_vec();
        let zeros = || lengths.map(|length| Tensor::zeros([length], &device)).to_vec();
        let rates = Tensor::from_floats([0.01, 1.0], &device);
        let (mut weights, mut means) = kernels::adam(all(1), all(2), [zeros(), zeros()], rates.clone(), adam);
        for step in 0..3 {
            let mut copies = Vec::new();
            for weight in &weights {
                copies.push(Tensor::<1>::from_floats(read(weight.clone()).await.as_slice(), &device));
            }
            // The gradients of two pictures, of which the first are held while the second are computed.
            let of = |weights: &[Tensor<1>], picture: u64| {
                let [kernel, bias] = [0, 1].map(|index| weights[index].clone().autodiff().require_grad());
                let x = recorded([2, 6, 6, 3], picture + 10 * step, &device);
                let params = case(2, [6, 6], 3, 8, [3, 3]).params;
                let kernel_of = kernel.clone().reshape([3, 3, 3, 8]);
                let y = kernels::convolution(x, kernel_of, bias.clone(), params, FusedActivation::Relu);
                let mut gradients = (y.clone() * noise(y.dims(), 7, &device)).sum().backward();
                [kernel, bias].map(|weight| weight.grad_remove(&mut gradients).unwrap())
            };
            let (first, second) = (of(&weights, 1), of(&weights, 2));
            let (of_copies, others) = (of(&copies, 1), of(&copies, 2));
            for (ours, expected) in first.iter().chain(&second).zip(of_copies.iter().chain(&others)) {
                assert_eq!(read(ours.clone()).await, read(expected.clone()).await, "step {step} on {kind:?}");
            }
            let rest = noise::<1>([lengths[2]], 100 + step, &device);
            let taken = [first.to_vec(), vec![rest.clone()]].concat();
            let apart = [of_copies.to_vec(), vec![rest]].concat();
            drop((first, second));
            let (expected, _) = kernels::adam(copies, apart, means.clone(), rates.clone(), adam);
            (weights, means) = kernels::adam(weights, taken, means, rates.clone(), adam);
            for (ours, expected) in weights.iter().zip(expected) {
                assert_eq!(read(ours.clone()).await, read(expected).await, "weights after step {step} on {kind:?}");
            }
        }
    }
}

#[portable_test]
async fn adam_follows_its_formula() {
    let adam = kernels::Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-3 };
    for &kind in devices() {
        let (device, _) = device::open(kind).await.expect("a missing adapter fails the test");
        let rates = Tensor::from_floats([0.01, 0.98], &device);
        let all =
            |seed: u64| [1, 7, 64, 130].map(|length| noise::<1>([length], seed + length as u64, &device)).to_vec();
        let (mut weights, mut means) = (all(1), [all(2), all(3).into_iter().map(Tensor::abs).collect()]);
        let mut expected: Vec<_> =
            weights.iter().cloned().zip(means[0].iter().cloned().zip(means[1].clone())).collect();
        // From the second step on, a GPU finds them all in one buffer, and from the third on it may change that.
        for step in 0..4 {
            let before = if step == 1 { weights.clone() } else { Vec::new() };
            let gradients = all(4 + step);
            (weights, means) = kernels::adam(weights, gradients.clone(), means, rates.clone(), adam);
            for (index, ((w, (m, v)), g)) in expected.iter_mut().zip(gradients).enumerate() {
                if let Some(before) = before.get(index) {
                    let what = format!("weight {index} before step {step} on {kind:?}");
                    assert_close(&what, &read(before.clone()).await, &read(w.clone()).await, 1e-6);
                }
                *m = m.clone() * 0.9 + g.clone() * 0.1;
                *v = v.clone() * 0.99 + g.clone() * g * 0.01;
                *w = w.clone() * 0.98 - m.clone() * 0.01 / (v.clone().sqrt() + 1e-3);
                for (ours, formula) in [(&weights, w), (&means[0], m), (&means[1], v)] {
                    let what = format!("weight {index} in step {step} on {kind:?}");
                    assert_close(&what, &read(ours[index].clone()).await, &read(formula.clone()).await, 1e-6);
                }
            }
        }
    }
}
