//! Keeps the last finished epoch of a network on a GPU, which can be lost at any time.

use std::sync::Arc;

use burn::tensor::Device;

use super::model::Model;
use crate::device::{self, DeviceInfo, DeviceKind, read_all};
use crate::error::Result;
use crate::network::Sequential;

/// Copies the weights to the processor's memory, where the device could be lost.
pub(crate) async fn keep_copy_on_host(model: &mut Model) -> Result<()> {
    if model.device_info.kind == DeviceKind::Webgpu {
        model.network.host_copy = Some(Arc::new(read_all(&model.network.weights).await?));
    }
    Ok(())
}

/// If the GPU has failed, moves the network to the CPU, with the weights of the last copy.
pub(crate) fn leave_a_lost_gpu(model: &mut Model) {
    if device::check(&model.network.device).is_err()
        && let Some(values) = model.network.host_copy.take()
    {
        let architecture = model.network.architecture.clone();
        model.network = Sequential::from_values(architecture, Arc::unwrap_or_clone(values), &Device::flex());
        model.device_info = DeviceInfo::cpu();
    }
}
