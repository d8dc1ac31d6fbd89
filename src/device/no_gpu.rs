//! In the place of the GPU, where the feature `webgpu` is off.

use burn::tensor::Device;

use crate::device::DeviceInfo;
use crate::error::{Error, Result};

#[expect(clippy::unused_async, reason = "opening a GPU takes a while")]
pub(super) async fn open() -> Result<(Device, DeviceInfo)> {
    Err(Error::Device(
        "This part of the program trains on the CPU only; load the one with WebGPU, or train on the CPU.".into(),
    ))
}

#[expect(clippy::unused_async, reason = "a GPU would get time to work")]
pub(super) async fn let_work(_: &Device) {}

pub(super) fn largest_binding(_: &Device) -> Option<u64> {
    None
}
