//! Tests whether a GPU computes correctly, and chooses the device to train on.

use burn::tensor::{Device, Int, Tensor};

use crate::device::readback::read;
use crate::device::{DeviceKind, open};
use crate::kernels::{FusedActivation, dense};

/// The GPU if it is not software and computes correctly, and the CPU otherwise.
pub async fn fastest() -> DeviceKind {
    match open(DeviceKind::Webgpu).await {
        Ok((device, info)) if !info.fallback && computes(&device).await => DeviceKind::Webgpu,
        _ => DeviceKind::Cpu,
    }
}

/// Whether a product of matrices is correct; a GPU whose shaders fail leaves zeros.
pub async fn computes(device: &Device) -> bool {
    let numbers = Tensor::<1, Int>::arange(0..64, device).float().reshape([8, 8]);
    let expected: Vec<f32> = (0..8_u8).map(|row| 64.0 * f32::from(row) + 28.0).collect();
    let (ones, zero) = (Tensor::ones([8, 1], device), Tensor::zeros([1], device));
    read(dense(numbers, ones, zero, FusedActivation::Linear)).await.is_ok_and(|sums| sums == expected)
}
