//! Opens the device a network trains on, and notices when a GPU stops telling the truth.

use std::sync::{Mutex, OnceLock};

use burn::tensor::{Device, Int, Tensor};
use burn_wgpu::WgpuSetup;
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    kernels::{dense, tile_for_software},
    metrics::read,
};

/// Where tensors live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceKind {
    /// The GPU, through WebGPU in a browser and the system's graphics API natively.
    Webgpu,
    /// burn's `flex` backend on the processor.
    Cpu,
}

/// What a person may know about a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceInfo {
    /// Where tensors live.
    pub kind: DeviceKind,
    /// The adapter's own description, or "CPU".
    pub name: String,
    /// Whether the adapter is software: the CPU behind a GPU's interface.
    pub fallback: bool,
}

/// An opened GPU with what it can bind.
#[derive(Debug, Clone)]
struct Gpu {
    device: Device,
    info: DeviceInfo,
    largest_binding: u64,
}

/// burn registers a GPU once per process, so the first one opened is kept.
static GPU: OnceLock<Gpu> = OnceLock::new();

/// The first fault the GPU's runtime reported. A faulty shader is only logged in a browser, its work
/// skipped and stale numbers left behind, so a log line is the one sign there is.
static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// Opens a device.
///
/// # Errors
///
/// There is no GPU, or it failed before.
pub async fn open(kind: DeviceKind) -> Result<(Device, DeviceInfo)> {
    match kind {
        DeviceKind::Cpu => Ok((Device::flex(), DeviceInfo { kind, name: "CPU".into(), fallback: false })),
        DeviceKind::Webgpu => {
            let gpu = gpu().await?;
            check(&gpu.device)?;
            Ok((gpu.device.clone(), gpu.info.clone()))
        }
    }
}

/// The GPU where there is a real one that computes rightly, and the CPU everywhere else.
pub async fn fastest() -> DeviceKind {
    match open(DeviceKind::Webgpu).await {
        Ok((device, info)) if !info.fallback && computes(&device).await => DeviceKind::Webgpu,
        _ => DeviceKind::Cpu,
    }
}

/// Whether a product of matrices comes out right; a GPU whose shaders fail leaves zeros.
pub async fn computes(device: &Device) -> bool {
    let numbers = Tensor::<1, Int>::arange(0..64, device).float().reshape([8, 8]);
    let expected: Vec<f32> = (0..8_u8).map(|row| 64.0 * f32::from(row) + 28.0).collect();
    let (ones, none) = (Tensor::ones([8, 1], device), Tensor::zeros([1], device));
    read(dense(numbers, ones, none, false)).await.is_ok_and(|sums| sums == expected)
}

async fn gpu() -> Result<&'static Gpu> {
    if let Some(gpu) = GPU.get() {
        return Ok(gpu);
    }
    // Someone else's logger stays; then that logger is where the faults are written.
    if log::set_logger(&FaultLog).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
    #[cfg(target_family = "wasm")]
    register::once();
    let opened = Device::wgpu_options().tasks_max(64).init_with_setup_async().await;
    let (device, setup) = opened
        .map_err(|error| Error::Device(format!("The GPU could not be opened ({error}); train on the CPU instead.")))?;
    let (info, largest_binding) = describe(&setup);
    tile_for_software(info.fallback);
    Ok(GPU.get_or_init(|| Gpu { device, info, largest_binding }))
}

/// The adapter in words, and the bytes of the largest tensor it binds.
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

/// The largest tensor the device can hold, in bytes; `None` where only memory limits it.
#[must_use]
pub fn largest_tensor(device: &Device) -> Option<u64> {
    GPU.get().filter(|gpu| gpu.device == *device).map(|gpu| gpu.largest_binding)
}

/// Remembers that the GPU failed; every later read on it is refused.
pub fn report_fault(fault: impl Into<String>) {
    if let Ok(mut first) = FAULT.lock() {
        first.get_or_insert(fault.into());
    }
}

/// Whether the numbers of a device can be trusted.
///
/// # Errors
///
/// It is the GPU, and the GPU reported a fault since the program began.
pub fn check(device: &Device) -> Result<()> {
    let fault = FAULT.lock().ok().and_then(|fault| fault.clone());
    match fault {
        Some(fault) if GPU.get().is_some_and(|gpu| gpu.device == *device) => Err(Error::Device(format!(
            "The GPU failed and its numbers cannot be trusted ({fault}); what was trained up to the last finished epoch is kept, train on with the CPU or reload the page."
        ))),
        _ => Ok(()),
    }
}

/// The GPU's compiler registers its parts in constructors that run before `main` elsewhere. A module that never
/// calls them itself gets them wrapped around each of its exports by the linker, and so runs thousands of
/// registrations whenever JavaScript calls in.
#[cfg(target_family = "wasm")]
mod register {
    #[expect(unsafe_code, reason = "the linker makes this function, and its registrations may run more than once")]
    unsafe extern "C" {
        safe fn __wasm_call_ctors();
    }

    pub(super) fn once() {
        __wasm_call_ctors();
    }
}

struct FaultLog;

impl Log for FaultLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        let line = format!("[{}] {}", record.target(), record.args());
        if record.level() == Level::Error {
            let first_line = line.lines().next().unwrap_or_default();
            report_fault(first_line.chars().take(200).collect::<String>());
        }
        #[cfg(target_family = "wasm")]
        web_sys::console::error_1(&line.into());
        #[cfg(not(target_family = "wasm"))]
        eprintln!("{line}");
    }

    fn flush(&self) {}
}
