//! Keeps the last finished epoch of a network on a GPU, which can be lost at any time.

use std::sync::Arc;

use burn::tensor::Device;

use super::model::Model;
use crate::device::{self, DeviceInfo, DeviceKind, read_all};
use crate::error::Result;
use crate::network::Sequential;

/// Copies the weights and the optimizer's state to the processor's memory, where the device could be lost.
pub(crate) async fn keep_copy_on_host(model: &mut Model) -> Result<()> {
    match model.device_info.kind {
        DeviceKind::Webgpu => copy_to_host(model).await,
        DeviceKind::Cpu => Ok(()),
    }
}

/// If the GPU has failed, moves the network and its optimizer to the CPU, as they were at the last copy.
pub(crate) fn leave_a_lost_gpu(model: &mut Model) {
    if device::check(&model.network.device).is_err() {
        move_to_cpu(model);
    }
}

pub(crate) async fn copy_to_host(model: &mut Model) -> Result<()> {
    model.network.host_copy = Some(Arc::new(read_all(&model.network.weights).await?));
    model.optimizer.keep_copy_on_host().await
}

pub(crate) fn move_to_cpu(model: &mut Model) {
    let Some(values) = model.network.host_copy.take() else { return };
    let (architecture, cpu) = (model.network.architecture.clone(), Device::flex());
    model.network = Sequential::from_values(architecture, Arc::unwrap_or_clone(values), &cpu);
    model.optimizer.take_copy_to(&cpu);
    model.device_info = DeviceInfo::cpu();
}
