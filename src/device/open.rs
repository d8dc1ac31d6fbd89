//! Opens the GPU or the CPU.

use std::sync::OnceLock;

use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
use serde::{Deserialize, Serialize};

use crate::device::fault;
use crate::error::{Error, Result};
use crate::kernels::tile_for_software;

/// A kind of device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The GPU, through WebGPU in a browser and the system's graphics API natively.
    Webgpu,
    /// burn's `flex` backend on the processor.
    Cpu,
}

/// A device, described for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// GPU or CPU.
    pub kind: DeviceKind,
    /// The adapter's own description, or "CPU".
    pub name: String,
    /// Whether the adapter is software, so that the CPU does the GPU's work.
    pub fallback: bool,
}

impl DeviceInfo {
    pub(crate) fn cpu() -> Self {
        Self { kind: DeviceKind::Cpu, name: "CPU".into(), fallback: false }
    }
}

/// An opened GPU, with the size of the largest tensor it can bind.
#[derive(Debug, Clone)]
struct Gpu {
    device: Device,
    info: DeviceInfo,
    largest_binding: u64,
}

/// burn registers a GPU once per process, so the first one opened is kept.
static GPU: OnceLock<Gpu> = OnceLock::new();

/// Opens a device.
///
/// # Errors
///
/// There is no GPU, or it failed before.
pub async fn open(kind: DeviceKind) -> Result<(Device, DeviceInfo)> {
    match kind {
        DeviceKind::Cpu => Ok((Device::flex(), DeviceInfo::cpu())),
        DeviceKind::Webgpu => {
            let gpu = gpu().await?;
            check(&gpu.device)?;
            Ok((gpu.device.clone(), gpu.info.clone()))
        }
    }
}

async fn gpu() -> Result<&'static Gpu> {
    if let Some(gpu) = GPU.get() {
        return Ok(gpu);
    }
    fault::listen();
    #[cfg(target_family = "wasm")]
    constructors::run();
    let opened = Device::wgpu_options().tasks_max(64).init_with_setup_async().await;
    let (device, setup) = opened
        .map_err(|error| Error::Device(format!("The GPU could not be opened ({error}); train on the CPU instead.")))?;
    let (info, largest_binding) = describe(&setup);
    tile_for_software(info.fallback);
    Ok(GPU.get_or_init(|| Gpu { device, info, largest_binding }))
}

/// The description of the adapter, and the bytes of the largest tensor it can bind.
fn describe(setup: &WgpuSetup) -> (DeviceInfo, u64) {
    let adapter = setup.adapter.get_info();
    let words = format!("{:?} {} {} {}", adapter.device_type, adapter.name, adapter.driver, adapter.driver_info);
    let software = ["swiftshader", "llvmpipe", "lavapipe", "basic render"];
    let fallback = words.starts_with("Cpu") || software.iter().any(|name| words.to_lowercase().contains(name));
    let name = [adapter.name, adapter.driver_info].into_iter().find(|text| !text.is_empty());
    let name = name.unwrap_or_else(|| "WebGPU adapter".into());
    let limits = setup.device.limits();
    let largest = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
    (DeviceInfo { kind: DeviceKind::Webgpu, name, fallback }, largest)
}

/// The largest tensor the device can bind, in bytes; `None` on the CPU, where only memory is a limit.
#[must_use]
pub fn largest_tensor(device: &Device) -> Option<u64> {
    GPU.get().filter(|gpu| gpu.device == *device).map(|gpu| gpu.largest_binding)
}

/// Checks that the device has not failed.
///
/// # Errors
///
/// It is the GPU, and the GPU reported a fault since the program began.
pub fn check(device: &Device) -> Result<()> {
    match fault::first_fault() {
        Some(fault) if GPU.get().is_some_and(|gpu| gpu.device == *device) => Err(Error::Device(format!(
            "The GPU failed and its numbers cannot be trusted ({fault}); what was trained up to the last finished epoch is kept, train on with the CPU or reload the page."
        ))),
        _ => Ok(()),
    }
}

/// The GPU's shader compiler registers its parts in constructors, which run before `main` elsewhere. In a
/// module that never calls them itself, the linker puts a call of them around each export, so that thousands
/// of registrations would run whenever JavaScript calls in.
#[cfg(target_family = "wasm")]
mod constructors {
    #[expect(unsafe_code, reason = "the linker makes this function, and its registrations may run more than once")]
    unsafe extern "C" {
        safe fn __wasm_call_ctors();
    }

    pub(super) fn run() {
        __wasm_call_ctors();
    }
}
