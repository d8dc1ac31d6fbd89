//! Opens the GPU or the CPU.

use burn::tensor::Device;

use crate::device::{DeviceInfo, DeviceKind, fault, gpu};
use crate::error::{Error, Result};

/// Opens a device.
///
/// # Errors
///
/// There is no GPU, it failed before, or this build has the feature `webgpu` turned off.
pub async fn open(kind: DeviceKind) -> Result<(Device, DeviceInfo)> {
    match kind {
        DeviceKind::Cpu => Ok((Device::flex(), DeviceInfo::cpu())),
        DeviceKind::Webgpu => {
            let (device, info) = gpu::open().await?;
            check(&device)?;
            Ok((device, info))
        }
    }
}

/// The largest tensor the device can bind, in bytes; `None` on the CPU, where only memory is a limit.
#[must_use]
pub fn largest_tensor(device: &Device) -> Option<u64> {
    gpu::largest_binding(device)
}

/// Sends a GPU what it was told so far, so that it works while this thread goes on; nothing on the CPU.
pub(crate) async fn let_work(device: &Device) {
    gpu::let_work(device).await;
}

/// Checks that the device has not failed.
///
/// # Errors
///
/// It is the GPU, and the GPU reported a fault since the program began.
pub fn check(device: &Device) -> Result<()> {
    match fault::first_fault() {
        Some(fault) if largest_tensor(device).is_some() => Err(Error::Device(format!(
            "The GPU failed and its numbers cannot be trusted ({fault}); what was trained up to the last finished epoch is kept, train on with the CPU or reload the page."
        ))),
        _ => Ok(()),
    }
}
