//! The one GPU of a process.

use std::sync::OnceLock;
use std::task::Poll;
use std::{future, iter, mem};

use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
use futures_util::lock::Mutex;

use crate::device::{DeviceInfo, DeviceKind, fault_log};
use crate::error::{Error, Result};
use crate::kernels::tile_for_software;

/// An opened GPU, with the bytes of the largest tensor it can bind.
#[derive(Debug, Clone)]
struct Gpu {
    device: Device,
    info: DeviceInfo,
    largest_binding: u64,
    setup: WgpuSetup,
}

/// burn registers a GPU once per process, so the first one opened is kept.
static GPU: OnceLock<Gpu> = OnceLock::new();

/// One task at a time opens the GPU; the others wait, and then find it open.
static OPENING: Mutex<()> = Mutex::new(());

pub(super) async fn open() -> Result<(Device, DeviceInfo)> {
    let _turn = OPENING.lock().await;
    let gpu = match GPU.get() {
        Some(gpu) => gpu,
        None => start().await?,
    };
    Ok((gpu.device.clone(), gpu.info.clone()))
}

/// The bytes of the largest tensor, if this is the GPU.
pub(super) fn largest_binding(device: &Device) -> Option<u64> {
    GPU.get().filter(|gpu| gpu.device == *device).map(|gpu| gpu.largest_binding)
}

/// Sends the GPU what it was told so far, and lets the browser pass it on.
pub(super) async fn let_work(device: &Device) {
    let Some(gpu) = GPU.get().filter(|gpu| gpu.device == *device) else { return };
    gpu.setup.queue.submit(iter::empty());
    let mut waited = false;
    future::poll_fn(|context| {
        if mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn start() -> Result<&'static Gpu> {
    fault_log::listen();
    #[cfg(target_family = "wasm")]
    constructors::run();
    let opened = Device::wgpu_options().tasks_max(64).init_with_setup_async().await;
    let (device, setup) = opened
        .map_err(|error| Error::Device(format!("The GPU could not be opened ({error}); train on the CPU instead.")))?;
    let (info, largest_binding) = describe(&setup);
    tile_for_software(info.fallback);
    Ok(GPU.get_or_init(|| Gpu { device, info, largest_binding, setup }))
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
