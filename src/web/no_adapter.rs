//! In the place of the browser's GPU, where the feature `webgpu` is off.

use crate::device::{self, DeviceInfo, DeviceKind};
use crate::error::Result;

pub(super) async fn open() -> Result<DeviceInfo> {
    device::open(DeviceKind::Webgpu).await.map(|(_, info)| info)
}

#[expect(clippy::unused_async, reason = "where there is WebGPU, the browser is asked")]
pub(super) async fn fastest() -> DeviceKind {
    DeviceKind::Cpu
}
