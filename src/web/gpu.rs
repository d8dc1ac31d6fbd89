//! Asks the browser for a GPU, and chooses the device of a network.

use js_sys::{Object, Promise, Reflect, Set, global};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::device::{self, DeviceKind};
use crate::error::{Error, Result};
use crate::web::convert::{or_default, reason, thrown};

#[wasm_bindgen]
extern "C" {
    type Gpu;

    #[wasm_bindgen(method, js_name = requestAdapter)]
    fn request_adapter(this: &Gpu, options: &Object) -> Promise;

    type GpuAdapter;

    #[wasm_bindgen(method, getter)]
    fn features(this: &GpuAdapter) -> Set;
}

/// The devices that a caller may name; `DeviceChoice` in `types/data.d.ts`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum DeviceChoice {
    #[default]
    Auto,
    Webgpu,
    Cpu,
}

/// The device that a caller names. "auto", the default, is the GPU if it is not software and computes
/// correctly, and the CPU otherwise.
pub(super) async fn choose(device: JsValue) -> Result<DeviceKind, JsValue> {
    match or_default("device", device)? {
        DeviceChoice::Cpu => Ok(DeviceKind::Cpu),
        DeviceChoice::Webgpu => check().await.map(|()| DeviceKind::Webgpu).map_err(thrown),
        DeviceChoice::Auto => match check().await {
            Ok(()) => Ok(device::fastest().await),
            Err(_) => Ok(DeviceKind::Cpu),
        },
    }
}

/// Checks that the browser has a GPU adapter that burn can use.
///
/// # Errors
///
/// It has none; the sentence says why.
pub(super) async fn check() -> Result<()> {
    let failed =
        |error: JsValue| Error::Device(format!("WebGPU could not be started ({}); train on the CPU.", reason(&error)));
    let navigator = Reflect::get(&global(), &"navigator".into()).map_err(failed)?;
    let gpu = Reflect::get(&navigator, &"gpu".into()).map_err(failed)?;
    if !gpu.is_object() {
        return Err(Error::Device("This browser offers no WebGPU; train on the CPU.".into()));
    }
    let options = Object::new();
    Reflect::set(&options, &"powerPreference".into(), &"high-performance".into()).map_err(failed)?;
    let adapter = gpu.unchecked_into::<Gpu>().request_adapter(&options);
    let adapter = JsFuture::from(adapter).await.map_err(failed)?;
    if !adapter.is_object() {
        return Err(Error::Device("WebGPU found no usable GPU on this computer; train on the CPU.".into()));
    }
    // burn requests this feature when it opens the adapter, and would fail there without a useful message.
    if !adapter.unchecked_into::<GpuAdapter>().features().has(&"timestamp-query".into()) {
        return Err(Error::Device(
            "This GPU lacks a WebGPU feature that is needed (timestamp-query); train on the CPU.".into(),
        ));
    }
    Ok(())
}
